//! One feed: where its chain of batches stands, what the box applied last, and
//! the run that is on its way.
//!
//! ```text
//! (none) --plan with changes--> Writing --manifest written--> Sent
//! Writing --crash--> (none): nothing of it was ever sent
//! Sent --signed applied--> (none), the run's outcome is `applied`
//! Sent --signed held--> HeldByBox --asked again, signed applied--> (none)
//! Sent --snapshot-unproved--> (none), the next run is a full one
//! HeldByBox --another export--> (none), the next run starts from `applied`
//! ```

use firebox_contract::batch::{NO_PREVIOUS, SourceHealth};
use firebox_contract::setsum::SetSum;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::{State, StateError, signed};

/// Most applied exports that are remembered: a nightly feed's for a year.
const REMEMBERED_EXPORTS: i64 = 400;

/// A feed's place in its chain, and what it last came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Feed {
    #[serde(skip)]
    pub(super) number: i64,
    #[serde(skip)]
    pub(crate) id: String,
    /// Epoch and signing key of the chain.
    pub(crate) stream: String,
    /// The epoch.
    pub(crate) epoch: u64,
    /// Sequence of the next batch.
    pub(crate) next_sequence: u64,
    /// Hash of the last one.
    pub(crate) last_hash: String,
    /// Version of the next line. Never falls, not even when the chain begins anew.
    pub(crate) next_version: u64,
    /// Number of the next run.
    pub(crate) next_run: u64,
    /// What the box applied last.
    pub(crate) applied: Option<Applied>,
    /// The run on its way.
    pub(crate) run: Option<Run>,
    /// The next run must carry everything.
    pub(crate) full_next: bool,
    /// Manifests refused as unproved since the last one applied.
    pub(crate) unproved: u8,
    /// What waits for a person.
    pub(crate) held: Option<Held>,
    /// Code of the refusal that stopped the feed.
    pub(crate) stopped: Option<String>,
    /// The last sign of life.
    pub(crate) beat: Option<Beat>,
}

/// A reading the box has applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Applied {
    /// SHA-256 of the export.
    pub(crate) sha256: String,
    /// Fingerprint of the source file it was read with.
    pub(crate) fingerprint: String,
    /// When the service made it.
    pub(crate) as_of: Timestamp,
    /// When the box took it, or it was found unchanged.
    pub(crate) at: Timestamp,
    /// Its rows.
    pub(crate) rows: u64,
    /// Statements the box holds after it.
    pub(crate) records: u64,
    /// Their fingerprint.
    pub(crate) set: SetSum,
    /// Rows at no readable place.
    pub(crate) unplaced: u64,
    /// Rows that did not read.
    pub(crate) quarantined: u64,
    /// Its columns.
    pub(crate) header: Vec<String>,
}

/// A run on its way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Run {
    /// Its number.
    pub(crate) number: u64,
    /// How far it is.
    pub(crate) phase: Phase,
    /// Whether it carries everything.
    pub(crate) full: bool,
    /// What is applied when the box takes it.
    pub(crate) outcome: Applied,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Phase {
    /// Its parts are being written; none may be sent.
    Writing,
    /// Its manifest is in the outbox.
    Sent,
    /// The box keeps it for two persons to decide.
    HeldByBox,
}

/// An export that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Held {
    /// SHA-256 of the export.
    pub(crate) sha256: String,
    /// Why.
    pub(crate) code: String,
}

/// A sign of life that was put into the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Beat {
    /// How the feed was.
    pub(crate) state: SourceHealth,
    /// Code of what held or failed it.
    pub(crate) code: Option<String>,
    /// The newest export that was read whole and sent.
    pub(crate) as_of: Option<Timestamp>,
    /// When it was given.
    pub(crate) at: Timestamp,
}

impl Feed {
    fn begin(epoch: u64, stream: &str) -> Self {
        Self {
            number: 0,
            id: String::new(),
            stream: stream.to_owned(),
            epoch,
            next_sequence: 1,
            last_hash: NO_PREVIOUS.to_owned(),
            next_version: first_version(epoch),
            next_run: 1,
            applied: None,
            run: None,
            full_next: false,
            unproved: 0,
            held: None,
            stopped: None,
            beat: None,
        }
    }

    /// Tells whether the next run must carry everything.
    pub(crate) fn is_full_next(&self) -> bool {
        self.full_next || self.applied.is_none()
    }
}

/// Versions of an epoch begin above all of the epoch before: the epoch stands
/// in the upper half. Below 2^53, so that JSON numbers stay exact.
fn first_version(epoch: u64) -> u64 {
    (epoch << 32) + 1
}

impl State {
    /// Gives a feed of the chain `stream`, beginning it where there is none. A
    /// feed of another chain begins anew: its outbox was signed by a key, or
    /// for an epoch, that the box no longer takes. A run that was still being
    /// written is dropped; nothing of it was sent.
    pub(crate) fn feed(&mut self, id: &str, epoch: u64, stream: &str) -> Result<Feed, StateError> {
        let known = self.find_feed(id)?;
        match known {
            Some(feed) if feed.stream == stream => self.drop_unfinished(feed),
            other => self.write("begin a chain", |tx| begin(tx, id, epoch, stream, other)),
        }
    }

    /// Gives a feed as it stands, or none.
    pub(crate) fn find_feed(&self, id: &str) -> Result<Option<Feed>, StateError> {
        let row: Option<(i64, String)> = self
            .db
            .query_row("SELECT number, body FROM feed WHERE id = ?1", [id], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let read = |(number, body): (i64, String)| {
            let mut feed: Feed = serde_json::from_str(&body).map_err(|_| StateError::Foreign)?;
            (feed.number, feed.id) = (number, id.to_owned());
            Ok(feed)
        };
        row.map(read).transpose()
    }

    fn drop_unfinished(&mut self, mut feed: Feed) -> Result<Feed, StateError> {
        if feed
            .run
            .as_ref()
            .is_some_and(|run| run.phase == Phase::Writing)
        {
            feed.run = None;
            self.write("drop an unfinished run", |tx| {
                clear_run(tx, &feed)?;
                save(tx, &feed)
            })?;
        }
        Ok(feed)
    }

    /// Writes a feed that changed by itself.
    pub(crate) fn save_feed(&mut self, feed: &Feed) -> Result<(), StateError> {
        self.write("save a feed", |tx| save(tx, feed))
    }

    /// Takes an export that changes nothing as the one applied last.
    pub(crate) fn confirm_unchanged(
        &mut self,
        feed: &mut Feed,
        applied: Applied,
    ) -> Result<(), StateError> {
        let mut after = feed.clone();
        (after.applied, after.held) = (Some(applied), None);
        self.write("confirm an export", |tx| {
            remember(tx, &after)?;
            save(tx, &after)
        })?;
        *feed = after;
        Ok(())
    }

    /// Tells whether an export was applied before.
    pub(crate) fn was_applied(&self, feed: &Feed, sha256: &str) -> Result<bool, StateError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM applied WHERE feed = ?1 AND sha256 = ?2)";
        Ok(self
            .db
            .query_row(sql, params![feed.number, sha256], |row| row.get(0))?)
    }

    /// Lets an export past the agent's guards.
    pub(crate) fn approve(
        &mut self,
        feed: &Feed,
        sha256: &str,
        now: Timestamp,
    ) -> Result<(), StateError> {
        self.write("approve an export", |tx| {
            let sql = "INSERT OR REPLACE INTO approval (feed, sha256, at) VALUES (?1, ?2, ?3)";
            tx.execute(sql, params![feed.number, sha256, now.to_string()])?;
            Ok(())
        })
    }

    /// Gives the SHA-256 of the export a person let past the guards.
    pub(crate) fn approval(&self, feed: &Feed) -> Result<Option<String>, StateError> {
        let sql = "SELECT sha256 FROM approval WHERE feed = ?1";
        Ok(self
            .db
            .query_row(sql, [feed.number], |row| row.get(0))
            .optional()?)
    }
}

fn begin(
    tx: &Transaction<'_>,
    id: &str,
    epoch: u64,
    stream: &str,
    before: Option<Feed>,
) -> Result<Feed, StateError> {
    let mut feed = Feed::begin(epoch, stream);
    feed.id = id.to_owned();
    match before {
        Some(before) => {
            feed.number = before.number;
            feed.next_version = feed.next_version.max(before.next_version);
            tx.execute("DELETE FROM record WHERE feed = ?1", [feed.number])?;
            tx.execute("DELETE FROM outbox WHERE feed = ?1", [feed.number])?;
            tx.execute("DELETE FROM pending WHERE feed = ?1", [feed.number])?;
        }
        None => {
            tx.execute("INSERT INTO feed (id, body) VALUES (?1, '{}')", [id])?;
            feed.number = tx.last_insert_rowid();
        }
    }
    save(tx, &feed)?;
    Ok(feed)
}

pub(super) fn save(tx: &Transaction<'_>, feed: &Feed) -> Result<(), StateError> {
    let body = serde_json::to_string(feed).map_err(|_| StateError::Foreign)?;
    tx.execute(
        "UPDATE feed SET body = ?2 WHERE number = ?1",
        params![feed.number, body],
    )?;
    Ok(())
}

/// Drops what belongs to a run that ends without being applied: parts the chain
/// has not moved over, and a manifest the box keeps.
pub(super) fn clear_run(tx: &Transaction<'_>, feed: &Feed) -> Result<(), StateError> {
    tx.execute(
        "DELETE FROM outbox WHERE feed = ?1 AND (held = 1 OR sequence >= ?2)",
        params![feed.number, signed(feed.next_sequence)],
    )?;
    tx.execute("DELETE FROM pending WHERE feed = ?1", [feed.number])?;
    Ok(())
}

/// Adds the applied export to those that are known when they come again.
pub(super) fn remember(tx: &Transaction<'_>, feed: &Feed) -> Result<(), StateError> {
    let Some(applied) = &feed.applied else {
        return Ok(());
    };
    tx.execute(
        "INSERT OR REPLACE INTO applied (feed, sha256, at) VALUES (?1, ?2, ?3)",
        params![feed.number, applied.sha256, applied.at.to_string()],
    )?;
    tx.execute(
        "DELETE FROM applied WHERE feed = ?1 AND rowid NOT IN
         (SELECT rowid FROM applied WHERE feed = ?1 ORDER BY rowid DESC LIMIT ?2)",
        params![feed.number, REMEMBERED_EXPORTS],
    )?;
    tx.execute(
        "DELETE FROM approval WHERE feed = ?1 AND sha256 = ?2",
        params![feed.number, applied.sha256],
    )?;
    Ok(())
}
