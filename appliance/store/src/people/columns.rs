//! Which columns of a person's record the search and the joining need, and
//! their rows.
//!
//! What it is: the same values at a put, at the sweep, and when a database of
//! version 1 is taken on. What it is not: it decides nothing. The invariant: a
//! date or number that stands for "not known" is no value.

use firebox_contract::record::{Address, AddressUse, NhsNumber, Person, Record, fold};
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension};

/// `statement.kind` of a person.
pub(crate) const PERSON: i64 = 2;

/// Dates that systems write where none is known.
const NO_DATES: [i64; 6] = [17530101, 18991230, 18991231, 19000101, 19010101, 99991231];
/// Earliest date of birth kept.
const EARLIEST: i64 = 18000101;

/// A person's columns. Equal columns are found and joined alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PersonColumns {
    pub(crate) joining: Joining,
    /// E.164 without the plus, sorted, each once.
    pub(crate) phones: Vec<i64>,
    pub(crate) places: Vec<PlaceColumns>,
}

/// What joining reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Joining {
    /// The service's own id of the person, folded.
    pub(crate) reference: String,
    /// Date of birth as YYYYMMDD.
    pub(crate) born: Option<i64>,
    pub(crate) nhs: Option<i64>,
    /// Forename, middle names, surname and preferred name, each folded, joined by "|".
    pub(crate) names: String,
}

/// One address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlaceColumns {
    pub(crate) place: i64,
    pub(crate) uprn: Option<i64>,
    pub(crate) postcode: Option<String>,
    /// Last day as YYYYMMDD.
    pub(crate) until: Option<i64>,
    pub(crate) lived: bool,
    pub(crate) hidden: bool,
}

/// Takes the columns out of a record whose key is `key`.
pub(crate) fn of_person(person: &Person, key: &str) -> PersonColumns {
    let mut phones: Vec<i64> = person
        .contacts
        .iter()
        .filter_map(|contact| phone_number(contact.number()?.as_str()))
        .collect();
    phones.sort_unstable();
    phones.dedup();
    let name = &person.name;
    let names = [
        name.forename.as_str(),
        name.middle_names.as_deref().unwrap_or_default(),
        &name.surname,
        &name.preferred,
    ];
    PersonColumns {
        joining: Joining {
            reference: reference_of(person, key),
            born: person.date_of_birth.and_then(born),
            nhs: person.nhs_number.and_then(nhs),
            names: names.map(fold).join("|"),
        },
        phones,
        places: person.addresses.iter().zip(0..).filter_map(place).collect(),
    }
}

/// Gives the id by which the service names the person.
pub(crate) fn reference_of(person: &Person, key: &str) -> String {
    let own = person.reference.as_deref();
    let own = own.filter(|own| !own.trim().is_empty());
    fold_reference(own.unwrap_or(key))
}

/// Folds a service's own id: upper case, no blanks. One that is blank stays as it is.
pub(crate) fn fold_reference(text: &str) -> String {
    let folded: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .collect();
    if folded.is_empty() {
        text.to_owned()
    } else {
        folded
    }
}

/// Gives a telephone number as it is stored.
pub(crate) fn phone_number(e164: &str) -> Option<i64> {
    let number = e164.strip_prefix('+')?.parse().ok();
    number.filter(|number| *number > 0)
}

/// Gives a day as it is stored.
pub(crate) fn day(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// Gives a date of birth as it is stored; none for one that stands for "not known".
pub(crate) fn born(date: Date) -> Option<i64> {
    let day = day(date);
    (day >= EARLIEST && !NO_DATES.contains(&day)).then_some(day)
}

/// Gives an NHS number as it is stored; none for ten equal digits, which pass the check and are nobody's.
pub(crate) fn nhs(number: NhsNumber) -> Option<i64> {
    let digits = String::from(number);
    let first = digits.chars().next()?;
    if digits.chars().all(|digit| digit == first) {
        return None;
    }
    digits.parse().ok()
}

fn place((address, place): (&Address, i64)) -> Option<PlaceColumns> {
    let uprn = address.uprn.map(|uprn| uprn.number().cast_signed());
    let written = address.place.as_ref().map(|place| &place.postcode);
    let postcode = written
        .filter(|postcode| !postcode.is_pseudo())
        .map(|postcode| postcode.as_str().to_owned());
    if uprn.is_none() && postcode.is_none() {
        return None;
    }
    Some(PlaceColumns {
        place,
        uprn,
        postcode,
        until: address.to.map(day),
        lived: is_lived(address),
        hidden: address.do_not_disclose,
    })
}

/// Tells whether an address is one where somebody lives.
pub(crate) fn is_lived(address: &Address) -> bool {
    match address.purpose {
        AddressUse::Home | AddressUse::Temporary | AddressUse::OrdinaryResidence => true,
        AddressUse::Mailing | AddressUse::Previous => false,
    }
}

/// Writes a statement's rows.
pub(crate) fn insert(
    connection: &Connection,
    feed: i64,
    statement: i64,
    columns: &PersonColumns,
) -> rusqlite::Result<()> {
    let joining = &columns.joining;
    connection
        .prepare_cached(
            "INSERT INTO person (statement, feed, reference, born, nhs, names)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            statement,
            feed,
            &joining.reference,
            joining.born,
            joining.nhs,
            &joining.names,
        ))?;
    for phone in &columns.phones {
        connection
            .prepare_cached("INSERT INTO person_phone (phone, statement) VALUES (?1, ?2)")?
            .execute((phone, statement))?;
    }
    for place in &columns.places {
        connection
            .prepare_cached(
                "INSERT INTO person_place (statement, place, uprn, postcode, until, lived, hidden)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute((
                statement,
                place.place,
                place.uprn,
                &place.postcode,
                place.until,
                place.lived,
                place.hidden,
            ))?;
    }
    Ok(())
}

/// Takes a statement's rows away.
pub(crate) fn remove(connection: &Connection, statement: i64) -> rusqlite::Result<()> {
    // Telephones and places go with the person's row.
    connection
        .prepare_cached("DELETE FROM person WHERE statement = ?1")?
        .execute([statement])?;
    Ok(())
}

/// Reads what joining knows of a statement; none when it is no person.
pub(crate) fn joining(
    connection: &Connection,
    statement: i64,
) -> rusqlite::Result<Option<Joining>> {
    connection
        .prepare_cached("SELECT reference, born, nhs, names FROM person WHERE statement = ?1")?
        .query_row([statement], |row| {
            Ok(Joining {
                reference: row.get(0)?,
                born: row.get(1)?,
                nhs: row.get(2)?,
                names: row.get(3)?,
            })
        })
        .optional()
}

/// Reads a statement's rows, for the sweep.
pub(crate) fn stored(
    connection: &Connection,
    statement: i64,
) -> rusqlite::Result<Option<PersonColumns>> {
    let Some(joining) = joining(connection, statement)? else {
        return Ok(None);
    };
    let phones = connection
        .prepare_cached("SELECT phone FROM person_phone WHERE statement = ?1 ORDER BY phone")?
        .query_map([statement], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let places = connection
        .prepare_cached(
            "SELECT place, uprn, postcode, until, lived, hidden FROM person_place
             WHERE statement = ?1 ORDER BY place",
        )?
        .query_map([statement], |row| {
            Ok(PlaceColumns {
                place: row.get(0)?,
                uprn: row.get(1)?,
                postcode: row.get(2)?,
                until: row.get(3)?,
                lived: row.get(4)?,
                hidden: row.get(5)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(Some(PersonColumns {
        joining,
        phones,
        places,
    }))
}

/// Gives the statements kept from version 1 the rows of version 2, one at a
/// time, within the migration's transaction. A record that no longer reads is
/// left as it is: the sweep names it, and its service's next reading replaces it.
pub(crate) fn take_on(connection: &Connection) -> rusqlite::Result<()> {
    let mut people =
        connection.prepare("SELECT id, feed, key, record FROM statement WHERE kind = 2")?;
    let mut rows = people.query([])?;
    let mut unread = 0u64;
    while let Some(row) = rows.next()? {
        let (statement, feed, key): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let record = row.get_ref(3)?.as_str().unwrap_or_default();
        let Ok(Record::Person(person)) = serde_json::from_str::<Record>(record) else {
            unread += 1;
            continue;
        };
        insert(connection, feed, statement, &of_person(&person, &key))?;
        connection
            .prepare_cached("INSERT INTO link_owed (statement) VALUES (?1)")?
            .execute([statement])?;
    }
    if unread > 0 {
        log::warn!("{unread} people kept by an earlier version do not read and are not found yet");
    }
    let mut hazards =
        connection.prepare("SELECT statement, person FROM hazard WHERE person IS NOT NULL")?;
    let follow: Vec<(i64, String)> = hazards
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (statement, person) in follow {
        connection
            .prepare_cached("UPDATE hazard SET person = ?2 WHERE statement = ?1")?
            .execute((statement, fold_reference(&person)))?;
    }
    Ok(())
}
