//! Readings that wait for two persons.
//!
//! ```text
//! held --(two persons agree)--> applied, the batch's receipt says so
//!      --(one person rejects)-> refused
//!      --(a later reading)----> replaced
//! ```
//!
//! The old data goes on serving while one waits. The same reading sent again
//! keeps its number, so that a first person's agreement is not lost to a
//! repetition.

use firebox_contract::batch::Manifest;
use firebox_contract::receipt::Outcome;
use firebox_protocol::Code;
use firebox_protocol::store_keeper::Attestation;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use crate::apply::{Apply, Effect, Stamp};
use crate::database::{Change, Database, DatabaseError, counted, stored};
use crate::feed::Feed;
use crate::line::Speaker;
use crate::reading::{self, Reading};
use crate::receipts;
use crate::snapshot::{self, DROP_OVER_GUARD};
use crate::taken::{Desk, Taken, Trouble};

/// Reason in the receipt of a reading that a person threw away.
const REJECTED: &str = "rejected";

/// A hold's row.
struct Waiting {
    id: i64,
    sequence: u64,
    batch: String,
    since: i64,
    manifest: Manifest,
}

/// Puts a reading on hold in the place of the feed's old one.
pub(crate) fn put(
    connection: &Connection,
    feed: &Feed,
    reading: &Reading,
    manifest: &Manifest,
    (removes, live): (u64, u64),
    taken: &Taken<'_>,
) -> Result<(), DatabaseError> {
    let text = serde_json::to_string(manifest).map_err(|_| DatabaseError::Row("hold"))?;
    let same = find(connection, feed.id)?.filter(|waiting| {
        (waiting.manifest.records, waiting.manifest.set) == (manifest.records, manifest.set)
    });
    discard(connection, feed.id)?;
    reading.hold(connection)?;
    connection.execute(
        "INSERT INTO hold (id, feed, reading, sequence, batch, code, removes, live, since, manifest)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (
            same.as_ref().map(|waiting| waiting.id),
            feed.id,
            reading.id,
            stored(taken.header.sequence)?,
            &taken.hash,
            DROP_OVER_GUARD,
            stored(removes)?,
            stored(live)?,
            same.as_ref().map_or(taken.received.as_millisecond(), |waiting| waiting.since),
            text,
        ),
    )?;
    Ok(())
}

/// Throws the feed's held reading away, if there is one.
pub(crate) fn discard(connection: &Connection, feed: i64) -> Result<(), DatabaseError> {
    connection.execute("DELETE FROM hold WHERE feed = ?1", [feed])?;
    match reading::find(connection, feed, true)? {
        Some(reading) => reading.discard(connection),
        None => Ok(()),
    }
}

/// Decides a hold: applies it (two persons agreed, the permit says so) or
/// throws it away. Gives what the keeper must attest.
pub(crate) fn decide(
    database: &Database,
    desk: &Desk,
    id: u64,
    apply: bool,
    now: Timestamp,
) -> Result<Attestation, Code> {
    let decided = if apply {
        database.write("apply hold", |change| apply_hold(change, desk, id, now))
    } else {
        database.write("reject hold", |change| reject_hold(change, id))
    };
    decided.map_err(|trouble| match trouble {
        Trouble::Refused(code) => {
            log::warn!("hold {id} was not decided: {code}");
            Code::NotFound
        }
        Trouble::OverGuard { .. } => Code::NotFound,
        Trouble::Database(error) => {
            log::error!("hold {id} was not decided: {error}");
            Code::NotReady
        }
    })
}

fn apply_hold(
    change: &mut Change<'_>,
    desk: &Desk,
    id: u64,
    now: Timestamp,
) -> Result<Attestation, Trouble> {
    let (mut feed, waiting, reading) = load(change, id)?;
    let service = desk
        .settings
        .service_of(&feed.source)
        .ok_or_else(not_found)?;
    let source = feed.source.clone();
    let speaker = Speaker {
        box_id: &desk.settings.box_id,
        service: &service.id,
        source: &source,
        key: &reading.agent,
        phone: &service.phone,
    };
    let stamp = Stamp {
        epoch: reading.epoch,
        sequence: waiting.sequence,
        received: now,
    };
    let mut apply = Apply::new(change, &mut feed, desk, stamp)?;
    // Proved again: what was agreed to is what happens, or nothing is.
    snapshot::run(
        &mut apply,
        &reading,
        &waiting.manifest,
        &speaker,
        &desk.rules,
    )?;
    let effect = apply.effect;
    snapshot::complete(&mut feed, &waiting.manifest, now);
    decided(
        change,
        &feed,
        &reading,
        &waiting,
        (Outcome::Applied, None),
        effect,
    )
}

fn reject_hold(change: &mut Change<'_>, id: u64) -> Result<Attestation, Trouble> {
    let (feed, waiting, reading) = load(change, id)?;
    decided(
        change,
        &feed,
        &reading,
        &waiting,
        (Outcome::Refused, Some(REJECTED)),
        Effect::default(),
    )
}

fn decided(
    change: &mut Change<'_>,
    feed: &Feed,
    reading: &Reading,
    waiting: &Waiting,
    (outcome, reason): (Outcome, Option<&str>),
    effect: Effect,
) -> Result<Attestation, Trouble> {
    discard(change, feed.id)?;
    feed.save(change)?;
    let attestation = Attestation {
        source: feed.source.clone(),
        epoch: reading.epoch,
        sequence: waiting.sequence,
        batch: waiting.batch.clone(),
        outcome,
        reason: reason.map(str::to_owned),
        notes: effect.notes.into_vec(),
        manifest: change.buckets.root(),
        records: feed.records,
        envelopes: effect.envelopes,
    };
    receipts::owe(change, feed.id, &attestation)?;
    Ok(attestation)
}

fn not_found() -> Trouble {
    Trouble::Refused("not-found".to_owned())
}

fn load(connection: &Connection, hold: u64) -> Result<(Feed, Waiting, Reading), Trouble> {
    let source: Option<String> = connection
        .query_row(
            "SELECT source FROM feed JOIN hold ON hold.feed = feed.id WHERE hold.id = ?1",
            [stored(hold)?],
            |row| row.get(0),
        )
        .optional()
        .map_err(DatabaseError::from)?;
    let feed = source
        .map(|source| Feed::find(connection, &source))
        .transpose()?
        .flatten();
    let feed = feed.ok_or_else(not_found)?;
    let missing = || DatabaseError::Row("hold");
    let waiting = find(connection, feed.id)?.ok_or_else(missing)?;
    let reading = reading::find(connection, feed.id, true)?.ok_or_else(missing)?;
    Ok((feed, waiting, reading))
}

fn find(connection: &Connection, feed: i64) -> Result<Option<Waiting>, DatabaseError> {
    let sql = "SELECT id, sequence, batch, since, manifest FROM hold WHERE feed = ?1";
    let found = connection
        .query_row(sql, [feed], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get::<_, String>(4)?,
            ))
        })
        .optional()?;
    found
        .map(|(id, sequence, batch, since, manifest)| {
            let manifest =
                serde_json::from_str(&manifest).map_err(|_| DatabaseError::Row("hold"))?;
            Ok(Waiting {
                id,
                sequence: counted(sequence)?,
                batch,
                since,
                manifest,
            })
        })
        .transpose()
}
