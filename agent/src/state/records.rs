//! What the box holds, as HMACs, and what the run on its way makes of it.

use firebox_contract::setsum::SetSum;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{Feed, State, StateError};
use crate::memory::{Mac, Who};
use crate::plan::Known;

/// One statement's change in a run.
pub(crate) enum Change {
    /// It is said now.
    Put {
        /// Its key.
        key: Mac,
        /// Whether it is the held row beside the record.
        held: bool,
        /// What it says.
        content: Mac,
        /// The member of the set it is.
        member: [u8; 32],
        /// Its key, sealed.
        sealed_key: Vec<u8>,
        /// Whose it is.
        who: Option<Who>,
    },
    /// It is taken back.
    Gone {
        /// Its key.
        key: Mac,
        /// Whether it is the held row beside the record.
        held: bool,
    },
}

type KnownRow = (Mac, bool, Mac, Option<Who>);

impl State {
    /// Goes over what the box holds, in the order of the keys.
    pub(crate) fn with_known<T>(
        &self,
        feed: &Feed,
        visit: impl FnOnce(&mut dyn Iterator<Item = Result<Known, StateError>>) -> Result<T, StateError>,
    ) -> Result<T, StateError> {
        let mut statement = self.db.prepare(
            "SELECT key, held, content, who FROM record WHERE feed = ?1 ORDER BY key, held",
        )?;
        let rows = statement.query_map([feed.number], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
        let mut rows = rows.map(|row| row.map_err(StateError::from)).peekable();
        visit(&mut std::iter::from_fn(|| next_known(&mut rows)))
    }

    /// Gives the sealed key of a statement.
    pub(crate) fn sealed_key(&self, feed: &Feed, key: &Mac) -> Result<Option<Vec<u8>>, StateError> {
        let sql = "SELECT sealed_key FROM record WHERE feed = ?1 AND key = ?2 LIMIT 1";
        let mut statement = self.db.prepare_cached(sql)?;
        Ok(statement
            .query_row(params![feed.number, key], |row| row.get(0))
            .optional()?)
    }

    /// Gives how many statements live after the staged run, and their set.
    pub(crate) fn after_run(&self, feed: &Feed, full: bool) -> Result<(u64, SetSum), StateError> {
        let before = feed.applied.as_ref().filter(|_| !full);
        let mut records = before.map_or(0, |applied| applied.records);
        let mut set = before.map_or_else(SetSum::default, |applied| applied.set);
        if before.is_some() {
            let sql = "SELECT r.member FROM pending p JOIN record r
                       ON r.feed = p.feed AND r.key = p.key AND r.held = p.held WHERE p.feed = ?1";
            self.each_member(sql, feed, |member| {
                set.remove(member);
                records = records.saturating_sub(1);
            })?;
        }
        let sql = "SELECT member FROM pending WHERE feed = ?1 AND gone = 0";
        self.each_member(sql, feed, |member| {
            set.add(member);
            records += 1;
        })?;
        Ok((records, set))
    }

    fn each_member(
        &self,
        sql: &str,
        feed: &Feed,
        mut visit: impl FnMut(&[u8; 32]),
    ) -> Result<(), StateError> {
        let mut statement = self.db.prepare(sql)?;
        let mut rows = statement.query([feed.number])?;
        while let Some(row) = rows.next()? {
            visit(&row.get(0)?);
        }
        Ok(())
    }
}

/// Joins a key's record and the held row beside it.
fn next_known(
    rows: &mut std::iter::Peekable<impl Iterator<Item = Result<KnownRow, StateError>>>,
) -> Option<Result<Known, StateError>> {
    let mut known: Option<Known> = None;
    loop {
        let same = match (rows.peek(), &known) {
            (None, _) => false,
            (Some(Err(_)), _) => return rows.next().and_then(Result::err).map(Err),
            (Some(Ok((key, ..))), Some(known)) => known.key == *key,
            (Some(Ok(_)), None) => true,
        };
        if !same {
            return known.map(Ok);
        }
        if let Some(Ok((key, held, content, who))) = rows.next() {
            let known = known.get_or_insert(Known {
                key,
                ..Known::default()
            });
            if held {
                known.held = Some(content);
            } else {
                (known.record, known.who) = (Some(content), who);
            }
        }
    }
}

/// Writes down what a part changes.
pub(super) fn stage(tx: &Transaction<'_>, feed: i64, changes: &[Change]) -> Result<(), StateError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO pending (feed, key, held, gone, content, member, sealed_key, who)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for change in changes {
        match change {
            Change::Put {
                key,
                held,
                content,
                member,
                sealed_key,
                who,
            } => statement.execute(params![
                feed, key, held, false, content, member, sealed_key, who
            ])?,
            Change::Gone { key, held } => {
                let none = None::<Vec<u8>>;
                statement.execute(params![feed, key, held, true, none, none, none, none])?
            }
        };
    }
    Ok(())
}

/// Makes the staged run what the box holds.
pub(super) fn commit(tx: &Transaction<'_>, feed: i64, full: bool) -> Result<(), StateError> {
    if full {
        tx.execute("DELETE FROM record WHERE feed = ?1", [feed])?;
    }
    tx.execute(
        "DELETE FROM record WHERE (feed, key, held) IN
         (SELECT feed, key, held FROM pending WHERE feed = ?1 AND gone = 1)",
        [feed],
    )?;
    tx.execute(
        "INSERT OR REPLACE INTO record (feed, key, held, content, member, sealed_key, who)
         SELECT feed, key, held, content, member, sealed_key, who FROM pending
         WHERE feed = ?1 AND gone = 0 ORDER BY key, held",
        [feed],
    )?;
    tx.execute("DELETE FROM pending WHERE feed = ?1", [feed])?;
    Ok(())
}
