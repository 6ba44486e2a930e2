//! The same rows into bare SQLCipher: what the disk and the cipher ask for,
//! without agent, envelopes, signatures, processes and log.
//!
//! Rows are read from the store's own database beforehand and only inserts and
//! commits are timed: the same tables, indexes and pragmas, one transaction a
//! batch, into a database that already holds what the store held before.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use rustix::time::{ClockId, clock_gettime};

use crate::unmeasured::{Because, Unmeasured};

/// The writer's page cache in KiB, as the store's.
const CACHE_KIB: u32 = 64 * 1024;
/// Ids of statements that are copied at a time before the clock runs.
const COPIED: i64 = 20_000;
/// Tables of people, in the order rows refer to each other, and the column by
/// which each row belongs to a statement.
const TABLES: [(&str, &str); 5] = [
    ("statement", "id"),
    ("person", "statement"),
    ("person_phone", "statement"),
    ("person_place", "statement"),
    // The greater of the two is the one that came later.
    ("link", "other"),
];

/// What bare inserts took.
pub(super) struct Bare {
    /// Inserts and commits.
    pub(super) took: Duration,
    /// CPU time of the inserting thread in it.
    pub(super) cpu: Duration,
    /// Transactions, as many as batches of records.
    pub(super) batches: usize,
    /// Rows of each table.
    pub(super) rows: [(&'static str, u64); TABLES.len()],
    /// Bytes of the store's file and of its write-ahead log.
    pub(super) store_bytes: u64,
}

/// Rows of one table.
type Rows = Vec<Vec<Value>>;

/// Inserts the rows of a feed, read from the store's database, into a new one at `path`.
pub(super) fn insert(
    (store, key): (&Path, &Path),
    feed: &str,
    path: &Path,
) -> Result<Bare, Unmeasured> {
    let key = fs::read_to_string(key).because("the store's key")?;
    let key = STANDARD.decode(key.trim()).because("the store's key")?;
    let failed = "the bare inserts";
    let from = open(store, &hex::encode(key), OpenFlags::SQLITE_OPEN_READ_ONLY).because(failed)?;
    let made = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut own = [0; 32];
    getrandom::fill(&mut own).because("no randomness")?;
    let to = open(path, &hex::encode(own), made).because(failed)?;
    let mut bare = copy(&from, &to, feed).because(failed)?;
    let log = store.with_extension("db-wal");
    let log = fs::metadata(log).map_or(0, |file| file.len());
    bare.store_bytes = fs::metadata(store).because(failed)?.len() + log;
    if bare.batches == 0 {
        return Err(Unmeasured(format!("the feed {feed} has no rows to insert")));
    }
    Ok(bare)
}

/// Opens with the store's pragmas.
fn open(path: &Path, key: &str, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.execute_batch(&format!(
        "PRAGMA key = \"x'{key}'\"; PRAGMA cipher_hmac_algorithm = HMAC_SHA256;
         PRAGMA cipher_memory_security = OFF; PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -{CACHE_KIB};"
    ))?;
    if flags.contains(OpenFlags::SQLITE_OPEN_CREATE) {
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA wal_autocheckpoint = 8000; PRAGMA journal_size_limit = 67108864;",
        )?;
    }
    Ok(connection)
}

fn copy(from: &Connection, to: &Connection, feed: &str) -> rusqlite::Result<Bare> {
    copy_schema(from, to)?;
    let batches = batches(from, feed)?;
    let first = batches.first().map_or(1, |(first, _)| *first);
    let mut at = 0;
    while at < first {
        let end = (at + COPIED).min(first);
        write(to, &read(from, at, end - 1)?)?;
        at = end;
    }
    rustix::fs::sync();
    let mut bare = Bare {
        took: Duration::ZERO,
        cpu: Duration::ZERO,
        batches: batches.len(),
        rows: TABLES.map(|(table, _)| (table, 0)),
        store_bytes: 0,
    };
    for (first, last) in batches {
        let tables = read(from, first, last)?;
        let (begun, cpu) = (Instant::now(), cpu());
        write(to, &tables)?;
        bare.took += begun.elapsed();
        bare.cpu += self::cpu().saturating_sub(cpu);
        for ((_, count), rows) in bare.rows.iter_mut().zip(&tables) {
            *count += rows.len() as u64;
        }
    }
    Ok(bare)
}

/// Makes the tables with their indexes, word for word, and the feeds that rows name.
fn copy_schema(from: &Connection, to: &Connection) -> rusqlite::Result<()> {
    let mut names: Vec<_> = TABLES.iter().map(|(table, _)| *table).collect();
    names.push("feed");
    let mut query = from.prepare(
        "SELECT tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type = 'index', rowid",
    )?;
    let all = query.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    for object in all {
        let (table, sql) = object?;
        if names.contains(&table.as_str()) {
            to.execute_batch(&sql)?;
        }
    }
    let feeds = select(from, "SELECT * FROM feed", [])?;
    insert_rows(to, "feed", &feeds)
}

/// Lists the first and last statement of each batch of a feed, in order.
fn batches(from: &Connection, feed: &str) -> rusqlite::Result<Vec<(i64, i64)>> {
    let mut query = from.prepare(
        "SELECT min(statement.id), max(statement.id) FROM statement
         JOIN feed ON feed.id = statement.feed WHERE feed.source = ?1
         GROUP BY statement.epoch, statement.sequence ORDER BY 1",
    )?;
    let batches = query.query_map([feed], |row| Ok((row.get(0)?, row.get(1)?)))?;
    batches.collect()
}

/// Reads all tables' rows of the statements from `first` to `last`.
fn read(from: &Connection, first: i64, last: i64) -> rusqlite::Result<Vec<Rows>> {
    let tables = TABLES.iter().map(|(table, column)| {
        let sql =
            format!("SELECT * FROM {table} WHERE {column} BETWEEN ?1 AND ?2 ORDER BY {column}");
        select(from, &sql, [first, last])
    });
    tables.collect()
}

fn select(from: &Connection, sql: &str, params: impl rusqlite::Params) -> rusqlite::Result<Rows> {
    let mut query = from.prepare_cached(sql)?;
    let columns = query.column_count();
    let rows = query.query_map(params, |row| {
        (0..columns).map(|at| row.get::<_, Value>(at)).collect()
    })?;
    rows.collect()
}

/// Writes them in one transaction.
fn write(to: &Connection, tables: &[Rows]) -> rusqlite::Result<()> {
    let tx = to.unchecked_transaction()?;
    for ((table, _), rows) in TABLES.iter().zip(tables) {
        insert_rows(&tx, table, rows)?;
    }
    tx.commit()
}

fn insert_rows(to: &Connection, table: &str, rows: &Rows) -> rusqlite::Result<()> {
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let marks = vec!["?"; first.len()].join(", ");
    let mut insert = to.prepare_cached(&format!("INSERT INTO {table} VALUES ({marks})"))?;
    for row in rows {
        insert.execute(params_from_iter(row))?;
    }
    Ok(())
}

/// CPU time of this thread.
fn cpu() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(now).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [&str; 3] = [
        include_str!("../../../../appliance/store/src/schema.sql"),
        include_str!("../../../../appliance/store/src/schema_2.sql"),
        include_str!("../../../../appliance/store/src/schema_3.sql"),
    ];

    /// A store with a statement of another feed and two batches of the loaded one.
    fn store(path: &Path, key: &[u8; 32]) {
        let made = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let store = open(path, &hex::encode(key), made).unwrap();
        STEPS
            .iter()
            .for_each(|step| store.execute_batch(step).unwrap());
        let zeros = "0".repeat(64);
        for (id, source) in [(1, "tenancies"), (2, "people")] {
            let sql = format!(
                "INSERT INTO feed VALUES ({id},'{source}',0,0,'{zeros}',NULL,NULL,0,NULL,NULL,'ok',NULL,0,zeroblob(32),0)"
            );
            store.execute_batch(&sql).unwrap();
        }
        for (id, feed, sequence) in [(1, 1, 9), (2, 2, 1), (3, 2, 1), (4, 2, 2)] {
            let sql = format!(
                "INSERT INTO statement VALUES ({id},{feed},'k{id}',2,1,0,0,0,{sequence},'{{}}',NULL,zeroblob(32),0);
                 INSERT INTO person VALUES ({id},{feed},'P{id}',19610304,NULL,'a|b|c|d');
                 INSERT INTO person_phone VALUES (447700900001,{id});"
            );
            store.execute_batch(&sql).unwrap();
        }
        store
            .execute_batch("INSERT INTO link VALUES (1,3,1,0)")
            .unwrap();
    }

    #[test]
    fn every_row_of_the_feed_is_inserted_in_its_batch_and_those_before_it_do_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let of = |name: &str| folder.path().join(name);
        let key = [7; 32];
        store(&of("store.db"), &key);
        fs::write(of("store.key"), STANDARD.encode(key)).unwrap();
        let bare = insert(
            (&of("store.db"), &of("store.key")),
            "people",
            &of("bare.db"),
        )
        .unwrap();
        assert_eq!(bare.batches, 2);
        assert_eq!(
            bare.rows.map(|(_, rows)| rows),
            [3, 3, 3, 0, 1],
            "statements, people, phones, places, links"
        );
        let missing = insert((&of("store.db"), &of("store.key")), "none", &of("other.db"));
        assert!(missing.is_err());
    }

    #[test]
    fn the_new_database_has_the_store_s_indexes() {
        let folder = tempfile::tempdir().unwrap();
        let of = |name: &str| folder.path().join(name);
        store(&of("store.db"), &[7; 32]);
        let key = hex::encode([7; 32]);
        let made = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let from = open(&of("store.db"), &key, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let to = open(&of("bare.db"), &key, made).unwrap();
        copy(&from, &to, "people").unwrap();
        let indexes = |of: &Connection| {
            let sql = "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name IN
                ('feed', 'statement', 'person', 'person_phone', 'person_place', 'link') ORDER BY 1";
            select(of, sql, []).unwrap()
        };
        assert!(indexes(&from).len() > 6);
        assert_eq!(indexes(&to), indexes(&from));
    }
}
