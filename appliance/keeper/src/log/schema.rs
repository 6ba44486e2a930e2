//! The tables of the log's file: making them, and bringing an older file up.
//! Each step is one transaction and adds; none takes anything away.

use firebox_contract::signing::PublicKey;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::database::LogError;

/// Version of the schema this build reads and writes (`user_version`).
pub(crate) const SCHEMA_VERSION: i64 = 3;

/// Makes the tables of an empty file, in the caller's transaction.
pub(crate) fn make(tx: &Connection) -> rusqlite::Result<()> {
    tx.execute_batch(include_str!("schema.sql"))?;
    tx.execute_batch(include_str!("schema_2.sql"))?;
    tx.execute_batch(include_str!("schema_3.sql"))?;
    tx.pragma_update(None, "user_version", SCHEMA_VERSION)
}

/// Brings a file of an earlier version up to this one.
pub(crate) fn bring_up(conn: &Connection) -> Result<(), LogError> {
    let version: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version < 2 {
        step(conn, 2, |tx| {
            tx.execute_batch(include_str!("schema_2.sql"))?;
            keep_agents_keys(tx)
        })?;
    }
    if version < 3 {
        step(conn, 3, |tx| {
            Ok(tx.execute_batch(include_str!("schema_3.sql"))?)
        })?;
    }
    Ok(())
}

/// Takes one step, whole or not at all.
fn step(
    conn: &Connection,
    version: i64,
    take: impl FnOnce(&Connection) -> Result<(), LogError>,
) -> Result<(), LogError> {
    let tx = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    take(&tx)?;
    tx.pragma_update(None, "user_version", version)?;
    tx.commit()?;
    Ok(())
}

/// Copies the keys that agents have now; earlier ones were not kept by version 1.
fn keep_agents_keys(tx: &Connection) -> Result<(), LogError> {
    let mut agents = tx.prepare("SELECT service, key, entry FROM agent")?;
    let mut rows = agents.query([])?;
    while let Some(row) = rows.next()? {
        let (service, key, entry): (String, [u8; 32], i64) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        let id = PublicKey::from_bytes(&key).map_or_else(|_| String::new(), |key| key.id());
        tx.execute(
            "INSERT INTO agent_key (service, id, key, entry) VALUES (?1, ?2, ?3, ?4)",
            params![service, id, key, entry],
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(conn: &Connection) -> Vec<String> {
        let sql = "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name";
        let mut statement = conn.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn a_file_brought_up_has_the_tables_of_a_new_one_and_keeps_its_agents_keys() {
        let new = Connection::open_in_memory().unwrap();
        make(&new).unwrap();
        let old = Connection::open_in_memory().unwrap();
        old.execute_batch(include_str!("schema.sql")).unwrap();
        old.pragma_update(None, "user_version", 1).unwrap();
        let key = firebox_contract::signing::SigningKey::from_seed(&[5; 32]).public();
        old.execute_batch(
            "PRAGMA foreign_keys = OFF;
             INSERT INTO agent VALUES ('housing', 'a', 1, zeroblob(32), 'age1', 0)",
        )
        .unwrap();
        old.execute("UPDATE agent SET key = ?1", [key.as_bytes()])
            .unwrap();
        bring_up(&old).unwrap();
        assert_eq!(tables(&new), tables(&old));
        let sql = "SELECT service, id, key FROM agent_key";
        let kept: (String, String, [u8; 32]) = old
            .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap();
        assert_eq!(kept, ("housing".into(), key.id(), *key.as_bytes()));
        bring_up(&old).unwrap();
    }

    #[test]
    fn a_file_of_version_two_is_brought_up_and_keeps_its_rows() {
        let new = Connection::open_in_memory().unwrap();
        make(&new).unwrap();
        let old = Connection::open_in_memory().unwrap();
        old.execute_batch(include_str!("schema.sql")).unwrap();
        old.execute_batch(include_str!("schema_2.sql")).unwrap();
        old.pragma_update(None, "user_version", 2).unwrap();
        old.execute_batch(
            "INSERT INTO look_up_count VALUES ('aisha', 7, 3);
             INSERT INTO release_count VALUES ('box', 7, 2)",
        )
        .unwrap();
        bring_up(&old).unwrap();
        assert_eq!(tables(&new), tables(&old));
        let version: i64 = old
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap();
        assert_eq!(version, SCHEMA_VERSION);
        let sql = "SELECT (SELECT asked FROM look_up_count), (SELECT released FROM release_count),
                   (SELECT count(*) FROM correction_count)";
        let kept: (i64, i64, i64) = old
            .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap();
        assert_eq!(kept, (3, 2, 0));
    }
}
