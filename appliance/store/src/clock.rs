//! The two clocks: wall time for ages, boot time for permits. A parameter, so
//! that a test can stand at any moment.

use std::sync::Arc;

use jiff::Timestamp;

/// Where the time comes from.
#[derive(Clone)]
pub(crate) struct Clock {
    wall: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    boottime_ms: Arc<dyn Fn() -> u64 + Send + Sync>,
}

impl Clock {
    /// Gives the machine's clocks.
    pub(crate) fn system() -> Self {
        Self {
            wall: Arc::new(Timestamp::now),
            boottime_ms: Arc::new(boottime_ms),
        }
    }

    /// Gives clocks that stand where a test puts them.
    #[cfg(test)]
    pub(crate) fn standing(wall: Timestamp, boottime_ms: u64) -> Self {
        Self {
            wall: Arc::new(move || wall),
            boottime_ms: Arc::new(move || boottime_ms),
        }
    }

    /// Gives the wall time.
    pub(crate) fn now(&self) -> Timestamp {
        (self.wall)()
    }

    /// Gives milliseconds since the machine started, sleep included; it cannot be set back.
    pub(crate) fn boottime_ms(&self) -> u64 {
        (self.boottime_ms)()
    }
}

fn boottime_ms() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let milliseconds = time
        .tv_sec
        .saturating_mul(1000)
        .saturating_add(time.tv_nsec / 1_000_000);
    // Time since boot is never negative; if the kernel said so, every permit is expired.
    u64::try_from(milliseconds).unwrap_or(u64::MAX)
}
