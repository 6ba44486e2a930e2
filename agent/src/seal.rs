//! Lines to sealed, signed batches, and details to envelopes. Everything is
//! encrypted to the box's keys; there is no key here that could open it again.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use firebox_contract::batch::{Batch, Format, Header, Kind, NO_PREVIOUS};
use firebox_contract::canonical;
use firebox_contract::envelope::{self, Context};
use firebox_contract::record::{Class, Detail};
use firebox_contract::signing::SigningKey;
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::feed_error::FeedError;
use crate::identity::Identity;
use crate::state::{Load, Parcel};
use crate::stop::Stop;

/// Where in its chain a batch stands.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// Its epoch.
    pub(crate) epoch: u64,
    /// Its sequence.
    pub(crate) sequence: u64,
    /// The hash of the batch before.
    pub(crate) previous: String,
}

/// Seals for one feed, with the keys the box gave.
pub(crate) struct Sealer {
    box_id: String,
    service: String,
    source: String,
    key: SigningKey,
    key_id: String,
    batch: age::x25519::Recipient,
    details: BTreeMap<Class, age::x25519::Recipient>,
}

impl Sealer {
    /// Takes the keys; those of details are looked up when one is sealed.
    pub(crate) fn new(identity: &Identity, source: &str) -> Result<Self, Stop> {
        let key = identity.signing_key()?;
        let known = Class::all().into_iter();
        Ok(Self {
            box_id: identity.box_id.clone(),
            service: identity.service.clone(),
            source: source.to_owned(),
            key_id: key.public().id(),
            key,
            batch: identity.batch_recipient()?,
            details: known
                .filter_map(|class| {
                    identity
                        .detail_recipient(class)
                        .ok()
                        .map(|key| (class, key))
                })
                .collect(),
        })
    }

    /// Seals a batch of `count` lines and gives it as the outbox keeps it.
    pub(crate) fn batch(
        &self,
        link: &Link,
        load: Load,
        run: u64,
        (lines, count): (&[u8], u64),
        now: Timestamp,
    ) -> Result<Parcel, FeedError> {
        let kind = match load {
            Load::Part => Kind::SnapshotPart,
            Load::Manifest => Kind::SnapshotManifest,
            Load::Heartbeat => Kind::Heartbeat,
        };
        let header = Header {
            format: Format::V1,
            box_id: self.box_id.clone(),
            source: self.source.clone(),
            agent_key: self.key_id.clone(),
            epoch: link.epoch,
            sequence: link.sequence,
            previous: link.previous.clone(),
            kind,
            run,
            count,
            created: now,
            ciphertext_sha256: NO_PREVIOUS.to_owned(),
        };
        let bytes = firebox_contract::batch::seal(header, lines, &self.batch, &self.key)?;
        let hash = Batch::parse(&bytes)
            .map_err(|_| {
                Stop::failed("a batch did not read back after sealing: run the agent again")
            })?
            .hash();
        Ok(Parcel {
            sequence: link.sequence,
            load,
            hash,
            previous: link.previous.clone(),
            bytes,
        })
    }

    /// Seals the detail of one record, as base64.
    pub(crate) fn detail(
        &self,
        detail: &Detail,
        class: Class,
        record: &str,
        version: u64,
        source_time: Timestamp,
    ) -> Result<String, FeedError> {
        let recipient = self.details.get(&class).ok_or_else(|| {
            let code = class.code();
            Stop::failed(format!(
                "the box gives no key for details of class `{code}`: ask its operator"
            ))
        })?;
        let payload = Zeroizing::new(
            canonical::to_bytes(detail).map_err(firebox_contract::envelope::SealError::from)?,
        );
        let context = Context {
            format: envelope::Format::V1,
            box_id: self.box_id.clone(),
            service: self.service.clone(),
            source: self.source.clone(),
            record: record.to_owned(),
            class,
            version,
            source_time,
            commitment: NO_PREVIOUS.to_owned(),
            key: self.key_id.clone(),
        };
        Ok(STANDARD.encode(envelope::seal(&payload, context, recipient, &self.key)?))
    }
}
