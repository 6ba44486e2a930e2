//! The rows beside a statement: what the search reads, and what a held row holds.

use firebox_contract::batch::GoneReason;
use firebox_contract::canonical::sha256;
use jiff::Timestamp;
use rusqlite::{Connection, Row};

use crate::database::{DatabaseError, stored};
use crate::extract::{Columns, HAZARD, HazardColumns, PROPERTY, PropertyColumns};
use crate::line::Notice;
use crate::people::columns::{self, PERSON};

/// The columns [`held_content`] reads, in its order.
pub(crate) const HELD_CONTENT: &str =
    "id, version, unread, member, uprn, postcode, numbers, reason, phone";

/// Writes a statement's search columns.
pub(crate) fn insert_columns(
    connection: &Connection,
    feed: i64,
    statement: i64,
    columns: &Columns,
) -> Result<(), DatabaseError> {
    match columns {
        Columns::Person(person) => Ok(columns::insert(connection, feed, statement, person)?),
        Columns::Property(property) => insert_property(connection, statement, property),
        Columns::Hazard(hazard) => insert_hazard(connection, statement, hazard),
    }
}

fn insert_property(
    connection: &Connection,
    statement: i64,
    property: &PropertyColumns,
) -> Result<(), DatabaseError> {
    connection
        .prepare_cached(
            "INSERT INTO property (statement, uprn, postcode, numbers, parent) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            statement,
            stored(property.uprn)?,
            &property.postcode,
            &property.numbers,
            property.parent.map(stored).transpose()?,
        ))?;
    connection
        .prepare_cached("INSERT INTO address_words (rowid, words) VALUES (?1, ?2)")?
        .execute((statement, &property.words))?;
    Ok(())
}

fn insert_hazard(
    connection: &Connection,
    statement: i64,
    hazard: &HazardColumns,
) -> Result<(), DatabaseError> {
    let (postcode, numbers) = hazard.place.as_ref().map(|(p, n)| (p, n)).unzip();
    connection
        .prepare_cached(
            "INSERT INTO hazard (statement, uprn, postcode, numbers, person, code, subject, ended, ends_on)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            statement,
            hazard.uprn.map(stored).transpose()?,
            postcode,
            numbers,
            &hazard.person,
            &hazard.code,
            hazard.subject,
            hazard.ended,
            &hazard.ends_on,
        ))?;
    Ok(())
}

/// Takes a statement's search columns away.
pub(crate) fn remove_columns(
    connection: &Connection,
    statement: i64,
    kind: i64,
) -> Result<(), DatabaseError> {
    let remove = |sql: &str| -> Result<(), DatabaseError> {
        connection.prepare_cached(sql)?.execute([statement])?;
        Ok(())
    };
    match kind {
        PROPERTY => {
            remove("DELETE FROM property WHERE statement = ?1")?;
            remove("DELETE FROM address_words WHERE rowid = ?1")
        }
        PERSON => Ok(columns::remove(connection, statement)?),
        HAZARD => remove("DELETE FROM hazard WHERE statement = ?1"),
        _ => Ok(()),
    }
}

/// Tells whether the feed has another warning in force of this code for this subject and place.
pub(crate) fn has_twin(
    connection: &Connection,
    feed: i64,
    hazard: &HazardColumns,
) -> Result<bool, DatabaseError> {
    if hazard.ended {
        return Ok(false);
    }
    const TWIN: &str = "SELECT EXISTS (SELECT 1 FROM hazard CROSS JOIN statement ON statement.id = hazard.statement
         WHERE statement.feed = ?1 AND hazard.code = ?2 AND hazard.subject = ?3 AND hazard.ended = 0 AND ";
    let found = match (hazard.uprn, &hazard.place) {
        (Some(uprn), _) => connection
            .prepare_cached(&format!("{TWIN} hazard.uprn = ?4)"))?
            .query_row((feed, &hazard.code, hazard.subject, stored(uprn)?), |row| {
                row.get(0)
            })?,
        (None, Some((postcode, numbers))) => connection
            .prepare_cached(&format!(
                "{TWIN} hazard.postcode = ?4 AND hazard.numbers = ?5)"
            ))?
            .query_row(
                (feed, &hazard.code, hazard.subject, postcode, numbers),
                |row| row.get(0),
            )?,
        (None, None) => false,
    };
    Ok(found)
}

/// Gives a statement's key.
pub(crate) fn key_of(connection: &Connection, statement: i64) -> Result<String, DatabaseError> {
    let mut query = connection.prepare_cached("SELECT key FROM statement WHERE id = ?1")?;
    Ok(query.query_row([statement], |row| row.get(0))?)
}

/// Lists every key of a feed that holds a statement or a held row.
pub(crate) fn keys(connection: &Connection, feed: i64) -> Result<Vec<String>, DatabaseError> {
    let mut query = connection.prepare(
        "SELECT key FROM statement WHERE feed = ?1 UNION SELECT key FROM held WHERE feed = ?1",
    )?;
    let keys = query.query_map([feed], |row| row.get(0))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

/// Lists every key of a feed that holds a held row.
pub(crate) fn held_keys(connection: &Connection, feed: i64) -> Result<Vec<String>, DatabaseError> {
    let mut query = connection.prepare("SELECT DISTINCT key FROM held WHERE feed = ?1")?;
    let keys = query.query_map([feed], |row| row.get(0))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

/// Writes a held row and gives the hash of its content.
pub(crate) fn insert_held(
    connection: &Connection,
    feed: i64,
    key: &str,
    version: u64,
    notice: &Notice,
    received: Timestamp,
) -> Result<[u8; 32], DatabaseError> {
    let (postcode, numbers) = notice.place.as_ref().map(|(p, n)| (p, n)).unzip();
    connection
        .prepare_cached(
            "INSERT INTO held (feed, key, unread, version, uprn, postcode, numbers, reason, phone,
               received, member) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute((
            feed,
            key,
            notice.unread,
            stored(version)?,
            notice.uprn.map(|uprn| stored(uprn.number())).transpose()?,
            postcode,
            numbers,
            notice.reason.code(),
            notice.phone.as_str(),
            received.as_millisecond(),
            &notice.member,
        ))?;
    let id = connection.last_insert_rowid();
    let mut query =
        connection.prepare_cached(&format!("SELECT {HELD_CONTENT} FROM held WHERE id = ?1"))?;
    Ok(query.query_row([id], held_content)?)
}

/// Hashes what a held row holds; the row's columns are [`HELD_CONTENT`].
pub(crate) fn held_content(row: &Row<'_>) -> rusqlite::Result<[u8; 32]> {
    let member: [u8; 32] = row.get(3)?;
    let uprn: Option<i64> = row.get(4)?;
    let text = |at: usize| {
        row.get::<_, Option<String>>(at)
            .map(Option::unwrap_or_default)
    };
    // A unit separator, which no code, postcode or telephone number holds, keeps the fields apart.
    let joined = [text(5)?, text(6)?, text(7)?, text(8)?].join("\u{1f}");
    Ok(sha256(&[
        &member,
        &uprn.unwrap_or(0).to_be_bytes(),
        joined.as_bytes(),
    ]))
}

/// Gives the code a tombstone keeps.
pub(crate) fn reason_code(reason: GoneReason) -> &'static str {
    match reason {
        GoneReason::AbsentInSnapshot => "absent-in-snapshot",
        GoneReason::SourceDeleted => "source-deleted",
        GoneReason::Ended => "ended",
        GoneReason::WithdrawnByPerson => "withdrawn-by-person",
        GoneReason::WrongRecord => "wrong-record",
        GoneReason::HeldResolved => "held-resolved",
    }
}
