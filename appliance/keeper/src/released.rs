//! Releases that were granted: kept to show one again to whoever asked, to count
//! emergencies, and to know which a reviewer has still to judge.

use std::collections::HashMap;

use firebox_protocol::Code;
use firebox_protocol::store_keeper::EnvelopeChange;
use rusqlite::{Connection, params};

use crate::log::database::{LogError, from_stored, stored};

/// Window of the quota of emergencies, in milliseconds: a day.
const QUOTA_WINDOW_MS: u64 = 24 * 60 * 60 * 1000;
/// How long a release is kept after its end, in milliseconds: for a day its
/// reference answers "ended", and after that "not found". Not shorter than the
/// quota's window, which counts the rows.
const KEPT_MS: u64 = QUOTA_WINDOW_MS;
/// Most rows let go of in a minute.
const TIDIED_AT_ONCE: i64 = 10_000;

/// One granted release.
pub(crate) struct Granted<'a> {
    pub(crate) reference: &'a str,
    pub(crate) folded: &'a str,
    pub(crate) emergency: bool,
    pub(crate) escalated: bool,
    /// The store's id of the record.
    pub(crate) record: i64,
    /// What names the record in the version map.
    pub(crate) named: &'a [u8; 32],
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
                   named, ciphertext, why, valid_until_ms, ends_steady_ms, at_steady_ms, entry)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
        conn.prepare_cached(sql)?.execute(params![
            self.reference,
            self.folded,
            self.emergency,
            self.escalated,
            self.emergency.then_some("open"),
            self.record,
            self.named,
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

/// A release that can still be shown to whoever asked.
#[derive(Clone)]
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
    folded: String,
    ends_steady_ms: u64,
}

/// Releases that have not long ended. A copy of the table in memory, by the
/// reference, and by the person for what a look-up says of each warning.
#[derive(Default)]
pub(crate) struct Standings {
    by_reference: HashMap<String, Standing>,
    by_person: HashMap<String, Vec<Ends>>,
}

struct Ends {
    record: i64,
    named: [u8; 32],
    ciphertext: [u8; 32],
    ends_steady_ms: u64,
}

impl Standings {
    /// Reads the releases that have not long ended.
    pub(crate) fn load(conn: &Connection, steady_ms: u64) -> Result<Self, LogError> {
        let sql = "SELECT reference, folded, emergency, review IS NOT NULL, escalated, record,
                   ciphertext, why, valid_until_ms, entry, ends_steady_ms, named,
                   EXISTS (SELECT 1 FROM envelope WHERE envelope.record = release.named
                           AND envelope.ciphertext = release.ciphertext)
                   FROM release WHERE ends_steady_ms > ?1";
        let mut standings = Self::default();
        let mut statement = conn.prepare(sql)?;
        let mut rows = statement.query([stored(steady_ms.saturating_sub(KEPT_MS))])?;
        while let Some(row) = rows.next()? {
            let (named, is_newest): (_, bool) = (row.get(11)?, row.get(12)?);
            let standing = Standing {
                reference: row.get(0)?,
                folded: row.get(1)?,
                emergency: row.get(2)?,
                review_open: row.get(3)?,
                escalated: row.get(4)?,
                record: row.get(5)?,
                ciphertext: row.get(6)?,
                why: row.get(7)?,
                valid_until_ms: from_stored(row.get(8)?),
                entry: from_stored(row.get(9)?),
                ends_steady_ms: from_stored(row.get(10)?),
            };
            standings.insert(standing, is_newest.then_some(named));
        }
        Ok(standings)
    }

    /// Adds a release that is being granted.
    pub(crate) fn add(&mut self, granted: &Granted<'_>) {
        let standing = Standing {
            reference: granted.reference.to_owned(),
            folded: granted.folded.to_owned(),
            emergency: granted.emergency,
            review_open: granted.emergency,
            escalated: granted.escalated,
            record: granted.record,
            ciphertext: *granted.ciphertext,
            why: granted.why.to_owned(),
            valid_until_ms: granted.valid_until_ms,
            entry: granted.entry,
            ends_steady_ms: granted.ends_steady_ms,
        };
        self.insert(standing, Some(*granted.named));
    }

    /// `named`: what names the record; none when its detail is another one now.
    fn insert(&mut self, standing: Standing, named: Option<[u8; 32]>) {
        if let Some(named) = named {
            let of_person = self.by_person.entry(standing.folded.clone()).or_default();
            let before = of_person
                .iter()
                .position(|one| one.record == standing.record);
            let before = before.map(|at| of_person.swap_remove(at).ends_steady_ms);
            of_person.push(Ends {
                record: standing.record,
                named,
                ciphertext: standing.ciphertext,
                ends_steady_ms: standing.ends_steady_ms.max(before.unwrap_or(0)),
            });
        }
        self.by_reference
            .insert(standing.reference.clone(), standing);
    }

    /// Finds a person's release. Somebody else's is the same "not found" as none.
    pub(crate) fn find(
        &self,
        reference: &str,
        folded: &str,
        steady_ms: u64,
    ) -> Result<Standing, Code> {
        let found = self.by_reference.get(reference);
        match found.filter(|standing| standing.folded == folded) {
            None => Err(Code::NotFound),
            Some(standing) if standing.ends_steady_ms <= steady_ms => Err(Code::ReleaseEnded),
            Some(standing) => Ok(standing.clone()),
        }
    }

    /// Takes note that details were changed or taken away: whoever had been
    /// released the one before was not released this one.
    pub(crate) fn changed(&mut self, changes: &[EnvelopeChange]) {
        if self.by_person.is_empty() {
            return;
        }
        let now: HashMap<&[u8; 32], Option<[u8; 32]>> = changes
            .iter()
            .map(|change| (&change.record, change.ciphertext))
            .collect();
        for of_person in self.by_person.values_mut() {
            of_person.retain(|one| {
                let changed = now.get(&one.named);
                changed.is_none_or(|newest| *newest == Some(one.ciphertext))
            });
        }
    }

    /// Gives the records of a person's releases that have not ended.
    pub(crate) fn of(&self, folded: &str, steady_ms: u64) -> Vec<i64> {
        let of_person = self.by_person.get(folded).into_iter().flatten();
        of_person
            .filter(|one| steady_ms < one.ends_steady_ms)
            .map(|one| one.record)
            .collect()
    }

    /// Lets go of what ended long ago, in the table too; one that waits for a
    /// reviewer stays there.
    pub(crate) fn tidy(&mut self, conn: &Connection, steady_ms: u64) -> rusqlite::Result<()> {
        let since = steady_ms.saturating_sub(KEPT_MS);
        self.by_reference
            .retain(|_, standing| standing.ends_steady_ms > since);
        self.by_person.retain(|_, of_person| {
            of_person.retain(|one| steady_ms < one.ends_steady_ms);
            !of_person.is_empty()
        });
        let sql = "DELETE FROM release WHERE entry IN (SELECT entry FROM
                   (SELECT entry, ends_steady_ms, review FROM release ORDER BY entry LIMIT ?2)
                   WHERE ends_steady_ms <= ?1 AND review IS NULL)";
        conn.prepare_cached(sql)?
            .execute(params![stored(since), TIDIED_AT_ONCE])?;
        Ok(())
    }
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
