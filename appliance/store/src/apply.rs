//! Puts what a line says into the tables.
//!
//! What it is: the version rule, the bucket sums and the feed's set, moved
//! together in one transaction. What it is not: it judges no batch and reads no
//! line. The invariants it keeps: an older version never wins; what is gone
//! leaves a version and no personal field; a row that does not read is shown
//! beside what its key held before, never instead.

use firebox_protocol::store_keeper::EnvelopeChange;
use jiff::Timestamp;
use rusqlite::OptionalExtension;

use crate::buckets::{BucketKey, Tag, put_content, record_id};
use crate::database::{Change, DatabaseError, stored};
use crate::extract::Columns;
use crate::feed::Feed;
use crate::line::{Put, Read, Says, Sealed};
use crate::notes::Notes;
use crate::people::columns::{self, Joining, PERSON};
use crate::people::link::{Joiner, Touched};
use crate::people::services::Services;
use crate::rows;
use crate::taken::Desk;

/// Note: the box holds a newer version of this key.
pub(crate) const OLDER_VERSION: &str = "older-version";
/// Note: another warning of the same code stands for the same subject; both are shown.
const DUPLICATE_FLAG: &str = "duplicate-flag";

/// Which batch a change comes in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    pub(crate) epoch: u64,
    pub(crate) sequence: u64,
    pub(crate) received: Timestamp,
}

/// What a run of changes did.
#[derive(Default)]
pub(crate) struct Effect {
    /// Live records taken away; rows that read again do not count.
    pub(crate) removed: u64,
    /// Envelopes put or taken away.
    pub(crate) envelopes: Vec<EnvelopeChange>,
    /// For the receipt.
    pub(crate) notes: Notes,
}

/// One run of changes to one feed.
pub(crate) struct Apply<'a, 'w> {
    pub(crate) change: &'a mut Change<'w>,
    pub(crate) feed: &'a mut Feed,
    pub(crate) effect: Effect,
    pub(crate) key: &'a BucketKey,
    desk: &'a Desk,
    services: Services,
    pub(crate) stamp: Stamp,
    // A first load of a million rows asks neither of two tables it knows to be empty.
    pub(crate) any_held: bool,
    pub(crate) any_tombstone: bool,
}

/// A statement's row as it was.
pub(crate) struct Before {
    pub(crate) id: i64,
    pub(crate) version: u64,
    pub(crate) kind: i64,
    pub(crate) member: [u8; 32],
    pub(crate) carried: bool,
    pub(crate) had_envelope: bool,
    content: [u8; 32],
}

impl<'a, 'w> Apply<'a, 'w> {
    /// Starts a run of changes.
    pub(crate) fn new(
        change: &'a mut Change<'w>,
        feed: &'a mut Feed,
        desk: &'a Desk,
        stamp: Stamp,
    ) -> Result<Self, DatabaseError> {
        let any = |sql: &str| change.query_row(sql, [feed.id], |row| row.get::<_, bool>(0));
        let any_held = any("SELECT EXISTS (SELECT 1 FROM held WHERE feed = ?1)")?;
        let any_tombstone = any("SELECT EXISTS (SELECT 1 FROM tombstone WHERE feed = ?1)")?;
        let services = Services::load(change, &desk.settings)?;
        Ok(Self {
            change,
            feed,
            effect: Effect::default(),
            key: &desk.buckets,
            desk,
            services,
            stamp,
            any_held,
            any_tombstone,
        })
    }

    /// Applies one line. Its own notes are added when `noted` says that no receipt named them yet.
    pub(crate) fn line(&mut self, read: Read, noted: bool) -> Result<(), DatabaseError> {
        if !noted {
            self.effect.notes.extend(&read.key, &read.notes);
        }
        match read.says {
            Says::Put(put) => self.put(&read.key, read.version, &put),
            Says::Gone(reason) => self.gone(&read.key, read.version, reason),
            Says::Held(notice) => self.held(&read.key, read.version, &notice),
            Says::Nothing => Ok(()),
        }
    }

    fn put(&mut self, key: &str, version: u64, put: &Put) -> Result<(), DatabaseError> {
        let id = record_id(&self.feed.source, key);
        if self.gone_since(&id)?.is_some_and(|gone| gone >= version) {
            self.effect.notes.add(key, OLDER_VERSION);
            return Ok(());
        }
        match self.insert(key, version, put)? {
            Some(statement) => {
                self.columns(statement, &put.columns)?;
                self.join(statement, None, joining_of(&put.columns))?;
            }
            None if !self.replace(key, &id, version, put)? => return Ok(()),
            None => {}
        }
        let envelope = put.envelope.as_ref().map(|sealed| sealed.bytes.as_slice());
        let content = put_content(&put.member, &put.record, envelope);
        self.change
            .buckets
            .add(&self.key.leaf(Tag::Put, &id, version, &content));
        self.count(&put.member);
        if let Some(Sealed { ciphertext, .. }) = &put.envelope {
            self.envelope(&id, version, Some(*ciphertext));
        }
        self.resolve_held(key, &id, version)
    }

    /// Writes a new statement; none when the key has one already.
    fn insert(&mut self, key: &str, version: u64, put: &Put) -> Result<Option<i64>, DatabaseError> {
        let statement = self.change.next_statement();
        let written = self
            .change
            .prepare_cached(
                "INSERT INTO statement (id, feed, key, kind, version, source_time, received, epoch,
                   sequence, record, envelope, member, carried)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0)
                 ON CONFLICT (feed, key) DO NOTHING",
            )?
            .execute((
                statement,
                self.feed.id,
                key,
                put.columns.kind(),
                stored(version)?,
                put.source_time.as_millisecond(),
                self.stamp.received.as_millisecond(),
                stored(self.stamp.epoch)?,
                stored(self.stamp.sequence)?,
                &put.record,
                put.envelope.as_ref().map(|sealed| &sealed.bytes),
                &put.member,
            ))?;
        if written == 0 {
            return Ok(None);
        }
        self.change.statement_taken();
        Ok(Some(statement))
    }

    /// Replaces a key's statement; false when it was newer, or the same.
    fn replace(
        &mut self,
        key: &str,
        id: &[u8; 32],
        version: u64,
        put: &Put,
    ) -> Result<bool, DatabaseError> {
        let Some(before) = self.before(key)? else {
            return Err(DatabaseError::Row("statement"));
        };
        if before.version > version || (before.version == version && before.member != put.member) {
            self.effect.notes.add(key, OLDER_VERSION);
            return Ok(false);
        }
        self.uncount(id, &before);
        if before.had_envelope && put.envelope.is_none() {
            self.envelope(id, version, None);
        }
        self.change
            .prepare_cached(
                "UPDATE statement SET kind = ?2, version = ?3, source_time = ?4, received = ?5,
                 epoch = ?6, sequence = ?7, record = ?8, envelope = ?9, member = ?10, carried = 0
                 WHERE id = ?1",
            )?
            .execute((
                before.id,
                put.columns.kind(),
                stored(version)?,
                put.source_time.as_millisecond(),
                self.stamp.received.as_millisecond(),
                stored(self.stamp.epoch)?,
                stored(self.stamp.sequence)?,
                &put.record,
                put.envelope.as_ref().map(|sealed| &sealed.bytes),
                &put.member,
            ))?;
        let joined = self.joining(&before)?;
        rows::remove_columns(self.change, before.id, before.kind)?;
        self.columns(before.id, &put.columns)?;
        self.join(before.id, joined.as_ref(), joining_of(&put.columns))?;
        Ok(true)
    }

    fn columns(&mut self, statement: i64, columns: &Columns) -> Result<(), DatabaseError> {
        if let Columns::Hazard(hazard) = columns
            && rows::has_twin(self.change, self.feed.id, hazard)?
        {
            let key = rows::key_of(self.change, statement)?;
            self.effect.notes.add(&key, DUPLICATE_FLAG);
        }
        rows::insert_columns(self.change, self.feed.id, statement, columns)
    }

    /// Reads what joining knows of a statement, before it changes.
    pub(crate) fn joining(&self, before: &Before) -> Result<Option<Joining>, DatabaseError> {
        if before.kind != PERSON {
            return Ok(None);
        }
        Ok(columns::joining(self.change, before.id)?)
    }

    /// Makes the edges anew around a person that came, changed or went.
    pub(crate) fn join(
        &self,
        statement: i64,
        before: Option<&Joining>,
        after: Option<&Joining>,
    ) -> Result<(), DatabaseError> {
        if before.is_none() && after.is_none() {
            return Ok(());
        }
        let vocabulary = self.desk.rules.vocabulary();
        let touched = Touched {
            statement,
            feed: self.feed.id,
            before,
            after,
        };
        Joiner::new(self.change, &self.services, vocabulary, self.stamp.received)
            .settle(&touched)?;
        Ok(())
    }

    pub(crate) fn count(&mut self, member: &[u8; 32]) {
        self.feed.records += 1;
        self.feed.set.add(member);
    }

    pub(crate) fn uncount(&mut self, id: &[u8; 32], before: &Before) {
        self.change
            .buckets
            .remove(&self.key.leaf(Tag::Put, id, before.version, &before.content));
        if !before.carried {
            self.feed.records = self.feed.records.saturating_sub(1);
            self.feed.set.remove(&before.member);
        }
    }

    pub(crate) fn envelope(
        &mut self,
        record: &[u8; 32],
        version: u64,
        ciphertext: Option<[u8; 32]>,
    ) {
        self.effect.envelopes.push(EnvelopeChange {
            record: *record,
            version,
            ciphertext,
        });
    }

    pub(crate) fn before(&self, key: &str) -> Result<Option<Before>, DatabaseError> {
        let mut query = self.change.prepare_cached(
            "SELECT id, version, kind, member, carried, record, envelope FROM statement
             WHERE feed = ?1 AND key = ?2",
        )?;
        let row = query.query_row((self.feed.id, key), |row| {
            let member: [u8; 32] = row.get(3)?;
            let envelope = row.get_ref(6)?.as_blob_or_null()?;
            Ok(Before {
                id: row.get(0)?,
                version: row.get::<_, i64>(1)?.try_into().unwrap_or_default(),
                kind: row.get(2)?,
                member,
                carried: row.get(4)?,
                had_envelope: envelope.is_some(),
                content: put_content(&member, row.get_ref(5)?.as_str()?, envelope),
            })
        });
        Ok(row.optional()?)
    }
}

/// Gives what joining reads of a statement that is a person.
fn joining_of(columns: &Columns) -> Option<&Joining> {
    match columns {
        Columns::Person(person) => Some(&person.joining),
        Columns::Property(_) | Columns::Hazard(_) => None,
    }
}
