//! `state.db` of one service: what must survive a crash.
//!
//! What it is: the outbox, the memory of what the box holds, as HMACs, and the
//! corrections it sent, sealed. What it is not: a copy of anybody's data; there
//! is no name, address, telephone number, note or source record id in the clear
//! in it. The invariant it keeps:
//! what has a sequence number in the outbox is the truth; the memory changes
//! only in the transaction that takes a signed `applied` for the run's manifest.

mod corrections;
mod feed;
mod outbox;
mod quarantine;
mod records;
mod scratch;

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub(crate) use corrections::{Arrived, Counts, Standing, Taken};
pub(crate) use feed::{Applied, Beat, Feed, Held, Phase, Run};
pub(crate) use outbox::{Load, Parcel};
pub(crate) use quarantine::Quarantined;
pub(crate) use records::Change;
pub(crate) use scratch::{Reading, Todo, line_number};

use crate::identity::check_mode;
use crate::memory::MemoryError;
use crate::stop::{Exit, Stop, chain};

/// The database's file.
const FILE: &str = "state.db";
/// The form of the tables; a newer one stops the agent.
const VERSION: i64 = 2;
/// How long a writer waits for another command's transaction.
const BUSY: Duration = Duration::from_secs(10);

const SCHEMA: &str = "
    -- One row a feed; `body` is the JSON of what belongs to no other table.
    CREATE TABLE feed (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        body TEXT NOT NULL
    ) STRICT;
    -- What the box holds. `held` tells a held row from the record beside it.
    CREATE TABLE record (
        feed INTEGER NOT NULL REFERENCES feed(number),
        key BLOB NOT NULL CHECK (length(key) = 16),
        held INTEGER NOT NULL CHECK (held IN (0, 1)),
        content BLOB NOT NULL CHECK (length(content) = 16),
        member BLOB NOT NULL CHECK (length(member) = 32),
        sealed_key BLOB NOT NULL,
        who BLOB CHECK (length(who) = 16),
        PRIMARY KEY (feed, key, held)
    ) STRICT, WITHOUT ROWID;
    -- What the run in the outbox makes of it. Written in the order of the file,
    -- because an index on random keys would be rewritten with every part.
    CREATE TABLE pending (
        feed INTEGER NOT NULL REFERENCES feed(number),
        key BLOB NOT NULL,
        held INTEGER NOT NULL,
        gone INTEGER NOT NULL CHECK (gone IN (0, 1)),
        content BLOB,
        member BLOB,
        sealed_key BLOB,
        who BLOB,
        CHECK (gone = 1 OR (content IS NOT NULL AND member IS NOT NULL AND sealed_key IS NOT NULL))
    ) STRICT;
    -- Sealed batches. Those from the feed's next sequence on are of a run that
    -- is still being written and are never sent. `held`: the box keeps it for
    -- two persons.
    CREATE TABLE outbox (
        feed INTEGER NOT NULL REFERENCES feed(number),
        sequence INTEGER NOT NULL,
        load TEXT NOT NULL,
        held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
        hash TEXT NOT NULL,
        previous TEXT NOT NULL,
        bytes BLOB NOT NULL,
        UNIQUE (feed, sequence)
    ) STRICT;
    -- SHA-256 of exports that were applied: one that comes again is an old one.
    CREATE TABLE applied (
        feed INTEGER NOT NULL REFERENCES feed(number),
        sha256 TEXT NOT NULL,
        at TEXT NOT NULL,
        UNIQUE (feed, sha256)
    ) STRICT;
    -- Rows of the newest reading that did not read.
    CREATE TABLE quarantine (
        feed INTEGER NOT NULL REFERENCES feed(number),
        sha256 TEXT NOT NULL,
        line INTEGER NOT NULL,
        field TEXT NOT NULL,
        reason TEXT NOT NULL,
        UNIQUE (feed, line)
    ) STRICT;
    -- Exports a person lets past the agent's guards.
    CREATE TABLE approval (
        feed INTEGER PRIMARY KEY REFERENCES feed(number),
        sha256 TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT;
";

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StateError {
    #[error("a file cannot be made in the state folder: check its permissions and the disk")]
    Make(#[source] std::io::Error),
    #[error("state.db is of a newer version: install that agent")]
    Newer,
    #[error(
        "state.db does not open: restore its disk; do not delete it, that would need every feed enrolled again"
    )]
    Open(#[source] rusqlite::Error),
    #[error("state.db failed at `{what}`: see whether the disk is full or failing")]
    Failed {
        what: &'static str,
        #[source]
        source: rusqlite::Error,
    },
    #[error("state.db holds something this agent did not write: restore it, or enrol again")]
    Foreign,
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

impl From<rusqlite::Error> for StateError {
    fn from(source: rusqlite::Error) -> Self {
        Self::Failed {
            what: "read",
            source,
        }
    }
}

impl From<StateError> for Stop {
    fn from(error: StateError) -> Self {
        let exit = match error {
            StateError::Failed { .. } => Exit::Failed,
            _ => Exit::Configuration,
        };
        Stop {
            exit,
            message: chain(&error),
        }
    }
}

/// The database of one service.
pub(crate) struct State {
    db: Connection,
    folder: PathBuf,
}

impl State {
    /// Opens the database in `folder`, making it where there is none.
    pub(crate) fn open(folder: &Path) -> Result<Self, Stop> {
        let path = folder.join(FILE);
        own_file(&path)?;
        check_mode(&path)?;
        let db = connect(&path)?;
        Ok(Self {
            db,
            folder: folder.to_path_buf(),
        })
    }

    /// Opens the database in `folder`; none where none was made yet.
    pub(crate) fn find(folder: &Path) -> Result<Option<Self>, Stop> {
        if folder.join(FILE).exists() {
            Self::open(folder).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Gives the folder the database lies in.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Does all of `work` or none of it. `what` names it in errors.
    fn write<T>(
        &mut self,
        what: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StateError>,
    ) -> Result<T, StateError> {
        let failed = |source| StateError::Failed { what, source };
        let tx = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        let done = work(&tx).map_err(|error| match error {
            StateError::Failed { source, .. } => failed(source),
            other => other,
        })?;
        tx.commit().map_err(failed)?;
        Ok(done)
    }
}

/// Makes a file only its owner may read, unless it is there.
fn own_file(path: &Path) -> Result<(), StateError> {
    let mut options = OpenOptions::new();
    match options.write(true).create_new(true).mode(0o600).open(path) {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => Err(StateError::Make(e)),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn connect(path: &Path) -> Result<Connection, StateError> {
    let db = Connection::open(path).map_err(StateError::Open)?;
    db.busy_timeout(BUSY).map_err(StateError::Open)?;
    // Sorting goes to files, so that memory does not grow with the export.
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA temp_store = FILE; PRAGMA cache_size = -3072; PRAGMA journal_size_limit = 16777216;",
    )
    .map_err(StateError::Open)?;
    let version: i64 = db
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(StateError::Open)?;
    let missing = match version {
        0 => [SCHEMA, corrections::SCHEMA].concat(),
        // A verb and the running agent may both come first: every statement
        // of a later form can be done twice.
        1 => corrections::SCHEMA.to_owned(),
        VERSION => return Ok(db),
        _ => return Err(StateError::Newer),
    };
    let schema = format!("BEGIN IMMEDIATE; {missing} PRAGMA user_version = {VERSION}; COMMIT;");
    db.execute_batch(&schema).map_err(StateError::Open)?;
    Ok(db)
}

/// SQLite counts in signed numbers; ours stay far below their end.
fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_loose_mode_or_a_newer_form_stops_the_agent() {
        let folder = tempfile::tempdir().unwrap();
        drop(State::open(folder.path()).unwrap());
        let path = folder.path().join(FILE);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(
            State::open(folder.path()).err().unwrap().exit,
            Exit::Configuration
        );

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        Connection::open(&path)
            .unwrap()
            .execute_batch("PRAGMA user_version = 9")
            .unwrap();
        assert!(
            State::open(folder.path())
                .err()
                .unwrap()
                .message
                .contains("newer")
        );
    }

    #[test]
    fn a_state_of_the_form_before_gets_the_table_it_lacks_and_keeps_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = State::open(folder.path()).unwrap();
        let feed = state.feed("caution-list", 1, "stream").unwrap();
        drop(state);
        Connection::open(folder.path().join(FILE))
            .unwrap()
            .execute_batch("DROP TABLE correction; PRAGMA user_version = 1")
            .unwrap();
        let state = State::open(folder.path()).unwrap();
        assert!(state.open_corrections().unwrap().is_empty());
        let kept = state.find_feed("caution-list").unwrap().unwrap();
        assert_eq!(kept.next_version, feed.next_version);
    }

    #[test]
    fn a_file_that_is_no_database_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        std::fs::write(&path, vec![7; 4096]).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(State::open(folder.path()).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), vec![7; 4096]);
    }
}
