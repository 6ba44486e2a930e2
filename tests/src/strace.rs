//! strace on one process: what its threads call, and faults at a chosen call.
//!
//! strace counts calls a thread. A fault is therefore aimed at the threads of
//! one name, and then the n-th call is the n-th that these threads make.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::wait_for;

/// Bytes of a call's data that a line shows: the longest frame of a release.
const SHOWN_BYTES: &str = "8192";

/// The name of a thread that ended before it was read.
pub const NAMELESS: &str = "?";

/// One finished call.
#[derive(Debug)]
pub struct Call {
    /// Name of the thread.
    pub thread: String,
    pub name: String,
    /// All that strace wrote of it.
    pub line: String,
    /// Seconds since 1970.
    pub begins: f64,
    pub ends: f64,
}

/// What happens instead of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The process is killed before the call does anything.
    Kill,
    /// The call does nothing and gives this error.
    Error(&'static str),
}

/// Where a fault goes.
#[derive(Clone, Copy, Debug)]
pub struct Aim<'a> {
    /// Name of the threads.
    pub thread: &'a str,
    pub call: &'a str,
    /// Only calls on this file count; none: all do.
    pub file: Option<&'a Path>,
    pub fault: Fault,
    /// At the how manieth call that counts, from 1.
    pub nth: usize,
}

/// A tracer at work. It lets go when it is dropped.
pub struct Strace {
    tracer: Child,
    folder: TempDir,
    pid: u32,
    threads: BTreeMap<u32, String>,
}

impl Strace {
    /// Writes down these calls of every thread.
    pub fn watch(pid: u32, calls: &str) -> Self {
        let options = ["-f", "-ff", "-y", "-ttt", "-T", "-s", SHOWN_BYTES];
        let mut strace = Command::new("strace");
        strace.args(options).args(["-e", &format!("trace={calls}")]);
        strace.args(["-p", &pid.to_string()]);
        Self::attach(strace, pid, threads(pid))
    }

    /// Puts a fault in the place of one call.
    pub fn strike(pid: u32, aim: &Aim<'_>) -> Self {
        let mut aimed_at = threads(pid);
        aimed_at.retain(|_, name| name == aim.thread);
        assert!(!aimed_at.is_empty(), "no thread {}", aim.thread);
        let what = match aim.fault {
            Fault::Kill => "signal=KILL".to_owned(),
            Fault::Error(error) => format!("error={error}"),
        };
        let (call, nth) = (aim.call, aim.nth);
        let mut strace = Command::new("strace");
        strace.args(["-e", &format!("trace={call}")]);
        strace.args(["-e", &format!("inject={call}:{what}:when={nth}")]);
        if let Some(file) = aim.file {
            strace.arg("-P").arg(file);
        }
        for id in aimed_at.keys() {
            strace.args(["-p", &id.to_string()]);
        }
        Self::attach(strace, pid, aimed_at)
    }

    fn attach(mut strace: Command, pid: u32, threads: BTreeMap<u32, String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        strace.arg("-qq").arg("-o").arg(folder.path().join("calls"));
        let tracer = strace.stdin(Stdio::null()).stderr(Stdio::null()).spawn();
        let strace = Self {
            tracer: tracer.unwrap(),
            folder,
            pid,
            threads,
        };
        wait_for("strace to be attached", || {
            strace.threads.keys().all(|id| is_traced(pid, *id))
        });
        strace
    }

    /// Tells whether the fault has happened.
    pub fn has_struck(&self) -> bool {
        is_gone(self.pid)
            || self
                .files()
                .iter()
                .any(|file| fs::read_to_string(file).unwrap().contains("(INJECTED)"))
    }

    /// Lets go and gives the calls, each thread's in its order.
    pub fn calls(mut self) -> Vec<Call> {
        // Threads that began meanwhile have their names too.
        let later = threads(self.pid);
        self.threads.extend(later);
        self.let_go();
        let mut calls = Vec::new();
        for file in self.files() {
            let id = file.extension().and_then(|id| id.to_str()?.parse().ok());
            let name = id.and_then(|id: u32| self.threads.get(&id)).cloned();
            let thread = name.unwrap_or_else(|| NAMELESS.to_owned());
            let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
            calls.extend(text.lines().filter_map(|line| read(&thread, line)));
        }
        calls
    }

    fn files(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.folder.path()).unwrap();
        files.map(|file| file.unwrap().path()).collect()
    }

    fn let_go(&mut self) {
        let _ = self.tracer.kill();
        let _ = self.tracer.wait();
    }
}

impl Drop for Strace {
    fn drop(&mut self) {
        self.let_go();
    }
}

/// Reads `1795403137.2 fsync(11</log-wal>) = 0 <0.006>`; none for a line without a result.
fn read(thread: &str, line: &str) -> Option<Call> {
    let (begins, call) = line.split_once(' ')?;
    let begins: f64 = begins.parse().ok()?;
    let (name, _) = call.split_once('(')?;
    let (_, took) = call.strip_suffix('>')?.rsplit_once('<')?;
    Some(Call {
        thread: thread.to_owned(),
        name: name.to_owned(),
        line: line.to_owned(),
        begins,
        ends: begins + took.parse::<f64>().ok()?,
    })
}

/// The threads of a process with their names.
fn threads(pid: u32) -> BTreeMap<u32, String> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return BTreeMap::new();
    };
    let named = tasks.filter_map(|task| {
        let task = task.ok()?.path();
        let id = task.file_name()?.to_str()?.parse().ok()?;
        let name = fs::read_to_string(task.join("comm")).ok()?;
        Some((id, name.trim_end().to_owned()))
    });
    named.collect()
}

fn is_traced(pid: u32, thread: u32) -> bool {
    let of = |name: &str| {
        value(
            Path::new(&format!("/proc/{pid}/task/{thread}/status")),
            name,
        )
    };
    of("TracerPid:").is_none_or(|tracer| tracer != "0")
}

fn is_gone(pid: u32) -> bool {
    let state = value(Path::new(&format!("/proc/{pid}/status")), "State:");
    state.is_none_or(|state| state.starts_with(['Z', 'X']))
}

fn value(path: &Path, name: &str) -> Option<String> {
    let status = fs::read_to_string(path).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().to_owned())
}
