//! Whether something unread could be of the people a search found.
//!
//! The invariant: where nobody was found, every row that did not read could be
//! of the one who was meant.

use std::collections::BTreeSet;

use firebox_protocol::person::Why;
use rusqlite::Connection;

use super::found::Found;
use crate::address;
use crate::database::{DatabaseError, stored};
use crate::property::Known;

/// Tells whether nothing unread could be of the people found, or of anybody when nobody was.
pub(crate) fn is_all(
    reader: &Connection,
    known: &Known<'_>,
    found: &[(Found, Vec<Why>)],
) -> Result<bool, DatabaseError> {
    if known.feeds.iter().all(|view| view.held_rows == 0) {
        return Ok(true);
    }
    for (one, _) in found {
        if is_unread_at(reader, one)? {
            return Ok(false);
        }
    }
    Ok(!found.is_empty())
}

/// Tells whether a row that did not read stands at an address of a person.
fn is_unread_at(reader: &Connection, found: &Found) -> Result<bool, DatabaseError> {
    let mut by_uprn =
        reader.prepare_cached("SELECT EXISTS (SELECT 1 FROM held WHERE uprn = ?1)")?;
    // A row of which only the postcode is known may be of any address there.
    let mut by_place = reader.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM held WHERE postcode = ?1 AND numbers IN (?2, ''))",
    )?;
    for address in found.addresses() {
        let mut places: BTreeSet<(String, String)> = address
            .place
            .iter()
            .map(|place| (place.postcode.as_str().to_owned(), place.numbers()))
            .collect();
        if let Some(uprn) = address.uprn {
            if by_uprn.query_row([stored(uprn.number())?], |row| row.get(0))? {
                return Ok(true);
            }
            places.extend(address::load(reader, uprn.number())?.places);
        }
        for place in &places {
            if by_place.query_row((&place.0, &place.1), |row| row.get(0))? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
