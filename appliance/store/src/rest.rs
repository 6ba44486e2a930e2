//! Rest: how the store's threads leave the database alone before the process ends.
//!
//! ```text
//! working: each unit of work is counted --(begin)--> resting: nobody starts a unit, nobody ends
//! ```
//!
//! When the process exits, libcrypto frees its own locks, whoever still holds
//! them; a thread inside SQLCipher then crashes, and so does one that was in it
//! once and just ends. What it is not: a lock around the file. The invariant:
//! once rest has come, no thread that works here is in the database, and none
//! enters it or ends any more.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Longest wait for the units of work under way: a huge batch must not hold up a stop.
pub(crate) const LONGEST: Duration = Duration::from_secs(5);

/// Who is at work. One for each open database.
#[derive(Default)]
pub(crate) struct Rest {
    state: Mutex<State>,
    nobody_awake: Condvar,
}

#[derive(Default)]
struct State {
    resting: bool,
    awake: usize,
    /// The last thread that left; it waits for the one before it.
    left: Option<JoinHandle<()>>,
}

/// One unit of work in the database, from its first statement to its last.
pub(crate) struct Awake<'r>(&'r Rest);

impl Drop for Awake<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.awake -= 1;
        if state.resting && state.awake == 0 {
            self.0.nobody_awake.notify_all();
        }
    }
}

impl Rest {
    /// Starts a unit of work; once rest has begun, never returns. Never taken
    /// twice by one thread: rest that begins in between would wait for a thread
    /// that waits for it.
    pub(crate) fn awake(&self) -> Awake<'_> {
        self.lock_at_work().awake += 1;
        Awake(self)
    }

    /// Begins rest and waits until nobody is at work, but no longer than
    /// `within`; false when somebody still was.
    pub(crate) fn begin(&self, within: Duration) -> bool {
        let mut state = self.lock();
        state.resting = true;
        let (mut state, _) = self
            .nobody_awake
            .wait_timeout_while(state, within, |state| state.awake > 0)
            .unwrap_or_else(PoisonError::into_inner);
        let (nobody_awake, left) = (state.awake == 0, state.left.take());
        drop(state);
        ended(left);
        nobody_awake
    }

    /// Lets a thread end, which must do nothing after this; once rest has begun,
    /// never returns. Rest waits for those who left.
    pub(crate) fn leave(&self, own: JoinHandle<()>) {
        let before = self.lock_at_work().left.replace(own);
        ended(before);
    }

    /// Tells whether rest has begun.
    #[cfg(test)]
    pub(crate) fn has_begun(&self) -> bool {
        self.lock().resting
    }

    /// Locks the state for a thread that goes on, and keeps it here otherwise.
    fn lock_at_work(&self) -> MutexGuard<'_, State> {
        let state = self.lock();
        if !state.resting {
            return state;
        }
        drop(state);
        loop {
            std::thread::park();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Numbers only: a panic elsewhere leaves them right.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until a thread that left is gone.
fn ended(left: Option<JoinHandle<()>>) {
    if let Some(left) = left {
        // Whoever panicked has said so, and is gone as well.
        let _ = left.join();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::{RecvTimeoutError, channel};

    use super::*;

    /// Long enough that a thread which may go on has gone on.
    const MOMENT: Duration = Duration::from_millis(100);
    /// Longer than any test.
    const AGES: Duration = Duration::from_secs(600);

    #[test]
    fn once_rest_has_begun_whoever_tries_to_enter_stays_outside() {
        let rest = Arc::new(Rest::default());
        assert!(rest.begin(AGES));
        let (entered, seen) = channel();
        let outside = Arc::clone(&rest);
        std::thread::spawn(move || {
            let _awake = outside.awake();
            entered.send(())
        });
        assert_eq!(seen.recv_timeout(MOMENT), Err(RecvTimeoutError::Timeout));
        // Nobody is counted as at work who only waits outside.
        assert!(rest.begin(AGES));
    }

    #[test]
    fn rest_waits_for_the_units_under_way() {
        let (rest, done) = (Arc::new(Rest::default()), Arc::new(AtomicBool::new(false)));
        let units = (rest.awake(), rest.awake());
        let (resting, seen) = (Arc::clone(&rest), Arc::clone(&done));
        let rested = std::thread::spawn(move || (resting.begin(AGES), seen.load(Ordering::SeqCst)));
        while !rest.has_begun() {
            std::thread::yield_now();
        }
        drop(units.0);
        done.store(true, Ordering::SeqCst);
        drop(units.1);
        assert_eq!(rested.join().unwrap(), (true, true));
    }

    #[test]
    fn rest_gives_up_a_unit_that_outlasts_its_bound_and_still_lets_nobody_in() {
        let rest = Arc::new(Rest::default());
        let unit = rest.awake();
        assert!(!rest.begin(Duration::from_millis(1)));
        let (entered, seen) = channel();
        let outside = Arc::clone(&rest);
        std::thread::spawn(move || {
            let _awake = outside.awake();
            entered.send(())
        });
        drop(unit);
        assert_eq!(seen.recv_timeout(MOMENT), Err(RecvTimeoutError::Timeout));
        assert!(rest.begin(AGES));
    }

    #[test]
    fn a_unit_that_panics_is_over() {
        let rest = Arc::new(Rest::default());
        let panics = Arc::clone(&rest);
        let unit = std::thread::spawn(move || {
            let _awake = panics.awake();
            panic!("on purpose")
        });
        assert!(unit.join().is_err());
        assert!(rest.begin(AGES));
    }
}
