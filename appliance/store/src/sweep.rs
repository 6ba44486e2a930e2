//! Recomputes everything the store says about itself, and names what differs.
//!
//! An old page put back passes SQLCipher's own check. It does not pass this
//! one: the sums over all rows, each feed's set, and the columns the search
//! reads are computed anew from the statements. Findings name tables, buckets
//! and counts; never a record.

use std::collections::HashMap;

use firebox_contract::record::Record;
use firebox_contract::setsum::SetSum;
use rusqlite::{Connection, Row};

use crate::buckets::{BucketKey, Buckets, Tag, put_content, record_id};
use crate::database::{DatabaseError, counted};
use crate::extract::{Columns, HazardColumns, PropertyColumns, columns};
use crate::feed::Feed;
use crate::held::tag;
use crate::people;
use crate::rows;

/// Buckets named in a finding; the rest are counted.
const NAMED_BUCKETS: usize = 8;
/// Lines taken from each of the database's own checks.
const MAX_FINDINGS: usize = 20;

/// What a sweep found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sweep {
    /// Rows looked at.
    pub(crate) records: u64,
    /// One line each.
    pub(crate) findings: Vec<String>,
}

/// Sums of one feed, computed anew.
#[derive(Default)]
struct Counted {
    records: u64,
    set: SetSum,
}

struct Sweeper<'a> {
    connection: &'a Connection,
    key: &'a BucketKey,
    buckets: Buckets,
    feeds: HashMap<i64, (String, Counted)>,
    records: u64,
    misread: u64,
    columns_differ: u64,
}

/// Sweeps the store on a reader's connection, as of one moment.
pub(crate) fn sweep(connection: &Connection, key: &BucketKey) -> Result<Sweep, DatabaseError> {
    let mut findings = own_checks(connection)?;
    let transaction = connection.unchecked_transaction()?;
    let mut swept = sweep_within(&transaction, key)?;
    findings.append(&mut swept.findings);
    Ok(Sweep { findings, ..swept })
}

/// Sweeps within a transaction that is open already, without the database's own checks.
pub(crate) fn sweep_within(
    connection: &Connection,
    key: &BucketKey,
) -> Result<Sweep, DatabaseError> {
    let feeds = Feed::all(connection)?;
    let by_id = feeds
        .iter()
        .map(|feed| (feed.id, (feed.source.clone(), Counted::default())));
    let mut sweeper = Sweeper {
        connection,
        key,
        buckets: Buckets::empty(),
        feeds: by_id.collect(),
        records: 0,
        misread: 0,
        columns_differ: 0,
    };
    sweeper.statements()?;
    sweeper.held()?;
    sweeper.tombstones()?;
    let stored = Buckets::load(connection)?;
    let mut findings = sweeper.findings(&stored, &feeds);
    findings.extend(strays(connection)?);
    Ok(Sweep {
        records: sweeper.records,
        findings,
    })
}

/// Runs the checks of SQLCipher (every page's MAC) and SQLite (every index against its table).
fn own_checks(connection: &Connection) -> Result<Vec<String>, DatabaseError> {
    let mut findings = Vec::new();
    for check in [
        "cipher_integrity_check",
        "integrity_check",
        "foreign_key_check",
    ] {
        let mut query = connection.prepare(&format!("PRAGMA {check}"))?;
        let mut rows = query.query([])?;
        let mut found = 0;
        while let Some(row) = rows.next()? {
            let ok = row.get_ref(0)?.as_str().is_ok_and(|text| text == "ok");
            found += usize::from(!ok);
            if found == MAX_FINDINGS {
                break;
            }
        }
        if found > 0 {
            // The checks' own lines may quote a key, so only their number is told.
            findings.push(format!("{check}: {found} findings"));
        }
    }
    Ok(findings)
}

/// Counts rows of the search tables that belong to no statement, and the reverse.
fn strays(connection: &Connection) -> Result<Vec<String>, DatabaseError> {
    let mut findings = Vec::new();
    for (table, kind) in [("property", 1), ("person", 2), ("hazard", 3)] {
        let strays: i64 = connection.query_row(
            &format!(
                "SELECT (SELECT count(*) FROM {table} WHERE NOT EXISTS (
                   SELECT 1 FROM statement WHERE statement.id = {table}.statement AND kind = ?1))
                 + (SELECT count(*) FROM statement WHERE kind = ?1 AND NOT EXISTS (
                   SELECT 1 FROM {table} WHERE {table}.statement = statement.id))"
            ),
            [kind],
            |row| row.get(0),
        )?;
        if strays > 0 {
            findings.push(format!(
                "{table}: {strays} rows do not belong to a statement"
            ));
        }
    }
    let wrong = people::unfounded(connection)?;
    if wrong > 0 {
        findings.push(format!("link: {wrong} joins that no record gives"));
    }
    Ok(findings)
}

impl Sweeper<'_> {
    fn statements(&mut self) -> Result<(), DatabaseError> {
        let connection = self.connection;
        let mut query = connection.prepare(
            "SELECT id, feed, key, version, member, carried, record, envelope FROM statement",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            self.records += 1;
            let (feed, key): (i64, String) = (row.get(1)?, row.get(2)?);
            let member: [u8; 32] = row.get(4)?;
            let record = row.get_ref(6)?.as_str().unwrap_or_default();
            let envelope = row.get_ref(7)?.as_blob_or_null().unwrap_or_default();
            let content = put_content(&member, record, envelope);
            self.leaf(Tag::Put, feed, &key, counted(row.get(3)?)?, &content);
            if !row.get::<_, bool>(5)? {
                self.count(feed, &member);
            }
            self.compare_columns(row.get(0)?, &key, record)?;
        }
        Ok(())
    }

    fn held(&mut self) -> Result<(), DatabaseError> {
        let connection = self.connection;
        let mut query = connection.prepare(&format!(
            "SELECT {}, feed, key FROM held",
            rows::HELD_CONTENT
        ))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            self.records += 1;
            let (feed, key): (i64, String) = (row.get(9)?, row.get(10)?);
            let content = rows::held_content(row)?;
            self.leaf(
                tag(row.get(2)?),
                feed,
                &key,
                counted(row.get(1)?)?,
                &content,
            );
            self.count(feed, &row.get(3)?);
        }
        Ok(())
    }

    fn tombstones(&mut self) -> Result<(), DatabaseError> {
        let connection = self.connection;
        let mut query = connection.prepare("SELECT id, version FROM tombstone")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (id, version): ([u8; 32], u64) = (row.get(0)?, counted(row.get(1)?)?);
            self.buckets
                .add(&self.key.leaf(Tag::Tombstone, &id, version, &[0; 32]));
        }
        Ok(())
    }

    fn leaf(&mut self, tag: Tag, feed: i64, key: &str, version: u64, content: &[u8; 32]) {
        let source = self.feeds.get(&feed).map_or("", |(source, _)| source);
        let leaf = self
            .key
            .leaf(tag, &record_id(source, key), version, content);
        self.buckets.add(&leaf);
    }

    fn count(&mut self, feed: i64, member: &[u8; 32]) {
        if let Some((_, counted)) = self.feeds.get_mut(&feed) {
            counted.records += 1;
            counted.set.add(member);
        }
    }

    /// Takes the columns out of the record anew and compares them with the stored ones.
    fn compare_columns(
        &mut self,
        statement: i64,
        key: &str,
        record: &str,
    ) -> Result<(), DatabaseError> {
        let Ok(record) = serde_json::from_str::<Record>(record) else {
            self.misread += 1;
            return Ok(());
        };
        let equal = match columns(&record, key) {
            Columns::Person(wanted) => {
                people::columns::stored(self.connection, statement)? == Some(wanted)
            }
            Columns::Property(wanted) => stored_property(self.connection, statement, &wanted)?,
            Columns::Hazard(wanted) => stored_hazard(self.connection, statement, &wanted)?,
        };
        self.columns_differ += u64::from(!equal);
        Ok(())
    }

    fn findings(&self, stored: &Buckets, feeds: &[Feed]) -> Vec<String> {
        let mut findings = Vec::new();
        let differing = self.buckets.differing(stored);
        if !differing.is_empty() {
            let named: Vec<String> = differing
                .iter()
                .take(NAMED_BUCKETS)
                .map(usize::to_string)
                .collect();
            findings.push(format!(
                "buckets: {} of 4096 differ from the rows (first: {}): an old page was put back, or a row was changed by another hand",
                differing.len(),
                named.join(", ")
            ));
        }
        for feed in feeds {
            let counted = self.feeds.get(&feed.id).map(|(_, counted)| counted);
            if counted
                .is_none_or(|counted| (counted.records, counted.set) != (feed.records, feed.set))
            {
                findings.push(format!(
                    "feed {}: its count or set differs from its rows",
                    feed.source
                ));
            }
        }
        for (what, count) in [
            ("records do not read", self.misread),
            ("search columns differ", self.columns_differ),
        ] {
            if count > 0 {
                findings.push(format!("statement: {count} {what}"));
            }
        }
        findings
    }
}

fn stored_property(
    connection: &Connection,
    statement: i64,
    wanted: &PropertyColumns,
) -> Result<bool, DatabaseError> {
    one(
        connection,
        "SELECT uprn, postcode, numbers, parent FROM property WHERE statement = ?1",
        statement,
        |row| {
            Ok(row.get::<_, i64>(0)?.cast_unsigned() == wanted.uprn
                && row.get::<_, String>(1)? == wanted.postcode
                && row.get::<_, String>(2)? == wanted.numbers
                && row.get::<_, Option<i64>>(3)?.map(i64::cast_unsigned) == wanted.parent)
        },
    )
}

fn stored_hazard(
    connection: &Connection,
    statement: i64,
    wanted: &HazardColumns,
) -> Result<bool, DatabaseError> {
    const SQL: &str = "SELECT uprn, postcode, numbers, person, code, subject, ended, ends_on
                       FROM hazard WHERE statement = ?1";
    one(connection, SQL, statement, |row| {
        let place: (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
        Ok(
            row.get::<_, Option<i64>>(0)?.map(i64::cast_unsigned) == wanted.uprn
                && place == wanted.place.clone().unzip()
                && row.get::<_, Option<String>>(3)? == wanted.person
                && row.get::<_, String>(4)? == wanted.code
                && row.get::<_, i64>(5)? == wanted.subject
                && row.get::<_, bool>(6)? == wanted.ended
                && row.get::<_, Option<String>>(7)? == wanted.ends_on,
        )
    })
}

fn one(
    connection: &Connection,
    sql: &str,
    statement: i64,
    equal: impl FnOnce(&Row<'_>) -> rusqlite::Result<bool>,
) -> Result<bool, DatabaseError> {
    let mut query = connection.prepare_cached(sql)?;
    let mut rows = query.query([statement])?;
    match rows.next()? {
        Some(row) => Ok(equal(row)?),
        None => Ok(false),
    }
}
