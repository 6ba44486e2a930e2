//! Takes records away, each way there is, and leaves a version behind.
//!
//! The invariant: what is gone keeps no personal field, and nothing older than
//! its going brings it back.

use firebox_contract::batch::GoneReason;
use firebox_contract::setsum::SetSum;
use rusqlite::OptionalExtension;

use crate::apply::{Apply, Before};
use crate::buckets::{Tag, record_id};
use crate::database::{DatabaseError, counted, stored};
use crate::rows;

impl Apply<'_, '_> {
    pub(crate) fn gone(
        &mut self,
        key: &str,
        version: u64,
        reason: GoneReason,
    ) -> Result<(), DatabaseError> {
        let id = record_id(&self.feed.source, key);
        if reason == GoneReason::HeldResolved {
            return self.held_resolved(key, &id, version);
        }
        if let Some(before) = self.before(key)?
            && before.version <= version
        {
            self.remove(&id, &before, version, reason)?;
        } else {
            self.bury(&id, version, reason)?;
        }
        for held in self.held_rows(key)? {
            if held.version <= version {
                self.remove_held(&id, &held)?;
                // The row stood for something: taking it away unread counts for the guard.
                self.effect.removed += 1;
            }
        }
        Ok(())
    }

    fn held_resolved(
        &mut self,
        key: &str,
        id: &[u8; 32],
        version: u64,
    ) -> Result<(), DatabaseError> {
        let rows = self.held_rows(key)?;
        for held in rows
            .iter()
            .filter(|held| !held.unread && held.version <= version)
        {
            self.remove_held(id, held)?;
        }
        // A statement carried over from before the agent knew of it goes with the row it was kept for.
        if rows.iter().any(|held| held.unread) {
            return Ok(());
        }
        match self.before(key)? {
            Some(before) if before.carried && before.version <= version => {
                self.remove(id, &before, version, GoneReason::HeldResolved)
            }
            _ => Ok(()),
        }
    }

    /// Takes away what a complete reading did not hold. It goes at its own
    /// version, so that whatever the service says of it later is newer.
    pub(crate) fn absent(&mut self, key: &str) -> Result<(), DatabaseError> {
        let version = self
            .before(key)?
            .map(|before| before.version)
            .unwrap_or_default();
        self.gone(key, version, GoneReason::AbsentInSnapshot)
    }

    /// Starts a reading that carries every record: nothing counts until the
    /// reading names it, and what it does not name is found carried at its end.
    pub(crate) fn begin_full(&mut self) -> Result<(), DatabaseError> {
        for key in rows::held_keys(self.change, self.feed.id)? {
            let id = record_id(&self.feed.source, &key);
            for held in self.held_rows(&key)? {
                self.remove_held(&id, &held)?;
            }
        }
        self.change.execute(
            "UPDATE statement SET carried = 1 WHERE feed = ?1",
            [self.feed.id],
        )?;
        self.feed.records = 0;
        self.feed.set = SetSum::default();
        Ok(())
    }

    /// Takes away everything of the feed: a first load that was never proved.
    pub(crate) fn clear(&mut self) -> Result<(), DatabaseError> {
        for key in rows::keys(self.change, self.feed.id)? {
            let id = record_id(&self.feed.source, &key);
            if let Some(before) = self.before(&key)? {
                self.take_out(&id, &before)?;
            }
            for held in self.held_rows(&key)? {
                self.remove_held(&id, &held)?;
            }
        }
        Ok(())
    }

    fn remove(
        &mut self,
        id: &[u8; 32],
        before: &Before,
        version: u64,
        reason: GoneReason,
    ) -> Result<(), DatabaseError> {
        self.take_out(id, before)?;
        self.effect.removed += 1;
        self.bury(id, version, reason)
    }

    fn take_out(&mut self, id: &[u8; 32], before: &Before) -> Result<(), DatabaseError> {
        self.uncount(id, before);
        if before.had_envelope {
            self.envelope(id, before.version, None);
        }
        let joined = self.joining(before)?;
        rows::remove_columns(self.change, before.id, before.kind)?;
        self.change
            .prepare_cached("DELETE FROM statement WHERE id = ?1")?
            .execute([before.id])?;
        self.join(before.id, joined.as_ref(), None)
    }

    /// Writes or raises a tombstone.
    fn bury(
        &mut self,
        id: &[u8; 32],
        version: u64,
        reason: GoneReason,
    ) -> Result<(), DatabaseError> {
        let before = self.gone_since(id)?;
        if before.is_some_and(|before| before >= version) {
            return Ok(());
        }
        let grave = self.key.tombstone_id(id);
        if let Some(before) = before {
            self.change
                .buckets
                .remove(&self.key.leaf(Tag::Tombstone, &grave, before, &[0; 32]));
        }
        self.change
            .buckets
            .add(&self.key.leaf(Tag::Tombstone, &grave, version, &[0; 32]));
        self.any_tombstone = true;
        self.change
            .prepare_cached(
                "INSERT INTO tombstone (id, feed, version, reason, received) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO UPDATE SET version = excluded.version,
                   reason = excluded.reason, received = excluded.received",
            )?
            .execute((
                &grave,
                self.feed.id,
                stored(version)?,
                rows::reason_code(reason),
                self.stamp.received.as_millisecond(),
            ))?;
        Ok(())
    }

    /// Gives the version at which a key went, if it did.
    pub(crate) fn gone_since(&self, id: &[u8; 32]) -> Result<Option<u64>, DatabaseError> {
        if !self.any_tombstone {
            return Ok(None);
        }
        let version = self
            .change
            .prepare_cached("SELECT version FROM tombstone WHERE id = ?1")?
            .query_row([&self.key.tombstone_id(id)], |row| row.get(0))
            .optional()?;
        version.map(counted).transpose()
    }
}
