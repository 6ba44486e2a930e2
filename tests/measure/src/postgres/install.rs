//! What PostgreSQL's rows need on this machine.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::cli::say;
use crate::unmeasured::{Because, Unmeasured};

/// Where Debian puts PostgreSQL 15's programs.
pub(super) const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

/// A file, and the packages that bring it.
const NEEDED: [(&str, &[&str]); 4] = [
    ("/usr/lib/postgresql/15/bin/pgbench", &["postgresql-15"]),
    (
        "/usr/share/postgresql/15/extension/pgcrypto.control",
        &["postgresql-15"],
    ),
    (
        "/usr/share/postgresql/15/extension/pgaudit.control",
        &["postgresql-15-pgaudit"],
    ),
    ("/usr/bin/gpg", &["gpg", "gpg-agent"]),
];

/// Installs what is missing, where that is allowed.
pub(super) fn make_sure() -> Result<(), Unmeasured> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    let command = format!(
        "apt-get install --no-install-recommends {}",
        missing.join(" ")
    );
    if !rustix::process::geteuid().is_root() {
        return Err(Unmeasured(format!(
            "PostgreSQL is not whole here: run `{command}` as root"
        )));
    }
    say(format_args!("  {command}"));
    let mut outcome = apt(&["install", "-y", "--no-install-recommends"], &missing);
    if outcome.is_err() {
        // The lists may be old, or not there at all.
        outcome = apt(&["update"], &[])
            .and_then(|()| apt(&["install", "-y", "--no-install-recommends"], &missing));
    }
    match outcome {
        Ok(()) if self::missing().is_empty() => Ok(()),
        Ok(()) => Err(Unmeasured(format!(
            "`{command}` left out {}",
            self::missing().join(" ")
        ))),
        Err(why) => Err(Unmeasured(format!("`{command}` did not do: {why}"))),
    }
}

fn apt(verb: &[&str], packages: &[&str]) -> Result<(), Unmeasured> {
    let output = Command::new("apt-get")
        .args(verb)
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .output()
        .because("apt-get cannot be run")?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Unmeasured(said.trim().to_owned()))
}

fn missing() -> Vec<&'static str> {
    let absent = NEEDED.iter().filter(|(file, _)| !Path::new(file).exists());
    let mut packages: Vec<_> = absent
        .flat_map(|(_, packages)| packages.iter().copied())
        .collect();
    packages.dedup();
    packages
}
