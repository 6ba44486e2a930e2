//! Secrets that cross a Unix socket: no `Debug`, no `Clone`, wiped on drop.
//! They are serialised for that socket and nowhere else.

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

/// A password on its way to the keeper.
#[derive(Serialize, Deserialize)]
pub struct Password(String);

impl Password {
    /// Takes a password.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Gives the text, to hash it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for Password {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// An opened detail on its way to the gate.
#[derive(Serialize, Deserialize)]
pub struct Plaintext(#[serde(with = "crate::bytes")] Vec<u8>);

impl Plaintext {
    /// Takes the bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Gives the bytes, to show them to whoever asked.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Plaintext {
    fn drop(&mut self) {
        // As slices they are wiped in one go, not byte by byte.
        self.0.spare_capacity_mut().zeroize();
        self.0.as_mut_slice().zeroize();
    }
}

/// A session's bearer token: 32 random bytes as base64url, as it stands in the
/// `Authorization` header. The log knows only its SHA-256.
#[derive(Serialize, Deserialize)]
pub struct SessionToken(String);

impl SessionToken {
    /// Takes a token.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Gives the text, to hash or to hand it to its owner.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// SHA-256 of the token: what everything but the owner keeps.
    pub fn hash(&self) -> [u8; 32] {
        firebox_contract::canonical::sha256(&[self.0.as_bytes()])
    }
}

impl Drop for SessionToken {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
