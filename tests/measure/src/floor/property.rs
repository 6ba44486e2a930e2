//! The floors' look-up: one row of many in a SQLCipher file, by its key.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

use super::FIRST_UPRN;
use crate::unmeasured::{Because, Unmeasured};

/// Bytes of what a property's flags say; about what the box answers for one.
const FLAGS_BYTES: usize = 400;
/// Page cache of each reading connection in KiB, as the store's readers have.
const READER_CACHE_KIB: u32 = 8 * 1024;

/// Where the properties are; read by a connection for each thread.
pub(super) struct Properties {
    path: PathBuf,
    key: String,
}

thread_local! {
    static READER: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

impl Properties {
    /// Makes the file with so many properties.
    pub(super) fn make(path: &Path, count: u32) -> Result<Self, Unmeasured> {
        let key = key()?;
        fill(path, &key, count).because("the floors' properties cannot be written")?;
        Ok(Self {
            path: path.to_owned(),
            key,
        })
    }

    /// Gives the flags of a property; none when there is no such property.
    pub(super) fn look_up(&self, uprn: u64) -> Option<String> {
        READER.with_borrow_mut(|reader| {
            let connection = match reader {
                Some(connection) => connection,
                None => reader.insert(open(&self.path, &self.key, READER_CACHE_KIB).ok()?),
            };
            let mut query = connection
                .prepare_cached("SELECT flags FROM property WHERE uprn = ?1")
                .ok()?;
            query
                .query_row([i64::try_from(uprn).ok()?], |row| row.get(0))
                .optional()
                .ok()?
        })
    }
}

fn fill(path: &Path, key: &str, count: u32) -> rusqlite::Result<()> {
    let mut connection = open(path, key, READER_CACHE_KIB)?;
    let tx = connection.transaction()?;
    tx.execute_batch(
        "CREATE TABLE property (uprn INTEGER PRIMARY KEY, flags TEXT NOT NULL) STRICT",
    )?;
    let mut insert = tx.prepare("INSERT INTO property VALUES (?1, ?2)")?;
    for number in 0..u64::from(count) {
        let uprn = i64::try_from(FIRST_UPRN + number).unwrap_or(i64::MAX);
        insert.execute((uprn, format!("{uprn:0>FLAGS_BYTES$}")))?;
    }
    drop(insert);
    tx.commit()
}

/// Makes a raw key, in hexadecimal.
pub(super) fn key() -> Result<String, Unmeasured> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).because("no randomness")?;
    Ok(hex::encode(key))
}

/// Opens a SQLCipher file the way the box opens its own.
pub(super) fn open(path: &Path, key: &str, cache_kib: u32) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(&format!(
        "PRAGMA key = \"x'{key}'\"; PRAGMA cipher_hmac_algorithm = HMAC_SHA256;
         PRAGMA cipher_memory_security = OFF; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -{cache_kib};"
    ))?;
    Ok(connection)
}
