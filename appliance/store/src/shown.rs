//! What an answer shows, as the keeper is told.
//!
//! The invariant: it is of the same moment as the answer, so that the versions
//! are those that were shown.

use firebox_protocol::answer::{Answer, PropertyMatch};
use firebox_protocol::person::{PeopleAnswer, PersonAnswer};
use firebox_protocol::store_keeper::{Matched, ShownRecord};
use rusqlite::Connection;

use crate::database::{DatabaseError, counted};
use crate::people::person_of;

/// Lists what an answer shows of records. Nothing of several addresses is shown.
/// None: the answer is an envelope, which shows nothing; the keeper makes its
/// own entry of what it opens.
pub(crate) fn shown(
    reader: &Connection,
    answer: &Answer,
) -> Result<Option<Vec<ShownRecord>>, DatabaseError> {
    let answers = match answer {
        Answer::Envelope(_) => return Ok(None),
        Answer::Property(answer) => std::slice::from_ref(answer),
        Answer::Visits(answers) => answers.as_slice(),
        Answer::People(answer) => return shown_of_people(reader, answer).map(Some),
        Answer::Person(answer) => return shown_of_person(reader, answer).map(Some),
        Answer::Sources(_) | Answer::HoldDecided | Answer::Correction(_) => &[],
    };
    let matches = answers.iter().flat_map(|answer| &answer.matches);
    Ok(Some(matches.flat_map(shown_of).collect()))
}

fn shown_of(one: &PropertyMatch) -> Vec<ShownRecord> {
    let uprn = one.uprn.number();
    match one.flags.as_deref() {
        None => Vec::new(),
        Some([]) => vec![ShownRecord {
            uprn: Some(uprn),
            record: None,
            version: 0,
        }],
        Some(flags) => flags
            .iter()
            .map(|flag| ShownRecord {
                uprn: Some(uprn),
                record: Some(flag.record),
                version: flag.version,
            })
            .collect(),
    }
}

/// Lists every record of the people an answer hints at, and the warnings it gives.
fn shown_of_people(
    reader: &Connection,
    answer: &PeopleAnswer,
) -> Result<Vec<ShownRecord>, DatabaseError> {
    let mut shown: Vec<ShownRecord> = answer
        .flags
        .iter()
        .map(|flag| of_person(flag.record, flag.version))
        .collect();
    for hint in &answer.matches {
        shown.extend(records(reader, hint.person)?);
    }
    Ok(shown)
}

/// Lists every record a person's answer was made of, those hidden in it too: an
/// answer always names them somehow, and so one of their records.
fn shown_of_person(
    reader: &Connection,
    answer: &PersonAnswer,
) -> Result<Vec<ShownRecord>, DatabaseError> {
    match answer.preferred_names.first() {
        Some(said) => records(reader, said.record),
        None => Err(DatabaseError::Row("person")),
    }
}

fn records(reader: &Connection, statement: i64) -> Result<Vec<ShownRecord>, DatabaseError> {
    let mut version = reader.prepare_cached("SELECT version FROM statement WHERE id = ?1")?;
    let mut shown = Vec::new();
    for record in person_of(reader, statement)? {
        let version = version.query_row([record], |row| row.get(0))?;
        shown.push(of_person(record, counted(version)?));
    }
    Ok(shown)
}

fn of_person(record: i64, version: u64) -> ShownRecord {
    ShownRecord {
        uprn: None,
        record: Some(record),
        version,
    }
}

/// Gives how much of what a caller said was right, where that was asked.
pub(crate) fn confirmed(answer: &Answer) -> Option<Matched> {
    match answer {
        Answer::Person(answer) => Some(Matched {
            right: answer.matched,
            given: answer.given,
        }),
        _ => None,
    }
}
