//! People: who may be meant, and which records are one person.
//!
//! What it is: the columns a person is found by, the edges between records that
//! are one person, the search, and the warnings that follow a person. What it is
//! not: it shows nobody ([`crate::view`] does). The invariants: records are
//! joined by two rules only and never by a likeness; what must be hidden finds
//! nobody and is in no answer; a person who is withheld is in none.

pub(crate) mod apart;
pub(crate) mod columns;
mod found;
mod groups;
pub(crate) mod link;
mod link_rule;
mod search;
pub(crate) mod services;
mod unread;
mod words;

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::database::DatabaseError;

pub(crate) use search::search;

/// Most statements of one person; the joining keeps within it.
pub(crate) const MAX_STATEMENTS: usize = 64;

/// Gives the statements that are one person with this one, itself among them,
/// in order; the first names the person. Empty: no such person.
pub(crate) fn person_of(reader: &Connection, statement: i64) -> Result<Vec<i64>, DatabaseError> {
    let known: bool = reader
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM person WHERE statement = ?1)")?
        .query_row([statement], |row| row.get(0))?;
    if !known {
        return Ok(Vec::new());
    }
    let mut edges = reader.prepare_cached(
        "SELECT other FROM link WHERE statement = ?1 UNION ALL SELECT statement FROM link WHERE other = ?1",
    )?;
    let mut found = BTreeSet::from([statement]);
    let mut next = vec![statement];
    while let Some(from) = next.pop() {
        let mut rows = edges.query([from])?;
        while let Some(row) = rows.next()? {
            let other = row.get(0)?;
            if found.len() < MAX_STATEMENTS && found.insert(other) {
                next.push(other);
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// Counts edges that no rule gives. Placeholders and decisions only take edges
/// away, so what is left without its rule was written by another hand.
pub(crate) fn unfounded(connection: &Connection) -> Result<i64, DatabaseError> {
    let count = connection.query_row(
        "SELECT count(*) FROM link
         LEFT JOIN person a ON a.statement = link.statement
         LEFT JOIN person b ON b.statement = link.other
         WHERE NOT coalesce(CASE rule WHEN 1
           THEN a.reference = b.reference AND (a.born = b.born OR a.born IS NULL OR b.born IS NULL)
           ELSE a.nhs = b.nhs AND a.born = b.born END, 0)",
        [],
        |row| row.get(0),
    )?;
    Ok(count)
}
