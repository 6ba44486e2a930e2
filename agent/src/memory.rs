//! What the agent remembers of what it sent, in a form that tells a thief of
//! the state folder nothing: HMAC-SHA256 under a key that lies in another file.
//!
//! Only a record's key must come back out (to say that the record is gone), so
//! it is kept sealed with AES-256-GCM-SIV under the same secret, bound to its
//! HMAC. Names, addresses, notes and contents never come back.

use aws_lc_rs::{aead, hmac};
use firebox_contract::record::Detail;
use firebox_contract::{Reason, Record};
use zeroize::Zeroizing;

use crate::map::{Good, Spot};

/// The first 16 bytes of an HMAC-SHA256: among ten million records, two agree
/// by chance once in 10^24 readings.
pub(crate) type Mac = [u8; 16];
/// Name and date of birth of a person, 8 bytes each.
pub(crate) type Who = [u8; 16];

/// The agent's memory key of one service.
pub(crate) struct Memory {
    mac: hmac::Key,
    seal: aead::LessSafeKey,
}

/// Why a sealed key did not come back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MemoryError {
    #[error("the key of a record cannot be sealed")]
    Seal,
    #[error(
        "`state.db` was written with another `identity.json`: put the matching one back, or enrol again"
    )]
    Foreign,
    #[error("a record cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

impl Memory {
    /// Derives both keys from the secret of `identity.json`.
    pub(crate) fn new(secret: &[u8; 32]) -> Result<Self, MemoryError> {
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let mac = hmac::sign(&root, b"fbx-agent-memory-v1");
        let seal = hmac::sign(&root, b"fbx-agent-keys-v1");
        let seal = aead::UnboundKey::new(&aead::AES_256_GCM_SIV, seal.as_ref())
            .map_err(|_| MemoryError::Seal)?;
        Ok(Self {
            mac: hmac::Key::new(hmac::HMAC_SHA256, mac.as_ref()),
            seal: aead::LessSafeKey::new(seal),
        })
    }

    /// Gives the HMAC of a record's key within its feed.
    pub(crate) fn key(&self, feed: &str, key: &str) -> Mac {
        self.over("key", &[feed.as_bytes(), key.as_bytes()])
    }

    /// Gives the HMAC of what a record and its detail say. The envelope is not
    /// part of it: sealing is randomised, and the same detail seals differently.
    ///
    /// Plain JSON, for only this agent compares it: the canonical form took half
    /// the time of a reading. Another order of fields makes every row a changed
    /// one, so a test pins it.
    pub(crate) fn content(
        &self,
        record: &Record,
        detail: Option<&Detail>,
    ) -> Result<Mac, MemoryError> {
        let record = serde_json::to_vec(record)?;
        let detail = Zeroizing::new(
            detail
                .map(serde_json::to_vec)
                .transpose()?
                .unwrap_or_default(),
        );
        Ok(self.over("content", &[&record, &detail]))
    }

    /// Gives the HMAC of what a held row says.
    pub(crate) fn held(&self, spot: &Spot, reason: Reason) -> Result<Mac, MemoryError> {
        let uprn = serde_json::to_vec(&spot.uprn)?;
        let place = serde_json::to_vec(&spot.place)?;
        Ok(self.over("held", &[&uprn, &place, reason.code().as_bytes()]))
    }

    /// Gives a person's identity, or none where name or date of birth is unknown.
    pub(crate) fn who(&self, good: &Good) -> Option<Who> {
        let (name, born) = good.identity()?;
        let (name, born) = (
            self.over("name", &[name.as_bytes()]),
            self.over("born", &[born.as_bytes()]),
        );
        let mut who = [0; 16];
        who[..8].copy_from_slice(&name[..8]);
        who[8..].copy_from_slice(&born[..8]);
        Some(who)
    }

    /// Gives a row without a key of its own a key: the same row gives the same.
    pub(crate) fn row_key(&self, raw: &[u8]) -> String {
        format!("row-{}", hex::encode(self.over("row", &[raw])))
    }

    /// Seals a record's key.
    pub(crate) fn hide(&self, mac: &Mac, key: &str) -> Result<Vec<u8>, MemoryError> {
        let mut bytes = key.as_bytes().to_vec();
        self.seal
            .seal_in_place_append_tag(nonce(mac), aead::Aad::from(mac), &mut bytes)
            .map_err(|_| MemoryError::Seal)?;
        Ok(bytes)
    }

    /// Opens a record's key.
    pub(crate) fn reveal(&self, mac: &Mac, sealed: &[u8]) -> Result<String, MemoryError> {
        let mut bytes = sealed.to_vec();
        let opened = self
            .seal
            .open_in_place(nonce(mac), aead::Aad::from(mac), &mut bytes)
            .map_err(|_| MemoryError::Foreign)?;
        String::from_utf8(opened.to_vec()).map_err(|_| MemoryError::Foreign)
    }

    /// HMAC over a purpose and parts, each with its length in front.
    fn over(&self, purpose: &str, parts: &[&[u8]]) -> Mac {
        let mut context = hmac::Context::with_key(&self.mac);
        for part in [purpose.as_bytes()].iter().chain(parts) {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut mac = [0; 16];
        mac.copy_from_slice(&context.sign().as_ref()[..16]);
        mac
    }
}

/// The nonce is part of the key's own HMAC: equal only for equal keys, which
/// GCM-SIV allows.
fn nonce(mac: &Mac) -> aead::Nonce {
    let mut nonce = [0; 12];
    nonce.copy_from_slice(&mac[..12]);
    aead::Nonce::assume_unique_for_key(nonce)
}

#[cfg(test)]
mod tests {
    use super::*;
    use firebox_contract::record::{Contact, ContactKind, Need, Person, PersonName};

    #[test]
    fn a_key_comes_back_only_under_the_secret_that_hid_it() {
        let memory = Memory::new(&[1; 32]).unwrap();
        let mac = memory.key("feed", "CL-00001");
        let hidden = memory.hide(&mac, "CL-00001").unwrap();
        assert!(!hidden.windows(4).any(|window| window == b"CL-0"));
        assert_eq!(memory.reveal(&mac, &hidden).unwrap(), "CL-00001");
        assert!(
            Memory::new(&[2; 32])
                .unwrap()
                .reveal(&mac, &hidden)
                .is_err()
        );
        assert!(
            memory
                .reveal(&memory.key("feed", "CL-00002"), &hidden)
                .is_err()
        );
    }

    #[test]
    fn what_is_remembered_of_a_record_is_the_same_after_an_upgrade() {
        let name = PersonName::parse("Mx", "Chiamaka", "Grace", "Okafor", "Sam").unwrap();
        let mut person = Person::named(name);
        person.reference = Some("P1".into());
        person.contacts = vec![Contact::new(ContactKind::Sms, "+447700900482", 1)];
        person.needs = vec![Need::of("lipreading")];
        let memory = Memory::new(&[1; 32]).unwrap();
        let record = Record::Person(Box::new(person));
        let content = memory.content(&record, None).unwrap();
        // Another value here means that every feed of every agent is sent anew, or held.
        assert_eq!(hex::encode(content), "473c0b3a25b943278288befdb7eec0ff");
    }

    #[test]
    fn the_same_key_in_two_feeds_is_not_recognisable() {
        let memory = Memory::new(&[1; 32]).unwrap();
        assert_ne!(memory.key("a", "1"), memory.key("b", "1"));
        assert_ne!(memory.key("a", "b1"), memory.key("ab", "1"));
    }
}
