//! A box that keeps the agent's side of the contract honest: real TLS with
//! client certificates, real decryption, and a store that believes a manifest
//! only when counts and set agree. It can be told to misbehave, once.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use firebox_contract::batch::{
    Batch, GoneReason, Header, Heartbeat, Kind, Line, Manifest, NO_PREVIOUS,
};
use firebox_contract::enrolment::{Bundle, Format, Request};
use firebox_contract::receipt::{self, Outcome, Statement};
use firebox_contract::recipients::{self, Document};
use firebox_contract::record::Class;
use firebox_contract::setsum::{self, SetSum};
use firebox_contract::signing::{PublicKey, SigningKey};
use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// How the box answers the next batch it has not been told about.
#[derive(Clone, Debug)]
pub enum Mood {
    /// Takes it and loses the answer on its way.
    LosesAnswer,
    /// Takes it and signs with another key.
    Forges,
    /// Takes it and answers with the receipt of another batch.
    AnswersForAnother,
    /// Keeps a manifest for two persons.
    Holds,
    /// Refuses it with a code; its sequence number is not taken.
    Refuses(&'static str),
    /// Is not there yet.
    Unavailable,
}

/// What the box holds of one source.
#[derive(Default)]
pub struct Source {
    pub next: u64,
    last: String,
    receipts: BTreeMap<u64, (String, Vec<u8>)>,
    staged: Vec<Vec<u8>>,
    held: Option<(u64, Vec<Vec<u8>>, Manifest)>,
    /// Live statements: key and whether it is a held row, then the line.
    pub live: BTreeMap<(String, bool), Vec<u8>>,
    pub manifests: Vec<Manifest>,
    pub heartbeats: Vec<Heartbeat>,
    pub batches: Vec<Vec<u8>>,
    /// Lines applied so far, in order.
    pub lines: Vec<Line>,
}

impl Source {
    pub fn records(&self) -> Vec<String> {
        self.live
            .keys()
            .filter(|(_, held)| !held)
            .map(|(key, _)| key.clone())
            .collect()
    }

    pub fn held_rows(&self) -> Vec<Line> {
        let held = self.live.iter().filter(|((_, held), _)| *held);
        held.map(|(_, line)| serde_json::from_slice(line).unwrap())
            .collect()
    }

    pub fn record(&self, key: &str) -> Option<Line> {
        let line = self.live.get(&(key.to_owned(), false))?;
        Some(serde_json::from_slice(line).unwrap())
    }
}

#[derive(Default)]
pub struct Held {
    pub sources: BTreeMap<String, Source>,
    pub enrolled: Vec<Request>,
    pub moods: VecDeque<(Kind, Mood)>,
    pub used_codes: Vec<String>,
}

pub struct FakeBox {
    pub url: String,
    held: Arc<Mutex<Held>>,
    keys: Arc<Keys>,
    ca_pem: String,
    client: (String, String),
}

struct Keys {
    receipt: SigningKey,
    batch: age::x25519::Identity,
    details: BTreeMap<String, age::x25519::Identity>,
}

impl FakeBox {
    pub fn start() -> Self {
        let ca = authority();
        let (server_certificate, server_key) = certificate(&ca, "localhost", true);
        let client = certificate(&ca, "agent:service", false);
        let keys = Arc::new(Keys {
            receipt: SigningKey::from_seed(&[42; 32]),
            batch: age::x25519::Identity::generate(),
            details: Class::all()
                .iter()
                .map(|class| (class.code().to_owned(), age::x25519::Identity::generate()))
                .collect(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!(
            "https://localhost:{}",
            listener.local_addr().unwrap().port()
        );
        let config = Arc::new(server(&ca.pem(), &server_certificate, &server_key));
        let held = Arc::new(Mutex::new(Held::default()));
        let (for_thread, keys_for_thread) = (Arc::clone(&held), Arc::clone(&keys));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (config, held, keys) = (
                    Arc::clone(&config),
                    Arc::clone(&for_thread),
                    Arc::clone(&keys_for_thread),
                );
                std::thread::spawn(move || serve(stream.unwrap(), config, &held, &keys));
            }
        });
        Self {
            url,
            held,
            keys,
            ca_pem: ca.pem(),
            client,
        }
    }

    pub fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap()
    }

    /// Looks at one source.
    pub fn of<T>(&self, source: &str, look: impl FnOnce(&Source) -> T) -> T {
        look(self.held().sources.entry(source.to_owned()).or_default())
    }

    pub fn will(&self, kind: Kind, mood: Mood) {
        self.held().moods.push_back((kind, mood));
    }

    /// Two persons let a held run of a source through.
    pub fn decide(&self, source: &str) {
        let mut held = self.held();
        let source = held.sources.get_mut(source).unwrap();
        let (sequence, lines, manifest) = source.held.take().unwrap();
        let batch = Batch::parse(source.batches.last().unwrap()).unwrap();
        source.staged = lines;
        assert_eq!(source.apply(&manifest), Ok(()));
        let answer = sign(&self.keys, &batch, Outcome::Applied, None);
        source.receipts.insert(sequence, (batch.hash(), answer));
    }

    pub fn bundle(&self, service: &str, sources: &[&str], code: &str, epoch: u64) -> Bundle {
        Bundle {
            format: Format::V1,
            box_id: "firebox.example.gov.uk/test".to_owned(),
            intake_url: self.url.clone(),
            service: service.to_owned(),
            sources: sources.iter().map(|&source| source.to_owned()).collect(),
            epoch,
            ca_pem: self.ca_pem.clone(),
            client_certificate_pem: self.client.0.clone(),
            client_key_pem: self.client.1.clone(),
            code: code.to_owned(),
            expires: Timestamp::now() + jiff::SignedDuration::from_hours(1),
            receipt_key: self.keys.receipt.public(),
            batch_recipient: self.keys.batch.to_public().to_string(),
            detail_recipients: details(&self.keys),
        }
    }

    /// Opens the envelope of a record, as the keeper would.
    pub fn open(&self, envelope: &str) -> serde_json::Value {
        use base64::Engine;
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(envelope)
            .unwrap();
        let envelope = firebox_contract::envelope::Envelope::parse(&bytes).unwrap();
        let key = self.held().enrolled.last().unwrap().signing_key;
        envelope.verify(&key).unwrap();
        let plain = age::decrypt(
            &self.keys.details[envelope.context.class.code()],
            &envelope.ciphertext,
        )
        .unwrap();
        serde_json::from_slice(&envelope.accept(&plain).unwrap()).unwrap()
    }
}

fn details(keys: &Keys) -> BTreeMap<String, String> {
    keys.details
        .iter()
        .map(|(class, key)| (class.clone(), key.to_public().to_string()))
        .collect()
}

impl Source {
    fn apply(&mut self, manifest: &Manifest) -> Result<(), &'static str> {
        let mut live = if manifest.full {
            BTreeMap::new()
        } else {
            self.live.clone()
        };
        let (mut puts, mut gones, mut helds) = (0, 0, 0);
        let mut applied = Vec::new();
        for bytes in std::mem::take(&mut self.staged) {
            let line: Line = serde_json::from_slice(&bytes).unwrap();
            match &line {
                Line::Put { key, .. } => {
                    puts += 1;
                    live.insert((key.clone(), false), bytes);
                }
                Line::Held { key, .. } => {
                    helds += 1;
                    live.insert((key.clone(), true), bytes);
                }
                Line::Gone { key, reason, .. } => {
                    gones += 1;
                    live.remove(&(key.clone(), *reason == GoneReason::HeldResolved));
                }
                Line::Manifest(_) | Line::Heartbeat(_) => return Err("snapshot-unproved"),
            }
            applied.push(line);
        }
        let mut set = SetSum::default();
        live.values()
            .for_each(|line| set.add(&setsum::member(line)));
        let counted = (puts, gones, helds, live.len() as u64, set);
        let said = (
            manifest.puts,
            manifest.gones,
            manifest.helds,
            manifest.records,
            manifest.set,
        );
        if counted != said {
            return Err("snapshot-unproved");
        }
        self.live = live;
        self.lines.extend(applied);
        self.manifests.push(manifest.clone());
        Ok(())
    }
}

fn take(held: &mut Held, keys: &Keys, bytes: &[u8]) -> Option<Vec<u8>> {
    let batch = Batch::parse(bytes).unwrap();
    let header = batch.header.clone();
    let signer: PublicKey = held.enrolled.last().unwrap().signing_key;
    batch.verify(&signer).unwrap();
    let mood = match held.moods.front() {
        Some((kind, _)) if *kind == header.kind => held.moods.pop_front().map(|(_, mood)| mood),
        _ => None,
    };
    if matches!(mood, Some(Mood::Unavailable)) {
        return None;
    }
    let source = held.sources.entry(header.source.clone()).or_default();
    source.batches.push(bytes.to_vec());
    if let Some((hash, answer)) = source.receipts.get(&header.sequence) {
        let same = *hash == batch.hash();
        return Some(if same {
            answer.clone()
        } else {
            sign(keys, &batch, Outcome::Refused, Some("fork"))
        });
    }
    if let Some(Mood::Refuses(code)) = mood {
        source.staged.clear();
        return Some(sign(keys, &batch, Outcome::Refused, Some(code)));
    }
    let expected = (
        source.next.max(1),
        if source.last.is_empty() {
            NO_PREVIOUS
        } else {
            &source.last
        },
    );
    if (header.sequence, header.previous.as_str()) != expected {
        return Some(sign(keys, &batch, Outcome::Refused, Some("gap")));
    }
    let answer = match apply(source, keys, &batch, matches!(mood, Some(Mood::Holds))) {
        Ok(outcome) => sign(keys, &batch, outcome, None),
        Err(code) => return Some(sign(keys, &batch, Outcome::Refused, Some(code))),
    };
    (source.next, source.last) = (header.sequence + 1, batch.hash());
    source
        .receipts
        .insert(header.sequence, (batch.hash(), answer.clone()));
    match mood {
        Some(Mood::LosesAnswer) => Some(Vec::new()),
        Some(Mood::Forges) => {
            let forger = Keys {
                receipt: SigningKey::from_seed(&[1; 32]),
                ..dummy()
            };
            Some(sign(&forger, &batch, Outcome::Applied, None))
        }
        Some(Mood::AnswersForAnother) => {
            let other = Header {
                sequence: header.sequence + 7,
                ..header
            };
            Some(sign_header(
                keys,
                &other,
                &batch.hash(),
                Outcome::Applied,
                None,
            ))
        }
        _ => Some(answer),
    }
}

fn dummy() -> Keys {
    Keys {
        receipt: SigningKey::from_seed(&[1; 32]),
        batch: age::x25519::Identity::generate(),
        details: BTreeMap::new(),
    }
}

fn apply(
    source: &mut Source,
    keys: &Keys,
    batch: &Batch,
    hold: bool,
) -> Result<Outcome, &'static str> {
    let packed = age::decrypt(&keys.batch, &batch.ciphertext).unwrap();
    let body = zstd::decode_all(packed.as_slice()).unwrap();
    let lines: Vec<Vec<u8>> = batch
        .lines(&body)
        .unwrap()
        .into_iter()
        .map(<[u8]>::to_vec)
        .collect();
    match batch.header.kind {
        Kind::SnapshotPart => source.staged.extend(lines),
        Kind::Heartbeat => match serde_json::from_slice(&lines[0]).unwrap() {
            Line::Heartbeat(heartbeat) => source.heartbeats.push(heartbeat),
            other => panic!("a heartbeat with {other:?}"),
        },
        Kind::SnapshotManifest => match serde_json::from_slice(&lines[0]).unwrap() {
            Line::Manifest(manifest) if hold => {
                let staged = std::mem::take(&mut source.staged);
                source.held = Some((batch.header.sequence, staged, manifest));
                return Ok(Outcome::Held);
            }
            Line::Manifest(manifest) => source.apply(&manifest)?,
            other => panic!("a manifest with {other:?}"),
        },
        other => panic!("a batch of kind {other:?}"),
    }
    Ok(Outcome::Applied)
}

fn sign(keys: &Keys, batch: &Batch, outcome: Outcome, reason: Option<&str>) -> Vec<u8> {
    sign_header(keys, &batch.header, &batch.hash(), outcome, reason)
}

fn sign_header(
    keys: &Keys,
    header: &Header,
    hash: &str,
    outcome: Outcome,
    reason: Option<&str>,
) -> Vec<u8> {
    let statement = Statement {
        format: receipt::Format::V1,
        box_id: header.box_id.clone(),
        source: header.source.clone(),
        epoch: header.epoch,
        sequence: header.sequence,
        batch: hash.to_owned(),
        outcome,
        reason: reason.map(str::to_owned),
        notes: Vec::new(),
        entry: 1,
        at: Timestamp::now(),
    };
    receipt::sign(&statement, &keys.receipt).unwrap()
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, held: &Mutex<Held>, keys: &Keys) {
    let connection = ServerConnection::new(config).unwrap();
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    while let Some((path, body)) = request(&mut stream) {
        let answer = match path.as_str() {
            "GET /intake/v1/recipients" => Some((200, recipients_of(keys))),
            "POST /intake/v1/enrol" => Some(enrol(&mut held.lock().unwrap(), &body)),
            "POST /intake/v1/batches" => match take(&mut held.lock().unwrap(), keys, &body) {
                Some(answer) if answer.is_empty() => None,
                Some(answer) => Some((200, answer)),
                None => Some((503, Vec::new())),
            },
            other => panic!("{other}"),
        };
        let Some((status, answer)) = answer else {
            return;
        };
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        );
        let out = stream.get_mut();
        if out
            .write_all(head.as_bytes())
            .and_then(|()| out.write_all(&answer))
            .and_then(|()| out.flush())
            .is_err()
        {
            return;
        }
    }
}

fn request(stream: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let mut line = String::new();
    if stream.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let path = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).ok()?;
        match header.to_ascii_lowercase().strip_prefix("content-length:") {
            Some(value) => length = value.trim().parse().unwrap(),
            None if header.trim().is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((path, body))
}

fn recipients_of(keys: &Keys) -> Vec<u8> {
    let document = Document {
        box_id: "firebox.example.gov.uk/test".to_owned(),
        batch: keys.batch.to_public().to_string(),
        details: details(keys),
        valid_until: Timestamp::now() + jiff::SignedDuration::from_hours(24),
    };
    recipients::sign(&document, &keys.receipt).unwrap()
}

fn enrol(held: &mut Held, body: &[u8]) -> (u16, Vec<u8>) {
    let request: Request = serde_json::from_slice(body).unwrap();
    if held.used_codes.contains(&request.code) {
        return (410, br#"{"code":"code_used"}"#.to_vec());
    }
    held.used_codes.push(request.code.clone());
    held.enrolled.push(request);
    (204, Vec::new())
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn certificate(
    ca: &CertifiedIssuer<'static, KeyPair>,
    name: &str,
    server: bool,
) -> (String, String) {
    let names = if server {
        vec![name.to_owned()]
    } else {
        Vec::new()
    };
    let mut params = CertificateParams::new(names).unwrap();
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, name);
    let usage = if server {
        ExtendedKeyUsagePurpose::ServerAuth
    } else {
        ExtendedKeyUsagePurpose::ClientAuth
    };
    params.extended_key_usages = vec![usage];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, ca).unwrap();
    (certificate.pem(), key.serialize_pem())
}

fn server(ca_pem: &str, certificate_pem: &str, key_pem: &str) -> ServerConfig {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .unwrap();
    ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(certificate_pem.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).unwrap(),
        )
        .unwrap()
}
