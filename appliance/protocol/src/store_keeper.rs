//! Store to keeper, on `keeper-store`.

use firebox_contract::receipt::{Outcome, RecordNote};
use firebox_contract::signing::PublicKey;
use serde::{Deserialize, Serialize};

use crate::answer::Progress;
use crate::refusal::Refusal;

/// What the store asks or tells.
#[derive(Serialize, Deserialize)]
pub enum Request {
    /// First message of a connection.
    Hello {
        /// Random, drawn at the store's start; permits are bound to it.
        nonce: [u8; 16],
        /// Highest log index any permit carried: a log that is shorter was cut.
        highest_log_index: u64,
    },
    /// The agents' keys.
    Agents,
    /// Log a batch's manifest and sign its receipt. Asking again for the same
    /// batch gives the same receipt.
    Attest(Attestation),
    /// A correction was sealed for one service: enter it, and sign its header.
    /// Asking again for the same bytes gives the same signature and no second entry.
    Correction(CorrectionSealed),
    /// A correction came further with one service: enter it. Told again, no second entry.
    CorrectionMoved(CorrectionMoved),
    /// Two records are not the same person, or may be again: enter it before it takes effect.
    Apart(Apart),
    /// What an answer showed. Gets no reply; joins the next group commit.
    Shown {
        /// The permit's id.
        permit: [u8; 16],
        /// What was in the answer.
        shown: Vec<ShownRecord>,
        /// Of a person: what the caller said, and how much of it was right.
        confirmed: Option<Matched>,
    },
}

/// What the keeper answers.
#[derive(Serialize, Deserialize)]
pub enum Reply {
    /// To `Hello`.
    Welcome {
        /// The box's id, which batches must name.
        box_id: String,
    },
    /// To `Agents`: postcard of [`AgentList`] and its MAC (`fbx-agents-v1`).
    Agents {
        /// The list's bytes.
        list: Vec<u8>,
        /// HMAC-SHA256 over them.
        mac: [u8; 32],
    },
    /// To `Attest`: the signed receipt.
    Receipt(Vec<u8>),
    /// To `Correction`: the signature over the header, 64 bytes.
    Signature(#[serde(with = "crate::bytes")] Vec<u8>),
    /// To `CorrectionMoved` and `Apart`: the entry is on the disk.
    Entered,
    /// Not done.
    Refused(Refusal),
}

/// Enrolled agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentList {
    /// One a service.
    pub agents: Vec<AgentKey>,
}

/// One enrolled agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentKey {
    /// The service it speaks for.
    pub service: String,
    /// The feeds it may send.
    pub sources: Vec<String>,
    /// Its signing key.
    pub key: PublicKey,
    /// The epoch its batches carry.
    pub epoch: u64,
    /// age recipient to which corrections are sealed.
    pub correction_recipient: String,
}

/// A correction sealed for one service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionSealed {
    /// The permit it was raised with; the keeper made its entry.
    pub permit: [u8; 16],
    /// Canonical JSON of [`firebox_contract::correction::Header`].
    #[serde(with = "crate::bytes")]
    pub header: Vec<u8>,
}

/// How a correction came further with one service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionMoved {
    /// Its `COR-` reference.
    pub correction: String,
    /// The service.
    pub service: String,
    /// How far it is.
    pub progress: Progress,
}

/// A decision about two records, by a named person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apart {
    /// Who decided.
    pub by: String,
    /// Why, one line without personal data.
    pub why: String,
    /// The records, each as the hash that names it in manifests.
    pub records: [[u8; 32]; 2],
    /// True: they are not the same person. False: the decision is taken back.
    pub apart: bool,
}

/// How much of what a caller said was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    /// Values right.
    pub right: u8,
    /// Values given.
    pub given: u8,
}

/// A batch's effect on the store, for the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
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
    pub reason: Option<String>,
    /// Notes for the receipt.
    pub notes: Vec<RecordNote>,
    /// Root of the store's buckets after it, 32 bytes.
    pub manifest: [u8; 32],
    /// Live records after it.
    pub records: u64,
    /// Envelopes put or taken away, for the keeper's version map.
    pub envelopes: Vec<EnvelopeChange>,
}

/// One envelope's change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvelopeChange {
    /// SHA-256 of source, zero byte, and the service's own id.
    pub record: [u8; 32],
    /// Version of the record.
    pub version: u64,
    /// SHA-256 of the envelope's ciphertext; none: taken away.
    pub ciphertext: Option<[u8; 32]>,
}

/// One record that was in an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownRecord {
    /// The UPRN it was shown for; none: it was shown of a person.
    pub uprn: Option<u64>,
    /// The store's id of the record; none: the address itself, without a warning.
    pub record: Option<i64>,
    /// Version of the service's statement.
    pub version: u64,
}
