//! Rows that did not read, and what is kept beside them.
//!
//! The invariant: such a row never takes the place of what its key said before.

use crate::apply::{Apply, OLDER_VERSION};
use crate::buckets::{Tag, record_id};
use crate::database::DatabaseError;
use crate::line::Notice;
use crate::rows;

/// A held row as it was.
pub(crate) struct HeldBefore {
    id: i64,
    pub(crate) version: u64,
    pub(crate) unread: bool,
    content: [u8; 32],
    member: [u8; 32],
}

impl Apply<'_, '_> {
    pub(crate) fn held(
        &mut self,
        key: &str,
        version: u64,
        notice: &Notice,
    ) -> Result<(), DatabaseError> {
        let id = record_id(&self.feed.source, key);
        let same_side = |held: &&HeldBefore| held.unread == notice.unread;
        let rows = self.held_rows(key)?;
        let before = rows.iter().find(same_side);
        let newer = before.is_some_and(|held| held.version > version);
        if newer || self.gone_since(&id)?.is_some_and(|gone| gone >= version) {
            self.effect.notes.add(key, OLDER_VERSION);
            return Ok(());
        }
        if let Some(before) = before {
            self.remove_held(&id, before)?;
        }
        let content = rows::insert_held(
            self.change,
            self.feed.id,
            key,
            version,
            notice,
            self.stamp.received,
        )?;
        self.any_held = true;
        self.change
            .buckets
            .add(&self.key.leaf(tag(notice.unread), &id, version, &content));
        self.count(&notice.member);
        // The agent counts its new line in the place of the old one; the box shows both.
        if notice.unread {
            self.carry(key)
        } else {
            Ok(())
        }
    }

    /// Keeps a key's statement although its feed no longer counts it.
    pub(crate) fn carry(&mut self, key: &str) -> Result<(), DatabaseError> {
        let Some(before) = self.before(key)? else {
            return Ok(());
        };
        if before.carried {
            return Ok(());
        }
        self.feed.records = self.feed.records.saturating_sub(1);
        self.feed.set.remove(&before.member);
        self.change
            .prepare_cached("UPDATE statement SET carried = 1 WHERE id = ?1")?
            .execute([before.id])?;
        Ok(())
    }

    pub(crate) fn resolve_held(
        &mut self,
        key: &str,
        id: &[u8; 32],
        version: u64,
    ) -> Result<(), DatabaseError> {
        for held in self
            .held_rows(key)?
            .iter()
            .filter(|held| held.version <= version)
        {
            self.remove_held(id, held)?;
        }
        Ok(())
    }

    pub(crate) fn remove_held(
        &mut self,
        id: &[u8; 32],
        held: &HeldBefore,
    ) -> Result<(), DatabaseError> {
        let leaf = self
            .key
            .leaf(tag(held.unread), id, held.version, &held.content);
        self.change.buckets.remove(&leaf);
        self.feed.records = self.feed.records.saturating_sub(1);
        self.feed.set.remove(&held.member);
        self.change
            .prepare_cached("DELETE FROM held WHERE id = ?1")?
            .execute([held.id])?;
        Ok(())
    }

    pub(crate) fn held_rows(&self, key: &str) -> Result<Vec<HeldBefore>, DatabaseError> {
        if !self.any_held {
            return Ok(Vec::new());
        }
        let mut query = self.change.prepare_cached(&format!(
            "SELECT {} FROM held WHERE feed = ?1 AND key = ?2",
            rows::HELD_CONTENT
        ))?;
        let rows = query.query_map((self.feed.id, key), |row| {
            Ok(HeldBefore {
                id: row.get(0)?,
                version: row.get::<_, i64>(1)?.try_into().unwrap_or_default(),
                unread: row.get(2)?,
                member: row.get(3)?,
                content: rows::held_content(row)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Gives the tag a held row's leaf carries.
pub(crate) fn tag(unread: bool) -> Tag {
    if unread { Tag::Unread } else { Tag::Held }
}
