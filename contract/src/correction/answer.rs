//! What a service says to a correction.
//!
//! ```text
//! answer = 0x01 | u16 length | document | signature (64)
//! ```
//!
//! The document is canonical JSON. The agent signs it with its own key: a
//! client certificate alone settles nothing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CorrectionError, read_canonical};
use crate::canonical;
use crate::envelope::SealError;
use crate::signing::{Domain, PublicKey, SIGNATURE_BYTES, SigningKey};
use crate::wire::{self, Reader};

/// First byte of an answer.
const VERSION: u8 = 1;

/// The format of an answer, the only value the field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum AnswerFormat {
    /// Version 1.
    #[default]
    #[serde(rename = "fbx-correction-answer-v1")]
    V1,
}

/// Why a service does not change its record. The text of a variant is its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Declined {
    /// The record is right as it is.
    RecordIsRight,
    /// The service could not confirm it.
    NotConfirmed,
    /// It is another service's to change.
    NotOurs,
    /// It was put right before, or is reported twice.
    AlreadyDone,
}

impl Declined {
    /// Every reason with its code.
    pub const ALL: [(Declined, &'static str); 4] = [
        (Self::RecordIsRight, "record-is-right"),
        (Self::NotConfirmed, "not-confirmed"),
        (Self::NotOurs, "not-ours"),
        (Self::AlreadyDone, "already-done"),
    ];

    /// Reads a code.
    pub fn parse(text: &str) -> Option<Self> {
        let known = Self::ALL.into_iter().find(|(_, code)| *code == text);
        known.map(|(reason, _)| reason)
    }

    /// Gives the code.
    pub fn code(self) -> &'static str {
        let known = Self::ALL.into_iter().find(|(reason, _)| *reason == self);
        known.map_or("", |(_, code)| code)
    }
}

/// What the service says to a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Said {
    /// It stands in the staff's work file.
    Delivered,
    /// Staff put it right; the next feed should show it.
    Done,
    /// Staff do not change the record.
    Declined {
        /// Why.
        reason: Declined,
    },
}

/// An agent's answer to one correction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Always `fbx-correction-answer-v1`.
    pub format: AnswerFormat,
    /// The box.
    #[serde(rename = "box")]
    pub box_id: String,
    /// The service that answers.
    pub service: String,
    /// The `COR-` reference.
    pub correction: String,
    /// What it says.
    pub said: Said,
    /// When.
    pub at: Timestamp,
}

/// Signs an answer with the agent's key and lays out its bytes.
pub fn sign_answer(answer: &Answer, key: &SigningKey) -> Result<Vec<u8>, SealError> {
    let document = canonical::to_bytes(answer)?;
    let mut bytes = vec![VERSION];
    wire::put_short(&mut bytes, &document)?;
    bytes.extend_from_slice(&key.sign(Domain::CorrectionAnswer, &document));
    Ok(bytes)
}

/// Reads an answer and checks that `key` signed it.
pub fn open_answer(bytes: &[u8], key: &PublicKey) -> Result<Answer, CorrectionError> {
    let mut reader = Reader::new(bytes, VERSION)?;
    let document = reader.short()?;
    let signature: [u8; SIGNATURE_BYTES] = reader.array()?;
    reader.end()?;
    key.verify(Domain::CorrectionAnswer, document, &signature)?;
    Ok(read_canonical(document)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_only_with_the_agents_own_signature() {
        let key = SigningKey::from_seed(&[5; 32]);
        let answer = Answer {
            format: AnswerFormat::V1,
            box_id: "firebox.example.gov.uk/box-1".into(),
            service: "housing".into(),
            correction: "COR-1".into(),
            said: Said::Declined {
                reason: Declined::NotConfirmed,
            },
            at: Timestamp::UNIX_EPOCH,
        };
        let bytes = sign_answer(&answer, &key).expect("signs");
        assert_eq!(open_answer(&bytes, &key.public()), Ok(answer));
        let other = SigningKey::from_seed(&[6; 32]).public();
        assert!(open_answer(&bytes, &other).is_err());
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(open_answer(&changed, &key.public()).is_err(), "byte {at}");
        }
    }
}
