//! Room on the log's disk, and the warning before there is none.

use std::path::{Path, PathBuf};
use std::time::Duration;

use firebox_protocol::Stop;
use firebox_protocol::operator::is_low;
use rustix::fs::statvfs;

/// How often the disk is looked at.
pub(crate) const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Looks from one warning to the next: an hour.
const LOOKS_BETWEEN: u32 = 60;

/// Room on a file system, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Space {
    /// What this user may still write.
    pub(crate) free: u64,
    pub(crate) whole: u64,
}

impl Space {
    /// Asks the file system a folder lies on.
    pub(crate) fn of(folder: &Path) -> Result<Self, Stop> {
        let told = statvfs(folder).map_err(|error| {
            Stop::operating_system(format!(
                "the disk under {} does not say how much room it has: {error}",
                folder.display()
            ))
        })?;
        Ok(Self {
            free: told.f_bavail.saturating_mul(told.f_frsize),
            whole: told.f_blocks.saturating_mul(told.f_frsize),
        })
    }

    /// Tells whether there is so little room that somebody must be told.
    pub(crate) fn is_alarming(&self) -> bool {
        is_low(self.free, self.whole)
    }
}

/// Warns once an hour while there is little room.
pub(crate) struct SpaceWatch {
    folder: PathBuf,
    /// Looks until it may warn again.
    quiet_for: u32,
}

impl SpaceWatch {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            quiet_for: 0,
        }
    }

    /// Looks at the disk and warns when it is time.
    pub(crate) fn look(&mut self) {
        let Ok(space) = Space::of(&self.folder) else {
            return;
        };
        if self.is_time_to_warn(&space) {
            log::warn!(
                "only {} MiB of {} MiB are free on the log's disk: make room before it is full",
                space.free >> 20,
                space.whole >> 20
            );
        }
    }

    fn is_time_to_warn(&mut self, space: &Space) -> bool {
        let quiet = self.quiet_for > 0;
        self.quiet_for = self.quiet_for.saturating_sub(1);
        if quiet || !space.is_alarming() {
            return false;
        }
        self.quiet_for = LOOKS_BETWEEN - 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(free: u64) -> Space {
        Space { free, whole: 1_000 }
    }

    #[test]
    fn less_than_a_twentieth_free_is_an_alarm() {
        assert!(!space(50).is_alarming());
        assert!(space(49).is_alarming());
        let none = Space { free: 0, whole: 0 };
        assert!(!none.is_alarming(), "a disk of no size says nothing");
    }

    #[test]
    fn a_warning_comes_at_once_and_then_once_an_hour() {
        let mut watch = SpaceWatch::new("/".into());
        let mut looks = |free, count: u32| {
            (0..count)
                .filter(|_| watch.is_time_to_warn(&space(free)))
                .count()
        };
        assert_eq!(looks(500, 10), 0);
        assert_eq!(looks(10, 1), 1);
        assert_eq!(looks(10, 59), 0);
        assert_eq!(looks(10, 1), 1);
        assert_eq!(looks(10, 120), 2);
        assert_eq!(looks(500, 60), 0);
        assert_eq!(looks(10, 1), 1, "room came and went");
    }
}
