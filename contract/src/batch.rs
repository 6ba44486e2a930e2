//! What an agent sends.
//!
//! ```text
//! batch = 0x01 | u16 length | header | u32 length | ciphertext | signature (64)
//! body  = header line, then one canonical JSON line a record
//! ciphertext = age(zstd(body)) to the store's batch recipient
//! ```
//!
//! The header is in the clear and signed; it holds the hash of the ciphertext
//! and of the batch before, so a source's batches form a chain. It is repeated
//! as the body's first line, so that a body cannot be put under another header.
//! Sequence is strict: one more than the last, the same one again (answered
//! with the stored receipt), or refused by name.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::canonical::{self, sha256};
use crate::record::{Phone, Place, Reason, Record, Uprn};
use crate::setsum::SetSum;
use crate::signing::{BadSignature, Domain, PublicKey, SIGNATURE_BYTES, SigningKey};
use crate::wire::{self, Malformed, Reader};

/// First byte of a batch.
pub const VERSION: u8 = 1;
/// Largest batch in bytes, as sent.
pub const MAX_BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Largest body in bytes after decompression.
pub const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;
/// Most lines of a body, without the header line.
pub const MAX_LINES: usize = 20_000;
/// `previous` of the first batch of an epoch.
pub const NO_PREVIOUS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The format's name, the only value the field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Format {
    /// Version 1.
    #[default]
    #[serde(rename = "fbx-batch-v1")]
    V1,
}

/// What kind of batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Changes that stand by themselves (cursor and per-subject sources).
    Delta,
    /// A part of one reading of a whole export; staged, not applied.
    SnapshotPart,
    /// The end of that reading: proves the parts, then they apply together.
    SnapshotManifest,
    /// Nothing to say, and the state of the source.
    Heartbeat,
    /// First batch of a raised epoch.
    Rekey,
}

/// The header, in the clear and signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Always `fbx-batch-v1`.
    pub format: Format,
    /// The box it is for.
    #[serde(rename = "box")]
    pub box_id: String,
    /// The feed it is of.
    pub source: String,
    /// Id of the agent's signing key.
    pub agent_key: String,
    /// Raised when an agent starts anew; approved on the box.
    pub epoch: u64,
    /// Strictly one more than the last of this source and epoch; starts at 1.
    pub sequence: u64,
    /// Hash of the batch before, 64 hex digits; zeros for the first.
    pub previous: String,
    /// What kind of batch.
    pub kind: Kind,
    /// Which reading of the export a snapshot part or manifest belongs to; 0 otherwise.
    pub run: u64,
    /// Lines in the body, without the header line.
    pub count: u64,
    /// When the agent made it.
    pub created: Timestamp,
    /// SHA-256 of the ciphertext, 64 hex digits. Zeros in the repeated header
    /// inside, which cannot hold the hash of what contains it.
    pub ciphertext_sha256: String,
}

impl Header {
    /// Gives the header as it stands inside the body: without the ciphertext's hash.
    pub fn inner(&self) -> Self {
        Self {
            ciphertext_sha256: NO_PREVIOUS.to_owned(),
            ..self.clone()
        }
    }
}

/// A batch that read; its signature is not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The header.
    pub header: Header,
    /// age(zstd(body)).
    pub ciphertext: Vec<u8>,
    header_bytes: Vec<u8>,
    signature: [u8; SIGNATURE_BYTES],
}

/// Why a batch was refused. The code stands in the receipt.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BatchError {
    /// The bytes are no batch.
    #[error("malformed")]
    Malformed,
    /// Not signed by a key enrolled for this source.
    #[error("bad-signature")]
    BadSignature,
    /// A key the box does not know, or one that was disabled.
    #[error("unknown-key")]
    UnknownKey,
    /// The key is enrolled, but not for this source.
    #[error("wrong-source")]
    WrongSource,
    /// Made for another box.
    #[error("wrong-box")]
    WrongBox,
    /// The ciphertext is not the one in the header.
    #[error("ciphertext-differs")]
    CiphertextDiffers,
    /// The body does not open, or is over its cap.
    #[error("body-unreadable")]
    BodyUnreadable,
    /// The header inside is another than outside.
    #[error("header-differs")]
    HeaderDiffers,
    /// Same sequence, other batch: two agents, or one restored from a backup.
    #[error("fork")]
    Fork,
    /// A batch is missing before this one.
    #[error("gap")]
    Gap,
    /// `previous` is not the last batch's hash.
    #[error("chain-broken")]
    ChainBroken,
    /// An epoch that is not the one enrolled.
    #[error("wrong-epoch")]
    WrongEpoch,
    /// The manifest does not agree with the parts.
    #[error("snapshot-unproved")]
    SnapshotUnproved,
}

impl BatchError {
    /// Gives the code as it stands in receipts.
    pub fn code(self) -> String {
        self.to_string()
    }

    /// Says what the owner of the agent can do.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Malformed | Self::CiphertextDiffers | Self::HeaderDiffers => {
                "the batch was damaged on its way: run the agent again; if it stays, send the code to the box's operator"
            }
            Self::BadSignature | Self::UnknownKey => {
                "the box does not know this agent's key: enrol again with a new bundle (`firebox agent add`)"
            }
            Self::WrongSource => {
                "this agent is not enrolled for this source: check `id` in the source file"
            }
            Self::WrongBox => {
                "the batch was made for another box: check the bundle the agent was enrolled with"
            }
            Self::BodyUnreadable => {
                "the box could not open the body: enrol again, its keys may have changed"
            }
            Self::Fork => {
                "two agents send for this source, or one was restored from a backup: stop one, then enrol again to raise the epoch"
            }
            Self::Gap | Self::ChainBroken => {
                "the box has not the batches before: do not delete the outbox; enrol again if they are lost"
            }
            Self::WrongEpoch => "the agent was enrolled anew elsewhere: enrol here again",
            Self::SnapshotUnproved => {
                "parts of the reading are missing: the agent reads the export anew"
            }
        }
    }
}

impl From<Malformed> for BatchError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

impl Batch {
    /// Reads a batch, whole and exact, and compares the ciphertext with its hash.
    pub fn parse(bytes: &[u8]) -> Result<Self, BatchError> {
        let mut reader = Reader::new(bytes, VERSION)?;
        let header_bytes = reader.short()?.to_vec();
        let ciphertext = reader.long(MAX_BATCH_BYTES)?.to_vec();
        let signature = reader.array()?;
        reader.end()?;
        let header: Header =
            serde_json::from_slice(&header_bytes).map_err(|_| Malformed::Header)?;
        if canonical::to_bytes(&header).ok().as_deref() != Some(&header_bytes) {
            return Err(BatchError::Malformed);
        }
        if hex::encode(sha256(&[&ciphertext])) != header.ciphertext_sha256 {
            return Err(BatchError::CiphertextDiffers);
        }
        Ok(Self {
            header,
            ciphertext,
            header_bytes,
            signature,
        })
    }

    /// Checks that `key` signed the header (and so the ciphertext's hash).
    pub fn verify(&self, key: &PublicKey) -> Result<(), BatchError> {
        key.verify(Domain::Batch, &self.header_bytes, &self.signature)
            .map_err(|BadSignature| BatchError::BadSignature)
    }

    /// Gives the batch's hash, which the next one names and the receipt answers
    /// to: SHA-256 of the header's bytes, 64 hex digits.
    pub fn hash(&self) -> String {
        hex::encode(sha256(&[&self.header_bytes]))
    }

    /// Checks a decompressed body's first line against the header and gives the
    /// lines after it, each without its newline.
    pub fn lines<'a>(&self, body: &'a [u8]) -> Result<Vec<&'a [u8]>, BatchError> {
        let mut lines = body.split(|byte| *byte == b'\n');
        let first = lines.next().unwrap_or_default();
        if canonical::to_bytes(&self.header.inner()).ok().as_deref() != Some(first) {
            return Err(BatchError::HeaderDiffers);
        }
        let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
        if lines.len() as u64 != self.header.count || lines.len() > MAX_LINES {
            return Err(BatchError::HeaderDiffers);
        }
        Ok(lines)
    }
}

/// Lays out and signs a batch around a ciphertext that is already made;
/// `header.ciphertext_sha256` is filled in here.
pub fn assemble(
    mut header: Header,
    ciphertext: &[u8],
    key: &SigningKey,
) -> Result<Vec<u8>, crate::envelope::SealError> {
    header.ciphertext_sha256 = hex::encode(sha256(&[ciphertext]));
    let header = canonical::to_bytes(&header)?;
    let mut bytes = vec![VERSION];
    wire::put_short(&mut bytes, &header)?;
    wire::put_long(&mut bytes, ciphertext)?;
    bytes.extend_from_slice(&key.sign(Domain::Batch, &header));
    Ok(bytes)
}

/// Lays out the body: the inner header, then `lines` (each ending in a newline).
pub fn body(header: &Header, lines: &[u8]) -> Result<Vec<u8>, crate::canonical::NotCanonical> {
    let mut body = canonical::to_bytes(&header.inner())?;
    body.push(b'\n');
    body.extend_from_slice(lines);
    Ok(body)
}

/// One line of a body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Line {
    /// A record as it is now.
    Put {
        /// The service's own id of the record.
        key: String,
        /// Rises with every change of any record of this source.
        version: u64,
        /// When the service last changed it.
        source_time: Timestamp,
        /// The record.
        record: Record,
        /// The sealed detail, base64; none where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        envelope: Option<String>,
    },
    /// A record the service no longer holds.
    Gone {
        /// The service's own id.
        key: String,
        /// Rises as for `put`.
        version: u64,
        /// Why.
        reason: GoneReason,
    },
    /// A row that could not be read but whose place could: says that there is
    /// something, and whom to ring. Replaces what the key held before in the
    /// sense that it is shown beside it, never instead.
    Held {
        /// The service's own id, or `row-<hash>` where even that did not read.
        key: String,
        /// Rises as for `put`.
        version: u64,
        /// Where, by UPRN.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uprn: Option<Uprn>,
        /// Where, by address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
        /// Why it did not read.
        reason: Reason,
        /// The service's number.
        phone: Phone,
    },
    /// The end of a reading of a whole export.
    Manifest(Manifest),
    /// The state of the source.
    Heartbeat(Heartbeat),
}

/// Why a record is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GoneReason {
    /// A complete export did not hold it.
    AbsentInSnapshot,
    /// The service said so.
    SourceDeleted,
    /// It came to its end.
    Ended,
    /// The person withdrew it.
    WithdrawnByPerson,
    /// It was wrong.
    WrongRecord,
    /// A `held` row that reads again, or is no longer there.
    HeldResolved,
}

/// Proof of a complete reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Parts sent with this `run`.
    pub parts: u64,
    /// True when the parts carry every record, so that any other is gone.
    pub full: bool,
    /// `put` lines in the parts.
    pub puts: u64,
    /// `gone` lines in the parts.
    pub gones: u64,
    /// `held` lines in the parts.
    pub helds: u64,
    /// Live `put` and `held` statements of this source after the run.
    pub records: u64,
    /// Their [`SetSum`] over the lines as sent.
    pub set: SetSum,
    /// Rows in the export.
    pub rows: u64,
    /// Quarantined rows whose place could not be read: with any, the whole source is held.
    pub unplaced: u64,
    /// When the service made the export.
    pub as_of: Timestamp,
}

/// The state of a source, for when there is nothing else to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heartbeat {
    /// How it is.
    pub state: SourceHealth,
    /// When the service made the newest export that was read whole and sent;
    /// none before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
    /// Code of what holds or fails it, for example `guard-max-drop` or `drift-missing-column`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// [`SetSum`] of the live statements as the agent knows them. A box whose
    /// own differs does not call the source in date, whatever `state` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<SetSum>,
}

/// How a source is, as its agent sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceHealth {
    /// Read whole; nothing changed.
    Ok,
    /// Read, and over a guard: the old data goes on serving until a person decides.
    Held,
    /// Could not be read.
    Failing,
}

/// Seals and signs a batch: zstd, age, header. `lines` are canonical JSON
/// lines, each ending in a newline; `header.count` must be their number.
#[cfg(feature = "seal")]
pub fn seal(
    header: Header,
    lines: &[u8],
    recipient: &age::x25519::Recipient,
    key: &SigningKey,
) -> Result<Vec<u8>, crate::envelope::SealError> {
    use crate::envelope::SealError;
    let body = body(&header, lines)?;
    let packed = zstd::encode_all(body.as_slice(), 3).map_err(SealError::Encrypt)?;
    let ciphertext = crate::envelope::encrypt(&packed, recipient)?;
    if ciphertext.len() > MAX_BATCH_BYTES {
        return Err(SealError::Format(Malformed::TooLong));
    }
    assemble(header, &ciphertext, key)
}
