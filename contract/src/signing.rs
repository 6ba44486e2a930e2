//! Ed25519 keys and domain-separated signatures.
//!
//! Every signature is over `domain || SHA-256(message)`, so that a signature
//! made for one format is never valid for another.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::canonical::sha256;

/// Length of a signature in bytes.
pub const SIGNATURE_BYTES: usize = 64;

/// What a signature is for; its text stands in front of every signed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// An agent's statement that this context belongs to this ciphertext.
    Envelope,
    /// An agent's batch header.
    Batch,
    /// The keeper's answer to an agent.
    Receipt,
    /// The keeper's list of keys to seal to.
    Recipients,
    /// The keeper's word that a correction comes from this box.
    Correction,
    /// An agent's answer to a correction.
    CorrectionAnswer,
}

impl Domain {
    fn text(self) -> &'static [u8] {
        match self {
            Domain::Envelope => b"fbx-envelope-v1",
            Domain::Batch => b"fbx-batch-v1",
            Domain::Receipt => b"fbx-receipt-v1",
            Domain::Recipients => b"fbx-recipients-v1",
            Domain::Correction => b"fbx-correction-v1",
            Domain::CorrectionAnswer => b"fbx-correction-answer-v1",
        }
    }
}

/// A signature that does not belong to this key, domain and message.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("the signature does not belong to this key and these bytes")]
pub struct BadSignature;

/// A key that is not 32 bytes of base64, or not a point of the curve.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("this is not an Ed25519 key in base64")]
pub struct BadKey;

/// The private half. No `Debug`, no `Clone`, wiped on drop.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Takes the 32 secret bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Takes the 32 secret bytes as base64, with or without a final newline.
    pub fn from_base64(text: &str) -> Result<Self, BadKey> {
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| BadKey)?);
        let seed: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| BadKey)?;
        Ok(Self::from_seed(seed))
    }

    /// Gives the public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs `domain || SHA-256(message)`.
    pub fn sign(&self, domain: Domain, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        self.0.sign(&signed_bytes(domain, message)).to_bytes()
    }
}

/// The public half; written as base64 of 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    /// Takes 32 bytes; refuses what is no point of the curve.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, BadKey> {
        ed25519_dalek::VerifyingKey::from_bytes(bytes)
            .map(Self)
            .map_err(|_| BadKey)
    }

    /// Gives the 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Names the key in headers and logs: the first 8 bytes of its SHA-256 as hex.
    pub fn id(&self) -> String {
        hex::encode(&sha256(&[self.0.as_bytes()])[..8])
    }

    /// Checks a signature strictly (no malleable or small-order keys).
    pub fn verify(
        &self,
        domain: Domain,
        message: &[u8],
        signature: &[u8; SIGNATURE_BYTES],
    ) -> Result<(), BadSignature> {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.0
            .verify_strict(&signed_bytes(domain, message), &signature)
            .map_err(|_| BadSignature)
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        STANDARD.encode(key.as_bytes())
    }
}

impl TryFrom<String> for PublicKey {
    type Error = BadKey;

    fn try_from(text: String) -> Result<Self, BadKey> {
        let bytes = STANDARD.decode(text).map_err(|_| BadKey)?;
        Self::from_bytes(bytes.as_slice().try_into().map_err(|_| BadKey)?)
    }
}

fn signed_bytes(domain: Domain, message: &[u8]) -> Vec<u8> {
    [domain.text(), &sha256(&[message])].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_for_one_format_is_refused_for_another() {
        let key = SigningKey::from_seed(&[7; 32]);
        let signature = key.sign(Domain::Batch, b"header");
        assert_eq!(
            key.public().verify(Domain::Batch, b"header", &signature),
            Ok(())
        );
        assert_eq!(
            key.public().verify(Domain::Receipt, b"header", &signature),
            Err(BadSignature)
        );
    }
}
