//! The box's side of batches: sequence, staging, and manifests that must prove
//! what they say.

use std::collections::BTreeMap;

use firebox_contract::batch::{Batch, GoneReason, Header, Kind, Line, Manifest, NO_PREVIOUS};
use firebox_contract::receipt::{self, Outcome, Statement};
use firebox_contract::setsum::{self, SetSum};
use firebox_contract::signing::{PublicKey, SigningKey};
use jiff::Timestamp;

use super::{Held, Keys, Mood, Source};

impl Source {
    pub(super) fn apply(&mut self, manifest: &Manifest) -> Result<(), &'static str> {
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

pub(super) fn take(held: &mut Held, keys: &Keys, bytes: &[u8]) -> Option<Vec<u8>> {
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

pub(super) fn sign(keys: &Keys, batch: &Batch, outcome: Outcome, reason: Option<&str>) -> Vec<u8> {
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
