//! Opening one envelope in memory: whose it is, who sealed it, and what is in it.
//! Nothing that comes out of here leaves the keeper before its entry is durable.
//!
//! ```text
//! bytes -> reads -> this box -> signed by an agent of its service -> opens -> inside = outside -> a detail
//!            |          |                  |                          |             |            |
//!            +----------+------------------+--------------------------+-------------+------------+--> unsound
//! ```

use std::collections::{BTreeMap, HashSet};
use std::io::Read;
use std::sync::{Mutex, MutexGuard, PoisonError};

use age::x25519::Identity;
use firebox_contract::canonical::sha256;
use firebox_contract::envelope::{Context, Envelope, EnvelopeError};
use firebox_contract::record::{Class, Detail};
use zeroize::Zeroizing;

use crate::agent_keys::AgentKeys;

/// Longest plaintext in bytes: the longest payload, its padding and its context.
const MAX_PLAINTEXT_BYTES: u64 = 72 * 1024;

/// Most envelopes of which it is remembered that their signature is good.
const MOST_VERIFIED: usize = 10_000;

/// An envelope that was opened. No `Debug`: it holds the detail.
pub(crate) struct Opened {
    /// What it belongs to, the same inside and outside.
    pub(crate) context: Context,
    /// SHA-256 of the ciphertext, as the version map holds it.
    pub(crate) ciphertext: [u8; 32],
    /// The detail's JSON.
    pub(crate) detail: Zeroizing<Vec<u8>>,
    /// Names of the members that are in it.
    pub(crate) fields: Vec<&'static str>,
}

/// Why an envelope was not opened. Each is an alarm.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub(crate) enum Unsound {
    /// The format's own checks.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// Sealed for another box.
    #[error("the envelope was sealed for another box")]
    OtherBox,
    /// Signed by nobody this box ever enrolled.
    #[error("the envelope names a key that no agent of its service ever had")]
    UnknownKey,
    /// No identity of its class opens it.
    #[error("no identity of its class opens the envelope")]
    NotForUs,
    /// What is in it is no detail.
    #[error("the envelope holds no detail")]
    NoDetail,
    /// Not the ciphertext that the version map has for this version.
    #[error("the envelope is not the one that was attested for its version")]
    OtherCiphertext,
}

impl Unsound {
    /// Gives the code that stands in the alarm's entry.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Unsound::Envelope(EnvelopeError::Malformed(_)) => "envelope-malformed",
            Unsound::Envelope(EnvelopeError::BadSignature) => "envelope-forged",
            Unsound::Envelope(EnvelopeError::Swapped) => "envelope-swapped",
            Unsound::Envelope(EnvelopeError::ContextDiffers) => "envelope-context-differs",
            Unsound::Envelope(EnvelopeError::Commitment) => "envelope-commitment",
            Unsound::OtherBox => "envelope-of-another-box",
            Unsound::UnknownKey => "envelope-key-unknown",
            Unsound::NotForUs => "envelope-identity-missing",
            Unsound::NoDetail => "envelope-without-detail",
            Unsound::OtherCiphertext => "envelope-not-attested",
        }
    }
}

/// Opens envelopes. No `Debug`: it holds the identities.
pub(crate) struct Opener {
    box_id: String,
    identities: BTreeMap<Class, Vec<Identity>>,
    keys: AgentKeys,
    /// SHA-256 of envelopes whose signature was found good. The same bytes are
    /// good again: a detail that is shown several times is verified once.
    verified: Mutex<HashSet<[u8; 32]>>,
}

impl Opener {
    pub(crate) fn new(
        box_id: String,
        identities: BTreeMap<Class, Vec<Identity>>,
        keys: AgentKeys,
    ) -> Self {
        Self {
            box_id,
            identities,
            keys,
            verified: Mutex::default(),
        }
    }

    /// Reads an envelope as far as anybody can, and checks who signed it.
    pub(crate) fn read(&self, bytes: &[u8]) -> Result<Envelope, Unsound> {
        let envelope = Envelope::parse(bytes).map_err(EnvelopeError::from)?;
        let context = &envelope.context;
        if context.box_id != self.box_id {
            return Err(Unsound::OtherBox);
        }
        let key = self.keys.get(&context.service, &context.key);
        let key = key.ok_or(Unsound::UnknownKey)?;
        let whole = sha256(&[bytes]);
        if !self.verified().contains(&whole) {
            envelope.verify(&key)?;
            let mut verified = self.verified();
            if verified.len() >= MOST_VERIFIED {
                verified.clear();
            }
            verified.insert(whole);
        }
        Ok(envelope)
    }

    fn verified(&self) -> MutexGuard<'_, HashSet<[u8; 32]>> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens an envelope that was read.
    pub(crate) fn open(&self, envelope: Envelope) -> Result<Opened, Unsound> {
        let plaintext = self.decrypt(&envelope)?;
        let detail = envelope.accept(&plaintext)?;
        let fields = fields(&detail).ok_or(Unsound::NoDetail)?;
        Ok(Opened {
            ciphertext: envelope.ciphertext_hash(),
            context: envelope.context,
            detail,
            fields,
        })
    }

    fn decrypt(&self, envelope: &Envelope) -> Result<Zeroizing<Vec<u8>>, Unsound> {
        let of_class = self.identities.get(&envelope.context.class);
        let identities = of_class
            .into_iter()
            .flatten()
            .map(|one| one as &dyn age::Identity);
        let decryptor =
            age::Decryptor::new(envelope.ciphertext.as_slice()).map_err(|_| Unsound::NotForUs)?;
        let reader = decryptor
            .decrypt(identities)
            .map_err(|_| Unsound::NotForUs)?;
        // Room for all of it at once, so that no copy is left behind unwiped.
        let mut plaintext = Zeroizing::new(Vec::with_capacity(envelope.ciphertext.len()));
        reader
            .take(MAX_PLAINTEXT_BYTES)
            .read_to_end(&mut plaintext)
            .map_err(|_| Unsound::NotForUs)?;
        Ok(plaintext)
    }
}

/// Hashes what names a record, as the version map holds it.
pub(crate) fn record_hash(source: &str, key: &str) -> [u8; 32] {
    sha256(&[source.as_bytes(), &[0], key.as_bytes()])
}

/// Names the members of a detail; none when it is no detail.
fn fields(detail: &[u8]) -> Option<Vec<&'static str>> {
    let detail: Detail = serde_json::from_slice(detail).ok()?;
    let optional = [
        ("incident_date", detail.incident_date.is_some()),
        ("incident_reference", detail.incident_reference.is_some()),
        ("person", detail.person.is_some()),
        ("decided_by", detail.decided_by.is_some()),
        ("approved_by", detail.approved_by.is_some()),
        ("notified", detail.notified.is_some()),
    ];
    let present = optional.into_iter().filter(|(_, present)| *present);
    Some(
        std::iter::once("note")
            .chain(present.map(|(name, _)| name))
            .collect(),
    )
}
