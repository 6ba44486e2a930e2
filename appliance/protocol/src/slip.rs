//! The store's word about one record, carried by the gate to the keeper.
//!
//! ```text
//! slip = 0x01 | postcard of Slip | MAC 32
//! ```
//!
//! The MAC is HMAC-SHA256 over "fbx-slip-v1" and everything before it, with the
//! key keeper and store share. So the gate can bring an envelope, but can say
//! neither whose it is nor when its review is due. A slip is good for one
//! session and half a minute.

use firebox_contract::record::Uprn;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::mac::{MacDomain, MacKey};

/// First byte of a slip.
pub const VERSION: u8 = 1;
/// How long a slip is good for, in milliseconds.
pub const LIFETIME_MS: u64 = 30_000;
/// Length of the MAC in bytes.
const MAC_BYTES: usize = 32;

/// What the store says of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// SHA-256 of the session's token, from the permit.
    pub session: [u8; 32],
    /// The store's id of the record.
    pub record: i64,
    /// The feed it came by.
    pub source: String,
    /// The service's own id of it.
    pub key: String,
    /// Version of the service's statement.
    pub version: u64,
    /// The address it is about, where there is one.
    pub uprn: Option<Uprn>,
    /// By when the owner looks at it again.
    pub review_due: Date,
    /// End, in milliseconds of the boot-time clock.
    pub expires_boottime_ms: u64,
}

/// Why a slip was refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum SlipError {
    /// Not a slip of version 1.
    #[error("slip malformed")]
    Malformed,
    /// Not made by this box's store.
    #[error("slip forged")]
    Forged,
    /// Made for another session.
    #[error("slip is for another session")]
    OtherSession,
    /// Past its half minute.
    #[error("slip expired")]
    Expired,
}

impl Slip {
    /// Lays the slip out and MACs it.
    pub fn seal(&self, key: &MacKey) -> Result<Vec<u8>, SlipError> {
        let mut bytes =
            postcard::to_extend(self, vec![VERSION]).map_err(|_| SlipError::Malformed)?;
        let mac = key.mac(MacDomain::Slip, &bytes);
        bytes.extend_from_slice(&mac);
        Ok(bytes)
    }

    /// Checks MAC, session and time, and reads the slip.
    pub fn open(
        bytes: &[u8],
        key: &MacKey,
        session: &[u8; 32],
        now_boottime_ms: u64,
    ) -> Result<Self, SlipError> {
        let (signed, mac) = bytes
            .split_last_chunk::<MAC_BYTES>()
            .ok_or(SlipError::Malformed)?;
        if !key.verify(MacDomain::Slip, signed, mac) {
            return Err(SlipError::Forged);
        }
        let Some((&VERSION, message)) = signed.split_first() else {
            return Err(SlipError::Malformed);
        };
        let slip: Self = crate::frame::decode(message).map_err(|_| SlipError::Malformed)?;
        if slip.session != *session {
            return Err(SlipError::OtherSession);
        }
        if now_boottime_ms >= slip.expires_boottime_ms {
            return Err(SlipError::Expired);
        }
        Ok(slip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slip() -> Slip {
        Slip {
            session: [3; 32],
            record: 12,
            source: "caution-list".into(),
            key: "CS-0042".into(),
            version: 7,
            uprn: Uprn::parse("100000400049").ok(),
            review_due: Date::constant(2027, 5, 3),
            expires_boottime_ms: 30_000,
        }
    }

    #[test]
    fn a_slip_changed_in_any_byte_is_refused() {
        let key = MacKey::new([9; 32]);
        let sealed = slip().seal(&key).expect("seals");
        assert_eq!(Slip::open(&sealed, &key, &[3; 32], 0), Ok(slip()));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(
                Slip::open(&changed, &key, &[3; 32], 0).is_err(),
                "byte {at}"
            );
            assert!(Slip::open(&sealed[..at], &key, &[3; 32], 0).is_err());
        }
    }

    #[test]
    fn a_slip_is_for_one_session_and_half_a_minute() {
        let key = MacKey::new([9; 32]);
        let sealed = slip().seal(&key).expect("seals");
        let open = |session: u8, now| Slip::open(&sealed, &key, &[session; 32], now).err();
        assert_eq!(open(3, 29_999), None);
        assert_eq!(open(3, 30_000), Some(SlipError::Expired));
        assert_eq!(open(4, 0), Some(SlipError::OtherSession));
    }
}
