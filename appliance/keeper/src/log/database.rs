//! The file `log-<epoch>.db`: making it, opening it, and knowing it again.
//!
//! What it is not: it never mends and never makes a file anew. SQLCipher reports
//! a wrong key as "not a database", and recreating the file would erase the log.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use firebox_protocol::Stop;
use rusqlite::config::DbConfig;
use rusqlite::ffi::{
    SQLITE_CORRUPT, SQLITE_FULL, SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_SHORT_READ, SQLITE_NOTADB,
};
use rusqlite::hooks::Wal;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use zeroize::Zeroizing;

use super::schema::SCHEMA_VERSION;
use super::tree::Hash;

/// Where a person finds the key; named in messages.
pub(crate) const KEY_FILE: &str = "keys/keeper/log.key";
/// Page cache of the writing connection, in KiB: the tables' upper pages and the log's end.
const WRITER_CACHE_KIB: i64 = 16 * 1024;
/// Page cache of the reading connection, in KiB: proofs read a row a level.
const READER_CACHE_KIB: i64 = 2 * 1024;
/// Pages after which the write-ahead log goes into the file: 16 MiB, so that a
/// busy log does not pay two more syncs every few groups.
const WAL_PAGES: i64 = 4_000;
/// Most that folding the write-ahead log into the file adds to it, in bytes.
pub(crate) const CHECKPOINT_BYTES: u64 = WAL_PAGES.unsigned_abs() * 4_096;
/// How long a lock of somebody else (a backup) is waited for.
const BUSY: Duration = Duration::from_secs(5);
/// Statements kept prepared on a connection.
const CACHED_STATEMENTS: usize = 64;

/// Why the log could not be written or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogError {
    /// SQLite or the disk failed.
    #[error("the log could not be written or read")]
    Sqlite(#[from] rusqlite::Error),
    /// The path is no longer the file that was opened.
    #[error("the log was replaced, changed or removed under the keeper")]
    Replaced,
    /// A row of the log is not what its own hashes say.
    #[error("entry {0} of the log does not agree with the tree")]
    Unsound(u64),
    /// A body could not be laid out.
    #[error("an entry's body could not be laid out")]
    Body(#[from] firebox_contract::canonical::NotCanonical),
    /// A statement could not be signed.
    #[error("a statement could not be laid out to be signed")]
    Seal(#[from] firebox_contract::envelope::SealError),
    /// A list could not be laid out for a peer.
    #[error("a list could not be laid out")]
    Layout(#[from] postcard::Error),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] crate::random::NoRandomness),
}

impl From<LogError> for Stop {
    fn from(error: LogError) -> Self {
        match &error {
            LogError::Sqlite(cause) if is_full(cause) => Stop::operating_system(FULL),
            LogError::Sqlite(cause) if is_damaged(cause) => Stop::configuration(format!(
                "{error} (SQLite code {}): {DAMAGED}",
                code_of(cause)
            )),
            LogError::Sqlite(cause) => Stop::operating_system(format!(
                "{error} (SQLite code {}): nothing was let out. Look at the disk's space and health, then start the keeper again",
                code_of(cause)
            )),
            LogError::Replaced => Stop::configuration(format!(
                "{error}: put the same file back (the newest copy that `head` agrees with), then start it again"
            )),
            LogError::Unsound(_) => Stop::configuration(format!(
                "{error}: the file was damaged or changed. Restore the log from its backup; do not start a new one"
            )),
            _ => Stop::operating_system(format!(
                "{error}: nothing was let out. Start the keeper again"
            )),
        }
    }
}

/// What to do when the log's disk is full.
const FULL: &str = "the log's disk is full: nothing was let out. Make room on that disk (never by deleting the log, its -wal or `head`), then start the keeper again";

/// Tells whether there was no room: for a page, or for the index of the
/// write-ahead log.
fn is_full(error: &rusqlite::Error) -> bool {
    [SQLITE_FULL, SQLITE_IOERR_SHMSIZE].contains(&code_of(error))
}

/// What to do when pages are not what SQLCipher wrote, or are gone.
const DAMAGED: &str = "the file was cut, damaged or changed. Nothing was changed now: keep all files of the folder as they are, restore the log from its backup, and do not start a new one";

/// Tells whether the file itself is wrong: another start would find the same.
fn is_damaged(error: &rusqlite::Error) -> bool {
    let code = code_of(error);
    [SQLITE_CORRUPT, SQLITE_NOTADB].contains(&(code & 0xff)) || code == SQLITE_IOERR_SHORT_READ
}

/// Gives SQLite's extended code; 0 when the fault is not SQLite's.
fn code_of(error: &rusqlite::Error) -> i32 {
    error.sqlite_error().map_or(0, |cause| cause.extended_code)
}

/// Turns a count or time into SQLite's integer. Everything stored is far below the bound.
pub(crate) fn stored(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Turns SQLite's integer back; the schema holds no negative one.
pub(crate) fn from_stored(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// Gives the path of an epoch's log.
pub(crate) fn path(folder: &Path, epoch: u16) -> PathBuf {
    folder.join(format!("log-{epoch}.db"))
}

/// Finds the newest epoch that has a log in the folder.
pub(crate) fn newest_epoch(folder: &Path) -> io::Result<Option<u16>> {
    let mut newest = None;
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        let epoch = name
            .to_str()
            .and_then(|name| name.strip_prefix("log-")?.strip_suffix(".db"));
        newest = newest.max(epoch.and_then(|digits| digits.parse().ok()));
    }
    Ok(newest)
}

/// Makes the empty file, readable by its owner alone; refuses when it is there.
pub(crate) fn make_file(path: &Path) -> Result<(), Stop> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    made.and_then(|file| file.sync_all()).map_err(|error| {
        Stop::operating_system(format!("{} cannot be made: {error}", path.display()))
    })
}

/// Makes names of a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Refuses a file that others than its owner may touch.
pub(crate) fn check_mode(path: &Path) -> Result<(), Stop> {
    let mode = match std::fs::metadata(path) {
        Ok(metadata) => metadata.mode() & 0o7777,
        Err(error) => {
            return Err(Stop::configuration(format!(
                "{} cannot be read: {error}. Restore it; do not start a new one",
                path.display()
            )));
        }
    };
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Stop::configuration(format!(
        "{0} is open to others (mode {mode:o}): find out who had access, then `chmod 600 {0}`",
        path.display()
    )))
}

/// Opens the log to write it. The file must be there.
pub(crate) fn open_writer(path: &Path, key: &[u8; 32]) -> Result<Connection, Stop> {
    let mut conn = open(path, key, WRITER_CACHE_KIB)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA journal_size_limit = 67108864;",
    )
    .and_then(|()| fold_wal(&mut conn))
    .map_err(|error| Stop::from(LogError::from(error)))?;
    Ok(conn)
}

/// Has the write-ahead log folded into the file when it is long enough. SQLite's
/// own way of doing so keeps its failures to itself; here one makes the commit
/// fail, and a write that failed is fatal.
fn fold_wal(conn: &mut Connection) -> rusqlite::Result<()> {
    conn.wal_hook(Some(|wal: &mut Wal, pages| {
        if i64::from(pages) < WAL_PAGES {
            return Ok(());
        }
        match wal.checkpoint() {
            // Somebody else (a backup) folds it at this moment.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(()),
            folded => folded,
        }
    }))
}

/// Folds the write-ahead log into the file at an end in order, and at no other.
/// Where that does not work the next start reads it from where it is.
pub(crate) fn fold(conn: &Connection) {
    let _later = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
}

/// Opens the log to read proofs from it, beside the writer.
pub(crate) fn open_reader(path: &Path, key: &[u8; 32]) -> Result<Connection, Stop> {
    let conn = open(path, key, READER_CACHE_KIB)?;
    conn.execute_batch("PRAGMA query_only = ON")
        .map_err(|error| Stop::from(LogError::from(error)))?;
    Ok(conn)
}

fn open(path: &Path, key: &[u8; 32], cache_kib: i64) -> Result<Connection, Stop> {
    let opened = || -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(path, flags)?;
        // Closing must change nothing: after a refused start, or under a log that
        // was replaced, the write-ahead log is what a person mends it with.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        // Its own words on standard error would come beside ours, in another form.
        conn.execute_batch("PRAGMA cipher_log_level = NONE")?;
        let key = Zeroizing::new(hex::encode(key));
        // SQLCipher reads a raw key only out of this spelling.
        conn.execute_batch(&Zeroizing::new(format!(
            "PRAGMA key = \"x'{}'\"",
            key.as_str()
        )))?;
        conn.execute_batch(&format!(
            "PRAGMA cipher_memory_security = OFF; PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -{cache_kib}; PRAGMA trusted_schema = OFF;"
        ))?;
        conn.busy_timeout(BUSY)?;
        conn.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(conn)
    };
    opened().map_err(|error| refuse_open(path, &error))
}

/// Refuses an empty file, into which SQLite would write a new log's first page.
pub(crate) fn check_not_empty(path: &Path) -> Result<(), Stop> {
    if std::fs::metadata(path).is_ok_and(|file| file.len() > 0) {
        return Ok(());
    }
    Err(Stop::configuration(format!(
        "{} is empty: {DAMAGED}. Only if `firebox init` was interrupted (no `head` beside it): remove it and run that again",
        path.display()
    )))
}

fn refuse_open(path: &Path, error: &rusqlite::Error) -> Stop {
    if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) {
        return Stop::configuration(format!(
            "{KEY_FILE} does not open {}: put back the key this log was made with. If the key is right, the file is damaged: restore it. Nothing was changed",
            path.display()
        ));
    }
    if is_full(error) {
        return Stop::operating_system(FULL);
    }
    if is_damaged(error) {
        return Stop::configuration(format!(
            "{} cannot be opened (SQLite code {}): {DAMAGED}",
            path.display(),
            code_of(error)
        ));
    }
    Stop::operating_system(format!(
        "{} cannot be opened (SQLite code {})",
        path.display(),
        code_of(error)
    ))
}

/// Refuses a file whose schema this build does not know.
pub(crate) fn check_schema(conn: &Connection, path: &Path) -> Result<(), Stop> {
    let version: i64 = conn
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(|error| Stop::from(LogError::from(error)))?;
    let name = path.display();
    match version {
        1..=SCHEMA_VERSION => Ok(()),
        newer if newer > SCHEMA_VERSION => Err(Stop::configuration(format!(
            "{name} was made by a newer firebox (schema {newer}, this build reads {SCHEMA_VERSION}): install that version"
        ))),
        _ => Err(Stop::configuration(format!(
            "{name} was never finished: no entry was ever written to it. Remove it and run `firebox init` again"
        ))),
    }
}

/// The files as the keeper left them, to know them again.
pub(crate) struct Identity {
    log: (PathBuf, Known),
    wal: (PathBuf, Known),
}

/// What a file is known by: which it is, how long, and when last written.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Known {
    file: (u64, u64),
    length: u64,
    written: (i64, i64),
}

impl Known {
    fn of(path: &Path) -> io::Result<Self> {
        let data = std::fs::metadata(path)?;
        Ok(Self {
            file: (data.dev(), data.ino()),
            length: data.len(),
            written: (data.mtime(), data.mtime_nsec()),
        })
    }
}

impl Identity {
    /// Remembers the log and its write-ahead log.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let mut wal = path.as_os_str().to_owned();
        wal.push("-wal");
        let known = |path: PathBuf| Known::of(&path).map(|known| (path, known));
        Ok(Self {
            log: known(path.to_owned())?,
            wal: known(wal.into())?,
        })
    }

    /// Requires that the paths still name those files, that nobody else wrote to
    /// the log, and that nobody cut what lies before it. SQLite would go on
    /// writing all the same, and every entry since would vanish with the process.
    pub(crate) fn check(&self) -> Result<(), LogError> {
        let now = |path: &Path| Known::of(path).map_err(|_| LogError::Replaced);
        let (log, wal) = (now(&self.log.0)?, now(&self.wal.0)?);
        let whole = wal.file == self.wal.1.file && wal.length >= self.wal.1.length;
        (log == self.log.1 && whole)
            .then_some(())
            .ok_or(LogError::Replaced)
    }

    /// Remembers them as they are after the keeper's own commit.
    pub(crate) fn renew(&mut self) -> Result<(), LogError> {
        for (path, known) in [&mut self.log, &mut self.wal] {
            let now = Known::of(path).map_err(|_| LogError::Replaced)?;
            if now.file != known.file {
                return Err(LogError::Replaced);
            }
            *known = now;
        }
        Ok(())
    }
}

/// Reads a hash out of a blob.
pub(crate) fn hash_at(bytes: &[u8], place: usize) -> Option<Hash> {
    bytes.get(place * 32..(place + 1) * 32)?.try_into().ok()
}
