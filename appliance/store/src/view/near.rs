//! What stands beside a person's statements: why they are one person, and what
//! is held that could not be read and may be about them.

use firebox_protocol::person::{JoinRule, Joined};
use rusqlite::Connection;

use crate::database::{DatabaseError, stored};

use super::places::Places;
use super::rows::Told;

/// Lists why the statements are one person: one a pair of services and rule.
pub(super) fn joins(reader: &Connection, told: &[Told]) -> Result<Vec<Joined>, DatabaseError> {
    let mut joined: Vec<Joined> = Vec::new();
    let mut query = reader.prepare_cached("SELECT other, rule FROM link WHERE statement = ?1")?;
    for one in told {
        let mut rows = query.query([one.record])?;
        while let Some(row) = rows.next()? {
            let (other, rule): (i64, i64) = (row.get(0)?, row.get(1)?);
            let Some(other) = told.iter().find(|told| told.record == other) else {
                continue;
            };
            let mut services = [one.by.clone(), other.by.clone()];
            services.sort();
            let rule = join_rule(rule)?;
            let why = Joined { services, rule };
            if !joined.contains(&why) {
                joined.push(why);
            }
        }
    }
    Ok(joined)
}

fn join_rule(code: i64) -> Result<JoinRule, DatabaseError> {
    match code {
        1 => Ok(JoinRule::SameReference),
        2 => Ok(JoinRule::NhsNumber),
        _ => Err(DatabaseError::Row("link")),
    }
}

/// Tells whether a row that did not read may be about this person: one of their
/// own records, or one at or near an address of theirs.
pub(super) fn unread(
    reader: &Connection,
    told: &[Told],
    places: &Places,
) -> Result<bool, DatabaseError> {
    for one in told {
        if of_key(reader, one)? {
            return Ok(true);
        }
        for address in &one.person.addresses {
            if let Some(uprn) = address.uprn
                && at_uprn(reader, uprn.number())?
            {
                return Ok(true);
            }
            for (postcode, numbers) in &places.written(address).places {
                if at_place(reader, postcode, numbers)? {
                    return Ok(true);
                }
            }
        }
    }
    Ok(false)
}

fn of_key(reader: &Connection, told: &Told) -> Result<bool, DatabaseError> {
    Ok(reader
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM held WHERE feed = ?1 AND key = ?2)")?
        .query_row((told.feed, &told.key), |row| row.get(0))?)
}

fn at_uprn(reader: &Connection, uprn: u64) -> Result<bool, DatabaseError> {
    Ok(reader
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM held WHERE uprn = ?1)")?
        .query_row([stored(uprn)?], |row| row.get(0))?)
}

/// Of a postcode whose numbers differ, only what a known address has is elsewhere.
fn at_place(reader: &Connection, postcode: &str, numbers: &str) -> Result<bool, DatabaseError> {
    Ok(reader
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM held WHERE postcode = ?1
               AND (numbers = ?2 OR numbers = '' OR NOT EXISTS
                 (SELECT 1 FROM property WHERE property.postcode = held.postcode
                    AND property.numbers = held.numbers)))",
        )?
        .query_row((postcode, numbers), |row| row.get(0))?)
}
