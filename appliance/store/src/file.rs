//! `store.db` as a file: its key, its modes, how it is made and opened.
//!
//! The invariant: a file is made once, under another name until it is whole,
//! and never over another.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use firebox_protocol::Stop;
use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use crate::database::{DatabaseError, READER_CACHE_KIB};
use crate::migrations;

/// Name of the file in the store's folder.
pub(crate) const FILE: &str = "store.db";
/// Statements each connection keeps prepared.
const PREPARED: usize = 96;
/// Pages of the write-ahead log before a checkpoint: 32 MiB, so that a big load does not copy
/// the same pages over and over.
const CHECKPOINT_PAGES: i64 = 8_000;
/// Size the write-ahead log is cut back to after a big load, in bytes.
const KEPT_LOG_BYTES: i64 = 64 * 1024 * 1024;
/// How long a connection waits for the file's lock in milliseconds.
const BUSY_MS: u64 = 5_000;

/// Makes a new file; refuses if one is there.
pub(crate) fn create(folder: &Path, key: &Zeroizing<[u8; 32]>, box_id: &str) -> Result<(), Stop> {
    let path = folder.join(FILE);
    if path.exists() {
        return Err(Stop::configuration(format!(
            "{FILE} is there already: a store is never made anew over another"
        )));
    }
    let failed = |e: std::io::Error| {
        Stop::operating_system(format!(
            "the store's folder cannot be written ({})",
            e.kind()
        ))
    };
    if !folder.exists() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(failed)?;
    }
    check_mode(folder, "folder", 0o700)?;
    // Filled under another name first, so that a half-made file never looks like a store.
    let unfinished = folder.join("store.db.new");
    if unfinished.exists() {
        fs::remove_file(&unfinished).map_err(failed)?;
    }
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&unfinished)
        .map_err(failed)?;
    fill(&unfinished, key, box_id).map_err(opening)?;
    fs::rename(&unfinished, &path).map_err(failed)?;
    fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed)
}

fn fill(path: &Path, key: &Zeroizing<[u8; 32]>, box_id: &str) -> Result<(), rusqlite::Error> {
    let mut connection = connect(path, key, READER_CACHE_KIB)?;
    migrations::migrate(&mut connection)?;
    connection.execute("INSERT INTO box VALUES (1, ?1, 1, 0)", [box_id])?;
    // Closing the last connection folds the write-ahead log into the file before it is renamed.
    connection.close().map_err(|(_, error)| error)
}

/// Opens a connection; a wrong key fails here.
pub(crate) fn connect(path: &Path, key: &[u8; 32], cache_kib: i64) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // SQLCipher would write to standard error by itself; what matters comes back as a result code.
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    let hex = Zeroizing::new(hex::encode(key));
    connection.execute_batch(&Zeroizing::new(format!("PRAGMA key = \"x'{}'\"", *hex)))?;
    // Pages carry HMAC-SHA256: a cold look-up is a fifth cheaper than with SHA-512, and 256 bits
    // are enough for a MAC. Set at creation and at every open, before the first page is read.
    connection.execute_batch("PRAGMA cipher_hmac_algorithm = HMAC_SHA256")?;
    // Off: it fails at about 256 MiB of cache and halves the rate of writes; the process has no
    // swap and leaves no core.
    connection.execute_batch("PRAGMA cipher_memory_security = OFF")?;
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
    // The first page is read here, so a wrong key fails here.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", KEPT_LOG_BYTES)?;
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    Ok(connection)
}

/// Says what to do about a file that does not open.
pub(crate) fn opening(error: rusqlite::Error) -> Stop {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => Stop::configuration(format!(
            "{FILE} does not open with the key in keys/store/store.key: put the right key back, or restore a backup; do not make a new store"
        )),
        _ => Stop::operating_system(format!(
            "{FILE} cannot be opened: {}",
            DatabaseError::from(error)
        )),
    }
}

/// Refuses what other users could read.
pub(crate) fn check_mode(path: &Path, what: &str, wanted: u32) -> Result<(), Stop> {
    let metadata = fs::metadata(path).map_err(|e| {
        Stop::configuration(format!(
            "the store's {what} cannot be read ({}): run `firebox init`, or restore a backup",
            e.kind()
        ))
    })?;
    if metadata.mode() & 0o077 != 0 {
        return Err(Stop::configuration(format!(
            "{} (the store's {what}) is open to other users: find out who had access, then run `chmod {wanted:o}` on it",
            path.display()
        )));
    }
    Ok(())
}

/// Refuses the file of another box.
pub(crate) fn check_box(connection: &Connection, box_id: &str) -> Result<(), Stop> {
    let held: String = connection
        .query_row("SELECT box_id FROM box", [], |row| row.get(0))
        .map_err(opening)?;
    if held == box_id {
        return Ok(());
    }
    Err(Stop::configuration(format!(
        "{FILE} belongs to the box {held}, firebox.toml names {box_id}: use the right file"
    )))
}
