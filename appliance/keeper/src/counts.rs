//! What was had in the last hour, by whom: counts in steady minutes, over the
//! last hour and the minute under way, so no sixty minutes ever hold more than a
//! limit. What it is not: it knows no figure; [`crate::limits`] brings them.

use std::collections::{BTreeMap, HashMap};

use firebox_protocol::{Code, Refusal};
use rusqlite::{Connection, params};

use crate::log::database::{LogError, from_stored, stored};

/// Minutes before the one under way that count.
pub(crate) const WINDOW_MINUTES: u64 = 60;

/// What one person, or all, asked in the last hour.
#[derive(Default, Debug)]
struct Hour {
    by_minute: BTreeMap<u64, u64>,
    sum: u64,
}

impl Hour {
    fn forget_before(&mut self, minute: u64) {
        let kept = self
            .by_minute
            .split_off(&minute.saturating_sub(WINDOW_MINUTES));
        let gone: u64 = self.by_minute.values().sum();
        self.by_minute = kept;
        self.sum -= gone;
    }

    fn add(&mut self, minute: u64, cost: u64) {
        *self.by_minute.entry(minute).or_default() += cost;
        self.sum += cost;
    }

    /// Gives the seconds after which `cost` more would fit; none when it fits now.
    fn wait_seconds(&mut self, minute: u64, cost: u64, limit: u64) -> Option<u32> {
        self.forget_before(minute);
        let mut left = self.sum;
        let mut wait = None;
        for (then, asked) in &self.by_minute {
            if left + cost <= limit {
                return wait;
            }
            left -= asked;
            let minutes = (then + WINDOW_MINUTES + 1).saturating_sub(minute);
            wait = Some(u32::try_from(minutes * 60).unwrap_or(u32::MAX));
        }
        // A question larger than the limit itself never fits; an hour is the honest answer.
        if cost > limit { Some(3600) } else { wait }
    }
}

/// One limit that a question or release counts toward.
pub(crate) struct Limit<'a> {
    /// Whose.
    pub(crate) of: &'a str,
    /// Most in any sixty minutes.
    pub(crate) most: u64,
    /// What it is refused with.
    pub(crate) code: Code,
}

/// The statements of a table that keeps counts.
#[derive(Clone, Copy)]
pub(crate) struct Kept {
    /// Reads whose, minute and count.
    pub(crate) load: &'static str,
    /// Writes whose, minute and count.
    pub(crate) write: &'static str,
    /// Deletes what is before a minute.
    pub(crate) forget: &'static str,
}

/// Counts by the hour, in one table.
pub(crate) struct Counts {
    kept: Kept,
    hours: HashMap<String, Hour>,
    /// Whose count changed since the last commit, and in which minute.
    changed: HashMap<String, u64>,
}

impl Counts {
    /// Begins without any.
    pub(crate) fn empty(kept: Kept) -> Self {
        Self {
            kept,
            hours: HashMap::new(),
            changed: HashMap::new(),
        }
    }

    /// Reads what was counted.
    pub(crate) fn load(conn: &Connection, kept: Kept) -> Result<Self, LogError> {
        let mut counts = Self::empty(kept);
        let mut statement = conn.prepare(kept.load)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let hour = counts.hours.entry(row.get(0)?).or_default();
            hour.add(from_stored(row.get(1)?), from_stored(row.get(2)?));
        }
        Ok(counts)
    }

    /// Tells whether `cost` more fits all of these limits.
    pub(crate) fn fits(
        &mut self,
        limits: &[Limit<'_>],
        cost: u64,
        minute: u64,
    ) -> Result<(), Refusal> {
        for limit in limits {
            let hour = self.hour(limit.of);
            if let Some(seconds) = hour.wait_seconds(minute, cost, limit.most) {
                return Err(Refusal {
                    code: limit.code,
                    retry_after_seconds: Some(seconds),
                });
            }
        }
        Ok(())
    }

    /// Takes `cost` from all of these limits, or from none.
    pub(crate) fn take(
        &mut self,
        limits: &[Limit<'_>],
        cost: u64,
        minute: u64,
    ) -> Result<(), Refusal> {
        self.fits(limits, cost, minute)?;
        for limit in limits {
            self.hour(limit.of).add(minute, cost);
            match self.changed.get_mut(limit.of) {
                Some(changed) => *changed = minute,
                None => drop(self.changed.insert(limit.of.to_owned(), minute)),
            }
        }
        Ok(())
    }

    fn hour(&mut self, of: &str) -> &mut Hour {
        self.hours.entry(of.to_owned()).or_default()
    }

    /// Writes what changed since the last commit.
    pub(crate) fn write(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        if self.changed.is_empty() {
            return Ok(());
        }
        let mut statement = conn.prepare_cached(self.kept.write)?;
        for (who, minute) in self.changed.drain() {
            let hour = self.hours.get(&who);
            let asked = hour.and_then(|hour| hour.by_minute.get(&minute));
            let asked = asked.copied().unwrap_or_default();
            statement.execute(params![who, stored(minute), stored(asked)])?;
        }
        Ok(())
    }

    /// Forgets minutes that no longer count.
    pub(crate) fn tidy(&mut self, conn: &Connection, minute: u64) -> rusqlite::Result<()> {
        self.write(conn)?;
        conn.prepare_cached(self.kept.forget)?
            .execute([stored(minute.saturating_sub(WINDOW_MINUTES))])?;
        self.hours.retain(|_, hour| {
            hour.forget_before(minute);
            hour.sum > 0
        });
        Ok(())
    }
}
