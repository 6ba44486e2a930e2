//! The keys an agent seals to, signed by the keeper, with their validity.
//!
//! ```text
//! recipients = 0x01 | u32 length | document | signature (64)
//! ```

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::canonical;
use crate::envelope::SealError;
use crate::signing::{BadSignature, Domain, PublicKey, SIGNATURE_BYTES, SigningKey};
use crate::wire::{self, Malformed, Reader};

/// First byte of the document.
pub const VERSION: u8 = 1;
const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

/// What the keeper signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The box.
    #[serde(rename = "box")]
    pub box_id: String,
    /// age recipient of batch bodies.
    pub batch: String,
    /// age recipient of details, by class code.
    pub details: BTreeMap<String, String>,
    /// Not to be used after this.
    pub valid_until: Timestamp,
}

/// Signs a document and lays out its bytes.
pub fn sign(document: &Document, key: &SigningKey) -> Result<Vec<u8>, SealError> {
    let document = canonical::to_bytes(document)?;
    let mut bytes = vec![VERSION];
    wire::put_long(&mut bytes, &document)?;
    bytes.extend_from_slice(&key.sign(Domain::Recipients, &document));
    Ok(bytes)
}

/// Why a recipients document was refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum RecipientsError {
    /// The bytes do not read.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// Not signed by the box's receipt key.
    #[error(transparent)]
    Signature(#[from] BadSignature),
    /// Past its validity.
    #[error("the box's list of keys has expired: fetch it again")]
    Expired,
}

/// Reads a document and checks signature and validity at `now`.
pub fn open(bytes: &[u8], key: &PublicKey, now: Timestamp) -> Result<Document, RecipientsError> {
    let mut reader = Reader::new(bytes, VERSION)?;
    let text = reader.long(MAX_DOCUMENT_BYTES)?;
    let signature: [u8; SIGNATURE_BYTES] = reader.array()?;
    reader.end()?;
    key.verify(Domain::Recipients, text, &signature)?;
    let document: Document = serde_json::from_slice(text).map_err(|_| Malformed::Header)?;
    if document.valid_until < now {
        return Err(RecipientsError::Expired);
    }
    Ok(document)
}
