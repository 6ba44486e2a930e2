//! Processes that are started here and end with their owner.

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::unmeasured::{Because, Unmeasured};

/// How long a process has to end by itself.
const END_WITHIN: Duration = Duration::from_secs(15);
/// How often is looked whether it has.
const LOOK_EVERY: Duration = Duration::from_millis(20);

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

    /// Takes what it prints, where that was asked for.
    pub(crate) fn output(&mut self) -> Option<ChildStdout> {
        self.0.stdout.take()
    }

    /// Waits for its end and gives what it printed; that must be little, since
    /// nobody reads it before.
    pub(crate) async fn finish(mut self) -> Result<String, Unmeasured> {
        while self.is_running() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let (mut printed, mut complained) = (String::new(), String::new());
        if let Some(mut pipe) = self.0.stdout.take() {
            pipe.read_to_string(&mut printed).because("no output")?;
        }
        if let Some(mut pipe) = self.0.stderr.take() {
            pipe.read_to_string(&mut complained).because("no output")?;
        }
        let ended = self.0.wait().because("no end")?;
        if ended.success() {
            return Ok(printed);
        }
        Err(Unmeasured(format!("{ended}: {}", complained.trim())))
    }

    /// Lists its child processes, oldest first.
    pub(crate) fn children(&self) -> Vec<u32> {
        let id = self.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
        let children = children.unwrap_or_default();
        let ids = children.split_whitespace();
        ids.filter_map(|child| child.parse().ok()).collect()
    }

    /// Finds the newest child process whose last argument is `name`.
    pub(crate) fn child(&self, name: &str) -> Option<u32> {
        let children = self.children().into_iter();
        children.rev().find(|child| {
            let line = command_line(*child);
            line.trim_end_matches('\0').rsplit('\0').next() == Some(name)
        })
    }
}

/// Finds a program of the box, which lies beside this one.
pub(crate) fn beside(name: &str) -> Result<PathBuf, Unmeasured> {
    let here = std::env::current_exe().because("this program cannot find itself")?;
    let program = here.with_file_name(name);
    if program.exists() {
        return Ok(program);
    }
    let profile = if cfg!(debug_assertions) {
        ""
    } else {
        " --release"
    };
    Err(Unmeasured(format!(
        "{name} is not built: run `cargo build{profile} -p firebox -p firebox-agent`"
    )))
}

/// Says how old the program is that was measured.
pub(crate) fn built() -> String {
    let when = beside("firebox").and_then(|program| {
        let file = fs::metadata(program).because("the program")?;
        file.modified().because("the program")
    });
    let when = when
        .ok()
        .and_then(|when| jiff::Timestamp::try_from(when).ok());
    let when = when.map_or("an unknown time".to_owned(), |when| when.to_string());
    format!("the box: the `firebox` program beside this one, built {when}")
}

/// A process's command line, or what it has put in its place.
pub(crate) fn command_line(id: u32) -> String {
    fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default()
}

impl Drop for Program {
    fn drop(&mut self) {
        let id = i32::try_from(self.id()).ok().and_then(Pid::from_raw);
        if let Some(id) = id.filter(|_| self.is_running()) {
            let _ = kill_process(id, Signal::INT);
        }
        let deadline = Instant::now() + END_WITHIN;
        while self.is_running() && Instant::now() < deadline {
            std::thread::sleep(LOOK_EVERY);
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
