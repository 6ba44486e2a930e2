//! The keeper's leave for one query.
//!
//! ```text
//! permit = 0x01 | id 16 | query SHA-256 32 | action u8 | fields u8 | session SHA-256 32
//!        | log index u64 | most rows u16 | store nonce 16 | expires u64 | MAC 32
//! ```
//!
//! Big-endian; `expires` is milliseconds of the boot-time clock; the MAC is
//! HMAC-SHA256 over "fbx-permit-v1" and everything before it. The store hashes
//! the query it received itself and uses an id once.

use serde::{Deserialize, Serialize};

use crate::mac::{MacDomain, MacKey};

/// First byte of a permit.
pub const VERSION: u8 = 1;
/// Length of a permit in bytes.
pub const PERMIT_BYTES: usize = 1 + 16 + 32 + 1 + 1 + 32 + 8 + 2 + 16 + 8 + 32;
/// How long a permit is good for, in milliseconds.
pub const LIFETIME_MS: u64 = 10_000;

/// What a permit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum Action {
    /// Look up one property.
    Property = 1,
    /// Look up an officer's visits of a day.
    Visits = 2,
    /// Read the state of the sources.
    Sources = 3,
    /// Apply a held reading, agreed by two persons.
    ApplyHold = 4,
    /// Throw a held reading away.
    RejectHold = 5,
    /// Fetch the sealed envelope of one record.
    Envelope = 6,
    /// Search for a person.
    Person = 7,
    /// Look at one person.
    View = 8,
    /// Raise a correction.
    Correct = 9,
    /// Report a new hazard.
    Report = 10,
    /// See how a correction stands.
    Correction = 11,
}

impl Action {
    fn from_byte(byte: u8) -> Option<Self> {
        [
            Self::Property,
            Self::Visits,
            Self::Sources,
            Self::ApplyHold,
            Self::RejectHold,
            Self::Envelope,
            Self::Person,
            Self::View,
            Self::Correct,
            Self::Report,
            Self::Correction,
        ]
        .into_iter()
        .find(|action| *action as u8 == byte)
    }
}

/// Field sets a permit allows.
pub mod fields {
    /// Warnings at level 1.
    pub const WARNINGS: u8 = 1;
    /// State of the sources, without any record.
    pub const SOURCES: u8 = 2;
    /// One sealed envelope, which is ciphertext.
    pub const ENVELOPE: u8 = 4;
    /// Hints of who may be meant.
    pub const HINTS: u8 = 8;
    /// One person, as shown to an adviser.
    pub const PERSON: u8 = 16;
    /// Corrections: which service, how it stands; no word of what is wrong.
    pub const CORRECTIONS: u8 = 32;
}

/// One query's leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    /// Random; the store uses it once.
    pub id: [u8; 16],
    /// SHA-256 of the query's bytes.
    pub query: [u8; 32],
    /// What for.
    pub action: Action,
    /// Which fields, see [`fields`].
    pub fields: u8,
    /// SHA-256 of the session's token.
    pub session: [u8; 32],
    /// Index of the log entry that was on disk before this was made.
    pub log_index: u64,
    /// Most rows the store may answer with.
    pub max_rows: u16,
    /// The store's start this is good for.
    pub store_nonce: [u8; 16],
    /// End, in milliseconds of the boot-time clock.
    pub expires_boottime_ms: u64,
}

/// Why the store refused a permit.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy, Serialize, Deserialize)]
pub enum PermitError {
    /// Not 149 bytes of version 1.
    #[error("permit malformed")]
    Malformed,
    /// Not made by this box's keeper.
    #[error("permit forged")]
    Forged,
    /// Made for another query.
    #[error("permit is for another query")]
    OtherQuery,
    /// Made for another action.
    #[error("permit is for another action")]
    OtherAction,
    /// Past its ten seconds.
    #[error("permit expired")]
    Expired,
    /// Made before this store started.
    #[error("permit is for an earlier start of the store")]
    OtherStart,
    /// Used before.
    #[error("permit used before")]
    Replayed,
}

impl Permit {
    /// Lays the permit out and MACs it.
    pub fn seal(&self, key: &MacKey) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(PERMIT_BYTES);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.id);
        bytes.extend_from_slice(&self.query);
        bytes.push(self.action as u8);
        bytes.push(self.fields);
        bytes.extend_from_slice(&self.session);
        bytes.extend_from_slice(&self.log_index.to_be_bytes());
        bytes.extend_from_slice(&self.max_rows.to_be_bytes());
        bytes.extend_from_slice(&self.store_nonce);
        bytes.extend_from_slice(&self.expires_boottime_ms.to_be_bytes());
        bytes.extend_from_slice(&key.mac(MacDomain::Permit, &bytes));
        bytes
    }

    /// Checks the MAC and reads the permit. Says nothing yet about query, time or use.
    pub fn open(bytes: &[u8], key: &MacKey) -> Result<Self, PermitError> {
        let bytes: &[u8; PERMIT_BYTES] = bytes.try_into().map_err(|_| PermitError::Malformed)?;
        if bytes[0] != VERSION {
            return Err(PermitError::Malformed);
        }
        let (body, mac) = bytes
            .split_last_chunk::<32>()
            .ok_or(PermitError::Malformed)?;
        if !key.verify(MacDomain::Permit, body, mac) {
            return Err(PermitError::Forged);
        }
        let mut rest = &body[1..];
        Ok(Self {
            id: take(&mut rest)?,
            query: take(&mut rest)?,
            action: Action::from_byte(take::<1>(&mut rest)?[0]).ok_or(PermitError::Malformed)?,
            fields: take::<1>(&mut rest)?[0],
            session: take(&mut rest)?,
            log_index: u64::from_be_bytes(take(&mut rest)?),
            max_rows: u16::from_be_bytes(take(&mut rest)?),
            store_nonce: take(&mut rest)?,
            expires_boottime_ms: u64::from_be_bytes(take(&mut rest)?),
        })
    }

    /// Checks everything but single use: the query's own bytes, the action they
    /// ask for, this start of the store, and the time.
    pub fn covers(
        &self,
        query: &[u8],
        action: Action,
        store_nonce: &[u8; 16],
        now_boottime_ms: u64,
    ) -> Result<(), PermitError> {
        if firebox_contract::canonical::sha256(&[query]) != self.query {
            return Err(PermitError::OtherQuery);
        }
        if action != self.action {
            return Err(PermitError::OtherAction);
        }
        if *store_nonce != self.store_nonce {
            return Err(PermitError::OtherStart);
        }
        if now_boottime_ms >= self.expires_boottime_ms {
            return Err(PermitError::Expired);
        }
        Ok(())
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], PermitError> {
    let (taken, after) = rest
        .split_first_chunk::<N>()
        .ok_or(PermitError::Malformed)?;
    *rest = after;
    Ok(*taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permit() -> Permit {
        Permit {
            id: [1; 16],
            query: firebox_contract::canonical::sha256(&[b"query"]),
            action: Action::Property,
            fields: fields::WARNINGS,
            session: [3; 32],
            log_index: 12,
            max_rows: 20,
            store_nonce: [4; 16],
            expires_boottime_ms: 10_000,
        }
    }

    #[test]
    fn a_permit_changed_in_any_byte_is_refused() {
        let key = MacKey::new([9; 32]);
        let sealed = permit().seal(&key);
        assert_eq!(sealed.len(), PERMIT_BYTES);
        assert_eq!(Permit::open(&sealed, &key), Ok(permit()));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(Permit::open(&changed, &key).is_err(), "byte {at}");
            assert!(Permit::open(&sealed[..at], &key).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_permit_covers_one_query_one_action_one_start_and_ten_seconds() {
        let permit = permit();
        let covers =
            |query: &[u8], action, nonce: u8, now| permit.covers(query, action, &[nonce; 16], now);
        assert_eq!(covers(b"query", Action::Property, 4, 9_999), Ok(()));
        assert_eq!(
            covers(b"other", Action::Property, 4, 0),
            Err(PermitError::OtherQuery)
        );
        assert_eq!(
            covers(b"query", Action::Visits, 4, 0),
            Err(PermitError::OtherAction)
        );
        assert_eq!(
            covers(b"query", Action::Property, 5, 0),
            Err(PermitError::OtherStart)
        );
        assert_eq!(
            covers(b"query", Action::Property, 4, 10_000),
            Err(PermitError::Expired)
        );
    }
}
