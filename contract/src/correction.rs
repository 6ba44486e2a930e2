//! A correction on its way home: from somebody who was told of a mistake, to
//! the service whose record is wrong.
//!
//! ```text
//! correction = 0x01 | u16 length | header | u32 length | ciphertext | signature (64)
//! ciphertext = age(item) to the service's correction recipient
//! ```
//!
//! Header and item are canonical JSON. The keeper signs the header, which holds
//! the ciphertext's hash; the item repeats correction and service, so that it
//! cannot be put under another header.

mod answer;
mod field;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::canonical::{self, sha256};
use crate::envelope::SealError;
use crate::signing::{BadSignature, Domain, PublicKey, SIGNATURE_BYTES};
use crate::wire::{self, Malformed, Reader};

pub use answer::{Answer, AnswerFormat, Declined, Said, open_answer, sign_answer};
pub use field::{Field, HowKnown, MAX_SHOULD_BE_CHARACTERS};

/// First byte of a correction.
pub const VERSION: u8 = 1;
/// Largest ciphertext in bytes.
pub const MAX_CIPHERTEXT_BYTES: usize = 32 * 1024;
/// Most corrections in one reply to an agent.
pub const MAX_CORRECTIONS: usize = 200;
/// Longest account of a new hazard in characters.
pub const MAX_SAW_CHARACTERS: usize = 2_000;

/// The format's name, the only value the field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Format {
    /// Version 1.
    #[default]
    #[serde(rename = "fbx-correction-v1")]
    V1,
}

/// What stands in the clear around a correction: nothing of whom it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Always `fbx-correction-v1`.
    pub format: Format,
    /// The box it comes from.
    #[serde(rename = "box")]
    pub box_id: String,
    /// The service it is for.
    pub service: String,
    /// Its `COR-` reference.
    pub correction: String,
    /// When it was raised.
    pub raised: Timestamp,
    /// SHA-256 of the ciphertext, 64 hex digits.
    pub ciphertext_sha256: String,
}

/// What a correction is about, as the service itself names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum About {
    /// A person.
    Person {
        /// The service's own id of the person.
        reference: String,
        /// Keys of the service's records about them, each `feed/key`.
        records: Vec<String>,
    },
    /// A warning of the service.
    Warning {
        /// The record, `feed/key`.
        record: String,
        /// Where it stands, if at a UPRN.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uprn: Option<crate::record::Uprn>,
    },
    /// An address.
    Property {
        /// Its UPRN.
        uprn: crate::record::Uprn,
    },
}

/// What is said to be wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Wrong {
    /// A field that should be something else.
    Field {
        /// Which.
        field: Field,
        /// What it should be, in normal form.
        should_be: String,
        /// How the one who reports it knows.
        how_known: HowKnown,
    },
    /// A hazard the service does not have yet.
    NewHazard {
        /// A hazard code of the vocabulary.
        category: String,
        /// What was seen.
        saw: String,
        /// When.
        when: String,
    },
}

/// The sealed inside. No `Debug`: it says whom it is about.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The same as in the header.
    pub correction: String,
    /// The same as in the header.
    pub service: String,
    /// Whom or what it is about.
    pub about: About,
    /// What is wrong.
    pub wrong: Wrong,
    /// Role of the one who reports it.
    pub by_role: String,
}

/// A correction that read; its signature is not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// What stands around it.
    pub header: Header,
    /// The age file.
    pub ciphertext: Vec<u8>,
    header_bytes: Vec<u8>,
    signature: [u8; SIGNATURE_BYTES],
}

/// Why a correction or an answer was refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum CorrectionError {
    /// The bytes do not read.
    #[error("malformed: {0}")]
    Malformed(#[from] Malformed),
    /// Not signed by who should have.
    #[error(transparent)]
    Signature(#[from] BadSignature),
    /// The ciphertext is not the one in the header.
    #[error("the ciphertext is not the one in the header")]
    CiphertextDiffers,
    /// The inside belongs to another correction or service.
    #[error("the correction's inside does not belong to its outside")]
    Swapped,
}

impl Correction {
    /// Reads a correction, whole and exact, and compares the ciphertext with its hash.
    pub fn parse(bytes: &[u8]) -> Result<Self, CorrectionError> {
        let mut reader = Reader::new(bytes, VERSION)?;
        let header_bytes = reader.short()?.to_vec();
        let ciphertext = reader.long(MAX_CIPHERTEXT_BYTES)?.to_vec();
        let signature = reader.array()?;
        reader.end()?;
        let header: Header = read_canonical(&header_bytes)?;
        if hex::encode(sha256(&[&ciphertext])) != header.ciphertext_sha256 {
            return Err(CorrectionError::CiphertextDiffers);
        }
        Ok(Self {
            header,
            ciphertext,
            header_bytes,
            signature,
        })
    }

    /// Checks that the box's receipt key signed the header.
    pub fn verify(&self, key: &PublicKey) -> Result<(), CorrectionError> {
        Ok(key.verify(Domain::Correction, &self.header_bytes, &self.signature)?)
    }

    /// Judges the plaintext that the agent decrypted.
    pub fn accept(&self, plaintext: &[u8]) -> Result<Item, CorrectionError> {
        let item: Item = read_canonical(plaintext)?;
        if item.correction != self.header.correction || item.service != self.header.service {
            return Err(CorrectionError::Swapped);
        }
        Ok(item)
    }
}

/// Gives the bytes of a header that the keeper signs ([`Domain::Correction`]).
pub fn header_bytes(header: &Header) -> Result<Vec<u8>, SealError> {
    Ok(canonical::to_bytes(header)?)
}

/// Lays out a correction around a ciphertext and a signature that are already made.
pub fn assemble(
    header: &[u8],
    ciphertext: &[u8],
    signature: &[u8; SIGNATURE_BYTES],
) -> Result<Vec<u8>, Malformed> {
    let mut bytes = vec![VERSION];
    wire::put_short(&mut bytes, header)?;
    wire::put_long(&mut bytes, ciphertext)?;
    bytes.extend_from_slice(signature);
    Ok(bytes)
}

/// Seals an item to the service's correction recipient.
#[cfg(feature = "seal")]
pub fn seal(item: &Item, recipient: &age::x25519::Recipient) -> Result<Vec<u8>, SealError> {
    let plain = zeroize::Zeroizing::new(canonical::to_bytes(item)?);
    crate::envelope::encrypt(&plain, recipient)
}

/// Corrections for one service, as the box gives them to its agent: JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// Each a correction's bytes in base64, oldest first; at most
    /// [`MAX_CORRECTIONS`].
    pub corrections: Vec<String>,
}

fn read_canonical<T: serde::de::DeserializeOwned + Serialize>(
    bytes: &[u8],
) -> Result<T, Malformed> {
    let value: T = serde_json::from_slice(bytes).map_err(|_| Malformed::Header)?;
    match canonical::to_bytes(&value) {
        Ok(canonical) if canonical == bytes => Ok(value),
        _ => Err(Malformed::Header),
    }
}

#[cfg(all(test, feature = "seal"))]
#[expect(
    clippy::expect_used,
    reason = "a test that cannot go on should stop where it stands"
)]
mod tests {
    use super::*;
    use crate::signing::SigningKey;
    use age::x25519::Identity;

    fn item(correction: &str) -> Item {
        Item {
            correction: correction.into(),
            service: "housing".into(),
            about: About::Person {
                reference: "P00000144".into(),
                records: vec!["housing-people/P00000144".into()],
            },
            wrong: Wrong::Field {
                field: Field::Phone,
                should_be: "+447700900483".into(),
                how_known: HowKnown::PersonToldMe,
            },
            by_role: "adviser".into(),
        }
    }

    fn sealed(correction: &str, to: &Identity, key: &SigningKey) -> Vec<u8> {
        let ciphertext = seal(&item("COR-1"), &to.to_public()).expect("seals");
        let header = Header {
            format: Format::V1,
            box_id: "firebox.example.gov.uk/box-1".into(),
            service: "housing".into(),
            correction: correction.into(),
            raised: Timestamp::UNIX_EPOCH,
            ciphertext_sha256: hex::encode(sha256(&[&ciphertext])),
        };
        let header = header_bytes(&header).expect("writes");
        let signature = key.sign(Domain::Correction, &header);
        assemble(&header, &ciphertext, &signature).expect("lays out")
    }

    #[test]
    fn a_correction_opens_for_its_service_and_not_when_any_byte_is_changed() {
        let (identity, key) = (Identity::generate(), SigningKey::from_seed(&[3; 32]));
        let bytes = sealed("COR-1", &identity, &key);
        let open = |bytes: &[u8]| -> Result<Item, CorrectionError> {
            let correction = Correction::parse(bytes)?;
            correction.verify(&key.public())?;
            let plain = age::decrypt(&identity, &correction.ciphertext)
                .map_err(|_| CorrectionError::CiphertextDiffers)?;
            correction.accept(&plain)
        };
        assert!(open(&bytes).is_ok_and(|read| read == item("COR-1")));
        for at in (0..bytes.len()).step_by(7) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(open(&changed).is_err(), "byte {at}");
            assert!(open(&bytes[..at]).is_err(), "cut at {at}");
        }
        let moved = sealed("COR-2", &identity, &key);
        assert_eq!(open(&moved).err(), Some(CorrectionError::Swapped));
    }
}
