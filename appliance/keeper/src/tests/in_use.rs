//! Time that passes while somebody works.

use super::harness::*;

impl Council {
    /// Lets time pass while a session is used, so that it does not end unused.
    pub(super) fn pass_in_use(&self, session: &str, ms: u64) {
        let mut gate = self.gate();
        let mut left_ms = ms;
        while left_ms > 0 {
            let step_ms = left_ms.min(10 * MINUTE);
            self.clock.pass(step_ms);
            left_ms -= step_ms;
            gate.whose(session);
        }
    }
}
