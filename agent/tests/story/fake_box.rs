//! A box that keeps the agent's side of the contract honest: real TLS with
//! client certificates, real decryption, and a store that believes a manifest
//! only when counts and set agree. It can be told to misbehave, once.

mod batches;
mod certificates;
mod corrections;

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use firebox_contract::batch::{Batch, Heartbeat, Kind, Line, Manifest};
use firebox_contract::enrolment::{Bundle, Format, Request};
use firebox_contract::receipt::Outcome;
use firebox_contract::recipients::{self, Document};
use firebox_contract::record::Class;
use firebox_contract::signing::SigningKey;
use jiff::Timestamp;
use rcgen::{CertifiedIssuer, KeyPair};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use batches::{sign, take};
use certificates::{authority, certificate, server};
pub use corrections::{AnswerMood, Draft};

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
    pub corrections: Vec<corrections::Sent>,
    pub answer_moods: VecDeque<AnswerMood>,
    /// Whether it takes no connection at all.
    pub away: bool,
    /// Client certificates and whom they name.
    certificates: Vec<(Vec<u8>, String)>,
}

impl Held {
    /// The newest enrolment of a service.
    fn enrolled_for(&self, service: &str) -> &Request {
        let mut newest = self.enrolled.iter().rev();
        newest.find(|request| request.service == service).unwrap()
    }
}

pub struct FakeBox {
    pub url: String,
    held: Arc<Mutex<Held>>,
    keys: Arc<Keys>,
    ca: CertifiedIssuer<'static, KeyPair>,
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
            ca,
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
        let (certificate, key) = certificate(&self.ca, &format!("agent:{service}"), false);
        let der = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
        let known = (der.to_vec(), service.to_owned());
        self.held().certificates.push(known);
        Bundle {
            format: Format::V1,
            box_id: "firebox.example.gov.uk/test".to_owned(),
            intake_url: self.url.clone(),
            service: service.to_owned(),
            sources: sources.iter().map(|&source| source.to_owned()).collect(),
            epoch,
            ca_pem: self.ca.pem(),
            client_certificate_pem: certificate,
            client_key_pem: key,
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

fn serve(stream: TcpStream, config: Arc<ServerConfig>, held: &Mutex<Held>, keys: &Keys) {
    let connection = ServerConnection::new(config).unwrap();
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    while let Some((path, body)) = request(&mut stream) {
        if held.lock().unwrap().away {
            return;
        }
        let answer = match path.as_str() {
            "GET /intake/v1/recipients" => Some((200, recipients_of(keys))),
            "POST /intake/v1/enrol" => Some(enrol(&mut held.lock().unwrap(), &body)),
            "POST /intake/v1/batches" => match take(&mut held.lock().unwrap(), keys, &body) {
                Some(answer) if answer.is_empty() => None,
                Some(answer) => Some((200, answer)),
                None => Some((503, Vec::new())),
            },
            other => {
                let peer = stream.get_ref().conn.peer_certificates().unwrap()[0].to_vec();
                corrections::serve(held, &peer, other, &body)
            }
        };
        let Some((status, answer)) = answer else {
            return;
        };
        let kind = if path.starts_with("GET /intake/v1/corrections") {
            "application/json"
        } else {
            "application/octet-stream"
        };
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
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
