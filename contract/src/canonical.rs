//! One value, one byte string: RFC 8785 canonical JSON, so that two sides
//! that hash the same statement hash the same bytes.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// A value that cannot be written as JSON (a map with keys that are no text,
/// or a number that is not finite). None of firebox's own types are.
#[derive(Debug, thiserror::Error)]
#[error("cannot be written as canonical JSON")]
pub struct NotCanonical(#[source] serde_json::Error);

/// Writes `value` as RFC 8785 JSON in UTF-8, without a final newline.
pub fn to_bytes(value: &impl Serialize) -> Result<Vec<u8>, NotCanonical> {
    serde_json_canonicalizer::to_vec(value).map_err(NotCanonical)
}

/// SHA-256 over the concatenation of `parts`, 32 bytes.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}
