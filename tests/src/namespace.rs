//! A disk or a clock of one's own: namespaces of Linux, which need no root.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Program;

/// Namespaces that live as long as this.
pub struct Namespace {
    holder: Program,
    /// A process inside.
    inside: String,
    /// What differs there, as `nsenter` names it.
    which: &'static str,
}

impl Namespace {
    /// Makes a mount namespace and runs a script in it; `$1` is `folder`.
    pub fn with_mounts(script: &str, folder: &Path) -> Self {
        Self::make("--mount", &["--propagation", "private"], script, folder)
    }

    /// Makes a time namespace whose boot clock is so many seconds on.
    pub fn with_boot_clock(seconds_on: i64) -> Self {
        let on = seconds_on.to_string();
        let clocks = ["--boottime", &on, "--monotonic", &on];
        Self::make("--time", &clocks, "", Path::new("/"))
    }

    fn make(which: &'static str, how: &[&str], script: &str, folder: &Path) -> Self {
        let script = format!("set -eu\n{script}\necho $$\nexec sleep infinity");
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", which]).args(how);
        command.args(["--fork", "--kill-child", "bash", "-c", &script, "bash"]);
        command
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut holder = Program::spawn(&mut command);
        let mut inside = String::new();
        BufReader::new(holder.output())
            .read_line(&mut inside)
            .unwrap();
        assert!(!inside.is_empty(), "the namespace was not made");
        Self {
            holder,
            inside: inside.trim().to_owned(),
            which,
        }
    }

    /// A command that runs a program inside.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--target", &self.inside, "--preserve-credentials"]);
        command.args(["--user", self.which, "--"]).arg(program);
        command
    }

    /// The way from outside to a path inside.
    pub fn path(&self, path: &Path) -> PathBuf {
        Path::new("/proc")
            .join(&self.inside)
            .join("root")
            .join(path.strip_prefix("/").unwrap())
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // It heeds no other signal, and its child goes with it.
        self.holder.kill();
    }
}
