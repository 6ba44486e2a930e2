//! Limits on look-ups and releases: what one person, one class and all together
//! may have in an hour. The last is the published bound on what a hostile gate
//! can take, whoever it pretends to be.
//!
//! Counted in steady minutes over the last hour and the minute under way, so no
//! sixty minutes ever hold more than the limit. The counts are written in the
//! transaction of the entries they count.

use std::collections::{BTreeMap, HashMap};

use firebox_protocol::{Code, Refusal};
use rusqlite::{Connection, params};

use crate::log::database::{LogError, from_stored, stored};
use crate::policy::LookUpFigures;

/// Minutes before the one under way that count.
const WINDOW_MINUTES: u64 = 60;
/// Stands for all people together; nobody's name folds to it.
const WHOLE_BOX: &str = "";

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

/// The table that keeps counts.
#[derive(Clone, Copy)]
struct Kept {
    load: &'static str,
    write: &'static str,
    forget: &'static str,
}

const LOOK_UPS: Kept = Kept {
    load: "SELECT person, minute, asked FROM look_up_count",
    write: "INSERT OR REPLACE INTO look_up_count (person, minute, asked) VALUES (?1, ?2, ?3)",
    forget: "DELETE FROM look_up_count WHERE minute < ?1",
};
const RELEASES: Kept = Kept {
    load: "SELECT who, minute, released FROM release_count",
    write: "INSERT OR REPLACE INTO release_count (who, minute, released) VALUES (?1, ?2, ?3)",
    forget: "DELETE FROM release_count WHERE minute < ?1",
};

/// Counts by the hour, in one table.
struct Counts {
    kept: Kept,
    hours: HashMap<String, Hour>,
    /// Whose count changed since the last commit, and in which minute.
    changed: HashMap<String, u64>,
}

impl Counts {
    fn empty(kept: Kept) -> Self {
        Self {
            kept,
            hours: HashMap::new(),
            changed: HashMap::new(),
        }
    }

    fn load(conn: &Connection, kept: Kept) -> Result<Self, LogError> {
        let mut counts = Self::empty(kept);
        let mut statement = conn.prepare(kept.load)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let hour = counts.hours.entry(row.get(0)?).or_default();
            hour.add(from_stored(row.get(1)?), from_stored(row.get(2)?));
        }
        Ok(counts)
    }

    /// Takes `cost` from all of these limits, or from none.
    fn take(&mut self, limits: &[Limit<'_>], cost: u64, minute: u64) -> Result<(), Refusal> {
        for limit in limits {
            let hour = self.hour(limit.of);
            if let Some(seconds) = hour.wait_seconds(minute, cost, limit.most) {
                return Err(Refusal {
                    code: limit.code,
                    retry_after_seconds: Some(seconds),
                });
            }
        }
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

    fn write(&mut self, conn: &Connection) -> rusqlite::Result<()> {
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

    fn tidy(&mut self, conn: &Connection, minute: u64) -> rusqlite::Result<()> {
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

/// Counts look-ups and releases.
pub(crate) struct Limits {
    look_ups: Counts,
    releases: Counts,
}

impl Limits {
    /// Reads what was counted.
    pub(crate) fn load(conn: &Connection) -> Result<Self, LogError> {
        Ok(Self {
            look_ups: Counts::load(conn, LOOK_UPS)?,
            releases: Counts::load(conn, RELEASES)?,
        })
    }

    /// Takes `cost` look-ups for a person, from theirs and from all, or from neither.
    pub(crate) fn take_look_ups(
        &mut self,
        folded: &str,
        cost: u64,
        minute: u64,
        figures: &LookUpFigures,
    ) -> Result<(), Refusal> {
        let limit = |of, most, code| Limit { of, most, code };
        let both = [
            limit(folded, figures.person, Code::PersonLimit),
            limit(WHOLE_BOX, figures.whole_box, Code::BoxLimit),
        ];
        self.look_ups.take(&both, cost, minute)
    }

    /// Takes one release from all of these limits, or from none.
    pub(crate) fn take_release(
        &mut self,
        limits: &[Limit<'_>],
        minute: u64,
    ) -> Result<(), Refusal> {
        self.releases.take(limits, 1, minute)
    }

    /// Writes what changed since the last commit.
    pub(crate) fn write(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        self.look_ups.write(conn)?;
        self.releases.write(conn)
    }

    /// Forgets minutes that no longer count.
    pub(crate) fn tidy(&mut self, conn: &Connection, minute: u64) -> rusqlite::Result<()> {
        self.look_ups.tidy(conn, minute)?;
        self.releases.tidy(conn, minute)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn limits() -> Limits {
        Limits {
            look_ups: Counts::empty(LOOK_UPS),
            releases: Counts::empty(RELEASES),
        }
    }

    fn figures(person: u64, whole_box: u64) -> LookUpFigures {
        LookUpFigures { person, whole_box }
    }

    fn code(result: Result<(), Refusal>) -> Option<(Code, Option<u32>)> {
        result
            .err()
            .map(|refusal| (refusal.code, refusal.retry_after_seconds))
    }

    #[test]
    fn a_person_who_reached_the_limit_waits_until_enough_of_the_hour_has_passed() {
        let (mut limits, figures) = (limits(), figures(10, 100));
        assert_eq!(code(limits.take_look_ups("a", 6, 0, &figures)), None);
        assert_eq!(code(limits.take_look_ups("a", 4, 5, &figures)), None);
        let full = Some((Code::PersonLimit, Some(61 * 60 - 5 * 60)));
        assert_eq!(code(limits.take_look_ups("a", 1, 5, &figures)), full);
        assert_eq!(code(limits.take_look_ups("b", 10, 5, &figures)), None);
        assert_eq!(
            code(limits.take_look_ups("a", 7, 60, &figures)),
            Some((Code::PersonLimit, Some(6 * 60)))
        );
        assert_eq!(code(limits.take_look_ups("a", 6, 61, &figures)), None);
    }

    #[test]
    fn the_box_has_a_limit_whoever_asks_and_a_refused_question_takes_nothing() {
        let (mut limits, figures) = (limits(), figures(60, 100));
        assert_eq!(code(limits.take_look_ups("a", 60, 0, &figures)), None);
        assert!(matches!(
            code(limits.take_look_ups("b", 41, 0, &figures)),
            Some((Code::BoxLimit, _))
        ));
        assert_eq!(code(limits.take_look_ups("b", 40, 0, &figures)), None);
        assert!(matches!(
            code(limits.take_look_ups("c", 1, 0, &figures)),
            Some((Code::BoxLimit, _))
        ));
    }

    #[test]
    fn a_question_larger_than_the_limit_is_refused_and_not_for_ever_retried_at_once() {
        let refused = code(limits().take_look_ups("a", 11, 0, &figures(10, 100)));
        assert_eq!(refused, Some((Code::PersonLimit, Some(3600))));
    }

    proptest! {
        #[test]
        fn no_sixty_minutes_hold_more_than_the_limit(
            asks in proptest::collection::vec((0u64..20, 1u64..30), 1..200),
        ) {
            let (mut limits, figures) = (limits(), figures(50, 1_000_000));
            let mut minute = 0;
            let mut granted: Vec<(u64, u64)> = Vec::new();
            for (later, cost) in asks {
                minute += later;
                let fits = limits.take_look_ups("a", cost, minute, &figures).is_ok();
                if fits {
                    granted.push((minute, cost));
                }
                let window = granted.iter().filter(|(then, _)| then + WINDOW_MINUTES >= minute);
                let sum: u64 = window.map(|(_, cost)| cost).sum();
                prop_assert!(sum <= 50);
                prop_assert!(fits || sum + cost > 50);
            }
        }
    }
}
