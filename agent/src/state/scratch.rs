//! Notes of one reading, sorted on disk so that memory does not grow with the
//! export. HMACs and line numbers only; the file goes when the reading ends.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use super::{State, StateError, own_file, signed};
use crate::memory::{Mac, Who};
use crate::plan::{Seen, Step, What};

/// Notes taken at a time when they are gone over by line.
const BATCH: i64 = 2_000;
/// Most quarantined rows that are copied into the list.
const LISTED_ROWS: i64 = 10_000;

const SCHEMA: &str = "
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;
    PRAGMA cache_size = -3072; PRAGMA locking_mode = EXCLUSIVE;
    -- Every row with a statement; `keyless` rows have a key made of themselves.
    -- A negative line marks a key whose rows are held under other keys.
    CREATE TABLE row (
        line INTEGER PRIMARY KEY, key BLOB NOT NULL, what INTEGER NOT NULL,
        content BLOB NOT NULL, who BLOB, keyless INTEGER NOT NULL
    ) STRICT;
    -- Rows that did not read.
    CREATE TABLE bad (line INTEGER PRIMARY KEY, field TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
    -- Rows that read, and contradict another or what the box knows.
    CREATE TABLE doubt (line INTEGER PRIMARY KEY, duplicate INTEGER NOT NULL) STRICT;
    -- The plan.
    CREATE TABLE step (line INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE gone (key BLOB PRIMARY KEY, record INTEGER NOT NULL, held INTEGER NOT NULL)
        STRICT, WITHOUT ROWID;
";

/// Notes of one reading.
pub(crate) struct Reading {
    db: Connection,
    path: PathBuf,
}

/// A row that must be looked at again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doubt {
    /// Where it begins.
    pub(crate) line: i64,
    /// Whether its key stands more than once; otherwise the key was another
    /// person's.
    pub(crate) duplicate: bool,
}

/// A row that must be sent.
#[derive(Clone, Debug)]
pub(crate) struct Todo {
    /// Where it begins.
    pub(crate) line: i64,
    /// Whether its record goes; otherwise it is held.
    pub(crate) put: bool,
    /// Whether its key is made of the row itself.
    pub(crate) keyless: bool,
    /// Reason code of a held row.
    pub(crate) reason: Option<String>,
}

impl State {
    /// Starts the notes of a reading; those of a reading that was killed go.
    pub(crate) fn reading(&self) -> Result<Reading, StateError> {
        let path = self
            .folder
            .join(format!("reading-{}.db", std::process::id()));
        Reading::remove(&path);
        own_file(&path)?;
        let db = Connection::open(&path).map_err(StateError::Open)?;
        db.execute_batch(SCHEMA)?;
        db.execute_batch("BEGIN")?;
        Ok(Reading { db, path })
    }

    /// Removes the notes of readings that were killed.
    pub(crate) fn sweep(&self) {
        let entries = std::fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten();
        for path in entries.map(|entry| entry.path()) {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            if name.starts_with("reading-") {
                Reading::remove(&path);
            }
        }
    }
}

impl Reading {
    fn remove(path: &Path) {
        // A file that stays costs space and nothing else; the next sweep tries again.
        drop(std::fs::remove_file(path));
    }

    /// Notes a row.
    pub(crate) fn note(&self, seen: &Seen, keyless: bool) -> Result<(), StateError> {
        let mut statement = self.db.prepare_cached(
            "INSERT OR REPLACE INTO row (line, key, what, content, who, keyless)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        statement.execute(params![
            seen.line,
            seen.key,
            number(seen.what),
            seen.content,
            seen.who,
            keyless
        ])?;
        Ok(())
    }

    /// Notes why a row did not read.
    pub(crate) fn note_bad(&self, line: i64, field: &str, reason: &str) -> Result<(), StateError> {
        let mut statement = self.db.prepare_cached(
            "INSERT OR REPLACE INTO bad (line, field, reason) VALUES (?1, ?2, ?3)",
        )?;
        statement.execute(params![line, field, reason])?;
        Ok(())
    }

    /// Sorts the rows by key. The same broken row twice is one statement.
    pub(crate) fn sort(&self) -> Result<(), StateError> {
        self.db.execute_batch(
            "CREATE INDEX IF NOT EXISTS by_key ON row (key, line, what, content, who, keyless);",
        )?;
        self.merge_keyless()
    }

    fn merge_keyless(&self) -> Result<(), StateError> {
        self.db.execute_batch(
            "DELETE FROM row WHERE keyless = 1 AND line NOT IN
             (SELECT min(line) FROM row WHERE keyless = 1 GROUP BY key);",
        )?;
        Ok(())
    }

    /// Doubts every row whose key stands more than once.
    pub(crate) fn doubt_duplicates(&self) -> Result<u64, StateError> {
        let count = self.db.execute(
            "INSERT OR REPLACE INTO doubt (line, duplicate) SELECT line, 1 FROM row WHERE key IN
             (SELECT key FROM row GROUP BY key HAVING count(*) > 1)",
            [],
        )?;
        // The key itself is there, whatever its rows say: its record is not gone.
        self.db.execute(
            "INSERT INTO row (line, key, what, content, who, keyless)
             SELECT -min(line), key, ?1, zeroblob(16), NULL, 0 FROM row
             WHERE line IN (SELECT line FROM doubt WHERE duplicate = 1) GROUP BY key",
            [number(What::Present)],
        )?;
        Ok(count as u64)
    }

    /// Doubts rows whose key was another person's.
    pub(crate) fn doubt_swapped(&self, lines: &[i64]) -> Result<(), StateError> {
        let mut statement = self
            .db
            .prepare("INSERT OR IGNORE INTO doubt (line, duplicate) VALUES (?1, 0)")?;
        for line in lines {
            statement.execute([line])?;
        }
        Ok(())
    }

    /// Gives the doubted rows after `line`, in the order of the file.
    pub(crate) fn doubts_after(&self, line: i64) -> Result<Vec<Doubt>, StateError> {
        let mut statement = self.db.prepare_cached(
            "SELECT line, duplicate FROM doubt WHERE line > ?1 ORDER BY line LIMIT ?2",
        )?;
        let rows = statement.query_map(params![line, BATCH], |row| {
            Ok(Doubt {
                line: row.get(0)?,
                duplicate: row.get(1)?,
            })
        })?;
        rows.map(|row| row.map_err(StateError::from)).collect()
    }

    /// Ends the doubts: what they became has been noted.
    pub(crate) fn settle_doubts(&self) -> Result<(), StateError> {
        self.db.execute_batch("DELETE FROM doubt;")?;
        self.merge_keyless()
    }

    /// Goes over the rows in the order of their keys.
    pub(crate) fn with_seen<T>(
        &self,
        visit: impl FnOnce(&mut dyn Iterator<Item = Result<Seen, StateError>>) -> Result<T, StateError>,
    ) -> Result<T, StateError> {
        let mut statement = self
            .db
            .prepare("SELECT key, line, what, content, who FROM row ORDER BY key, line")?;
        let rows = statement.query_map([], |row| {
            let (key, line, what): (Mac, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let (content, who): (Mac, Option<Who>) = (row.get(3)?, row.get(4)?);
            Ok((key, line, what, content, who))
        })?;
        visit(&mut rows.map(|row| {
            let (key, line, what, content, who) = row?;
            let what = named(what).ok_or(StateError::Foreign)?;
            Ok(Seen {
                key,
                line,
                what,
                content,
                who,
            })
        }))
    }

    /// Notes a step of the plan.
    pub(crate) fn note_step(&self, step: Step) -> Result<(), StateError> {
        match step {
            Step::Put { line } | Step::Hold { line } => self
                .db
                .prepare_cached("INSERT INTO step (line) VALUES (?1)")?
                .execute([line])?,
            Step::Gone { key, record, held } => self
                .db
                .prepare_cached("INSERT INTO gone (key, record, held) VALUES (?1, ?2, ?3)")?
                .execute(params![key, record, held])?,
        };
        Ok(())
    }

    /// Gives the rows to be sent after `line`, in the order of the file.
    pub(crate) fn todo_after(&self, line: i64) -> Result<Vec<Todo>, StateError> {
        let mut statement = self.db.prepare_cached(
            "SELECT s.line, r.what, r.keyless, b.reason FROM step s JOIN row r ON r.line = s.line
             LEFT JOIN bad b ON b.line = s.line WHERE s.line > ?1 ORDER BY s.line LIMIT ?2",
        )?;
        let rows = statement.query_map(params![line, BATCH], |row| {
            let what: i64 = row.get(1)?;
            Ok(Todo {
                line: row.get(0)?,
                put: what == number(What::Record),
                keyless: row.get(2)?,
                reason: row.get(3)?,
            })
        })?;
        rows.map(|row| row.map_err(StateError::from)).collect()
    }

    /// Gives the keys to be taken back after `key`, with record and held row.
    pub(crate) fn gone_after(
        &self,
        key: Option<&Mac>,
    ) -> Result<Vec<(Mac, bool, bool)>, StateError> {
        let mut statement = self.db.prepare_cached(
            "SELECT key, record, held FROM gone WHERE ?1 IS NULL OR key > ?1 ORDER BY key LIMIT ?2",
        )?;
        let rows = statement.query_map(params![key, BATCH], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
        rows.map(|row| row.map_err(StateError::from)).collect()
    }

    /// Lists the rows that did not read: line, field, reason code.
    pub(crate) fn bad(&self) -> Result<Vec<(i64, String, String)>, StateError> {
        let mut statement = self
            .db
            .prepare("SELECT line, field, reason FROM bad ORDER BY line LIMIT ?1")?;
        let rows = statement.query_map([LISTED_ROWS], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
        rows.map(|row| row.map_err(StateError::from)).collect()
    }

    /// Counts the rows that did not read.
    pub(crate) fn bad_count(&self) -> Result<u64, StateError> {
        let count: i64 = self
            .db
            .query_row("SELECT count(*) FROM bad", [], |row| row.get(0))?;
        Ok(super::unsigned(count))
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        Self::remove(&self.path);
    }
}

/// Gives a line number as the notes hold it.
pub(crate) fn line_number(line: u64) -> i64 {
    signed(line)
}

fn number(what: What) -> i64 {
    match what {
        What::Record => 0,
        What::Held => 1,
        What::Unplaced => 2,
        What::Present => 3,
    }
}

fn named(number: i64) -> Option<What> {
    match number {
        0 => Some(What::Record),
        1 => Some(What::Held),
        2 => Some(What::Unplaced),
        3 => Some(What::Present),
        _ => None,
    }
}
