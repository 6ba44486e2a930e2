//! Three times, and what each is for.
//!
//! *Wall* time stands in entries, because people read it. *Boot* time bounds a
//! permit, because keeper and store share it and nobody can set it. *Steady*
//! time counts limits, locks and the life of sessions: it goes on with the boot
//! clock while the machine runs and takes over the wall clock's difference only
//! across a reboot, so setting the clock does not empty a limit.

use firebox_protocol::Stop;
use rusqlite::{Connection, OptionalExtension, params};
use rustix::time::{ClockId, clock_gettime};

use crate::log::database::{from_stored, stored};

/// A moment on both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Now {
    /// Milliseconds since 1970.
    pub(crate) wall_ms: u64,
    /// Milliseconds since the machine started, sleep included.
    pub(crate) boottime_ms: u64,
    /// Which start of the machine.
    pub(crate) boot_id: [u8; 16],
}

/// Where the time comes from: the machine, or a test's hand.
pub(crate) trait Clock: Send + Sync {
    /// Reads both clocks.
    fn now(&self) -> Now;
}

/// The machine's clocks.
pub(crate) struct MachineClock {
    boot_id: [u8; 16],
}

impl MachineClock {
    /// Reads which start of the machine this is.
    pub(crate) fn new() -> Result<Self, Stop> {
        let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let digits: String = text.trim().chars().filter(|sign| *sign != '-').collect();
        let mut boot_id = [0; 16];
        hex::decode_to_slice(digits, &mut boot_id).map_err(|_| {
            Stop::operating_system(
                "the kernel does not say its boot id: mount /proc for the keeper",
            )
        })?;
        Ok(Self { boot_id })
    }

    /// Reads the wall clock alone, in milliseconds since 1970.
    pub(crate) fn wall_ms() -> u64 {
        milliseconds(ClockId::Realtime)
    }
}

impl Clock for MachineClock {
    fn now(&self) -> Now {
        Now {
            wall_ms: Self::wall_ms(),
            boottime_ms: milliseconds(ClockId::Boottime),
            boot_id: self.boot_id,
        }
    }
}

fn milliseconds(clock: ClockId) -> u64 {
    let time = clock_gettime(clock);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    seconds * 1000 + u64::try_from(time.tv_nsec).unwrap_or(0) / 1_000_000
}

/// Turns boot time into steady time during this start of the keeper.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steady {
    base_ms: u64,
    base_boottime_ms: u64,
}

impl Steady {
    /// Carries on from what the log's database knows and notes where it stands now.
    pub(crate) fn resume(conn: &Connection, now: &Now) -> rusqlite::Result<Self> {
        let sql = "SELECT steady_ms, wall_ms, boottime_ms, boot_id FROM steady WHERE id = 1";
        let last = conn
            .query_row(sql, [], |row| {
                let time = |at| row.get::<_, i64>(at).map(from_stored);
                Ok((time(0)?, time(1)?, time(2)?, row.get::<_, [u8; 16]>(3)?))
            })
            .optional()?;
        let base_ms = match last {
            None => 0,
            Some((steady, _, boottime, boot_id)) if boot_id == now.boot_id => {
                steady + now.boottime_ms.saturating_sub(boottime)
            }
            Some((steady, wall, ..)) => steady + now.wall_ms.saturating_sub(wall),
        };
        let steady = Self {
            base_ms,
            base_boottime_ms: now.boottime_ms,
        };
        steady.note(conn, now)?;
        Ok(steady)
    }

    /// Gives the steady time of a moment, in milliseconds.
    pub(crate) fn at(&self, now: &Now) -> u64 {
        self.base_ms + now.boottime_ms.saturating_sub(self.base_boottime_ms)
    }

    /// Writes down how the clocks stand to each other.
    pub(crate) fn note(&self, conn: &Connection, now: &Now) -> rusqlite::Result<()> {
        let sql = "INSERT OR REPLACE INTO steady (id, steady_ms, wall_ms, boottime_ms, boot_id)
                   VALUES (1, ?1, ?2, ?3, ?4)";
        let times = (
            stored(self.at(now)),
            stored(now.wall_ms),
            stored(now.boottime_ms),
        );
        conn.prepare_cached(sql)?
            .execute(params![times.0, times.1, times.2, now.boot_id])?;
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod by_hand {
    //! A clock that moves when a test says so.

    use std::sync::Mutex;

    use super::{Clock, Now};

    /// Noon of 2 March 2026, in milliseconds.
    pub(crate) const NOON_MS: u64 = 1_772_452_800_000;

    pub(crate) struct HandClock(Mutex<Now>);

    impl HandClock {
        pub(crate) fn new() -> Self {
            Self(Mutex::new(Now {
                wall_ms: NOON_MS,
                boottime_ms: 60_000,
                boot_id: [1; 16],
            }))
        }

        /// Lets time pass on both clocks.
        pub(crate) fn pass(&self, ms: u64) {
            let mut now = self.0.lock().unwrap();
            now.wall_ms += ms;
            now.boottime_ms += ms;
        }

        /// Sets the wall clock alone.
        pub(crate) fn set_wall(&self, wall_ms: u64) {
            self.0.lock().unwrap().wall_ms = wall_ms;
        }

        /// Starts the machine anew, with its wall clock here.
        pub(crate) fn reboot(&self, wall_ms: u64) {
            let mut now = self.0.lock().unwrap();
            let [boot, ..] = now.boot_id;
            *now = Now {
                wall_ms,
                boottime_ms: 5_000,
                boot_id: [boot + 1; 16],
            };
        }
    }

    impl Clock for HandClock {
        fn now(&self) -> Now {
            *self.0.lock().unwrap()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(
            "CREATE TABLE steady (id INTEGER PRIMARY KEY, steady_ms INTEGER, wall_ms INTEGER,
             boottime_ms INTEGER, boot_id BLOB) STRICT",
        )
        .unwrap();
        conn
    }

    fn at(wall_ms: u64, boottime_ms: u64, boot: u8) -> Now {
        Now {
            wall_ms,
            boottime_ms,
            boot_id: [boot; 16],
        }
    }

    #[test]
    fn setting_the_wall_clock_does_not_move_steady_time() {
        let conn = table();
        let steady = Steady::resume(&conn, &at(1_000_000, 500, 1)).unwrap();
        assert_eq!(steady.at(&at(9_000_000, 700, 1)), 200);
        assert_eq!(steady.at(&at(3, 700, 1)), 200);
    }

    #[test]
    fn steady_time_goes_on_over_a_restart_and_over_a_reboot_and_never_back() {
        let conn = table();
        Steady::resume(&conn, &at(1_000, 500, 1)).unwrap();
        let restarted = Steady::resume(&conn, &at(5, 900, 1)).unwrap();
        assert_eq!(restarted.at(&at(5, 900, 1)), 400);
        let rebooted = Steady::resume(&conn, &at(605, 10, 2)).unwrap();
        assert_eq!(rebooted.at(&at(605, 10, 2)), 1_000);
        let set_back = Steady::resume(&conn, &at(1, 10, 3)).unwrap();
        assert_eq!(set_back.at(&at(1, 10, 3)), 1_000);
    }
}
