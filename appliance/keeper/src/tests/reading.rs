//! A reviewer at the operator's command line, reading the log.

use firebox_protocol::operator::{KeeperReply, KeeperRequest, LogEntry, ReadHow};
use firebox_protocol::{Code, Password};
use firebox_verify::{Export, VerifierKey, check_export};

use super::harness::*;
use crate::log::note::NoteKey;

/// A wish to read, as Rita states it when all is right.
pub(super) struct Asks<'a> {
    pub(super) person: &'a str,
    pub(super) password: &'a str,
    pub(super) totp: Option<String>,
    pub(super) purpose: &'a str,
    pub(super) reference: &'a str,
    pub(super) from: u64,
    pub(super) count: u64,
}

pub(super) const RITA: Asks<'static> = Asks {
    person: "Rita",
    password: PASSWORD,
    totp: None,
    purpose: "complaint",
    reference: "COMPLAINT-7",
    from: 0,
    count: u64::MAX,
};

/// A reading that was begun.
pub(super) struct Begun {
    pub(super) id: [u8; 16],
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) origin: String,
    pub(super) checkpoint: String,
    pub(super) left: Vec<[u8; 32]>,
    pub(super) right: Vec<[u8; 32]>,
    pub(super) entry: u64,
}

pub(super) fn begin(council: &Council, asks: &Asks<'_>) -> Result<Begun, Code> {
    let request = KeeperRequest::ReadLog {
        person: asks.person.into(),
        password: Password::new(asks.password.into()),
        totp: asks.totp.clone(),
        purpose: asks.purpose.into(),
        reference: asks.reference.into(),
        from: asks.from,
        count: asks.count,
        how: ReadHow::Show,
    };
    match council.operator().ask(&request) {
        KeeperReply::Reading {
            reading: id,
            from,
            to,
            origin,
            checkpoint,
            left,
            right,
            entry,
        } => Ok(Begun {
            id,
            from,
            to,
            origin,
            checkpoint,
            left,
            right,
            entry,
        }),
        KeeperReply::Refused(refusal) => Err(refusal.code),
        _ => panic!("another reply"),
    }
}

pub(super) fn page(council: &Council, reading: [u8; 16], from: u64) -> Result<Vec<LogEntry>, Code> {
    match council
        .operator()
        .ask(&KeeperRequest::LogPage { reading, from })
    {
        KeeperReply::LogPage(entries) => Ok(entries),
        KeeperReply::Refused(refusal) => Err(refusal.code),
        _ => panic!("another reply"),
    }
}

pub(super) fn all(council: &Council, begun: &Begun) -> Vec<LogEntry> {
    let mut entries = Vec::new();
    loop {
        let from = begun.from + entries.len() as u64;
        let next = page(council, begun.id, from).unwrap();
        if next.is_empty() {
            return entries;
        }
        entries.extend(next);
    }
}

/// Writes a reading as `firebox log export` does, and has it checked.
pub(super) fn check(begun: &Begun, entries: &[LogEntry]) -> Export {
    use base64::Engine;
    let b64 = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let hashes = |hashes: &[[u8; 32]]| hashes.iter().map(|hash| b64(hash)).collect::<Vec<_>>();
    let header = serde_json::json!({
        "checkpoint": begun.checkpoint, "format": "fbx-log-export-v1", "from": begun.from,
        "left": hashes(&begun.left), "origin": begun.origin, "right": hashes(&begun.right),
        "to": begun.to,
    });
    let mut file = header.to_string() + "\n";
    for entry in entries {
        let opened = entry.opened.as_ref();
        let line = serde_json::json!({
            "body": opened.map(|(_, body)| b64(body)), "leaf": b64(&entry.leaf),
            "salt": opened.map(|(salt, _)| b64(salt)),
        });
        file += &(line.to_string() + "\n");
    }
    let key = NoteKey::new(begun.origin.as_str(), &[14; 32]).verifier();
    check_export(file.as_bytes(), &VerifierKey::parse(&key).unwrap()).unwrap()
}

/// A council with a reviewer, an officer and `more` entries.
pub(super) fn with_entries(more: usize) -> Council {
    let council = Council::open();
    let _store = council.store();
    council.add("Rita", &["reviewer"], false);
    let aisha = council.signed_in("Aisha", &["officer"]);
    let mut gate = council.gate();
    for _ in 0..more {
        gate.permit(&aisha, &property("visit")).unwrap();
    }
    council
}
