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
use rusqlite::ffi::{SQLITE_FULL, SQLITE_IOERR_SHMSIZE};
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
    #[error("the log was replaced or removed under the keeper")]
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

/// The file that was opened, to know it again.
pub(crate) struct Identity {
    files: [(PathBuf, u64, u64); 2],
}

impl Identity {
    /// Remembers which files the log and its write-ahead log are.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let mut wal = path.as_os_str().to_owned();
        wal.push("-wal");
        let known = |path: PathBuf| -> io::Result<_> {
            let metadata = std::fs::metadata(&path)?;
            Ok((path, metadata.dev(), metadata.ino()))
        };
        Ok(Self {
            files: [known(path.to_owned())?, known(wal.into())?],
        })
    }

    /// Requires that the paths still name those files. SQLite would go on writing
    /// to a removed file, and every entry since would vanish with the process.
    pub(crate) fn check(&self) -> Result<(), LogError> {
        for (path, device, inode) in &self.files {
            let now = std::fs::metadata(path).map_err(|_| LogError::Replaced)?;
            if (now.dev(), now.ino()) != (*device, *inode) || now.nlink() == 0 {
                return Err(LogError::Replaced);
            }
        }
        Ok(())
    }
}

/// Reads a hash out of a blob.
pub(crate) fn hash_at(bytes: &[u8], place: usize) -> Option<Hash> {
    bytes.get(place * 32..(place + 1) * 32)?.try_into().ok()
}
