//! Checkpoints: C2SP tlog-checkpoint as a signed note, one Ed25519 line.
//!
//! Nothing important stands in an extension line, because cosignatures of
//! witnesses need not cover one.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use firebox_contract::canonical::sha256;

use super::tree::Hash;

/// C2SP's number for an Ed25519 note signature.
const ED25519: u8 = 1;

/// A named key that signs notes. No `Debug`, no `Clone`, wiped on drop.
pub struct NoteKey {
    name: String,
    key: ed25519_dalek::SigningKey,
}

impl NoteKey {
    /// Takes the key's name (the log's origin) and its 32-byte seed.
    pub fn new(name: impl Into<String>, seed: &[u8; 32]) -> Self {
        Self {
            name: name.into(),
            key: ed25519_dalek::SigningKey::from_bytes(seed),
        }
    }

    /// Gives the verifier key, as C2SP signed-note writes it:
    /// `<name>+<8 hex digits>+<base64 of 0x01 and the public key>`.
    pub fn verifier(&self) -> String {
        format!(
            "{}+{}+{}",
            self.name,
            hex::encode(self.id()),
            STANDARD.encode(self.typed())
        )
    }

    /// Signs a note's text, which ends in a newline, and gives the whole note.
    pub fn sign(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        let line = STANDARD.encode([self.id().as_slice(), &signature].concat());
        format!("{text}\n\u{2014} {} {line}\n", self.name)
    }

    /// SHA-256(name, newline, 0x01, public key), its first four bytes.
    fn id(&self) -> [u8; 4] {
        let hash = sha256(&[self.name.as_bytes(), b"\n", &self.typed()]);
        [hash[0], hash[1], hash[2], hash[3]]
    }

    fn typed(&self) -> [u8; 33] {
        let mut typed = [ED25519; 33];
        typed[1..].copy_from_slice(self.key.verifying_key().as_bytes());
        typed
    }
}

/// Writes a checkpoint's text: origin, size and root, a line each.
pub fn checkpoint(origin: &str, size: u64, root: &Hash) -> String {
    format!("{origin}\n{size}\n{}\n", STANDARD.encode(root))
}

#[cfg(test)]
mod tests {
    use signed_note::{Note, StandardVerifier, VerifierList};

    use super::*;

    const ORIGIN: &str = "firebox.example.gov.uk/one/2026";

    /// Whether signed_note, with nothing but the verifier key, believes a note.
    fn they_believe(note: &str, verifier: &str) -> bool {
        let Ok(note) = Note::from_bytes(note.as_bytes()) else {
            return false;
        };
        let known = Box::new(StandardVerifier::new(verifier).unwrap());
        note.verify(&VerifierList::new(vec![known])).is_ok()
    }

    #[test]
    fn a_note_is_believed_by_others_with_nothing_but_its_verifier_key() {
        for seed in 0..32 {
            let key = NoteKey::new(ORIGIN, &[seed; 32]);
            let note = key.sign(&checkpoint(ORIGIN, u64::from(seed), &[seed; 32]));
            assert!(they_believe(&note, &key.verifier()), "seed {seed}");
            let other = NoteKey::new(ORIGIN, &[seed + 1; 32]).verifier();
            assert!(!they_believe(&note, &other), "seed {seed}");
        }
    }

    #[test]
    fn a_note_changed_in_any_byte_is_believed_by_nobody() {
        let key = NoteKey::new(ORIGIN, &[5; 32]);
        let note = key.sign(&checkpoint(ORIGIN, 12, &[7; 32]));
        for at in 0..note.len() {
            for bit in 0..8 {
                let mut changed = note.clone().into_bytes();
                changed[at] ^= 1 << bit;
                let changed = String::from_utf8(changed);
                let believed = changed.is_ok_and(|note| they_believe(&note, &key.verifier()));
                assert!(!believed, "bit {bit} of byte {at}");
            }
        }
    }

    #[test]
    fn a_checkpoint_is_three_lines_and_read_and_written_the_same_by_others() {
        let text = checkpoint("o", 3, &[0; 32]);
        assert_eq!(text, "o\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
        for size in [0, 1, u64::MAX] {
            let text = checkpoint(ORIGIN, size, &[6; 32]);
            let read = tlog_tiles::Checkpoint::from_bytes(text.as_bytes()).unwrap();
            assert_eq!((read.origin(), read.size()), (ORIGIN, size));
            assert_eq!((read.hash().0, read.extension()), ([6; 32], ""));
            assert_eq!(read.to_bytes(), text.as_bytes());
        }
    }
}
