//! The programs under test, as processes.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long anything may take before a test calls it stuck.
const STUCK_AFTER: Duration = Duration::from_secs(90);

pub fn firebox_program() -> PathBuf {
    sibling("firebox")
}

pub fn agent_program() -> PathBuf {
    sibling("firebox-agent")
}

/// Finds a program beside the test binary (`target/<profile>/deps/..`).
fn sibling(name: &str) -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let program = here.parent().unwrap().parent().unwrap().join(name);
    assert!(
        program.exists(),
        "{} is not built: run `cargo build -p firebox -p firebox-agent` first",
        program.display()
    );
    program
}

/// What a command said and how it ended.
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Runs a command to its end.
pub fn run<S: AsRef<OsStr>>(program: PathBuf, arguments: impl IntoIterator<Item = S>) -> Run {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    Run::of(command.output().unwrap())
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Everything it said, for a message.
    pub fn said(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

/// A process that is stopped when it goes out of scope.
pub struct Program(Child);

impl Program {
    /// Starts a program; what it says goes nowhere.
    pub fn start<S: AsRef<OsStr>>(
        program: PathBuf,
        arguments: impl IntoIterator<Item = S>,
    ) -> Self {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    pub fn is_running(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }

    /// Asks it to end, as Ctrl-C does, and gives its exit code.
    pub fn interrupt(&mut self) -> Option<i32> {
        signal(self.id(), Signal::INT);
        wait_for("a program to end after Ctrl-C", || !self.is_running());
        self.0.wait().unwrap().code()
    }

    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.is_running() {
            signal(self.id(), Signal::TERM);
            let deadline = Instant::now() + Duration::from_secs(15);
            while self.is_running() && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        self.kill();
    }
}

/// Sends a signal to a process that a test started.
pub(crate) fn signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    let _ = kill_process(pid, signal);
}

/// Waits until something is so. Nothing is measured: the limit is for what hangs.
pub fn wait_for(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = Instant::now() + STUCK_AFTER;
    while !so() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
