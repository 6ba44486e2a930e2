//! Wrong tries to confirm who is calling, by session and person.
//!
//! The invariant: a person whose tries are used stays closed to the session,
//! whichever of their records is asked for and however records are joined since.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use firebox_protocol::query::MAX_WRONG_TRIES;

/// Statements counted at once, over all sessions: some ten megabytes. The oldest
/// make room; the keeper's own limits on views are far below this.
const MAX_COUNTED: usize = 100_000;
/// How long a count lasts, in milliseconds: longer than any session.
const LASTS_MS: u64 = 24 * 60 * 60 * 1_000;

/// A session, by the hash of its token, and a statement of a person.
type Key = ([u8; 32], i64);

/// Counts wrong tries, in memory: what a caller said, right or wrong, is in the keeper's log.
#[derive(Default)]
pub(super) struct Tries(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    wrong: HashMap<Key, u8>,
    /// When each ends, oldest first.
    ends: VecDeque<(u64, Key)>,
}

impl Tries {
    /// Counts a try, and gives how many wrong ones are left; none: the person,
    /// named by all their statements, is closed to this session.
    pub(super) fn judge(
        &self,
        session: &[u8; 32],
        statements: &[i64],
        wrong: bool,
        now_ms: u64,
    ) -> Option<u8> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.forget(now_ms);
        let used = statements
            .iter()
            .filter_map(|id| counts.wrong.get(&(*session, *id)))
            .max()
            .copied()
            .unwrap_or(0);
        let used = if wrong { used.saturating_add(1) } else { used };
        if wrong {
            for id in statements {
                counts.set((*session, *id), used, now_ms);
            }
        }
        let left = MAX_WRONG_TRIES.saturating_sub(used);
        (left > 0).then_some(left)
    }
}

impl Counts {
    fn set(&mut self, key: Key, used: u8, now_ms: u64) {
        if self.wrong.insert(key, used).is_none() {
            self.ends.push_back((now_ms.saturating_add(LASTS_MS), key));
        }
        while self.ends.len() > MAX_COUNTED {
            self.forget_oldest();
        }
    }

    fn forget(&mut self, now_ms: u64) {
        while self.ends.front().is_some_and(|(end, _)| *end <= now_ms) {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, key)) = self.ends.pop_front() {
            self.wrong.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: [u8; 32] = [1; 32];

    #[test]
    fn the_third_wrong_try_closes_the_person_also_to_a_right_one() {
        let tries = Tries::default();
        let judge = |wrong| tries.judge(&SESSION, &[5], wrong, 0);
        assert_eq!(judge(false), Some(3));
        assert_eq!((judge(true), judge(false)), (Some(2), Some(2)));
        assert_eq!((judge(true), judge(false)), (Some(1), Some(1)));
        assert_eq!((judge(true), judge(false)), (None, None));
        assert_eq!(judge(false), None);
    }

    #[test]
    fn another_session_and_another_person_have_their_own_tries() {
        let tries = Tries::default();
        for _ in 0..3 {
            tries.judge(&SESSION, &[5], true, 0);
        }
        assert_eq!(tries.judge(&[2; 32], &[5], false, 0), Some(3));
        assert_eq!(tries.judge(&SESSION, &[6], false, 0), Some(3));
    }

    #[test]
    fn records_that_are_joined_or_taken_apart_later_stay_counted() {
        let tries = Tries::default();
        tries.judge(&SESSION, &[5, 9], true, 0);
        assert_eq!(tries.judge(&SESSION, &[9], false, 0), Some(2));
        tries.judge(&SESSION, &[9], true, 0);
        assert_eq!(tries.judge(&SESSION, &[2, 9], false, 0), Some(1));
        assert_eq!(tries.judge(&SESSION, &[2, 5, 9], true, 0), None);
        assert_eq!(tries.judge(&SESSION, &[2], false, 0), None);
    }

    #[test]
    fn a_count_ends_after_a_day_and_not_before() {
        let tries = Tries::default();
        for _ in 0..3 {
            tries.judge(&SESSION, &[5], true, 1_000);
        }
        let at = |ms| tries.judge(&SESSION, &[5], false, ms);
        assert_eq!(at(1_000 + LASTS_MS - 1), None);
        assert_eq!(at(1_000 + LASTS_MS), Some(3));
    }

    #[test]
    fn only_so_many_are_counted_and_the_oldest_make_room() {
        let tries = Tries::default();
        let most = i64::try_from(MAX_COUNTED).unwrap();
        for id in 0..=most {
            tries.judge(&SESSION, &[id], true, 0);
        }
        assert_eq!(tries.judge(&SESSION, &[0], false, 0), Some(3));
        assert_eq!(tries.judge(&SESSION, &[1], false, 0), Some(2));
        let counts = tries.0.lock().unwrap();
        assert_eq!(
            (counts.wrong.len(), counts.ends.len()),
            (MAX_COUNTED, MAX_COUNTED)
        );
    }
}
