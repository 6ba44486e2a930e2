//! Processes: those started here, which end with their owner, and what any of
//! them spends.

use std::fs;
use std::process::{Child, ChildStdin, ChildStdout, Command};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::unmeasured::{Because, Unmeasured};

/// How long a process has to end by itself.
const END_WITHIN: Duration = Duration::from_secs(15);

/// A process started here. It is asked to end, as by Ctrl-C, when this is dropped.
pub(crate) struct Program(Child);

impl Program {
    /// Starts it.
    pub(crate) fn start(command: &mut Command) -> Result<Self, Unmeasured> {
        let name = command.get_program().display().to_string();
        Ok(Self(
            command
                .spawn()
                .because(format_args!("{name} cannot be started"))?,
        ))
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }

    /// Takes the pipes, where both were asked for.
    pub(crate) fn pipes(&mut self) -> Option<(ChildStdin, ChildStdout)> {
        Some((self.0.stdin.take()?, self.0.stdout.take()?))
    }

    /// Finds the newest child process whose last argument is `name`.
    pub(crate) fn child(&self, name: &str) -> Option<u32> {
        let id = self.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).ok()?;
        let children = children
            .split_whitespace()
            .filter_map(|child| child.parse().ok());
        children.rev().find(|child: &u32| {
            let line = fs::read_to_string(format!("/proc/{child}/cmdline")).unwrap_or_default();
            line.trim_end_matches('\0').rsplit('\0').next() == Some(name)
        })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let id = i32::try_from(self.id()).ok().and_then(Pid::from_raw);
        if let Some(id) = id.filter(|_| self.is_running()) {
            let _ = kill_process(id, Signal::INT);
        }
        let deadline = Instant::now() + END_WITHIN;
        while self.is_running() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A process whose spending is of interest.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Watched {
    /// What the table calls it.
    pub(crate) name: &'static str,
    /// Its id.
    pub(crate) id: u32,
}

impl Watched {
    /// CPU time since it started, in user space and kernel.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id)).unwrap_or_default();
        // The second field, a name in brackets, may hold anything.
        let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
        let fields = after.split_whitespace().skip(11).take(2);
        let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 1000 / rustix::param::clock_ticks_per_second().max(1))
    }

    /// Starts the peak anew; without the right to, it stays that since the start.
    pub(crate) fn forget_peak(&self) {
        let _ = fs::write(format!("/proc/{}/clear_refs", self.id), "5");
    }

    /// Most memory that was resident, in KiB.
    pub(crate) fn peak_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
            .unwrap_or(0)
    }
}
