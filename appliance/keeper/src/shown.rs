//! What an answer showed. Between the permit and the store's word of what it
//! put into the answer, the permit waits here; one that waits too long becomes
//! an entry of its own, so that "we do not know what was shown" is on record too.

use std::collections::{HashMap, VecDeque};

use firebox_protocol::permit::LIFETIME_MS;
use firebox_protocol::store_keeper::{Matched, ShownRecord};
use rusqlite::{Connection, params};
use serde::Serialize;

use crate::clock::Now;
use crate::desk::Desk;
use crate::log::database::{LogError, from_stored, stored};
use crate::log::kind::EntryKind;
use crate::question::MAX_EXACT;

/// How long a permit waits, in milliseconds of boot time: its own life, and a
/// second for the store's word to come.
const WAIT_MS: u64 = LIFETIME_MS + 1_000;
/// Most records in one entry; more go into further ones. Keeps a body under 64 KiB.
const RECORDS_PER_ENTRY: usize = 500;
/// Most records in one message: sixty visits, twenty addresses each, with all their warnings.
pub(crate) const MAX_RECORDS: usize = 20_000;

/// Most values a caller can say to be confirmed.
const MAX_CONFIRMED: u8 = 3;

type PermitId = [u8; 16];

/// Permits of which nothing was heard yet.
#[derive(Default)]
pub(crate) struct Awaiting {
    entry_of: HashMap<PermitId, u64>,
    /// When each waits no longer, in boot time; oldest first.
    ends: VecDeque<(u64, PermitId)>,
}

impl Awaiting {
    /// Reads what waited when the keeper last ended. The store may still be
    /// about to answer, so each gets its time again.
    pub(crate) fn load(conn: &Connection, now: &Now) -> Result<Self, LogError> {
        let mut awaiting = Self::default();
        let mut statement =
            conn.prepare("SELECT permit, entry FROM awaiting_shown ORDER BY entry")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            awaiting.remember(row.get(0)?, from_stored(row.get(1)?), now);
        }
        Ok(awaiting)
    }

    /// Lets a permit wait from now.
    pub(crate) fn expect(
        &mut self,
        conn: &Connection,
        permit: PermitId,
        entry: u64,
        now: &Now,
    ) -> rusqlite::Result<()> {
        conn.prepare_cached("INSERT INTO awaiting_shown (entry, permit) VALUES (?1, ?2)")?
            .execute(params![stored(entry), permit])?;
        self.remember(permit, entry, now);
        Ok(())
    }

    /// Tells whether a permit has waited too long.
    pub(crate) fn is_due(&self, now: &Now) -> bool {
        self.ends
            .front()
            .is_some_and(|(end, _)| *end <= now.boottime_ms)
    }

    fn remember(&mut self, permit: PermitId, entry: u64, now: &Now) {
        self.entry_of.insert(permit, entry);
        self.ends.push_back((now.boottime_ms + WAIT_MS, permit));
    }

    /// Takes a permit out and gives the index of its entry.
    fn take(&mut self, conn: &Connection, permit: &PermitId) -> rusqlite::Result<Option<u64>> {
        let Some(entry) = self.entry_of.remove(permit) else {
            return Ok(None);
        };
        conn.prepare_cached("DELETE FROM awaiting_shown WHERE entry = ?1")?
            .execute([stored(entry)])?;
        Ok(Some(entry))
    }

    fn next_due(&mut self, now: &Now) -> Option<PermitId> {
        if self.is_due(now) {
            self.ends.pop_front().map(|(_, permit)| permit)
        } else {
            None
        }
    }
}

#[derive(Serialize)]
struct Shown {
    permit: String,
    /// Entry of the question; none: no permit of that id waits (any more).
    #[serde(skip_serializing_if = "Option::is_none")]
    look_up: Option<u64>,
    records: Vec<Record>,
    /// Of a person, where the caller said anything: how much of it was right.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed: Option<Confirmed>,
    /// Further entries that belong to the same answer follow.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more: bool,
}

#[derive(Serialize)]
struct Confirmed {
    right: u8,
    given: u8,
}

#[derive(Serialize)]
struct Record {
    /// None: it was shown of a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    uprn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<i64>,
    version: u64,
}

#[derive(Serialize)]
struct NotShown {
    permit: String,
    look_up: u64,
}

/// Tells whether every number of a message can be, and can stand in an entry exactly.
pub(crate) fn is_exact(shown: &[ShownRecord], confirmed: Option<Matched>) -> bool {
    confirmed.is_none_or(|said| said.right <= said.given && said.given <= MAX_CONFIRMED)
        && shown.len() <= MAX_RECORDS
        && shown.iter().all(|one| {
            let record = one.record.unwrap_or(0).unsigned_abs();
            one.version <= MAX_EXACT && record <= MAX_EXACT
        })
}

/// Enters what the store showed.
pub(crate) fn note(
    desk: &mut Desk<'_>,
    permit: &PermitId,
    shown: &[ShownRecord],
    confirmed: Option<Matched>,
) -> Result<(), LogError> {
    let look_up = desk.state.awaiting.take(desk.conn, permit)?;
    let mut parts = shown.chunks(RECORDS_PER_ENTRY).peekable();
    let mut first = true;
    // What the caller said stands in the first of several entries.
    let mut confirmed = confirmed
        .filter(|said| said.given > 0)
        .map(|Matched { right, given }| Confirmed { right, given });
    while first || parts.peek().is_some() {
        first = false;
        let records = parts
            .next()
            .unwrap_or_default()
            .iter()
            .map(Record::of)
            .collect();
        let more = parts.peek().is_some();
        desk.append(
            EntryKind::Shown,
            &Shown {
                permit: hex::encode(permit),
                look_up,
                records,
                confirmed: confirmed.take(),
                more,
            },
        )?;
    }
    Ok(())
}

/// Enters permits of which nothing was heard in time.
pub(crate) fn note_overdue(desk: &mut Desk<'_>) -> Result<(), LogError> {
    let now = desk.now;
    while let Some(permit) = desk.state.awaiting.next_due(&now) {
        if let Some(look_up) = desk.state.awaiting.take(desk.conn, &permit)? {
            desk.append(
                EntryKind::NotShown,
                &NotShown {
                    permit: hex::encode(permit),
                    look_up,
                },
            )?;
        }
    }
    Ok(())
}

impl Record {
    fn of(shown: &ShownRecord) -> Self {
        Self {
            uprn: shown.uprn.map(|uprn| uprn.to_string()),
            record: shown.record,
            version: shown.version,
        }
    }
}
