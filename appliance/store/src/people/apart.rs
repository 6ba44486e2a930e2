//! Decisions that two records are not one person.
//!
//! What it is: their rows, and the edges that follow. What it is not: it asks
//! nobody whether to decide so. The invariant: a decision holds for as long as
//! it stands, also when a record goes and comes again.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::MAX_STATEMENTS;
use super::columns::fold_reference;
use super::link::Joiner;
use super::services::Services;
use crate::buckets::record_id;
use crate::database::{Change, DatabaseError};
use crate::taken::Desk;

/// Who decided, and why.
pub(crate) struct Decision<'a> {
    pub(crate) by: &'a str,
    /// One line without personal data.
    pub(crate) why: &'a str,
    pub(crate) at: Timestamp,
    /// True: they are not one person. False: the decision is taken back.
    pub(crate) apart: bool,
}

/// Finds the statements by which a service names a person; at most 65, of which
/// the 65th says that the name is a placeholder.
pub(crate) fn records_named(
    reader: &Connection,
    desk: &Desk,
    service: &str,
    reference: &str,
) -> Result<Vec<i64>, DatabaseError> {
    let named = desk.settings.services.iter().find(|one| one.id == service);
    let sources = named.map(|one| one.sources.as_slice()).unwrap_or_default();
    let mut query = reader.prepare_cached(
        "SELECT person.statement FROM person
         WHERE reference = ?1 AND feed = (SELECT id FROM feed WHERE source = ?2) ORDER BY 1",
    )?;
    let mut found = BTreeSet::new();
    for source in sources {
        let mut rows = query.query((fold_reference(reference), source))?;
        while let Some(row) = rows.next()? {
            if found.len() > MAX_STATEMENTS {
                break;
            }
            found.insert(row.get(0)?);
        }
    }
    Ok(found.into_iter().collect())
}

/// Gives the hash that names a statement's record in manifests and decisions.
pub(crate) fn record_hash(
    connection: &Connection,
    statement: i64,
) -> Result<Option<[u8; 32]>, DatabaseError> {
    let named = connection
        .prepare_cached(
            "SELECT feed.source, statement.key FROM statement JOIN feed ON feed.id = statement.feed
             WHERE statement.id = ?1",
        )?
        .query_row([statement], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?;
    Ok(named.map(|(source, key)| record_id(&source, &key)))
}

/// Keeps or takes back a decision about two statements and makes the edges
/// anew. Gives how many came or went. A statement decides nothing about itself.
pub(crate) fn set_apart(
    change: &Change<'_>,
    desk: &Desk,
    (one, other): (i64, i64),
    decision: &Decision<'_>,
) -> Result<u64, DatabaseError> {
    let missing = || DatabaseError::Row("person");
    let a = record_hash(change, one)?.ok_or_else(missing)?;
    let b = record_hash(change, other)?.ok_or_else(missing)?;
    if a == b {
        return Ok(0);
    }
    let (first, second) = (a.min(b), a.max(b));
    if decision.apart {
        change.execute(
            "INSERT INTO apart (record, other, by, why, decided) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (record, other) DO UPDATE SET by = excluded.by, why = excluded.why,
               decided = excluded.decided",
            (
                first,
                second,
                decision.by,
                decision.why,
                decision.at.as_millisecond(),
            ),
        )?;
    } else {
        change.execute(
            "DELETE FROM apart WHERE record = ?1 AND other = ?2",
            (first, second),
        )?;
    }
    let services = Services::load(change, &desk.settings)?;
    Joiner::new(change, &services, desk.rules.vocabulary(), decision.at)
        .settle_all(BTreeSet::from([one, other]))
}
