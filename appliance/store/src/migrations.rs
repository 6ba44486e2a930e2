//! The schema's versions. Forward only: a database of a newer build is refused,
//! and nothing is ever made anew in the place of what is there.

use rusqlite::Connection;

use crate::people;

/// Each step takes the schema from its index to the next version.
const STEPS: [&str; 3] = [
    include_str!("schema.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
];

/// Index of the step that gives people their columns: what is kept gets them too.
const PEOPLE: usize = 1;

/// Version this build writes.
pub(crate) fn newest() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// Gives the version of the schema a connection sees.
pub(crate) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Takes the schema to this build's version, all steps or none.
pub(crate) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let tx = connection.transaction()?;
    let from = usize::try_from(version(&tx)?).unwrap_or(STEPS.len());
    for (at, step) in STEPS.iter().enumerate().skip(from) {
        tx.execute_batch(step)?;
        if at == PEOPLE {
            people::columns::take_on(&tx)?;
        }
    }
    tx.pragma_update(None, "user_version", newest())?;
    tx.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrating_a_database_with_rows_keeps_them_and_is_done_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        connection
            .execute("INSERT INTO box VALUES (1, 'firebox.example/a', 1, 0)", [])
            .unwrap();
        migrate(&mut connection).unwrap();
        let kept: String = connection
            .query_row("SELECT box_id FROM box", [], |row| row.get(0))
            .unwrap();
        assert_eq!(
            (kept.as_str(), version(&connection).unwrap()),
            ("firebox.example/a", newest())
        );
    }

    #[test]
    fn the_database_itself_refuses_what_must_not_be() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let zeros = "0".repeat(64);
        let feed = format!(
            "INSERT INTO feed VALUES (1,'f',0,0,'{zeros}',NULL,NULL,0,NULL,NULL,'ok',NULL,0,zeroblob(32),0)"
        );
        connection.execute_batch(&feed).unwrap();
        for (rule, sql) in [
            ("an age without a sync", "UPDATE feed SET as_of = 1"),
            ("a second box", "INSERT INTO box VALUES (2, 'b', 1, 0)"),
            (
                "a receipt of nothing",
                "INSERT INTO receipt VALUES (1,1,1,1,hex(zeroblob(32)),NULL,NULL)",
            ),
            ("a negative count", "UPDATE feed SET records = -1"),
            (
                "a bucket too many",
                "INSERT INTO bucket VALUES (4096, zeroblob(32))",
            ),
        ] {
            assert!(connection.execute_batch(sql).is_err(), "{rule}");
        }
    }
}
