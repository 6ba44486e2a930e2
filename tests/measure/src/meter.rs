//! What processes spend while they are measured, by process and by thread.
//!
//! The kernel counts; this only reads `/proc` at both ends of a window. It sees
//! read and write calls on files and pipes and vectored ones on sockets, not
//! `send` and `recv`: a lower bound of system calls, the same for everybody.
//! Bytes are those given to such calls: what the kernel accounts to the disk
//! counts whole large folios for every small write into them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tokio::time::{Instant, sleep_until};

/// How many things are counted.
pub(crate) const COUNTED: usize = 7;
/// What is counted, in the order of [`Counters`], as the table heads it.
pub(crate) const NAMES: [&str; COUNTED] = [
    "user ms",
    "kernel ms",
    "waits",
    "preempted",
    "read calls",
    "write calls",
    "KiB in writes",
];

/// The same, counted; NaN where the kernel does not say.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub(crate) struct Counters(pub(crate) [f64; COUNTED]);

/// A process, or several that are one to whoever asks.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Watched {
    /// What the tables call it.
    pub(crate) name: &'static str,
    /// Its ids.
    pub(crate) ids: Vec<u32>,
}

/// When counting starts and ends.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    /// From here.
    pub(crate) start: Instant,
    /// To here.
    pub(crate) end: Instant,
    /// The start by the clock on the wall, for programs that write that one down.
    pub(crate) start_wall: SystemTime,
}

/// What was spent in a window.
pub(crate) struct Metered {
    /// By each that was watched.
    pub(crate) spent: Vec<Spent>,
    /// CPU time of everything else on the machine, as a share of one core.
    pub(crate) elsewhere: f64,
}

/// What one of the watched spent.
#[derive(Clone)]
pub(crate) struct Spent {
    /// Which.
    pub(crate) name: &'static str,
    /// All of it.
    pub(crate) all: Counters,
    /// Its threads, those of one name together.
    pub(crate) by_thread: BTreeMap<String, Counters>,
    /// Most memory that was resident, in MiB; of several processes their
    /// proportional share at the end, so that what they share counts once.
    pub(crate) peak_mib: f64,
}

impl Window {
    /// Starts after a warm-up.
    pub(crate) fn after(warm_up: Duration, measured: Duration) -> Self {
        let start = Instant::now() + warm_up;
        Self {
            start,
            end: start + measured,
            start_wall: SystemTime::now() + warm_up,
        }
    }

    /// How long it is.
    pub(crate) fn length(&self) -> Duration {
        self.end - self.start
    }
}

/// Waits for the window's end and gives what was spent in it.
pub(crate) async fn watch(watched: &[Watched], window: Window) -> Metered {
    sleep_until(window.start).await;
    let begun = Begun::now(watched);
    sleep_until(window.end).await;
    begun.so_far()
}

/// Counting that goes on until nobody asks any more.
pub(crate) struct Begun {
    watched: Vec<Watched>,
    before: Vec<Moment>,
    machine_before: f64,
    at: Instant,
}

impl Begun {
    /// Begins.
    pub(crate) fn now(watched: &[Watched]) -> Self {
        watched.iter().for_each(Watched::forget_peak);
        Self {
            watched: watched.to_vec(),
            before: read_all(watched),
            machine_before: machine(),
            at: Instant::now(),
        }
    }

    /// Gives what was spent since; of a process that ended, nothing.
    pub(crate) fn so_far(&self) -> Metered {
        let (after, machine_after, ended) = (read_all(&self.watched), machine(), Instant::now());
        let spent: Vec<_> = self
            .watched
            .iter()
            .zip(self.before.iter().zip(&after))
            .map(|(process, (before, after))| process.spent(before, after))
            .collect();
        let ours: f64 = spent.iter().map(|spent| spent.all.cpu_ms()).sum();
        // A busy machine wakes nobody on the dot: the time that passed, not the window's.
        let passed_ms = (ended - self.at).as_secs_f64() * 1000.0;
        Metered {
            spent,
            elsewhere: ((machine_after - self.machine_before - ours) / passed_ms).max(0.0),
        }
    }
}

/// A moment's counts of one of the watched.
#[derive(Default)]
struct Moment {
    all: Counters,
    by_thread: BTreeMap<String, Counters>,
}

fn read_all(watched: &[Watched]) -> Vec<Moment> {
    watched.iter().map(Watched::read).collect()
}

impl Watched {
    fn read(&self) -> Moment {
        let mut moment = Moment::default();
        for id in &self.ids {
            let folder = format!("/proc/{id}");
            let mut process = Counters::read(Path::new(&folder));
            // A process's file gives the switches of its first thread only.
            (process.0[WAITS], process.0[PREEMPTED]) = (0.0, 0.0);
            let threads = fs::read_dir(format!("{folder}/task"));
            for thread in threads.into_iter().flatten().flatten() {
                let counters = Counters::read(&thread.path());
                process.0[WAITS] += counters.0[WAITS];
                process.0[PREEMPTED] += counters.0[PREEMPTED];
                let name = fs::read_to_string(thread.path().join("comm")).unwrap_or_default();
                let name = moment.by_thread.entry(name.trim().to_owned()).or_default();
                *name = name.with(&counters, |one, other| one + other);
            }
            moment.all = moment.all.with(&process, |one, other| one + other);
        }
        moment
    }

    fn spent(&self, before: &Moment, after: &Moment) -> Spent {
        // A thread that ended takes its counts along.
        let nothing = Counters::default();
        let threads = after.by_thread.iter().map(|(name, after)| {
            let before = before.by_thread.get(name).unwrap_or(&nothing);
            (name.clone(), after.less(before))
        });
        Spent {
            name: self.name,
            all: after.all.less(&before.all),
            by_thread: threads.collect(),
            peak_mib: self.peak_kib() / 1024.0,
        }
    }

    /// Starts the peak anew; without the right to, it stays that since the start.
    fn forget_peak(&self) {
        for id in &self.ids {
            let _ = fs::write(format!("/proc/{id}/clear_refs"), "5");
        }
    }

    fn peak_kib(&self) -> f64 {
        match self.ids.as_slice() {
            [id] => number(Path::new(&format!("/proc/{id}/status")), "VmHWM:"),
            ids => ids
                .iter()
                .map(|id| number(Path::new(&format!("/proc/{id}/smaps_rollup")), "Pss:"))
                .sum::<Option<f64>>(),
        }
        .unwrap_or(0.0)
    }
}

/// Place of the waits in [`Counters`]: the thread gave the core away.
const WAITS: usize = 2;
/// Place of the preemptions: the core was taken away.
const PREEMPTED: usize = 3;

impl Counters {
    /// Reads those of a process or thread; zeros once it is gone.
    fn read(folder: &Path) -> Self {
        let [user, kernel] = cpu_ms(folder);
        let in_status = |name| number(&folder.join("status"), name).unwrap_or(0.0);
        let in_io = |name| number(&folder.join("io"), name).unwrap_or(f64::NAN);
        Self([
            user,
            kernel,
            in_status("voluntary_ctxt_switches:"),
            in_status("nonvoluntary_ctxt_switches:"),
            in_io("syscr:"),
            in_io("syscw:"),
            in_io("wchar:") / 1024.0,
        ])
    }

    /// CPU time in user space and kernel, in milliseconds.
    pub(crate) fn cpu_ms(&self) -> f64 {
        self.0[0] + self.0[1]
    }

    /// Gives what came since `before`; less than nothing is nothing.
    pub(crate) fn less(&self, before: &Self) -> Self {
        self.with(before, |after, before| {
            let spent = after - before;
            if spent < 0.0 { 0.0 } else { spent }
        })
    }

    /// Gives each count over `by`.
    pub(crate) fn over(&self, by: f64) -> Self {
        Self(self.0.map(|count| count / by))
    }

    fn with(&self, other: &Self, what: impl Fn(f64, f64) -> f64) -> Self {
        Self(std::array::from_fn(|at| what(self.0[at], other.0[at])))
    }
}

/// CPU time in user space and in the kernel, in milliseconds.
fn cpu_ms(folder: &Path) -> [f64; 2] {
    let stat = fs::read_to_string(folder.join("stat")).unwrap_or_default();
    // The second field, a name in brackets, may hold anything.
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    let mut fields = after.split_whitespace().skip(11);
    [(); 2].map(|()| ticks_ms(fields.next()))
}

/// CPU time that the whole machine did not idle, in milliseconds.
fn machine() -> f64 {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields = stat.lines().next().unwrap_or_default().split_whitespace();
    // user nice system IDLE IOWAIT irq softirq steal; guests are in user already.
    let busy = fields.skip(1).take(8).enumerate();
    busy.filter(|(at, _)| !matches!(at, 3 | 4))
        .map(|(_, field)| ticks_ms(Some(field)))
        .sum()
}

fn ticks_ms(field: Option<&str>) -> f64 {
    let ticks: f64 = field.and_then(|field| field.parse().ok()).unwrap_or(0.0);
    ticks * 1000.0 / rustix::param::clock_ticks_per_second().max(1) as f64
}

/// Reads the number behind a name at the start of a line.
pub(crate) fn number(file: &Path, name: &str) -> Option<f64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(user_ms: f64, thread: &str) -> Moment {
        let mut counters = Counters::default();
        counters.0[0] = user_ms;
        Moment {
            all: counters,
            by_thread: BTreeMap::from([(thread.to_owned(), counters)]),
        }
    }

    #[test]
    fn what_was_spent_before_the_window_does_not_count() {
        let process = Watched {
            name: "gate",
            ids: Vec::new(),
        };
        let spent = process.spent(&moment(5.0, "a"), &moment(12.0, "a"));
        assert_eq!(spent.all.cpu_ms(), 7.0);
        assert_eq!(spent.by_thread["a"].cpu_ms(), 7.0);
        let came_later = process.spent(&moment(5.0, "a"), &moment(12.0, "b"));
        assert_eq!(came_later.by_thread["b"].cpu_ms(), 12.0);
        let ended = process.spent(&moment(5.0, "a"), &Moment::default());
        assert_eq!(ended.all.cpu_ms(), 0.0);
    }

    #[test]
    fn the_kernel_tells_what_this_very_process_spends() {
        let me = Watched {
            name: "me",
            ids: vec![std::process::id()],
        };
        let begun = me.read().all.cpu_ms();
        // Reading is work: a few milliseconds of it come up within a few hundred times.
        let told = (0..100_000).any(|_| {
            let now = me.read();
            let mut threads = now.by_thread.values();
            now.all.cpu_ms() > begun && threads.any(|thread| thread.cpu_ms() > 0.0)
        });
        assert!(told);
        assert!(me.peak_kib() > 0.0);
    }
}
