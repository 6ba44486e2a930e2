//! Corrections the box sent to this service: as they were received (sealed),
//! what staff said to each, and what of it the box has taken.
//!
//! ```text
//! received --stands in the work file, box took `delivered`--> delivered
//! any --staff said done or declined, box took it--> over, the sealed bytes go
//! over --the box asks again (it was restored)--> what was said is sent again
//! ```
//!
//! The reference and the hash of what is over stay, so that a correction that
//! comes again makes no second line.

use firebox_contract::correction::Said;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::{State, StateError, unsigned};

pub(super) const SCHEMA: &str = "
    -- Corrections from the box. `bytes` are sealed to this service's correction
    -- recipient and go when it is over. Times are microseconds since 1970.
    CREATE TABLE IF NOT EXISTS correction (
        reference TEXT PRIMARY KEY,
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        bytes BLOB,
        raised INTEGER NOT NULL,
        arrived INTEGER NOT NULL,
        -- The box knows that it stands in the work file.
        delivered INTEGER NOT NULL DEFAULT 0 CHECK (delivered IN (0, 1)),
        -- What staff said, as JSON, and when.
        said TEXT,
        said_at INTEGER,
        -- The box took what staff said.
        told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1)),
        over INTEGER NOT NULL DEFAULT 0 CHECK (over IN (0, 1)),
        -- HTTP status of the box's last refusal.
        refused INTEGER,
        CHECK (over = 1 OR bytes IS NOT NULL),
        CHECK ((said IS NULL) = (said_at IS NULL))
    ) STRICT;
";

const COLUMNS: &str = "reference, raised, arrived, delivered, said, said_at, told, over, refused";

/// A correction that opened.
pub(crate) struct Arrived<'a> {
    /// Its `COR-` reference.
    pub(crate) reference: &'a str,
    /// SHA-256 of its bytes.
    pub(crate) hash: [u8; 32],
    /// As received.
    pub(crate) bytes: &'a [u8],
    /// When it was raised.
    pub(crate) raised: Timestamp,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is new.
    New,
    /// It is here already.
    Known,
    /// Another one is here under its reference; that one stays.
    Differs,
}

/// How a correction stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Its `COR-` reference.
    pub(crate) reference: String,
    /// When it was raised.
    pub(crate) raised: Timestamp,
    /// When it came here first.
    pub(crate) arrived: Timestamp,
    /// Whether the box knows that it stands in the work file.
    pub(crate) delivered: bool,
    /// What staff said, and when.
    pub(crate) said: Option<(Said, Timestamp)>,
    /// Whether the box took that.
    pub(crate) told: bool,
    /// Whether it left the work file.
    pub(crate) over: bool,
    /// HTTP status of the box's last refusal.
    pub(crate) refused: Option<u16>,
}

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// In the work file, and nothing said yet.
    pub(crate) open: u64,
    /// Staff said something the box has not taken.
    pub(crate) untold: u64,
    /// The box refused an answer of ours, and has not taken it since.
    pub(crate) refused: u64,
}

impl State {
    /// Takes a correction over. One that is here already is not taken twice,
    /// but what the box asks after again will be said again.
    pub(crate) fn take_correction(
        &mut self,
        arrived: &Arrived<'_>,
        now: Timestamp,
    ) -> Result<Taken, StateError> {
        self.write("take a correction", |tx| {
            let known: Option<Vec<u8>> = tx
                .query_row(
                    "SELECT hash FROM correction WHERE reference = ?1",
                    [arrived.reference],
                    |row| row.get(0),
                )
                .optional()?;
            let Some(hash) = known else {
                tx.execute(
                    "INSERT INTO correction (reference, hash, bytes, raised, arrived)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![
                        arrived.reference,
                        arrived.hash,
                        arrived.bytes,
                        arrived.raised.as_microsecond(),
                        now.as_microsecond()
                    ],
                )?;
                return Ok(Taken::New);
            };
            if hash != arrived.hash {
                return Ok(Taken::Differs);
            }
            // Over without a word of ours, and the box asks for one: open again.
            tx.execute(
                "UPDATE correction SET over = 0, bytes = ?2
                 WHERE reference = ?1 AND over = 1 AND said IS NULL",
                params![arrived.reference, arrived.bytes],
            )?;
            tx.execute(
                "UPDATE correction SET delivered = 0, told = 0
                 WHERE reference = ?1 AND (delivered = 1 OR told = 1)",
                [arrived.reference],
            )?;
            Ok(Taken::Known)
        })
    }

    /// Gives one by its reference.
    pub(crate) fn correction(&self, reference: &str) -> Result<Option<Standing>, StateError> {
        let sql = format!("SELECT {COLUMNS} FROM correction WHERE reference = ?1");
        let row = self.db.query_row(&sql, [reference], read).optional()?;
        row.map(standing).transpose()
    }

    /// Gives the bytes of one that is not over, as received.
    pub(crate) fn correction_bytes(&self, reference: &str) -> Result<Option<Vec<u8>>, StateError> {
        let sql = "SELECT bytes FROM correction WHERE reference = ?1";
        let bytes = self.db.query_row(sql, [reference], |row| row.get(0));
        Ok(bytes.optional()?.flatten())
    }

    /// Lists those that are not over, oldest first.
    pub(crate) fn open_corrections(&self) -> Result<Vec<Standing>, StateError> {
        self.list("over = 0")
    }

    /// Lists those of which the box has something to be told, oldest first.
    pub(crate) fn untold_corrections(&self) -> Result<Vec<Standing>, StateError> {
        self.list("delivered = 0 OR (said IS NOT NULL AND told = 0)")
    }

    fn list(&self, which: &str) -> Result<Vec<Standing>, StateError> {
        let sql =
            format!("SELECT {COLUMNS} FROM correction WHERE {which} ORDER BY raised, reference");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([], read)?;
        rows.map(|row| standing(row?)).collect()
    }

    /// Counts them.
    pub(crate) fn correction_counts(&self) -> Result<Counts, StateError> {
        let sql = "SELECT count(*) FILTER (WHERE over = 0 AND said IS NULL),
                          count(*) FILTER (WHERE said IS NOT NULL AND told = 0),
                          count(*) FILTER (WHERE refused IS NOT NULL) FROM correction";
        Ok(self.db.query_row(sql, [], |row| {
            Ok(Counts {
                open: unsigned(row.get(0)?),
                untold: unsigned(row.get(1)?),
                refused: unsigned(row.get(2)?),
            })
        })?)
    }

    /// The box took that it stands in the work file.
    pub(crate) fn correction_delivered(&mut self, reference: &str) -> Result<(), StateError> {
        self.write("deliver a correction", |tx| {
            let sql = "UPDATE correction SET delivered = 1, refused = NULL WHERE reference = ?1";
            tx.execute(sql, [reference])?;
            Ok(())
        })
    }

    /// Keeps what staff say. False where something else was said before, or it
    /// is over: what is kept then stays.
    pub(crate) fn say_to_correction(
        &mut self,
        reference: &str,
        said: Said,
        now: Timestamp,
    ) -> Result<bool, StateError> {
        let word = serde_json::to_string(&said).map_err(|_| StateError::Foreign)?;
        self.write("answer a correction", |tx| {
            let sql = "UPDATE correction SET said = ?2, said_at = coalesce(said_at, ?3)
                       WHERE reference = ?1 AND over = 0 AND (said IS NULL OR said = ?2)";
            let changed = tx.execute(sql, params![reference, word, now.as_microsecond()])?;
            Ok(changed == 1)
        })
    }

    /// The box took what staff said, or had closed it before: it is over.
    pub(crate) fn correction_over(&mut self, reference: &str) -> Result<(), StateError> {
        self.write("end a correction", |tx| {
            let sql = "UPDATE correction SET over = 1, delivered = 1, told = 1, refused = NULL,
                       bytes = NULL WHERE reference = ?1";
            tx.execute(sql, [reference])?;
            Ok(())
        })
    }

    /// The box refused an answer with this HTTP status; it stays to be told.
    pub(crate) fn correction_refused(
        &mut self,
        reference: &str,
        status: u16,
    ) -> Result<(), StateError> {
        self.write("note a refusal", |tx| {
            let sql = "UPDATE correction SET refused = ?2 WHERE reference = ?1";
            tx.execute(sql, params![reference, status])?;
            Ok(())
        })
    }
}

type Columns = (
    String,
    (i64, i64),
    (bool, bool, bool),
    (Option<String>, Option<i64>),
    Option<u16>,
);

fn read(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((
        row.get(0)?,
        (row.get(1)?, row.get(2)?),
        (row.get(3)?, row.get(6)?, row.get(7)?),
        (row.get(4)?, row.get(5)?),
        row.get(8)?,
    ))
}

fn standing(columns: Columns) -> Result<Standing, StateError> {
    let (reference, (raised, arrived), (delivered, told, over), said, refused) = columns;
    let time = |micros| Timestamp::from_microsecond(micros).map_err(|_| StateError::Foreign);
    let said = match said {
        (Some(word), Some(at)) => {
            let said = serde_json::from_str(&word).map_err(|_| StateError::Foreign)?;
            Some((said, time(at)?))
        }
        _ => None,
    };
    Ok(Standing {
        reference,
        raised: time(raised)?,
        arrived: time(arrived)?,
        delivered,
        said,
        told,
        over,
        refused,
    })
}
