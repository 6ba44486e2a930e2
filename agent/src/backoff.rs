//! How long to leave a box alone that did not answer: twice as long each time,
//! up to a cap, and never exactly, so that a council's agents do not all come
//! back in the same second.

use std::time::{Duration, Instant};

/// Pause after the first failure.
const FIRST: Duration = Duration::from_millis(500);
/// Longest pause: a box that is back is noticed within a minute.
const LONGEST: Duration = Duration::from_secs(60);
/// Doublings until the cap is surely reached.
const DOUBLINGS: u32 = 10;

/// Failures in a row.
#[derive(Default)]
struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Counts a try; gives the pause before the next one after a failure.
    fn after(&mut self, failed: bool) -> Option<Duration> {
        if !failed {
            self.failures = 0;
            return None;
        }
        let pause = pause(self.failures, random());
        self.failures = self.failures.saturating_add(1);
        Some(pause)
    }
}

/// When the next try is due.
#[derive(Default)]
pub(crate) struct Pace {
    backoff: Backoff,
    not_before: Option<Instant>,
}

impl Pace {
    /// Tells whether a try is due.
    pub(crate) fn is_due(&self) -> bool {
        self.not_before.is_none_or(|time| time <= Instant::now())
    }

    /// Counts a try.
    pub(crate) fn after(&mut self, failed: bool) {
        self.not_before = self
            .backoff
            .after(failed)
            .map(|delay| Instant::now() + delay);
    }
}

/// Half of the pause is certain, the other half is chance of 255.
fn pause(failures: u32, chance: u8) -> Duration {
    let whole = FIRST
        .saturating_mul(1 << failures.min(DOUBLINGS))
        .min(LONGEST);
    whole / 2 + whole * u32::from(chance) / 510
}

/// Without randomness the pause is the shortest: no reason to stop.
fn random() -> u8 {
    let mut byte = [0];
    getrandom::fill(&mut byte).map_or(0, |()| byte[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_cap_and_begin_anew_after_a_success() {
        assert_eq!(pause(0, 255), FIRST);
        assert_eq!(pause(0, 0), FIRST / 2);
        assert_eq!(pause(3, 255), FIRST * 8);
        assert_eq!(pause(1_000, 255), LONGEST);
        let mut pace = Pace::default();
        pace.after(true);
        assert!(!pace.is_due());
        pace.after(false);
        assert!(pace.is_due());
        let mut backoff = Backoff { failures: 9 };
        assert_eq!(backoff.after(false), None);
        assert_eq!(backoff.failures, 0);
    }
}
