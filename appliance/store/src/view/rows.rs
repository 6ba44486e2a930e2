//! The statements of a person, as the file holds them.

use firebox_contract::record::{Person, Phone, Record, Safety};
use firebox_protocol::Settings;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension};

use crate::database::DatabaseError;

/// One service's statement of a person.
pub(super) struct Told {
    /// The store's id of it.
    pub(super) record: i64,
    /// The feed's row and the service's own key, which a held row may name too.
    pub(super) feed: i64,
    pub(super) key: String,
    /// The service's code; two statements of one service may say the same.
    pub(super) service: String,
    /// Its visible name.
    pub(super) by: String,
    /// Its number; none where the feed is no longer configured.
    pub(super) phone: Option<Phone>,
    /// When the service last changed it.
    pub(super) changed: Timestamp,
    pub(super) person: Person,
}

impl Told {
    /// Gives the day the service last changed it, in UTC.
    pub(super) fn day(&self) -> Date {
        self.changed.to_zoned(TimeZone::UTC).date()
    }

    /// Gives its safety marker, where it is in force on a day.
    pub(super) fn marker_on(&self, day: Date) -> Option<&Safety> {
        self.person.safety.as_ref().filter(|safety| {
            safety.since.is_none_or(|since| since <= day)
                && safety.until.is_none_or(|until| day <= until)
        })
    }

    /// Tells whether the person is to be shown to nobody on a day.
    pub(super) fn withheld_on(&self, day: Date) -> bool {
        self.marker_on(day).is_some_and(|safety| safety.withheld)
    }
}

/// Loads the statements that are people; others are left out.
pub(super) fn load(
    reader: &Connection,
    settings: &Settings,
    ids: &[i64],
) -> Result<Vec<Told>, DatabaseError> {
    let told = ids.iter().map(|id| one(reader, settings, *id));
    Ok(told
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
        .collect())
}

/// `statement.kind` of a person.
const PERSON: i64 = 2;

fn one(
    reader: &Connection,
    settings: &Settings,
    record: i64,
) -> Result<Option<Told>, DatabaseError> {
    // A warning or an address is not even read.
    let mut query = reader.prepare_cached(
        "SELECT statement.feed, statement.key, feed.source, statement.source_time, statement.record
         FROM statement JOIN feed ON feed.id = statement.feed
         WHERE statement.id = ?1 AND statement.kind = ?2",
    )?;
    let row = query
        .query_row((record, PERSON), |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get::<_, String>(2)?,
                row.get(3)?,
                person(row.get_ref(4)?.as_str()?),
            ))
        })
        .optional()?;
    let Some((feed, key, source, changed, person)) = row else {
        return Ok(None);
    };
    let unreadable = || DatabaseError::Row("statement");
    let service = settings.service_of(&source);
    Ok(Some(Told {
        record,
        feed,
        key,
        // A feed that is no longer configured still speaks.
        service: service.map_or_else(|| source.clone(), |service| service.id.clone()),
        by: service.map_or_else(|| source.clone(), |service| service.name.clone()),
        phone: service.map(|service| service.phone.clone()),
        changed: Timestamp::from_millisecond(changed).map_err(|_| unreadable())?,
        person: *person.ok_or_else(unreadable)?,
    }))
}

fn person(record: &str) -> Option<Box<Person>> {
    match serde_json::from_str(record) {
        Ok(Record::Person(person)) => Some(person),
        _ => None,
    }
}
