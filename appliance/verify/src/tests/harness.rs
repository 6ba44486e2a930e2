//! A log made by other people's code: signed_note signs, tlog_tiles hashes.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use signed_note::{Note, StandardSigner, new_ed25519_verifier_key};
use tlog_tiles::{Error, Hash, HashReader, prove_record, stored_hash_index, tree_hash};

use crate::VerifierKey;

pub(super) const ORIGIN: &str = "firebox.example.gov.uk/one/2026";
/// Most leaves of any test.
pub(super) const MOST: u64 = 5_000;

/// Hashes in the order in which tlog_tiles keeps them.
pub(super) struct Stored(Vec<Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        Ok(indexes.iter().map(|at| self.0[place(*at)]).collect())
    }
}

/// One tree; the tree of any smaller size lies in it.
pub(super) static STORED: LazyLock<Stored> = LazyLock::new(|| {
    let mut stored = Stored(Vec::new());
    for index in 0..MOST {
        let added = tlog_tiles::stored_hashes(index, &leaf(index), &stored).unwrap();
        stored.0.extend(added);
    }
    stored
});

pub(super) fn place(at: u64) -> usize {
    usize::try_from(at).unwrap()
}

pub(super) fn b64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Gives the name's key, as signed_note writes it, to sign with and to check with.
pub(super) fn keys(name: &str, seed: u8) -> (StandardSigner, String) {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let vkey = new_ed25519_verifier_key(name, &key.verifying_key());
    let id = vkey.split('+').nth(1).unwrap();
    let secret = b64(&[&[1], key.as_bytes().as_slice()].concat());
    let signer = StandardSigner::new(&format!("PRIVATE+KEY+{name}+{id}+{secret}")).unwrap();
    (signer, vkey)
}

pub(super) fn key() -> &'static VerifierKey {
    static KEY: LazyLock<VerifierKey> =
        LazyLock::new(|| VerifierKey::parse(&keys(ORIGIN, 7).1).unwrap());
    &KEY
}

/// Signs a text with each of the keys.
pub(super) fn sign(text: &str, signers: &[&StandardSigner]) -> String {
    let mut note = Note::new(text.as_bytes(), &[]).unwrap();
    for signer in signers {
        note.add_sigs(&[*signer]).unwrap();
    }
    String::from_utf8(note.to_bytes()).unwrap()
}

/// Signs what tlog_tiles writes for a tree of `size` entries.
pub(super) fn checkpoint(size: u64) -> String {
    let root = tree_hash(size, &*STORED).unwrap();
    let text = tlog_tiles::Checkpoint::new(ORIGIN, size, root, "").unwrap();
    let text = String::from_utf8(text.to_bytes()).unwrap();
    sign(&text, &[&keys(ORIGIN, 7).0])
}

pub(super) fn body(index: u64) -> String {
    format!(r#"{{"kind":"look-up","reference":"V-{index}"}}"#)
}

pub(super) fn salt(index: u64) -> [u8; 32] {
    let mut salt = [9; 32];
    salt[..8].copy_from_slice(&index.to_le_bytes());
    salt
}

fn commitment(index: u64) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let told = [
        b"fbx-body-v1".as_slice(),
        &salt(index),
        body(index).as_bytes(),
    ]
    .concat();
    Sha256::digest(told).into()
}

/// Lays a leaf out as API.md says.
pub(super) fn leaf(index: u64) -> Vec<u8> {
    let (time_ms, boottime_ms) = (1_777_777_777_000 + index / 2, 1_000 + index);
    [
        index.to_be_bytes().as_slice(),
        &time_ms.to_be_bytes(),
        &[8; 16],
        &boottime_ms.to_be_bytes(),
        &[6],
        &commitment(index),
    ]
    .concat()
}

pub(super) fn receipt(index: u64, size: u64) -> String {
    let extra = format!(
        r#"{{"body":"{}","leaf":"{}","salt":"{}"}}"#,
        b64(body(index).as_bytes()),
        b64(&leaf(index)),
        b64(&salt(index))
    );
    let path = prove_record(size, index, &*STORED).unwrap();
    let path: String = path.iter().map(|hash| format!("{hash}\n")).collect();
    let (extra, checkpoint) = (b64(extra.as_bytes()), checkpoint(size));
    format!("c2sp.org/tlog-proof@v1\nextra {extra}\nindex {index}\n{path}\n{checkpoint}")
}

/// Gives the hashes beside a range, as JSON: at each place the largest full
/// subtree that begins there, found by trying.
pub(super) fn beside(from: u64, to: u64) -> String {
    let mut hashes = Vec::new();
    let mut at = from;
    while at < to {
        let fits = |level: &u32| at.is_multiple_of(1 << level) && at + (1 << level) <= to;
        let level = (0..20).rev().find(fits).unwrap();
        let stored = stored_hash_index(u8::try_from(level).unwrap(), at >> level);
        hashes.push(format!("\"{}\"", STORED.0[place(stored)]));
        at += 1 << level;
    }
    format!("[{}]", hashes.join(","))
}

/// Gives the lines of an export, the header first.
pub(super) fn export(from: u64, to: u64, size: u64) -> Vec<String> {
    let header = format!(
        r#"{{"checkpoint":"{}","format":"fbx-log-export-v1","from":{from},"left":{},"origin":"{ORIGIN}","right":{},"to":{to}}}"#,
        checkpoint(size).replace('\n', "\\n"),
        beside(0, from),
        beside(to, size)
    );
    std::iter::once(header)
        .chain((from..to).map(|index| {
            format!(
                r#"{{"body":"{}","leaf":"{}","salt":"{}"}}"#,
                b64(body(index).as_bytes()),
                b64(&leaf(index)),
                b64(&salt(index))
            )
        }))
        .collect()
}

/// Bytes that readers like to pass over, or to take for another.
const TEMPTING: &[u8] = b"\n\r\t =Aw+/-0,\"";

/// Shows `see` every text that differs from `text` in one place: a byte left
/// out, any bit of it turned, and each of the tempting bytes in its place or
/// before it. What is no UTF-8 never reaches a reader.
pub(super) fn each_change(text: &str, mut see: impl FnMut(usize, &str)) {
    for at in 0..=text.len() {
        let (before, after) = text.as_bytes().split_at(at);
        let rest = after.get(1..).unwrap_or_default();
        let mut changed = vec![[before, rest].concat()];
        for byte in TEMPTING {
            changed.push([before, &[*byte], after].concat());
            changed.push([before, &[*byte], rest].concat());
        }
        if let Some(byte) = after.first() {
            changed.extend((0..8).map(|bit| [before, &[byte ^ 1 << bit], rest].concat()));
        }
        for changed in changed {
            if let Ok(changed) = String::from_utf8(changed)
                && changed != text
            {
                see(at, &changed);
            }
        }
    }
}
