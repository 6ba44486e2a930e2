//! Counts what a listener answered, by class of status, and says so once a
//! minute. This is all the gate logs about requests that went well: no target,
//! no body, no handle, no address.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::StatusCode;

/// How often the counts are logged.
const EVERY: Duration = Duration::from_secs(60);

/// The counts of one listener.
pub(crate) struct Tally {
    listener: &'static str,
    answered: AtomicU64,
    refused: AtomicU64,
    failed: AtomicU64,
    cut: AtomicU64,
}

impl Tally {
    pub(crate) fn new(listener: &'static str) -> Self {
        Self {
            listener,
            answered: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            cut: AtomicU64::new(0),
        }
    }

    pub(crate) fn listener(&self) -> &'static str {
        self.listener
    }

    /// Counts an answer.
    pub(crate) fn count(&self, status: StatusCode) {
        let counter = match status.as_u16() {
            0..=399 => &self.answered,
            400..=499 => &self.refused,
            _ => &self.failed,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a connection that ended before it had asked anything: a handshake
    /// that failed or took too long.
    pub(crate) fn count_cut(&self) {
        self.cut.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes the counts since the last time: answered, refused, failed, cut.
    fn take(&self) -> [u64; 4] {
        [&self.answered, &self.refused, &self.failed, &self.cut]
            .map(|counter| counter.swap(0, Ordering::Relaxed))
    }

    /// Logs the counts every minute in which there was something to count.
    pub(crate) async fn report(&self) {
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            ticks.tick().await;
            let counts = self.take();
            if counts != [0; 4] {
                let [answered, refused, failed, cut] = counts;
                log::info!(
                    "{}: 2xx={answered} 4xx={refused} 5xx={failed} no-handshake={cut}",
                    self.listener
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_class_and_only_once() {
        let tally = Tally::new("public");
        for status in [200, 202, 404, 503] {
            tally.count(StatusCode::from_u16(status).unwrap());
        }
        tally.count_cut();
        assert_eq!(tally.take(), [2, 1, 1, 1]);
        assert_eq!(tally.take(), [0; 4]);
    }
}
