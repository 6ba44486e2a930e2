//! The box's answer to a batch, signed by the keeper.
//!
//! ```text
//! receipt = 0x01 | u32 length | statement | signature (64)
//! ```
//!
//! The agent moves on only when a signed `applied` (or
//! `held`, which the box keeps) names the hash of the batch it sent.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::canonical;
use crate::envelope::SealError;
use crate::signing::{BadSignature, Domain, PublicKey, SIGNATURE_BYTES, SigningKey};
use crate::wire::{self, Malformed, Reader};

/// First byte of a receipt.
pub const VERSION: u8 = 1;
/// Largest statement in bytes.
const MAX_STATEMENT_BYTES: usize = 4 * 1024 * 1024;

/// The format's name, the only value the field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Format {
    /// Version 1.
    #[default]
    #[serde(rename = "fbx-receipt-v1")]
    V1,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// In the store (a snapshot part: staged).
    Applied,
    /// Kept, and waiting for two named persons; the old data goes on serving.
    Held,
    /// Not taken; `reason` says why.
    Refused,
}

/// What the keeper signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Always `fbx-receipt-v1`.
    pub format: Format,
    /// The box.
    #[serde(rename = "box")]
    pub box_id: String,
    /// The feed.
    pub source: String,
    /// The batch's epoch.
    pub epoch: u64,
    /// The batch's sequence.
    pub sequence: u64,
    /// The batch's hash, 64 hex digits.
    pub batch: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Code of a hold or refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the box noted about single records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<RecordNote>,
    /// Index of the log entry that holds the store's manifest.
    pub entry: u64,
    /// When the entry was made.
    pub at: Timestamp,
}

/// A note about one record, by the service's own id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordNote {
    /// The service's own id.
    pub key: String,
    /// `review-brought-forward`, or the [`crate::Reason`] code it was refused with.
    pub code: String,
}

/// A receipt that read; its signature is not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What it says.
    pub statement: Statement,
    bytes: Vec<u8>,
    signature: [u8; SIGNATURE_BYTES],
}

impl Receipt {
    /// Reads a receipt, whole and exact.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes, VERSION)?;
        let statement_bytes = reader.long(MAX_STATEMENT_BYTES)?;
        let signature = reader.array()?;
        reader.end()?;
        let statement: Statement =
            serde_json::from_slice(statement_bytes).map_err(|_| Malformed::Header)?;
        if canonical::to_bytes(&statement).ok().as_deref() != Some(statement_bytes) {
            return Err(Malformed::Header);
        }
        Ok(Self {
            statement,
            bytes: statement_bytes.to_vec(),
            signature,
        })
    }

    /// Checks that the box's receipt key signed it.
    pub fn verify(&self, key: &PublicKey) -> Result<(), BadSignature> {
        key.verify(Domain::Receipt, &self.bytes, &self.signature)
    }
}

/// Signs a statement and lays out the receipt.
pub fn sign(statement: &Statement, key: &SigningKey) -> Result<Vec<u8>, SealError> {
    let statement = canonical::to_bytes(statement)?;
    let mut bytes = vec![VERSION];
    wire::put_long(&mut bytes, &statement)?;
    bytes.extend_from_slice(&key.sign(Domain::Receipt, &statement));
    Ok(bytes)
}
