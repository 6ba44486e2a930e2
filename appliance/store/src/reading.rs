//! A reading of a whole export: its parts, and what was staged of it.
//!
//! What it is: the rows a snapshot leaves before its manifest. What it is not:
//! it judges nothing; `snapshot` does. The invariant it keeps: one reading under
//! way and one held, at most, for each feed.

use firebox_contract::signing::PublicKey;
use rusqlite::{Connection, OptionalExtension};

use crate::database::{Change, DatabaseError, counted, stored};

/// Lines taken from the staging table at a time.
const PAGE: i64 = 500;

/// A reading.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) id: i64,
    pub(crate) epoch: u64,
    pub(crate) run: u64,
    /// Who sent it.
    pub(crate) agent: PublicKey,
    /// True for a first load, which is written straight to the statements.
    pub(crate) direct: bool,
    pub(crate) parts: u64,
    pub(crate) puts: u64,
    pub(crate) gones: u64,
    pub(crate) helds: u64,
}

/// What a staged line does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// A record as it is now.
    Put = 1,
    /// A record that is no longer there.
    Gone = 2,
    /// A row that did not read.
    Held = 3,
}

const COLUMNS: &str = "id, epoch, run, agent, direct, parts, puts, gones, helds";

/// Finds the reading of a feed that is under way (`held` false) or waits (`held` true).
pub(crate) fn find(
    connection: &Connection,
    feed: i64,
    held: bool,
) -> Result<Option<Reading>, DatabaseError> {
    let mut query = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM reading WHERE feed = ?1 AND held = ?2"
    ))?;
    let found = query
        .query_row((feed, held), |row| {
            let counts: Vec<i64> = (5..9).map(|at| row.get(at)).collect::<Result<_, _>>()?;
            Ok((
                row.get(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, i64>(2)?,
                row.get::<_, String>(3)?,
                row.get(4)?,
                counts,
            ))
        })
        .optional()?;
    let Some((id, epoch, run, agent, direct, counts)) = found else {
        return Ok(None);
    };
    let [parts, puts, gones, helds] = counts[..] else {
        return Err(DatabaseError::Row("reading"));
    };
    Ok(Some(Reading {
        id,
        epoch: counted(epoch)?,
        run: counted(run)?,
        agent: PublicKey::try_from(agent).map_err(|_| DatabaseError::Row("reading"))?,
        direct,
        parts: counted(parts)?,
        puts: counted(puts)?,
        gones: counted(gones)?,
        helds: counted(helds)?,
    }))
}

/// Starts a reading.
pub(crate) fn start(
    connection: &Connection,
    feed: i64,
    (epoch, run): (u64, u64),
    agent: PublicKey,
    direct: bool,
) -> Result<Reading, DatabaseError> {
    connection.execute(
        "INSERT INTO reading (feed, epoch, run, agent, direct, held, parts, puts, gones, helds)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, 0, 0)",
        (
            feed,
            stored(epoch)?,
            stored(run)?,
            String::from(agent),
            direct,
        ),
    )?;
    let id = connection.last_insert_rowid();
    Ok(Reading {
        id,
        epoch,
        run,
        agent,
        direct,
        parts: 0,
        puts: 0,
        gones: 0,
        helds: 0,
    })
}

impl Reading {
    /// Counts a line.
    pub(crate) fn count(&mut self, op: Op) {
        match op {
            Op::Put => self.puts += 1,
            Op::Gone => self.gones += 1,
            Op::Held => self.helds += 1,
        }
    }

    /// Writes the counts.
    pub(crate) fn save(&self, connection: &Connection) -> Result<(), DatabaseError> {
        connection
            .prepare_cached(
                "UPDATE reading SET parts = ?2, puts = ?3, gones = ?4, helds = ?5 WHERE id = ?1",
            )?
            .execute((
                self.id,
                stored(self.parts)?,
                stored(self.puts)?,
                stored(self.gones)?,
                stored(self.helds)?,
            ))?;
        Ok(())
    }

    /// Keeps a line for the manifest.
    pub(crate) fn stage(
        &self,
        connection: &Connection,
        op: Op,
        key: &str,
        line: &[u8],
    ) -> Result<(), DatabaseError> {
        connection
            .prepare_cached("INSERT INTO staging (reading, op, key, line) VALUES (?1, ?2, ?3, ?4)")?
            .execute((self.id, op as i64, key, line))?;
        Ok(())
    }

    /// Throws the reading and its lines away.
    pub(crate) fn discard(&self, connection: &Connection) -> Result<(), DatabaseError> {
        connection.execute("DELETE FROM staging WHERE reading = ?1", [self.id])?;
        connection.execute("DELETE FROM reading WHERE id = ?1", [self.id])?;
        Ok(())
    }

    /// Turns a reading under way into one that waits.
    pub(crate) fn hold(&self, connection: &Connection) -> Result<(), DatabaseError> {
        connection.execute("UPDATE reading SET held = 1 WHERE id = ?1", [self.id])?;
        Ok(())
    }

    /// Gives the staged lines after `after`, in the order they came, a page at a time.
    pub(crate) fn staged(
        &self,
        change: &Change<'_>,
        after: i64,
    ) -> Result<Vec<(i64, Vec<u8>)>, DatabaseError> {
        let mut query = change.prepare_cached(
            "SELECT id, line FROM staging WHERE id > ?1 AND reading = ?2 ORDER BY id LIMIT ?3",
        )?;
        let rows = query.query_map((after, self.id, PAGE), |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Lists the feed's keys in `table` that the reading does not name.
    pub(crate) fn absent(
        &self,
        connection: &Connection,
        feed: i64,
        table: Table,
    ) -> Result<Vec<String>, DatabaseError> {
        let table = match table {
            Table::Statement => "statement",
            Table::Held => "held",
        };
        let mut query = connection.prepare(&format!(
            "SELECT DISTINCT key FROM {table} WHERE feed = ?1 AND NOT EXISTS (
               SELECT 1 FROM staging WHERE reading = ?2 AND staging.key = {table}.key AND op IN (1, 3))"
        ))?;
        let keys = query.query_map((feed, self.id), |row| row.get(0))?;
        Ok(keys.collect::<Result<_, _>>()?)
    }
}

/// Where a key may be absent.
#[derive(Clone, Copy)]
pub(crate) enum Table {
    /// Statements.
    Statement,
    /// Rows that did not read.
    Held,
}
