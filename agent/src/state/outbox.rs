//! The outbox: sealed batches with their sequence numbers. What stands here, but
//! for a run that is still being written, may have reached the box already: it
//! is sent again byte for byte until a signed receipt answers it, and never
//! changed.

use rusqlite::{OptionalExtension, Transaction, params};

use super::feed::{clear_run, remember, save};
use super::{Feed, Phase, State, StateError, records, signed, unsigned};

/// What a batch carries, as far as the agent must know when its receipt comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Load {
    /// A part of the run.
    Part,
    /// The run's end.
    Manifest,
    /// A sign of life.
    Heartbeat,
}

impl Load {
    fn name(self) -> &'static str {
        match self {
            Self::Part => "part",
            Self::Manifest => "manifest",
            Self::Heartbeat => "heartbeat",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Part, Self::Manifest, Self::Heartbeat]
            .into_iter()
            .find(|load| load.name() == name)
    }
}

/// A sealed batch.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    /// Its sequence number.
    pub(crate) sequence: u64,
    /// What it carries.
    pub(crate) load: Load,
    /// Its hash, 64 hex digits.
    pub(crate) hash: String,
    /// The hash of the batch before.
    pub(crate) previous: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

impl State {
    /// Gives the batch that is to be sent next. The chain moves on only with a
    /// run's manifest, so parts of a run that is being written are not reached.
    pub(crate) fn next_parcel(&self, feed: &Feed) -> Result<Option<Parcel>, StateError> {
        self.parcel(feed, false)
    }

    /// Gives the manifest the box keeps for two persons.
    pub(crate) fn held_manifest(&self, feed: &Feed) -> Result<Option<Parcel>, StateError> {
        self.parcel(feed, true)
    }

    fn parcel(&self, feed: &Feed, held: bool) -> Result<Option<Parcel>, StateError> {
        let sql = "SELECT sequence, load, hash, previous, bytes FROM outbox
                   WHERE feed = ?1 AND sequence < ?2 AND held = ?3 ORDER BY sequence LIMIT 1";
        let read = |row: &rusqlite::Row<'_>| {
            let load: String = row.get(1)?;
            Ok((
                unsigned(row.get(0)?),
                load,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
            ))
        };
        let row: Option<(u64, String, String, String, Vec<u8>)> = self
            .db
            .query_row(
                sql,
                params![feed.number, signed(feed.next_sequence), held],
                read,
            )
            .optional()?;
        row.map(|(sequence, load, hash, previous, bytes)| {
            let load = Load::named(&load).ok_or(StateError::Foreign)?;
            Ok(Parcel {
                sequence,
                load,
                hash,
                previous,
                bytes,
            })
        })
        .transpose()
    }

    /// Counts the batches that wait.
    pub(crate) fn waiting(&self, feed: &Feed) -> Result<u64, StateError> {
        let sql = "SELECT count(*) FROM outbox WHERE feed = ?1 AND sequence < ?2 AND held = 0";
        let next = signed(feed.next_sequence);
        Ok(unsigned(self.db.query_row(
            sql,
            params![feed.number, next],
            |row| row.get(0),
        )?))
    }

    /// Puts a batch that stands by itself into the outbox and moves the chain on.
    pub(crate) fn enqueue(&mut self, feed: &mut Feed, parcel: &Parcel) -> Result<(), StateError> {
        let mut after = feed.clone();
        after.next_sequence = parcel.sequence + 1;
        after.last_hash.clone_from(&parcel.hash);
        self.write("enqueue a batch", |tx| {
            put(tx, feed.number, parcel)?;
            save(tx, &after)
        })?;
        *feed = after;
        Ok(())
    }

    /// Writes a part of the run that is being written. The chain moves on only
    /// with the manifest; `next_version` moves at once.
    pub(crate) fn write_part(
        &mut self,
        feed: &Feed,
        parcel: &Parcel,
        changes: &[records::Change],
    ) -> Result<(), StateError> {
        self.write("write a part", |tx| {
            put(tx, feed.number, parcel)?;
            records::stage(tx, feed.number, changes)?;
            save(tx, feed)
        })
    }

    /// Writes the manifest and moves the chain over the whole run. From here on it
    /// survives any crash.
    pub(crate) fn finish_run(
        &mut self,
        feed: &mut Feed,
        parcel: &Parcel,
    ) -> Result<(), StateError> {
        let mut after = feed.clone();
        after.next_sequence = parcel.sequence + 1;
        after.last_hash.clone_from(&parcel.hash);
        if let Some(run) = &mut after.run {
            run.phase = Phase::Sent;
        }
        self.write("finish a run", |tx| {
            put(tx, feed.number, parcel)?;
            save(tx, &after)
        })?;
        *feed = after;
        Ok(())
    }

    /// The box applied it, or keeps it where nothing more is asked of us.
    pub(crate) fn delivered(&mut self, feed: &mut Feed, parcel: &Parcel) -> Result<(), StateError> {
        let mut after = feed.clone();
        after.stopped = None;
        self.write("take a receipt", |tx| {
            remove(tx, feed.number, parcel.sequence)?;
            save(tx, &after)
        })?;
        *feed = after;
        Ok(())
    }

    /// The box applied the run: what it said is now what the box holds.
    pub(crate) fn apply_run(&mut self, feed: &mut Feed, parcel: &Parcel) -> Result<(), StateError> {
        let mut after = feed.clone();
        let run = after.run.take().ok_or(StateError::Foreign)?;
        after.applied = Some(run.outcome);
        (after.held, after.stopped, after.full_next, after.unproved) = (None, None, false, 0);
        self.write("apply a run", |tx| {
            records::commit(tx, feed.number, run.full)?;
            remove(tx, feed.number, parcel.sequence)?;
            remember(tx, &after)?;
            save(tx, &after)
        })?;
        *feed = after;
        Ok(())
    }

    /// The box keeps the run for two persons: it is not applied, and asked
    /// after from time to time.
    pub(crate) fn hold_run(&mut self, feed: &mut Feed, parcel: &Parcel) -> Result<(), StateError> {
        let mut after = feed.clone();
        if let Some(run) = &mut after.run {
            run.phase = Phase::HeldByBox;
        }
        self.write("hold a run", |tx| {
            let sql = "UPDATE outbox SET held = 1 WHERE feed = ?1 AND sequence = ?2";
            tx.execute(sql, params![feed.number, signed(parcel.sequence)])?;
            save(tx, &after)
        })?;
        *feed = after;
        Ok(())
    }

    /// The box cannot prove the run. The refused batch and what is left of the
    /// run leave the outbox; the refused sequence number was not taken and is
    /// used again. The next run carries everything.
    pub(crate) fn drop_unproved(
        &mut self,
        feed: &mut Feed,
        parcel: &Parcel,
    ) -> Result<(), StateError> {
        let mut after = feed.clone();
        (after.next_sequence, after.last_hash) = (parcel.sequence, parcel.previous.clone());
        (after.run, after.full_next) = (None, true);
        after.unproved = after.unproved.saturating_add(1);
        self.write("drop an unproved run", |tx| {
            tx.execute("DELETE FROM outbox WHERE feed = ?1", [feed.number])?;
            clear_run(tx, feed)?;
            save(tx, &after)
        })?;
        *feed = after;
        Ok(())
    }

    /// Gives up a run the box keeps, because another export has come.
    pub(crate) fn supersede(&mut self, feed: &mut Feed) -> Result<(), StateError> {
        let mut after = feed.clone();
        after.run = None;
        self.write("supersede a run", |tx| {
            clear_run(tx, feed)?;
            save(tx, &after)
        })?;
        *feed = after;
        Ok(())
    }
}

fn put(tx: &Transaction<'_>, feed: i64, parcel: &Parcel) -> Result<(), StateError> {
    tx.execute(
        "INSERT INTO outbox (feed, sequence, load, hash, previous, bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            feed,
            signed(parcel.sequence),
            parcel.load.name(),
            parcel.hash,
            parcel.previous,
            parcel.bytes
        ],
    )?;
    Ok(())
}

fn remove(tx: &Transaction<'_>, feed: i64, sequence: u64) -> Result<(), StateError> {
    let sql = "DELETE FROM outbox WHERE feed = ?1 AND sequence = ?2";
    tx.execute(sql, params![feed, signed(sequence)])?;
    Ok(())
}
