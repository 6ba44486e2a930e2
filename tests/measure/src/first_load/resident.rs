//! What processes have resident, and how much of it is theirs alone.
//!
//! Pages of a file that several processes map count in each of them, so a sum
//! is rather too large than too small.

use std::path::PathBuf;

use crate::meter::{Spent, Watched, number};

/// Memory of a process at one moment, in MiB.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub(super) struct Resident {
    /// All that is resident.
    pub(super) all: f64,
    /// Of it, what no file stands behind.
    pub(super) anonymous: f64,
    /// Of it, pages of files: the program itself, shared memory.
    pub(super) file: f64,
}

/// What the table says of one process.
#[derive(Clone)]
pub(super) struct Row {
    /// Which.
    pub(super) name: &'static str,
    /// Most that was ever resident while it was watched, in MiB.
    pub(super) peak_mib: f64,
    /// The fullest moment that was seen.
    pub(super) fullest: Resident,
    /// The last look; nothing is left of a process that ended.
    pub(super) after: Option<Resident>,
}

/// Processes whose memory is watched.
pub(super) struct Residents {
    seen: Vec<Seen>,
    /// Those of a common goal.
    together: &'static [&'static str],
    together_mib: f64,
}

struct Seen {
    name: &'static str,
    id: u32,
    fullest: Resident,
}

impl Resident {
    /// Reads that of a process; none once it is gone.
    pub(super) fn of(id: u32) -> Option<Self> {
        let status = PathBuf::from(format!("/proc/{id}/status"));
        let mib = |name| number(&status, name).map(|kib| kib / 1024.0);
        Some(Self {
            all: mib("VmRSS:")?,
            anonymous: mib("RssAnon:")?,
            file: mib("RssFile:")? + mib("RssShmem:")?,
        })
    }
}

impl Residents {
    /// Begins to watch.
    pub(super) fn of(watched: &[Watched], together: &'static [&'static str]) -> Self {
        let seen = watched.iter().flat_map(|process| {
            process.ids.iter().map(|id| Seen {
                name: process.name,
                id: *id,
                fullest: Resident::default(),
            })
        });
        Self {
            seen: seen.collect(),
            together,
            together_mib: 0.0,
        }
    }

    /// Looks once.
    pub(super) fn look(&mut self) {
        let mut together = 0.0;
        for process in &mut self.seen {
            let Some(now) = Resident::of(process.id) else {
                continue;
            };
            if now.all > process.fullest.all {
                process.fullest = now;
            }
            if self.together.contains(&process.name) {
                together += now.all;
            }
        }
        self.together_mib = self.together_mib.max(together);
    }

    /// Gives a row for each process, with the kernel's peaks, and the most that
    /// those of the common goal had at one moment.
    pub(super) fn rows(&self, spent: &[Spent]) -> (Vec<Row>, f64) {
        let rows = self.seen.iter().map(|process| {
            let peak = spent.iter().find(|one| one.name == process.name);
            let peak_mib = peak.map_or(0.0, |one| one.peak_mib);
            Row {
                name: process.name,
                peak_mib: peak_mib.max(process.fullest.all),
                fullest: process.fullest,
                after: Resident::of(process.id),
            }
        });
        (rows.collect(), self.together_mib)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_tells_what_this_very_process_has_and_nothing_of_one_that_is_not_there() {
        let watched = [Watched {
            name: "me",
            ids: vec![std::process::id()],
        }];
        let mut residents = Residents::of(&watched, &["me"]);
        residents.look();
        let (rows, together) = residents.rows(&[]);
        let me = rows[0].fullest;
        assert!(me.anonymous > 0.0 && me.file > 0.0);
        assert!((me.all - me.anonymous - me.file).abs() < 1.0);
        assert_eq!(together, me.all);
        assert_eq!(Resident::of(u32::MAX), None);
    }
}
