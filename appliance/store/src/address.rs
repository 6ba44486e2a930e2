//! Finds addresses: by UPRN, by postcode and number, or as typed.
//!
//! What it is not: it knows no warning. The invariants it keeps: the words of a
//! search are never search syntax; a building never stands for its flat.

use std::collections::BTreeSet;

use firebox_contract::record::{Postcode, Uprn, fold, numbers_of};
use firebox_protocol::PropertyBy;
use rusqlite::{Connection, Params};
use serde::Deserialize;

use crate::database::{DatabaseError, counted, stored};

/// Most words of a typed address that are searched for.
const MAX_WORDS: usize = 24;
/// Rows looked at for one question, so that a common word does not read the whole index.
const MAX_ROWS_READ: usize = 20_000;

/// UPRNs that fit a question, and whether there were more than asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) uprns: Vec<u64>,
    pub(crate) more: bool,
}

/// An address, as all property feeds together know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) uprn: u64,
    /// False: only warnings or notices name this UPRN.
    pub(crate) known: bool,
    pub(crate) lines: Vec<String>,
    pub(crate) postcode: String,
    /// Buildings it is part of, as the feeds say.
    pub(crate) parents: BTreeSet<u64>,
    /// Postcode and numbers, one for each way the feeds write it.
    pub(crate) places: BTreeSet<(String, String)>,
}

/// Finds the UPRNs a question means, at most `most`.
pub(crate) fn find(
    connection: &Connection,
    by: &PropertyBy,
    most: usize,
) -> Result<Found, DatabaseError> {
    match by {
        PropertyBy::Uprn(uprn) => Ok(Found {
            uprns: vec![uprn.number()],
            more: false,
        }),
        PropertyBy::Place { postcode, number } => by_place(connection, postcode, number, most),
        PropertyBy::Address(text) => by_words(connection, text, most),
    }
}

fn by_place(
    connection: &Connection,
    postcode: &Postcode,
    number: &str,
    most: usize,
) -> Result<Found, DatabaseError> {
    let numbers = numbers_of(number);
    if numbers.is_empty() {
        // A house with a name: its words, within the postcode.
        return search(connection, &fold(number), Some(postcode), "", most);
    }
    let found = distinct(
        connection,
        "SELECT uprn FROM property WHERE postcode = ?1 AND numbers = ?2 ORDER BY statement",
        (postcode.as_str(), numbers),
        most,
    )?;
    as_written(connection, found, &fold(number))
}

/// Where several addresses fit, prefers those that are written as asked: "14"
/// is number 14 of the street, "Flat 14" the flat of that number. With none
/// written so, or more than could be read, all stay and the caller chooses.
fn as_written(connection: &Connection, found: Found, words: &str) -> Result<Found, DatabaseError> {
    if found.uprns.len() < 2 || found.more || words.is_empty() {
        return Ok(found);
    }
    let asked = format!("{words} ");
    let mut uprns = Vec::new();
    for uprn in &found.uprns {
        let written = format!("{} ", fold(&load(connection, *uprn)?.lines.join(" ")));
        if written.starts_with(&asked) {
            uprns.push(*uprn);
        }
    }
    if uprns.is_empty() {
        Ok(found)
    } else {
        Ok(Found { uprns, more: false })
    }
}

fn by_words(connection: &Connection, text: &str, most: usize) -> Result<Found, DatabaseError> {
    let (postcode, rest) = split_postcode(text);
    let (words, numbers) = (fold(&rest), numbers_of(&rest));
    let found = search(connection, &words, postcode.as_ref(), &numbers, most)?;
    // Without a number the words name a street, and a street is several addresses.
    if numbers.is_empty() {
        Ok(found)
    } else {
        as_written(connection, found, &words)
    }
}

fn search(
    connection: &Connection,
    folded: &str,
    postcode: Option<&Postcode>,
    numbers: &str,
    most: usize,
) -> Result<Found, DatabaseError> {
    let postcode = postcode.map(Postcode::as_str);
    let Some(words) = match_words(folded) else {
        // A postcode alone lists its addresses; nothing at all finds nothing.
        let sql = "SELECT uprn FROM property WHERE postcode = ?1 ORDER BY statement";
        return distinct(connection, sql, [postcode], most);
    };
    let found = matching(connection, &words, postcode, numbers, most)?;
    if !found.uprns.is_empty() || folded.ends_with(|c: char| c.is_ascii_digit()) {
        return Ok(found);
    }
    // People stop typing when they see it. Only now, since a beginning of a common word gathers
    // every address that has it: ten milliseconds where whole words take a tenth of one.
    matching(connection, &format!("{words}*"), postcode, numbers, most)
}

fn matching(
    connection: &Connection,
    words: &str,
    postcode: Option<&str>,
    numbers: &str,
    most: usize,
) -> Result<Found, DatabaseError> {
    distinct(
        connection,
        // CROSS: words first, always; the planner must not walk all properties instead.
        "SELECT property.uprn FROM address_words
         CROSS JOIN property ON property.statement = address_words.rowid
         WHERE address_words MATCH ?1 AND (?2 IS NULL OR property.postcode = ?2)
           AND (?3 = '' OR property.numbers = ?3)",
        (words, postcode, numbers),
        most,
    )
}

/// Builds the full-text question: every word quoted. Folding leaves letters,
/// digits and blanks; quoting keeps even a reserved word a word.
fn match_words(folded: &str) -> Option<String> {
    let words: Vec<&str> = folded
        .split(' ')
        .filter(|word| !word.is_empty())
        .take(MAX_WORDS)
        .collect();
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    (!quoted.is_empty()).then(|| quoted.join(" "))
}

/// Takes the last full postcode out of a typed address.
fn split_postcode(text: &str) -> (Option<Postcode>, String) {
    let cleaned: String = text
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<&str> = cleaned.split_whitespace().collect();
    for end in (1..=words.len()).rev() {
        for length in [2, 1] {
            let Some(start) = end.checked_sub(length) else {
                continue;
            };
            if let Ok(postcode) = Postcode::parse(&words[start..end].concat()) {
                let rest = [&words[..start], &words[end..]].concat().join(" ");
                return (Some(postcode), rest);
            }
        }
    }
    (None, text.to_owned())
}

fn distinct(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    most: usize,
) -> Result<Found, DatabaseError> {
    let mut query = connection.prepare_cached(sql)?;
    let mut rows = query.query(params)?;
    let mut found = Found::default();
    let mut read = 0;
    while let Some(row) = rows.next()? {
        read += 1;
        let uprn = counted(row.get(0)?)?;
        if found.uprns.contains(&uprn) {
            continue;
        }
        if found.uprns.len() == most || read > MAX_ROWS_READ {
            found.more = true;
            break;
        }
        found.uprns.push(uprn);
    }
    Ok(found)
}

/// Loads an address by its UPRN.
pub(crate) fn load(connection: &Connection, uprn: u64) -> Result<Address, DatabaseError> {
    let mut address = Address {
        uprn,
        known: false,
        lines: Vec::new(),
        postcode: String::new(),
        parents: BTreeSet::new(),
        places: BTreeSet::new(),
    };
    let mut query = connection.prepare_cached(
        "SELECT property.postcode, property.numbers, property.parent, statement.record
         FROM property JOIN statement ON statement.id = property.statement
         WHERE property.uprn = ?1 ORDER BY property.statement",
    )?;
    let mut rows = query.query([stored(uprn)?])?;
    while let Some(row) = rows.next()? {
        let (postcode, numbers): (String, String) = (row.get(0)?, row.get(1)?);
        let parent: Option<i64> = row.get(2)?;
        address.parents.extend(parent.map(counted).transpose()?);
        if !address.known {
            address.lines = lines(row.get_ref(3)?.as_str().unwrap_or_default())?;
            address.postcode.clone_from(&postcode);
            address.known = true;
        }
        address.places.insert((postcode, numbers));
    }
    Ok(address)
}

/// The lines of a stored address. The rest of it stands in columns, and to read
/// all of it would take as long as to find it.
#[derive(Deserialize)]
struct Written {
    place: WrittenPlace,
}

#[derive(Deserialize)]
struct WrittenPlace {
    lines: Vec<String>,
}

fn lines(record: &str) -> Result<Vec<String>, DatabaseError> {
    serde_json::from_str(record)
        .map(|written: Written| written.place.lines)
        .map_err(|_| DatabaseError::Row("statement"))
}

/// Gives a stored number as the UPRN it was.
pub(crate) fn uprn(number: u64) -> Result<Uprn, DatabaseError> {
    Uprn::parse(&number.to_string()).map_err(|_| DatabaseError::Row("property"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_search_are_never_syntax() {
        let question = |text: &str| match_words(&fold(text));
        assert_eq!(question("\" OR *"), Some("\"or\"".into()));
        assert_eq!(
            question("NEAR(mill lane, 2)"),
            Some("\"near\" \"mill\" \"lane\" \"2\"".into())
        );
        assert_eq!(
            question("words: -lane ^mill"),
            Some("\"words\" \"lane\" \"mill\"".into())
        );
        assert_eq!(question("***"), None);
    }

    #[test]
    fn a_full_postcode_is_taken_out_wherever_it_stands() {
        let split = |text| {
            let (postcode, rest) = split_postcode(text);
            (postcode.map(String::from), rest)
        };
        assert_eq!(
            split("14a Mill Lane, NB1 4QX"),
            (Some("NB1 4QX".into()), "14a Mill Lane".into())
        );
        assert_eq!(
            split("nb14qx 14a Mill Lane"),
            (Some("NB1 4QX".into()), "14a Mill Lane".into())
        );
        assert_eq!(split("14a Mill Lane"), (None, "14a Mill Lane".into()));
        assert_eq!(split(""), (None, String::new()));
    }
}
