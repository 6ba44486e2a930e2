//! One feed's row: where its chain stands, how it is, and what it counts.

use std::collections::HashMap;

use firebox_contract::batch::{NO_PREVIOUS, SourceHealth};
use firebox_contract::setsum::SetSum;
use firebox_protocol::Settings;
use firebox_protocol::answer::Hold;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::database::{DatabaseError, counted, stored};
use crate::people::services::Services;
use crate::sequence::Head;
use crate::sources::{FeedView, Lapses};

/// A feed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Feed {
    pub(crate) id: i64,
    pub(crate) source: String,
    /// Where its chain of batches stands.
    pub(crate) head: Head,
    /// Whether a reading was ever proved complete.
    pub(crate) synced: bool,
    /// When the service made the newest export applied.
    pub(crate) as_of: Option<Timestamp>,
    /// When the box took the last batch.
    pub(crate) received: Option<Timestamp>,
    pub(crate) health: SourceHealth,
    /// Code of what holds or fails it.
    pub(crate) code: Option<String>,
    /// Live statements.
    pub(crate) records: u64,
    /// Sum over their lines as sent.
    pub(crate) set: SetSum,
    /// Rows the agent could not place.
    pub(crate) unplaced: u64,
}

const COLUMNS: &str = "id, source, epoch, sequence, hash, refused_sequence, refused_hash, synced, \
                       as_of, received, health, code, records, set_sum, unplaced";

impl Feed {
    /// A feed that sent nothing yet.
    pub(crate) fn new(id: i64, source: &str) -> Self {
        Self {
            id,
            source: source.to_owned(),
            head: Head {
                epoch: None,
                sequence: 0,
                hash: NO_PREVIOUS.to_owned(),
                refused: None,
            },
            synced: false,
            as_of: None,
            received: None,
            health: SourceHealth::Ok,
            code: None,
            records: 0,
            set: SetSum::default(),
            unplaced: 0,
        }
    }

    /// Reads a feed.
    pub(crate) fn find(
        connection: &Connection,
        source: &str,
    ) -> Result<Option<Self>, DatabaseError> {
        let sql = format!("SELECT {COLUMNS} FROM feed WHERE source = ?1");
        let mut query = connection.prepare_cached(&sql)?;
        query
            .query_row([source], |row| Ok(from_row(row)))
            .optional()?
            .transpose()
    }

    /// Reads every feed.
    pub(crate) fn all(connection: &Connection) -> Result<Vec<Self>, DatabaseError> {
        let mut query =
            connection.prepare_cached(&format!("SELECT {COLUMNS} FROM feed ORDER BY id"))?;
        let rows = query.query_map([], |row| Ok(from_row(row)))?;
        rows.map(|row| row?).collect()
    }

    /// Reads a feed, or writes the row of a new one.
    pub(crate) fn find_or_make(
        connection: &Connection,
        source: &str,
    ) -> Result<Self, DatabaseError> {
        if let Some(feed) = Self::find(connection, source)? {
            return Ok(feed);
        }
        connection.execute(
            "INSERT INTO feed (source, epoch, sequence, hash, synced, health, records, set_sum, unplaced)
             VALUES (?1, 0, 0, ?2, 0, 'ok', 0, zeroblob(32), 0)",
            (source, NO_PREVIOUS),
        )?;
        Ok(Self::new(connection.last_insert_rowid(), source))
    }

    /// Writes the feed's row.
    pub(crate) fn save(&self, connection: &Connection) -> Result<(), DatabaseError> {
        let refused = self.head.refused.as_ref();
        connection
            .prepare_cached(
                "UPDATE feed SET epoch = ?2, sequence = ?3, hash = ?4, refused_sequence = ?5,
                 refused_hash = ?6, synced = ?7, as_of = ?8, received = ?9, health = ?10, code = ?11,
                 records = ?12, set_sum = ?13, unplaced = ?14 WHERE id = ?1",
            )?
            .execute((
                self.id,
                stored(self.head.epoch.unwrap_or(0))?,
                stored(self.head.sequence)?,
                &self.head.hash,
                refused.map(|(sequence, _)| stored(*sequence)).transpose()?,
                refused.map(|(_, hash)| hash),
                self.synced,
                self.as_of.map(Timestamp::as_millisecond),
                self.received.map(Timestamp::as_millisecond),
                health_code(self.health),
                &self.code,
                stored(self.records)?,
                self.set.as_bytes(),
                stored(self.unplaced)?,
            ))?;
        Ok(())
    }

    /// Moves the chain's head to a batch that was taken.
    pub(crate) fn advance(&mut self, epoch: u64, sequence: u64, hash: &str, now: Timestamp) {
        self.head = Head {
            epoch: Some(epoch),
            sequence,
            hash: hash.to_owned(),
            refused: None,
        };
        self.received = Some(now);
    }
}

fn from_row(row: &Row<'_>) -> Result<Feed, DatabaseError> {
    let time = |at: usize| -> Result<Option<Timestamp>, DatabaseError> {
        let milliseconds: Option<i64> = row.get(at)?;
        milliseconds
            .map(|ms| Timestamp::from_millisecond(ms).map_err(|_| DatabaseError::Row("feed")))
            .transpose()
    };
    let refused_sequence: Option<i64> = row.get(5)?;
    let sequence = counted(row.get(3)?)?;
    let epoch = counted(row.get(2)?)?;
    Ok(Feed {
        id: row.get(0)?,
        source: row.get(1)?,
        head: Head {
            // A feed that took nothing has no epoch yet, whatever its column says.
            epoch: (sequence > 0).then_some(epoch),
            sequence,
            hash: row.get(4)?,
            refused: match refused_sequence {
                Some(sequence) => Some((counted(sequence)?, row.get(6)?)),
                None => None,
            },
        },
        synced: row.get(7)?,
        as_of: time(8)?,
        received: time(9)?,
        health: health(&row.get::<_, String>(10)?)?,
        code: row.get(11)?,
        records: counted(row.get(12)?)?,
        set: SetSum::from_bytes(row.get(13)?),
        unplaced: counted(row.get(14)?)?,
    })
}

fn health_code(health: SourceHealth) -> &'static str {
    match health {
        SourceHealth::Ok => "ok",
        SourceHealth::Held => "held",
        SourceHealth::Failing => "failing",
    }
}

fn health(code: &str) -> Result<SourceHealth, DatabaseError> {
    [SourceHealth::Ok, SourceHealth::Held, SourceHealth::Failing]
        .into_iter()
        .find(|health| health_code(*health) == code)
        .ok_or(DatabaseError::Row("feed"))
}

/// Reads every feed with what its rows say about it.
pub(crate) fn views(
    connection: &Connection,
    settings: &Settings,
) -> Result<Vec<FeedView>, DatabaseError> {
    let services = Services::load(connection, settings)?;
    let mut lapses = lapses(connection, &services)?;
    Feed::all(connection)?
        .into_iter()
        .map(|feed| {
            let lapses = lapses.remove(&feed.id).unwrap_or_default();
            view(connection, feed, lapses)
        })
        .collect()
}

/// Finds until when the people whom warnings follow are at some address, by the
/// warning's feed.
fn lapses(
    connection: &Connection,
    services: &Services,
) -> Result<HashMap<i64, Lapses>, DatabaseError> {
    let mut until = connection.prepare_cached(
        "SELECT max(coalesce(person_place.until, ?3)) FROM person
         CROSS JOIN person_place ON person_place.statement = person.statement
         WHERE person.reference = ?1 AND person.feed = ?2
           AND person_place.lived = 1 AND person_place.uprn IS NOT NULL",
    )?;
    let mut follow = connection.prepare_cached(
        "SELECT statement.feed, hazard.person, CAST(replace(hazard.ends_on, '-', '') AS INTEGER)
         FROM hazard CROSS JOIN statement ON statement.id = hazard.statement
         WHERE hazard.person IS NOT NULL AND hazard.ended = 0",
    )?;
    let mut found: HashMap<i64, Lapses> = HashMap::new();
    let mut rows = follow.query([])?;
    while let Some(row) = rows.next()? {
        let (feed, person): (i64, String) = (row.get(0)?, row.get(1)?);
        let mut last: Option<i64> = None;
        for sibling in services.siblings(feed) {
            let there: Option<i64> =
                until.query_row((&person, sibling, Lapses::NEVER), |row| row.get(0))?;
            last = last.max(there);
        }
        found.entry(feed).or_default().add(last, row.get(2)?);
    }
    for lapses in found.values_mut() {
        lapses.sort();
    }
    Ok(found)
}

fn view(connection: &Connection, feed: Feed, lapses: Lapses) -> Result<FeedView, DatabaseError> {
    let count = |sql: &str| -> Result<u64, DatabaseError> {
        counted(
            connection
                .prepare_cached(sql)?
                .query_row([feed.id], |row| row.get(0))?,
        )
    };
    let held_rows = count("SELECT count(*) FROM held WHERE feed = ?1")?;
    let nowhere = count(
        "SELECT (SELECT count(*) FROM held WHERE feed = ?1 AND uprn IS NULL AND postcode IS NULL)
              + (SELECT count(*) FROM hazard CROSS JOIN statement ON statement.id = hazard.statement
                 WHERE hazard.uprn IS NULL AND hazard.postcode IS NULL AND hazard.person IS NULL
                   AND hazard.ended = 0
                   AND statement.feed = ?1)",
    )?;
    let hold = hold(connection, feed.id)?;
    Ok(FeedView {
        feed,
        held_rows,
        nowhere,
        lapses,
        hold,
    })
}

fn hold(connection: &Connection, feed: i64) -> Result<Option<Hold>, DatabaseError> {
    let row = connection
        .prepare_cached("SELECT id, code, removes, live, since FROM hold WHERE feed = ?1")?
        .query_row([feed], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get(1)?,
                row.get::<_, i64>(2)?,
                row.get::<_, i64>(3)?,
                row.get(4)?,
            ))
        })
        .optional()?;
    row.map(|(id, code, removes, live, since)| {
        Ok(Hold {
            id: counted(id)?,
            code,
            removes: counted(removes)?,
            of: counted(live)?,
            since: Timestamp::from_millisecond(since).map_err(|_| DatabaseError::Row("hold"))?,
        })
    })
    .transpose()
}
