//! Limits on look-ups, corrections and releases: what one person, one class and
//! all together may have in an hour. The last is the published bound on what a
//! hostile gate can take, whoever it pretends to be.
//!
//! The counts ([`crate::counts`]) are written in the transaction of the entries
//! they count.

use firebox_protocol::{Code, Refusal};
use rusqlite::Connection;

use crate::counts::{Counts, Kept, Limit};
use crate::log::database::LogError;
use crate::policy::{Hourly, Policy};

/// Stands for all people together; nobody's name folds to it.
const WHOLE_BOX: &str = "";

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
const CORRECTIONS: Kept = Kept {
    load: "SELECT person, minute, raised FROM correction_count",
    write: "INSERT OR REPLACE INTO correction_count (person, minute, raised) VALUES (?1, ?2, ?3)",
    forget: "DELETE FROM correction_count WHERE minute < ?1",
};

/// Counts look-ups, corrections and releases.
pub(crate) struct Limits {
    look_ups: Counts,
    corrections: Counts,
    releases: Counts,
}

/// The limits of a person and of all together.
fn both<'a>(folded: &'a str, figures: &Hourly) -> [Limit<'a>; 2] {
    let limit = |of, most, code| Limit { of, most, code };
    [
        limit(folded, figures.person, Code::PersonLimit),
        limit(WHOLE_BOX, figures.whole_box, Code::BoxLimit),
    ]
}

impl Limits {
    /// Reads what was counted.
    pub(crate) fn load(conn: &Connection) -> Result<Self, LogError> {
        Ok(Self {
            look_ups: Counts::load(conn, LOOK_UPS)?,
            corrections: Counts::load(conn, CORRECTIONS)?,
            releases: Counts::load(conn, RELEASES)?,
        })
    }

    /// Takes `cost` look-ups for a person, from theirs and from all, or from neither.
    pub(crate) fn take_look_ups(
        &mut self,
        folded: &str,
        cost: u64,
        minute: u64,
        figures: &Hourly,
    ) -> Result<(), Refusal> {
        self.look_ups.take(&both(folded, figures), cost, minute)
    }

    /// Takes one correction or report for a person, and the look-up it is too,
    /// from theirs and from all, or from none of these.
    pub(crate) fn take_correction(
        &mut self,
        folded: &str,
        minute: u64,
        policy: &Policy,
    ) -> Result<(), Refusal> {
        let raised = both(folded, &policy.corrections);
        self.corrections.fits(&raised, 1, minute)?;
        self.take_look_ups(folded, 1, minute, &policy.look_ups)?;
        self.corrections.take(&raised, 1, minute)
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
        self.corrections.write(conn)?;
        self.releases.write(conn)
    }

    /// Forgets minutes that no longer count.
    pub(crate) fn tidy(&mut self, conn: &Connection, minute: u64) -> rusqlite::Result<()> {
        self.look_ups.tidy(conn, minute)?;
        self.corrections.tidy(conn, minute)?;
        self.releases.tidy(conn, minute)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::counts::WINDOW_MINUTES;

    fn limits() -> Limits {
        Limits {
            look_ups: Counts::empty(LOOK_UPS),
            corrections: Counts::empty(CORRECTIONS),
            releases: Counts::empty(RELEASES),
        }
    }

    fn figures(person: u64, whole_box: u64) -> Hourly {
        Hourly { person, whole_box }
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

    #[test]
    fn a_correction_takes_from_its_own_limit_and_from_look_ups_or_from_neither() {
        let policy = |text: &str| {
            let shipped = include_str!("../../../config/policy.toml");
            let text = text.lines().fold(shipped.to_owned(), |policy, line| {
                let (key, _) = line.split_once(" = ").unwrap();
                let old = shipped
                    .lines()
                    .find(|old| old.starts_with(&format!("{key} = ")));
                policy.replace(old.unwrap(), line)
            });
            Policy::parse(&text).unwrap()
        };
        let few_corrections =
            policy("person_corrections_per_hour = 2\nperson_look_ups_per_hour = 3");
        let mut limits = limits();
        assert_eq!(code(limits.take_correction("a", 0, &few_corrections)), None);
        assert_eq!(code(limits.take_correction("a", 0, &few_corrections)), None);
        let full = Some((Code::PersonLimit, Some(61 * 60)));
        assert_eq!(code(limits.take_correction("a", 0, &few_corrections)), full);
        // What was refused took no look-up: the third is still there, and no fourth.
        let figures = &few_corrections.look_ups;
        assert_eq!(code(limits.take_look_ups("a", 1, 0, figures)), None);
        assert_eq!(code(limits.take_look_ups("a", 1, 0, figures)), full);
        // And where no look-up is left, no correction is taken.
        let few_look_ups = policy("person_corrections_per_hour = 2\nperson_look_ups_per_hour = 1");
        assert_eq!(
            code(limits.take_look_ups("b", 1, 0, &few_look_ups.look_ups)),
            None
        );
        assert_eq!(code(limits.take_correction("b", 0, &few_look_ups)), full);
        assert_eq!(code(limits.take_correction("b", 0, &few_corrections)), None);
        assert_eq!(code(limits.take_correction("b", 0, &few_corrections)), None);
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
