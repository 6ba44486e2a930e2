//! An agent that seals real batches.

use std::collections::BTreeMap;

use age::x25519::Identity;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use firebox_contract::batch::{
    self, Format, GoneReason, Header, Heartbeat, Kind, Line, Manifest, NO_PREVIOUS,
};
use firebox_contract::canonical;
use firebox_contract::envelope;
use firebox_contract::record::{Class, Phone, Record};
use firebox_contract::setsum::{SetSum, member};
use firebox_contract::signing::SigningKey;

use super::{identity, now, put_line, settings};
use crate::line::Speaker;

/// An agent that seals and signs as the real one does.
pub(crate) struct TestAgent {
    pub(crate) key: SigningKey,
    /// Opens corrections.
    pub(crate) correction_identity: Identity,
    pub(crate) source: String,
    pub(crate) service: String,
    pub(crate) epoch: u64,
    pub(crate) sequence: u64,
    pub(crate) previous: String,
    pub(crate) run: u64,
    /// Members of its live lines, by key and whether the line is a held one.
    pub(crate) live: BTreeMap<(String, bool), [u8; 32]>,
}

impl TestAgent {
    pub(crate) fn new(source: &str) -> Self {
        let seed = if source == "caution-list" { 7 } else { 9 };
        Self::with_seed(source, seed)
    }

    pub(crate) fn with_seed(source: &str, seed: u8) -> Self {
        Self {
            key: SigningKey::from_seed(&[seed; 32]),
            correction_identity: Identity::generate(),
            source: source.into(),
            service: settings().service_of(source).unwrap().id.clone(),
            epoch: 1,
            sequence: 0,
            previous: NO_PREVIOUS.into(),
            run: 0,
            live: BTreeMap::new(),
        }
    }

    pub(crate) fn phone(&self) -> Phone {
        settings().service_of(&self.source).unwrap().phone.clone()
    }

    pub(crate) fn speaker<'a>(&'a self, phone: &'a Phone) -> Speaker<'a> {
        // Leaked: a speaker borrows what an agent makes anew each time.
        let key: &'static _ = Box::leak(Box::new(self.key.public()));
        let box_id: &'static str = settings().box_id.leak();
        Speaker {
            box_id,
            service: &self.service,
            source: &self.source,
            key,
            phone,
        }
    }

    /// Seals a detail for a record of this agent, as base64.
    pub(crate) fn seal(&self, key: &str, version: u64) -> String {
        let context = envelope::Context {
            format: envelope::Format::V1,
            box_id: settings().box_id,
            service: self.service.clone(),
            source: self.source.clone(),
            record: key.into(),
            class: Class::Standard,
            version,
            source_time: "2026-05-01T00:00:00Z".parse().unwrap(),
            commitment: String::new(),
            key: self.key.public().id(),
        };
        let recipient = Identity::generate().to_public();
        STANDARD.encode(envelope::seal(b"what happened", context, &recipient, &self.key).unwrap())
    }

    pub(crate) fn put_with_envelope(
        &self,
        key: &str,
        version: u64,
        record: Record,
        sealed: &str,
    ) -> Line {
        match put_line(key, version, record) {
            Line::Put {
                key,
                version,
                source_time,
                record,
                ..
            } => Line::Put {
                key,
                version,
                source_time,
                record,
                envelope: Some(sealed.into()),
            },
            other => other,
        }
    }

    pub(crate) fn header(&self, kind: Kind, count: usize) -> Header {
        Header {
            format: Format::V1,
            box_id: settings().box_id,
            source: self.source.clone(),
            agent_key: self.key.public().id(),
            epoch: self.epoch,
            sequence: self.sequence + 1,
            previous: self.previous.clone(),
            kind,
            run: if matches!(kind, Kind::SnapshotPart | Kind::SnapshotManifest) {
                self.run
            } else {
                0
            },
            count: count as u64,
            created: now(),
            ciphertext_sha256: NO_PREVIOUS.into(),
        }
    }

    /// Seals lines, without taking the sequence number.
    pub(crate) fn sealed(&self, header: Header, lines: &[Vec<u8>]) -> Vec<u8> {
        let body: Vec<u8> = lines
            .iter()
            .flat_map(|line| [line.as_slice(), b"\n"].concat())
            .collect();
        batch::seal(header, &body, &identity().to_public(), &self.key).unwrap()
    }

    /// Seals lines as the next batch of the chain.
    pub(crate) fn batch(&mut self, kind: Kind, lines: &[Vec<u8>]) -> Vec<u8> {
        let bytes = self.sealed(self.header(kind, lines.len()), lines);
        self.sent(&bytes);
        bytes
    }

    /// Counts a batch as sent.
    pub(crate) fn sent(&mut self, bytes: &[u8]) {
        let batch = batch::Batch::parse(bytes).unwrap();
        (self.sequence, self.previous) = (batch.header.sequence, batch.hash());
    }

    pub(crate) fn lines(&mut self, lines: &[Line]) -> Vec<Vec<u8>> {
        lines.iter().map(|line| self.line(line)).collect()
    }

    fn line(&mut self, line: &Line) -> Vec<u8> {
        let bytes = canonical::to_bytes(line).unwrap();
        match line {
            Line::Put { key, .. } => {
                self.live.insert((key.clone(), false), member(&bytes));
                self.live.remove(&(key.clone(), true));
            }
            Line::Held { key, .. } => {
                self.live.insert((key.clone(), true), member(&bytes));
            }
            Line::Gone { key, reason, .. } => {
                self.live.remove(&(key.clone(), true));
                if *reason != GoneReason::HeldResolved {
                    self.live.remove(&(key.clone(), false));
                }
            }
            Line::Manifest(_) | Line::Heartbeat(_) => {}
        }
        bytes
    }

    pub(crate) fn delta(&mut self, lines: &[Line]) -> Vec<u8> {
        let lines = self.lines(lines);
        self.batch(Kind::Delta, &lines)
    }

    /// Seals one line, without counting it as sent by this agent.
    pub(crate) fn delta_of(&self, line: Line) -> Vec<u8> {
        let bytes = canonical::to_bytes(&line).unwrap();
        self.sealed(self.header(Kind::Delta, 1), &[bytes])
    }

    pub(crate) fn heartbeat(&mut self, beat: Heartbeat) -> Vec<u8> {
        let line = self.line(&Line::Heartbeat(beat));
        self.batch(Kind::Heartbeat, &[line])
    }

    /// Gives the manifest of what was sent with this run.
    pub(crate) fn proof(&self, parts: &[&[Line]], full: bool) -> Manifest {
        let count = |wanted: fn(&Line) -> bool| {
            parts
                .iter()
                .copied()
                .flatten()
                .filter(|l| wanted(l))
                .count() as u64
        };
        let mut set = SetSum::default();
        self.live.values().for_each(|member| set.add(member));
        Manifest {
            parts: parts.len() as u64,
            full,
            puts: count(|l| matches!(l, Line::Put { .. })),
            gones: count(|l| matches!(l, Line::Gone { .. })),
            helds: count(|l| matches!(l, Line::Held { .. })),
            records: self.live.len() as u64,
            set,
            rows: self.live.len() as u64,
            unplaced: 0,
            as_of: now(),
        }
    }

    /// Seals a reading: one batch a part, and the manifest.
    pub(crate) fn reading(&mut self, parts: &[&[Line]], full: bool) -> Vec<Vec<u8>> {
        self.run += 1;
        if full {
            self.live.clear();
        }
        let mut batches: Vec<Vec<u8>> = parts
            .iter()
            .map(|part| {
                let lines = self.lines(part);
                self.batch(Kind::SnapshotPart, &lines)
            })
            .collect();
        let manifest = self.proof(parts, full);
        batches.push(self.manifest(manifest));
        batches
    }

    pub(crate) fn manifest(&mut self, manifest: Manifest) -> Vec<u8> {
        let line = self.line(&Line::Manifest(manifest));
        self.batch(Kind::SnapshotManifest, &[line])
    }
}
