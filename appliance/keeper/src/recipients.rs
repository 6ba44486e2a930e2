//! The signed list of keys that agents seal to. Good for thirty days, made anew
//! every day, so that an agent that fetches it daily never holds an old one.

use std::sync::{Mutex, PoisonError};

use firebox_contract::recipients::{Document, sign};
use firebox_contract::signing::SigningKey;
use firebox_protocol::Code;
use jiff::Timestamp;

use crate::clock::Now;
use crate::keys::Recipients;
use crate::log::database::stored;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// How long a list is good for, in milliseconds.
const VALID_MS: u64 = 30 * DAY_MS;

/// Signs the list, once a day.
pub(crate) struct RecipientsList {
    box_id: String,
    recipients: Recipients,
    key: std::sync::Arc<SigningKey>,
    today: Mutex<Option<(u64, Vec<u8>)>>,
}

impl RecipientsList {
    pub(crate) fn new(
        box_id: String,
        recipients: Recipients,
        key: std::sync::Arc<SigningKey>,
    ) -> Self {
        Self {
            box_id,
            recipients,
            key,
            today: Mutex::new(None),
        }
    }

    /// Gives the list of the day.
    pub(crate) fn bytes(&self, now: &Now) -> Result<Vec<u8>, Code> {
        let day = now.wall_ms / DAY_MS;
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        match today.as_ref() {
            Some((of, bytes)) if *of == day => Ok(bytes.clone()),
            _ => {
                let bytes = self.sign(now)?;
                *today = Some((day, bytes.clone()));
                Ok(bytes)
            }
        }
    }

    fn sign(&self, now: &Now) -> Result<Vec<u8>, Code> {
        let end = Timestamp::from_millisecond(stored(now.wall_ms + VALID_MS));
        let document = Document {
            box_id: self.box_id.clone(),
            batch: self.recipients.batch.clone(),
            details: self.recipients.details.clone(),
            valid_until: end.map_err(|_| Code::NotReady)?,
        };
        sign(&document, &self.key).map_err(|_| Code::NotReady)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use firebox_contract::recipients::{RecipientsError, open};

    use super::*;
    use crate::clock::by_hand::NOON_MS;

    #[test]
    fn the_list_is_the_same_all_day_and_ends_after_thirty_days() {
        let key = Arc::new(SigningKey::from_seed(&[3; 32]));
        let recipients = Recipients {
            batch: "age1b".into(),
            details: BTreeMap::new(),
        };
        let list = RecipientsList::new("box".into(), recipients, Arc::clone(&key));
        let at = |wall_ms| Now {
            wall_ms,
            boottime_ms: 0,
            boot_id: [0; 16],
        };
        let first = list.bytes(&at(NOON_MS)).unwrap();
        assert_eq!(list.bytes(&at(NOON_MS + DAY_MS / 3)).unwrap(), first);
        assert_ne!(list.bytes(&at(NOON_MS + DAY_MS)).unwrap(), first);
        let when = |ms| Timestamp::from_millisecond(stored(ms)).unwrap();
        let opened = open(&first, &key.public(), when(NOON_MS + VALID_MS));
        assert_eq!(opened.map(|document| document.batch), Ok("age1b".into()));
        let late = open(&first, &key.public(), when(NOON_MS + VALID_MS + 1));
        assert_eq!(late.err(), Some(RecipientsError::Expired));
    }
}
