//! The floors' look-up: one row of many in a SQLCipher file, by its key.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension};

use super::FIRST_UPRN;
use crate::shape::Shape;
use crate::unmeasured::{Because, Unmeasured};

/// Page cache of each reading connection in KiB, as the store's readers have.
const READER_CACHE_KIB: u32 = 8 * 1024;
/// What stands around the flags in an answer, in bytes.
const AROUND_FLAGS: usize = r#"{"uprn":"100000000000","flags":""}"#.len();

/// Where the properties are; read by a connection for each thread.
pub(super) struct Properties {
    path: PathBuf,
    key: String,
}

thread_local! {
    static READER: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

impl Properties {
    /// Makes the file with so many properties, of which the first have these
    /// sealed details.
    pub(super) fn make(
        path: &Path,
        count: u32,
        shape: &Shape,
        sealed: &[Vec<u8>],
    ) -> Result<Self, Unmeasured> {
        let key = key()?;
        fill(path, &key, count, shape, sealed)
            .because("the floors' properties cannot be written")?;
        Ok(Self {
            path: path.to_owned(),
            key,
        })
    }

    /// Gives the flags of a property; none when there is no such property.
    pub(super) fn flags(&self, uprn: u64) -> Option<String> {
        self.one("SELECT flags FROM property WHERE uprn = ?1", uprn)
    }

    /// Gives the sealed detail of a property; none when it has none.
    pub(super) fn sealed(&self, uprn: u64) -> Option<Vec<u8>> {
        self.one("SELECT sealed FROM detail WHERE uprn = ?1", uprn)
    }

    fn one<T: FromSql>(&self, sql: &str, uprn: u64) -> Option<T> {
        READER.with_borrow_mut(|reader| {
            let connection = match reader {
                Some(connection) => connection,
                None => reader.insert(open(&self.path, &self.key, READER_CACHE_KIB).ok()?),
            };
            let mut query = connection.prepare_cached(sql).ok()?;
            query
                .query_row([i64::try_from(uprn).ok()?], |row| row.get(0))
                .optional()
                .ok()?
        })
    }
}

fn fill(
    path: &Path,
    key: &str,
    count: u32,
    shape: &Shape,
    sealed: &[Vec<u8>],
) -> rusqlite::Result<()> {
    let mut connection = open(path, key, READER_CACHE_KIB)?;
    let tx = connection.transaction()?;
    tx.execute_batch(
        "CREATE TABLE property (uprn INTEGER PRIMARY KEY, flags TEXT NOT NULL) STRICT;
         CREATE TABLE detail (uprn INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT;",
    )?;
    let uprn = |number: u64| i64::try_from(FIRST_UPRN + number).unwrap_or(i64::MAX);
    let text = |bytes: usize| "f".repeat(bytes.saturating_sub(AROUND_FLAGS));
    let (plain, flagged) = (text(shape.plain_bytes), text(shape.flagged_bytes));
    let mut insert = tx.prepare("INSERT INTO property VALUES (?1, ?2)")?;
    for number in 0..count {
        let has_flag = number % shape.properties_a_flag.max(1) == 0;
        let flags = if has_flag { &flagged } else { &plain };
        insert.execute((uprn(number.into()), flags))?;
    }
    drop(insert);
    let mut insert = tx.prepare("INSERT INTO detail VALUES (?1, ?2)")?;
    for (number, sealed) in (0..).zip(sealed) {
        insert.execute((uprn(number), sealed))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_addresses_have_a_flag_and_answers_are_as_long_as_the_box_s() {
        let folder = tempfile::tempdir().unwrap();
        let shape = Shape {
            properties_a_flag: 10,
            plain_bytes: 700,
            flagged_bytes: 1_250,
            ..Shape::default()
        };
        let path = folder.path().join("property.db");
        let properties = Properties::make(&path, 100, &shape, &[vec![7; 9]]).unwrap();
        let lengths: Vec<_> = (0..100)
            .map(|n| properties.flags(FIRST_UPRN + n).unwrap().len() + AROUND_FLAGS)
            .collect();
        assert_eq!(
            lengths.iter().filter(|length| **length == 1_250).count(),
            10
        );
        assert_eq!(lengths.iter().filter(|length| **length == 700).count(), 90);
        assert_eq!(properties.sealed(FIRST_UPRN).unwrap(), [7; 9]);
        assert!(properties.sealed(FIRST_UPRN + 1).is_none());
        assert!(properties.flags(FIRST_UPRN + 100).is_none());
    }
}
