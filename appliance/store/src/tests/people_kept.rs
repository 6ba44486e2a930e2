//! People that an earlier version kept, and people whose rows were changed by
//! another hand.

use std::os::unix::fs::PermissionsExt;

use firebox_contract::record::{HazardFlag, Location, Record};
use rusqlite::Connection;

use super::people_search::town;
use crate::buckets::BucketKey;
use crate::file::{FILE, connect};
use crate::sweep::sweep;
use crate::testbed::{
    Bed, TestAgent, by_nhs, by_phone, flag, folder, home_at, keys, person_line, phone, sam,
    settings,
};

/// Writes a database as version 1 left it.
fn version_1(connection: &Connection, statements: &[(&str, &str, i64, String)]) {
    connection
        .execute_batch(include_str!("../schema.sql"))
        .unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
    connection
        .execute(
            "INSERT INTO box VALUES (1, ?1, 100, 0)",
            [settings().box_id],
        )
        .unwrap();
    for (source, key, kind, record) in statements {
        let feed = "INSERT OR IGNORE INTO feed (source, epoch, sequence, hash, synced, health, records, set_sum, unplaced)
                    VALUES (?1, 0, 0, hex(zeroblob(32)), 0, 'ok', 0, zeroblob(32), 0)";
        connection.execute(feed, [source]).unwrap();
        let statement = "INSERT INTO statement (feed, key, kind, version, source_time, received, epoch, sequence, record, member, carried)
                         VALUES ((SELECT id FROM feed WHERE source = ?1), ?2, ?3, 1, 0, 0, 0, 0, ?4, zeroblob(32), 0)";
        connection
            .execute(statement, (source, key, kind, record))
            .unwrap();
    }
    connection
        .execute(
            "INSERT INTO hazard (statement, person, code, subject, ended)
             SELECT id, 'ten 77', 'violence-physical', 2, 0 FROM statement WHERE kind = 3",
            [],
        )
        .unwrap();
}

#[test]
fn people_of_an_earlier_version_are_found_joined_and_followed_after_the_first_start() {
    let folder = folder();
    let path = folder.path().join("store").join(FILE);
    std::fs::write(&path, []).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let mut one = sam();
    one.reference = Some("Ten 77".into());
    one.addresses = vec![home_at(20)];
    one.contacts = vec![phone("07700 900482")];
    let follows = HazardFlag {
        location: Location::Person("ten 77".into()),
        ..flag()
    };
    let json = |record: &Record| serde_json::to_string(record).unwrap();
    let connection = connect(&path, &keys().database, 1024).unwrap();
    version_1(
        &connection,
        &[
            (
                "housing-tenancies",
                "t-1",
                2,
                json(&Record::Person(Box::new(one))),
            ),
            (
                "caution-list",
                "c-1",
                2,
                json(&Record::Person(Box::new(sam()))),
            ),
            ("caution-list", "c-2", 2, "no record of any version".into()),
            (
                "housing-tenancies",
                "h-1",
                3,
                json(&Record::Hazard(Box::new(follows))),
            ),
        ],
    );
    connection.close().unwrap();
    let agent = TestAgent::new("caution-list");
    for run in ["run", "run-2"] {
        let bed = Bed::start(folder.path(), run, &[&agent], true);
        let hints = bed.finds(by_phone("07700 900482")).matches;
        assert_eq!((hints.len(), hints[0].services), (1, 2));
        assert_eq!(bed.finds(by_nhs("9990000018")).matches.len(), 1);
        assert_eq!(bed.at(20).matches[0].flags.as_ref().unwrap().len(), 1);
        let reader = bed.database.reader().unwrap();
        let owed: i64 = reader
            .query_row("SELECT count(*) FROM link_owed", [], |row| row.get(0))
            .unwrap();
        assert_eq!(owed, 0);
    }
}

#[test]
fn the_sweep_names_search_columns_and_joins_that_do_not_follow_from_the_records() {
    let mut one = sam();
    one.contacts = vec![phone("07700 900482")];
    one.addresses = vec![home_at(20)];
    for (change, finding) in [
        ("UPDATE person_phone SET phone = 1", "search columns differ"),
        ("DELETE FROM person_place", "search columns differ"),
        (
            "UPDATE person SET names = 'ann||cole|ann'",
            "search columns differ",
        ),
        (
            "DELETE FROM person WHERE reference = 'T-1'",
            "person: 1 rows",
        ),
        ("UPDATE link SET rule = 1", "link: 1 joins"),
        (
            "UPDATE person SET born = born + 1 WHERE reference = 'T-1'",
            "link: 1 joins",
        ),
    ] {
        let town = town(
            &[person_line("t-1", 1, one.clone())],
            &[person_line("c-1", 1, sam())],
        );
        let found = || {
            let reader = town.bed.database.reader().unwrap();
            let key = BucketKey::new(&zeroize::Zeroizing::new([2; 32]));
            sweep(&reader, &key).unwrap().findings
        };
        assert_eq!(found(), Vec::<String>::new());
        town.bed
            .database
            .write("another hand", |by| {
                by.execute_batch(change)
                    .map_err(crate::database::DatabaseError::from)
            })
            .unwrap();
        let named = found();
        assert!(
            named.iter().any(|line| line.contains(finding)),
            "{change}: {named:?}"
        );
    }
}
