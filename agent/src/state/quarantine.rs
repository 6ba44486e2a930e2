//! Rows of the newest reading that did not read: line, field and reason code.
//! Their values stay in the export.

use rusqlite::params;

use super::{Feed, State, StateError, signed, unsigned};

/// Most rows that are listed; the count is always whole.
const LISTED_ROWS: u64 = 10_000;

/// One row that did not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quarantined {
    /// SHA-256 of the export.
    pub(crate) sha256: String,
    /// Where the row begins.
    pub(crate) line: u64,
    /// The field, by its name in the contract.
    pub(crate) field: String,
    /// Reason code.
    pub(crate) reason: String,
}

impl State {
    /// Replaces the list of a feed.
    pub(crate) fn quarantine(
        &mut self,
        feed: &Feed,
        sha256: &str,
        rows: &[(i64, String, String)],
    ) -> Result<(), StateError> {
        self.write("list the quarantine", |tx| {
            tx.execute("DELETE FROM quarantine WHERE feed = ?1", [feed.number])?;
            let mut statement = tx.prepare(
                "INSERT OR REPLACE INTO quarantine (feed, sha256, line, field, reason)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for (line, field, reason) in rows {
                statement.execute(params![feed.number, sha256, line, field, reason])?;
            }
            Ok(())
        })
    }

    /// Lists the rows of a feed that did not read, in the order of the file.
    pub(crate) fn quarantined(&self, feed: &Feed) -> Result<Vec<Quarantined>, StateError> {
        let sql = "SELECT sha256, line, field, reason FROM quarantine WHERE feed = ?1
                   ORDER BY line LIMIT ?2";
        let mut statement = self.db.prepare(sql)?;
        let rows = statement.query_map(params![feed.number, signed(LISTED_ROWS)], |row| {
            Ok(Quarantined {
                sha256: row.get(0)?,
                line: unsigned(row.get(1)?),
                field: row.get(2)?,
                reason: row.get(3)?,
            })
        })?;
        rows.map(|row| row.map_err(StateError::from)).collect()
    }
}
