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
    use ed25519_dalek::{Signature, VerifyingKey};

    use super::*;

    #[test]
    fn a_note_verifies_with_nothing_but_its_verifier_key() {
        let key = NoteKey::new("firebox.example.gov.uk/one/2026", &[5; 32]);
        let text = checkpoint("firebox.example.gov.uk/one/2026", 12, &[7; 32]);
        let note = key.sign(&text);

        let verifier = key.verifier();
        let [name, id, public] = verifier.splitn(3, '+').collect::<Vec<_>>()[..] else {
            panic!()
        };
        let public = STANDARD.decode(public).unwrap();
        let digest = sha256(&[name.as_bytes(), b"\n", &public]);
        assert_eq!(hex::encode(&digest[..4]), id);

        let (signed, line) = note.split_once("\n\n\u{2014} ").unwrap();
        let (signer, signature) = line.trim_end().split_once(' ').unwrap();
        assert_eq!((signer, format!("{signed}\n")), (name, text.clone()));
        let signature = STANDARD.decode(signature).unwrap();
        assert_eq!(hex::encode(&signature[..4]), id);
        let public = VerifyingKey::from_bytes(public[1..].try_into().unwrap()).unwrap();
        let signature = Signature::from_slice(&signature[4..]).unwrap();
        assert!(public.verify_strict(text.as_bytes(), &signature).is_ok());
        assert!(
            public
                .verify_strict(text.replace("12", "13").as_bytes(), &signature)
                .is_err()
        );
    }

    #[test]
    fn a_checkpoint_is_three_lines() {
        let text = checkpoint("o", 3, &[0; 32]);
        assert_eq!(text, "o\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    }
}
