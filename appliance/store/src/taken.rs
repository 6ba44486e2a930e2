//! A batch that is the box's to take: proved, in turn, opened and read.
//!
//! What it is: what every kind of batch has in common, from its lines to the
//! row that owes its receipt. The invariant it keeps: head, counts, sums, receipt
//! row and the corrections it settles change in one transaction or not at all.

use firebox_contract::batch::{BatchError, Header, Kind};
use firebox_contract::receipt::Outcome;
use firebox_protocol::Settings;
use firebox_protocol::settings::Service;
use firebox_protocol::store_keeper::{AgentKey, Attestation};
use jiff::Timestamp;

use crate::apply::{Apply, Effect, Stamp};
use crate::buckets::BucketKey;
use crate::corrections;
use crate::database::{Change, DatabaseError};
use crate::feed::Feed;
use crate::line::{self, Read, Speaker};
use crate::receipts;
use crate::rules::Rules;

/// Most envelope changes of one batch: 75 bytes each must fit a message of 9 MiB.
const MAX_ENVELOPE_CHANGES: u32 = 100_000;
/// Refusal: a reading that changes more details than one attestation holds.
const TOO_MANY_DETAILS: &str = "too-many-details";
/// Refusal: a line whose key cannot be read.
const NOT_UNDERSTOOD: &str = "not-understood";

/// Why a batch was not applied as it came.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It is refused, with a code for the receipt.
    Refused(String),
    /// The reading would take away more than the guard lets pass.
    OverGuard {
        /// Records it takes away.
        removes: u64,
        /// Records now.
        live: u64,
    },
    /// The database failed; the batch can come again.
    Database(DatabaseError),
}

impl From<DatabaseError> for Trouble {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl From<BatchError> for Trouble {
    fn from(error: BatchError) -> Self {
        Self::Refused(error.code())
    }
}

/// What the rooms of intake share.
pub(crate) struct Desk {
    pub(crate) settings: Settings,
    pub(crate) rules: Rules,
    pub(crate) buckets: BucketKey,
}

/// A batch in turn.
pub(crate) struct Taken<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) header: &'a Header,
    pub(crate) hash: String,
    pub(crate) agent: &'a AgentKey,
    pub(crate) service: &'a Service,
    pub(crate) received: Timestamp,
}

/// A line as sent, and as read.
pub(crate) struct SentLine<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) read: Read,
}

impl<'a> Taken<'a> {
    /// Says who speaks, for the envelopes.
    pub(crate) fn speaker(&self) -> Speaker<'_> {
        Speaker {
            box_id: &self.desk.settings.box_id,
            service: &self.service.id,
            source: &self.header.source,
            key: &self.agent.key,
            phone: &self.service.phone,
        }
    }

    /// Reads all lines, before any transaction is opened.
    pub(crate) fn read<'l>(&self, lines: &[&'l [u8]]) -> Result<Vec<SentLine<'l>>, Trouble> {
        let speaker = self.speaker();
        let read = |bytes: &&'l [u8]| match line::read(bytes, &speaker, &self.desk.rules) {
            Ok(read) => Ok(SentLine { bytes, read }),
            Err(line::NoKey) => Err(Trouble::Refused(NOT_UNDERSTOOD.to_owned())),
        };
        lines.iter().map(read).collect()
    }

    /// Reads the one line of a manifest or heartbeat.
    pub(crate) fn only_line(
        &self,
        lines: &[&[u8]],
    ) -> Result<firebox_contract::batch::Line, Trouble> {
        let refused = || Trouble::Refused(NOT_UNDERSTOOD.to_owned());
        let [line] = lines else { return Err(refused()) };
        serde_json::from_slice(line).map_err(|_| refused())
    }

    /// Starts changing the feed.
    pub(crate) fn apply<'c, 'w>(
        &'c self,
        change: &'c mut Change<'w>,
        feed: &'c mut Feed,
    ) -> Result<Apply<'c, 'w>, DatabaseError> {
        let stamp = Stamp {
            epoch: self.header.epoch,
            sequence: self.header.sequence,
            received: self.received,
        };
        Apply::new(change, feed, self.desk, stamp)
    }

    /// Ends a batch: moves the feed's head and writes what the keeper must attest.
    pub(crate) fn finish(
        &self,
        change: &mut Change<'_>,
        feed: &mut Feed,
        (outcome, reason): (Outcome, Option<&str>),
        effect: Effect,
    ) -> Result<Attestation, Trouble> {
        let header = self.header;
        feed.advance(header.epoch, header.sequence, &self.hash, self.received);
        feed.save(change)?;
        // A part of a reading that is not proved shows nothing yet.
        if header.kind != Kind::SnapshotPart {
            corrections::after_batch(change, &self.desk.settings, self.service, self.received)?;
        }
        let changes = u32::try_from(effect.envelopes.len()).unwrap_or(u32::MAX);
        let Some(room) = MAX_ENVELOPE_CHANGES.checked_sub(changes) else {
            return Err(Trouble::Refused(TOO_MANY_DETAILS.to_owned()));
        };
        let mut envelopes = receipts::take_owed_envelopes(change, feed.id, room)?;
        envelopes.extend(effect.envelopes);
        let attestation = Attestation {
            source: header.source.clone(),
            epoch: header.epoch,
            sequence: header.sequence,
            batch: self.hash.clone(),
            outcome,
            reason: reason.map(str::to_owned),
            notes: effect.notes.into_vec(),
            manifest: change.buckets.root(),
            records: feed.records,
            envelopes,
        };
        receipts::owe(change, feed.id, &attestation)?;
        Ok(attestation)
    }
}
