//! Releases that were granted: kept to show one again to whoever asked, to count
//! emergencies, and to know which a reviewer has still to judge.

use std::collections::HashMap;

use firebox_protocol::Code;
use rusqlite::{Connection, OptionalExtension, params};

use crate::log::database::{LogError, from_stored, stored};

/// Window of the quota of emergencies, in milliseconds: a day.
const QUOTA_WINDOW_MS: u64 = 24 * 60 * 60 * 1000;
/// How long a release is kept after its end, in milliseconds: for thirty days
/// its reference answers "ended", and after that "not found".
const KEPT_MS: u64 = 30 * QUOTA_WINDOW_MS;

/// One granted release.
pub(crate) struct Granted<'a> {
    pub(crate) reference: &'a str,
    pub(crate) folded: &'a str,
    pub(crate) emergency: bool,
    pub(crate) escalated: bool,
    /// The store's id of the record.
    pub(crate) record: i64,
    /// SHA-256 of what was released.
    pub(crate) ciphertext: &'a [u8; 32],
    /// Purpose, or ground of the emergency.
    pub(crate) why: &'a str,
    pub(crate) valid_until_ms: u64,
    pub(crate) ends_steady_ms: u64,
    pub(crate) at_steady_ms: u64,
    /// Index of its entry.
    pub(crate) entry: u64,
}

impl Granted<'_> {
    /// Keeps the release; an emergency waits for a reviewer.
    pub(crate) fn keep(&self, conn: &Connection) -> rusqlite::Result<()> {
        let sql = "INSERT INTO release (reference, folded, emergency, escalated, review, record,
                   ciphertext, why, valid_until_ms, ends_steady_ms, at_steady_ms, entry)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
        conn.prepare_cached(sql)?.execute(params![
            self.reference,
            self.folded,
            self.emergency,
            self.escalated,
            self.emergency.then_some("open"),
            self.record,
            self.ciphertext,
            self.why,
            stored(self.valid_until_ms),
            stored(self.ends_steady_ms),
            stored(self.at_steady_ms),
            stored(self.entry)
        ])?;
        Ok(())
    }
}

/// Releases that have not ended, by folded name: a look-up says of each warning
/// whether its reader can open the detail again. A copy of the table in memory.
pub(crate) struct Standings(HashMap<String, Vec<Ends>>);

struct Ends {
    record: i64,
    ends_steady_ms: u64,
}

impl Standings {
    /// Reads them; those that ended are let go at the first look.
    pub(crate) fn load(conn: &Connection) -> Result<Self, LogError> {
        let mut standings: HashMap<String, Vec<Ends>> = HashMap::new();
        let mut statement = conn.prepare("SELECT folded, record, ends_steady_ms FROM release")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            standings.entry(row.get(0)?).or_default().push(Ends {
                record: row.get(1)?,
                ends_steady_ms: from_stored(row.get(2)?),
            });
        }
        Ok(Self(standings))
    }

    /// Adds a release that is being granted.
    pub(crate) fn add(&mut self, granted: &Granted<'_>) {
        let of_person = self.0.entry(granted.folded.to_owned()).or_default();
        let same = of_person
            .iter_mut()
            .find(|one| one.record == granted.record);
        match same {
            Some(one) => one.ends_steady_ms = granted.ends_steady_ms,
            None => of_person.push(Ends {
                record: granted.record,
                ends_steady_ms: granted.ends_steady_ms,
            }),
        }
    }

    /// Gives the records of a person's releases that have not ended.
    pub(crate) fn of(&mut self, folded: &str, steady_ms: u64) -> Vec<i64> {
        let Some(of_person) = self.0.get_mut(folded) else {
            return Vec::new();
        };
        of_person.retain(|one| steady_ms < one.ends_steady_ms);
        let mut records: Vec<i64> = of_person.iter().map(|one| one.record).collect();
        records.sort_unstable();
        records.dedup();
        records
    }
}

/// A release that can still be shown to whoever asked.
pub(crate) struct Standing {
    pub(crate) reference: String,
    pub(crate) emergency: bool,
    pub(crate) review_open: bool,
    pub(crate) escalated: bool,
    pub(crate) record: i64,
    pub(crate) ciphertext: [u8; 32],
    pub(crate) why: String,
    pub(crate) valid_until_ms: u64,
    /// Index of the release's own entry.
    pub(crate) entry: u64,
}

/// Finds a person's release. Somebody else's is the same "not found" as none.
pub(crate) fn find(
    conn: &Connection,
    reference: &str,
    folded: &str,
    steady_ms: u64,
) -> Result<Result<Standing, Code>, LogError> {
    let sql = "SELECT emergency, review IS NOT NULL, escalated, record, ciphertext, why,
               valid_until_ms, entry, ends_steady_ms
               FROM release WHERE reference = ?1 AND folded = ?2";
    let found = conn
        .prepare_cached(sql)?
        .query_row(params![reference, folded], |row| {
            let standing = Standing {
                reference: reference.to_owned(),
                emergency: row.get(0)?,
                review_open: row.get(1)?,
                escalated: row.get(2)?,
                record: row.get(3)?,
                ciphertext: row.get(4)?,
                why: row.get(5)?,
                valid_until_ms: from_stored(row.get(6)?),
                entry: from_stored(row.get(7)?),
            };
            Ok((standing, from_stored(row.get(8)?)))
        })
        .optional()?;
    Ok(match found {
        None => Err(Code::NotFound),
        Some((_, ends)) if ends <= steady_ms => Err(Code::ReleaseEnded),
        Some((standing, _)) => Ok(standing),
    })
}

/// Counts a person's emergencies of the last twenty-four hours.
pub(crate) fn emergencies(
    conn: &Connection,
    folded: &str,
    steady_ms: u64,
) -> Result<u64, LogError> {
    let sql = "SELECT count(*) FROM release
               WHERE folded = ?1 AND emergency = 1 AND at_steady_ms > ?2";
    // Before the first day is over the window begins before the first moment.
    let since = stored(steady_ms) - stored(QUOTA_WINDOW_MS);
    let count = conn
        .prepare_cached(sql)?
        .query_row(params![folded, since], |row| row.get(0))
        .map(from_stored)?;
    Ok(count)
}

/// Lets go of releases that ended long ago; one that waits for a reviewer stays.
pub(crate) fn tidy(conn: &Connection, steady_ms: u64) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM release WHERE ends_steady_ms <= ?1 AND review IS NULL")?
        .execute([stored(steady_ms.saturating_sub(KEPT_MS))])?;
    Ok(())
}
