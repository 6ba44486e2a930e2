//! The key that checks a log's checkpoints, as text: `origin+hash+key`.

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::encoding;
use crate::note::is_key_name;

/// Algorithm byte of Ed25519 in verifier keys and key hashes.
const ED25519: u8 = 0x01;

/// A checkpoint key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    /// The log it belongs to.
    pub origin: String,
    id: [u8; 4],
    key: VerifyingKey,
}

/// Text that is no verifier key.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum KeyError {
    /// Not three parts joined by `+`, or not base64.
    #[error("this is not a verifier key: it looks like name+8 hex digits+base64")]
    Malformed,
    /// Another algorithm than Ed25519.
    #[error("this key is not Ed25519: this version checks no other")]
    Algorithm,
    /// The hash in the text is not the key's.
    #[error("the key's own hash does not agree: it was typed or copied wrong")]
    Hash,
}

impl VerifierKey {
    /// Reads a verifier key and checks that its parts belong together. The text
    /// is exact: no space or newline around it, hex digits in lower case.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut parts = text.splitn(3, '+');
        let (Some(origin), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Malformed);
        };
        let bytes = encoding::base64(key).ok_or(KeyError::Malformed)?;
        let (algorithm, key) = bytes.split_first().ok_or(KeyError::Malformed)?;
        if *algorithm != ED25519 {
            return Err(KeyError::Algorithm);
        }
        let key: &[u8; 32] = key.try_into().map_err(|_| KeyError::Malformed)?;
        if !is_key_name(origin) {
            return Err(KeyError::Malformed);
        }
        let own = key_id(origin, key);
        if id != format!("{:08x}", u32::from_be_bytes(own)) {
            return Err(KeyError::Hash);
        }
        let key = VerifyingKey::from_bytes(key).map_err(|_| KeyError::Malformed)?;
        Ok(Self {
            origin: origin.to_owned(),
            id: own,
            key,
        })
    }

    /// Gives the 4 bytes that name the key in a signature line.
    pub(crate) fn id(&self) -> [u8; 4] {
        self.id
    }

    /// Checks a 64-byte signature over a note's text.
    pub(crate) fn signed(&self, text: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(text, &signature).is_ok())
    }
}

/// First four bytes of SHA-256(origin, newline, algorithm, key).
fn key_id(origin: &str, key: &[u8; 32]) -> [u8; 4] {
    let mut hasher = Sha256::new();
    hasher.update(origin.as_bytes());
    hasher.update([b'\n', ED25519]);
    hasher.update(key);
    let hash = hasher.finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}
