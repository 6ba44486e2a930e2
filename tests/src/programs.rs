//! The programs under test, as processes.

use std::ffi::OsStr;
use std::io::{Read, Write};
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

pub fn verify_program() -> PathBuf {
    sibling("firebox-verify")
}

/// Finds a program in the folder that `FIREBOX_PROGRAMS` names, for instance of
/// an installed box, or else where cargo puts programs (`target/<profile>`).
fn sibling(name: &str) -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let beside = || {
        let folder = here.parent().unwrap();
        // Test binaries lie one folder deeper.
        let folder = folder
            .parent()
            .filter(|_| folder.ends_with("deps"))
            .unwrap_or(folder);
        folder.to_owned()
    };
    let folder = std::env::var_os("FIREBOX_PROGRAMS").map_or_else(beside, PathBuf::from);
    let program = folder.join(name);
    assert!(
        program.exists(),
        "{} is not built: run `cargo build -p firebox -p firebox-agent -p firebox-verify` first",
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

/// Runs a command to its end with this on its standard input.
pub fn run_with<S: AsRef<OsStr>>(
    program: PathBuf,
    arguments: impl IntoIterator<Item = S>,
    input: &str,
) -> Run {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped());
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses before it reads leaves a broken pipe.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    Run::of(child.wait_with_output().unwrap())
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
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

    /// Starts a program with its streams as the command has them.
    pub fn spawn(command: &mut Command) -> Self {
        Self(command.spawn().unwrap())
    }

    /// What it says on a standard output that was piped.
    pub(crate) fn output(&mut self) -> impl Read {
        self.0.stdout.take().unwrap()
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

    /// Makes a child of it crash as a panic does, and waits for the next one.
    pub fn aborts(&self, child: &str) {
        let id = child_of(self.id(), child).unwrap_or_else(|| panic!("no {child} is running"));
        signal(id, Signal::ABORT);
        wait_for("a new process", || {
            child_of(self.id(), child).is_some_and(|now| now != id)
        });
    }

    /// Waits for its end and gives the exit code; none when a signal ended it.
    pub fn wait(&mut self) -> Option<i32> {
        self.0.wait().unwrap().code()
    }

    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl From<Child> for Program {
    /// Takes charge of a process that a test started itself.
    fn from(child: Child) -> Self {
        Self(child)
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

/// Finds the child of a supervisor that runs this subcommand, or its agent.
pub(crate) fn child_of(parent: u32, name: &str) -> Option<u32> {
    let children =
        std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).ok()?;
    let runs = |pid: &u32| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).into_owned();
        let last = line.trim_end_matches('\0').rsplit('\0').next();
        match name {
            "agent" => line.contains("firebox-agent"),
            _ => last == Some(name),
        }
    };
    let mut ids = children
        .split_whitespace()
        .filter_map(|pid| pid.parse().ok());
    ids.find(runs)
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
