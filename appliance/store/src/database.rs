//! `store.db`: one SQLCipher file, one writer, a few readers.
//!
//! What it is: the only way to the file, with every write a named transaction.
//! What it is not: it knows no record. The invariant it keeps: a file that is
//! missing, loose, of another key or of a newer build stops the process, and is
//! never made anew.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use firebox_protocol::Stop;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use zeroize::Zeroizing;

use crate::buckets::Buckets;
use crate::file::{FILE, check_box, check_mode, connect, opening};
use crate::migrations;
use crate::rest::Rest;

/// Page cache of the one writer in KiB: the upper levels of all indexes at 1.2 million persons.
const WRITER_CACHE_KIB: i64 = 64 * 1024;
/// Page cache of each reader in KiB; with four of them half the writer's.
pub(crate) const READER_CACHE_KIB: i64 = 8 * 1024;
/// Page cache in KiB of the one reader that answers whatever an index finds: with twice as much
/// it decrypts half as many pages at 100,000 addresses.
const QUICK_CACHE_KIB: i64 = 16 * 1024;

/// Why the database did not do it. Carries codes and names of tables only.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DatabaseError {
    /// SQLite said no; its extended result code.
    #[error("the database failed with code {0}: see the disk, then run `firebox check`")]
    Sqlite(i32),
    /// A row does not read as what was written.
    #[error("a row of `{0}` does not read: run the sweep")]
    Row(&'static str),
    /// A number that the file's format cannot hold.
    #[error("a number is over 2^63")]
    Number,
    /// No random bytes.
    #[error("the kernel gives no randomness: restart the box")]
    Randomness,
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        // The error's own text may quote SQL or a value; its code never does.
        match error.sqlite_error() {
            Some(code) => Self::Sqlite(code.extended_code),
            None => Self::Row("result"),
        }
    }
}

/// Gives a count as the file holds it.
pub(crate) fn stored(number: u64) -> Result<i64, DatabaseError> {
    i64::try_from(number).map_err(|_| DatabaseError::Number)
}

/// Gives a stored count back.
pub(crate) fn counted(number: i64) -> Result<u64, DatabaseError> {
    u64::try_from(number).map_err(|_| DatabaseError::Number)
}

/// The open file.
pub(crate) struct Database {
    path: PathBuf,
    key: Zeroizing<[u8; 32]>,
    writer: Mutex<Writer>,
    highest_log_index: AtomicU64,
    /// Every thread of the running store is at work in the file only while it is awake here.
    pub(crate) rest: Arc<Rest>,
}

struct Writer {
    connection: Connection,
    buckets: Buckets,
}

/// One transaction, and the sums that change with it.
pub(crate) struct Change<'w> {
    tx: Transaction<'w>,
    /// The bucket sums, written when the transaction commits.
    pub(crate) buckets: Buckets,
    next_statement: i64,
}

impl std::ops::Deref for Change<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.tx
    }
}

impl Change<'_> {
    /// Gives the id the next new statement takes.
    pub(crate) fn next_statement(&self) -> i64 {
        self.next_statement
    }

    /// Says that the id was taken.
    pub(crate) fn statement_taken(&mut self) {
        self.next_statement += 1;
    }
}

impl Database {
    /// Opens the file for a box.
    ///
    /// # Errors
    /// Exit 78 when a person must act: missing, loose mode, wrong key, newer schema, other box.
    pub(crate) fn open(
        folder: &Path,
        key: &Zeroizing<[u8; 32]>,
        box_id: &str,
    ) -> Result<Self, Stop> {
        let path = folder.join(FILE);
        check_mode(folder, "folder", 0o700)?;
        if !path.exists() {
            return Err(Stop::configuration(format!(
                "{FILE} is missing from the store's folder: run `firebox init` for a new box, or restore a backup"
            )));
        }
        check_mode(&path, "file", 0o600)?;
        let mut connection = connect(&path, key, WRITER_CACHE_KIB).map_err(opening)?;
        match migrations::version(&connection).map_err(opening)? {
            0 => {
                return Err(Stop::configuration(format!(
                    "{FILE} was never finished: restore a backup"
                )));
            }
            version if version > migrations::newest() => {
                return Err(Stop::configuration(format!(
                    "{FILE} was made by a newer firebox: install that version"
                )));
            }
            _ => migrations::migrate(&mut connection).map_err(opening)?,
        }
        check_box(&connection, box_id)?;
        let highest = connection
            .query_row("SELECT highest_log_index FROM box", [], |row| {
                row.get::<_, i64>(0)
            })
            .map_err(opening)?;
        let buckets = Buckets::load(&connection).map_err(|e| Stop::failed(e.to_string()))?;
        Ok(Self {
            path,
            key: key.clone(),
            writer: Mutex::new(Writer {
                connection,
                buckets,
            }),
            highest_log_index: AtomicU64::new(u64::try_from(highest).unwrap_or(0)),
            rest: Arc::default(),
        })
    }

    /// Opens a connection that only reads.
    pub(crate) fn reader(&self) -> Result<Connection, DatabaseError> {
        self.only_reading(READER_CACHE_KIB)
    }

    /// Opens the connection for what an index finds.
    pub(crate) fn quick_reader(&self) -> Result<Connection, DatabaseError> {
        self.only_reading(QUICK_CACHE_KIB)
    }

    fn only_reading(&self, cache_kib: i64) -> Result<Connection, DatabaseError> {
        let connection = connect(&self.path, &self.key, cache_kib)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    /// Runs a named transaction: all of it is on disk when this returns `Ok`, none of it otherwise.
    pub(crate) fn write<T, E: From<DatabaseError>>(
        &self,
        name: &'static str,
        work: impl FnOnce(&mut Change<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = self.lock();
        log::debug!("write: {name}");
        let (done, buckets) = self.transact(&mut writer, work)?;
        writer.buckets = buckets;
        Ok(done)
    }

    fn transact<T, E: From<DatabaseError>>(
        &self,
        writer: &mut Writer,
        work: impl FnOnce(&mut Change<'_>) -> Result<T, E>,
    ) -> Result<(T, Buckets), E> {
        let database = |error: rusqlite::Error| E::from(error.into());
        let tx = writer
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(database)?;
        let next_statement = tx
            .query_row("SELECT next_statement FROM box", [], |row| row.get(0))
            .map_err(database)?;
        let mut change = Change {
            tx,
            buckets: writer.buckets.clone(),
            next_statement,
        };
        let done = work(&mut change)?;
        let Change {
            tx,
            mut buckets,
            next_statement,
        } = change;
        buckets.save(&tx)?;
        tx.execute(
            "UPDATE box SET next_statement = ?1, highest_log_index = max(highest_log_index, ?2)",
            (next_statement, stored(self.highest_log_index())?),
        )
        .map_err(database)?;
        tx.commit().map_err(database)?;
        Ok((done, buckets))
    }

    fn lock(&self) -> MutexGuard<'_, Writer> {
        // A writer that panicked left no transaction behind: dropping one rolls it back.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the root of the buckets as last committed.
    pub(crate) fn manifest(&self) -> [u8; 32] {
        self.lock().buckets.root()
    }

    /// Gives the highest log index any permit carried.
    pub(crate) fn highest_log_index(&self) -> u64 {
        self.highest_log_index.load(Ordering::Acquire)
    }

    /// Remembers a permit's log index, in memory; see [`Database::keep_log_index`].
    pub(crate) fn saw_log_index(&self, index: u64) {
        self.highest_log_index.fetch_max(index, Ordering::AcqRel);
    }

    /// Writes the highest log index if it rose and no write is under way.
    ///
    /// Once a second is enough: the entry of every permit is already on the
    /// keeper's own disk. This second witness is there for a log that somebody
    /// cut or replaced, and loses at most the last second of indexes when the
    /// power fails; every batch and a clean stop write it as well.
    pub(crate) fn keep_log_index(&self) -> Result<(), DatabaseError> {
        let Ok(mut writer) = self.writer.try_lock() else {
            return Ok(());
        };
        let kept: i64 =
            writer
                .connection
                .query_row("SELECT highest_log_index FROM box", [], |row| row.get(0))?;
        if counted(kept)? >= self.highest_log_index() {
            return Ok(());
        }
        self.transact(&mut writer, |_| Ok::<_, DatabaseError>(()))
            .map(|_| ())
    }
}
