//! The folder with govuk-frontend and sass in it: installed by npm from the
//! lock file, or given by whoever builds without a network.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, make_folder, read, write};

/// Names a folder whose `node_modules` is used instead of npm's.
pub(crate) const GIVEN: &str = "FIREBOX_ASSETS_DIR";

/// The packages, whose versions `package.json` pins.
const PACKAGES: [&str; 2] = ["govuk-frontend", "sass"];

/// Gives a folder inside `out` whose `node_modules` holds the pinned packages.
pub(crate) fn ready(here: &Path, out: &Path) -> Outcome<PathBuf> {
    let workshop = match std::env::var_os(GIVEN) {
        Some(given) => borrow(Path::new(&given), &out.join("given"))?,
        None => install(here, &out.join("npm"))?,
    };
    let wanted = read(&here.join("package.json"))?;
    for package in PACKAGES {
        check_version(&workshop, package, &wanted)?;
    }
    Ok(workshop)
}

/// Gives the files that tell when the packages somebody else installed changed.
pub(crate) fn given() -> Vec<PathBuf> {
    let modules = std::env::var_os(GIVEN).map(|given| Path::new(&given).join("node_modules"));
    modules
        .iter()
        .flat_map(|modules| PACKAGES.map(|package| modules.join(package).join("package.json")))
        .collect()
}

/// Links to packages somebody else installed, which may be a read-only place.
fn borrow(given: &Path, workshop: &Path) -> Outcome<PathBuf> {
    let modules = given.join("node_modules");
    let modules = modules.canonicalize().map_err(|e| {
        format!(
            "{GIVEN} names {}, which has no node_modules ({e}). {}",
            given.display(),
            advice()
        )
    })?;
    make_folder(workshop)?;
    let link = workshop.join("node_modules");
    match std::fs::remove_file(&link) {
        Err(e) if e.kind() != ErrorKind::NotFound => {
            return Err(format!("cannot replace {}: {e}", link.display()));
        }
        _ => {}
    }
    std::os::unix::fs::symlink(&modules, &link)
        .map_err(|e| format!("cannot make {}: {e}", link.display()))?;
    Ok(workshop.to_owned())
}

/// Runs npm, unless it has already installed this very lock file here.
fn install(here: &Path, workshop: &Path) -> Outcome<PathBuf> {
    make_folder(workshop)?;
    let lock = read(&here.join("package-lock.json"))?;
    let done = workshop.join("installed.lock");
    if read(&done).is_ok_and(|installed| installed == lock) {
        return Ok(workshop.to_owned());
    }
    write(
        &workshop.join("package.json"),
        read(&here.join("package.json"))?.as_bytes(),
    )?;
    write(&workshop.join("package-lock.json"), lock.as_bytes())?;
    run_npm(workshop)?;
    write(&done, lock.as_bytes())?;
    Ok(workshop.to_owned())
}

/// Installs exactly the lock file; no package may run a program of its own.
fn run_npm(workshop: &Path) -> Outcome<()> {
    let npm = Command::new("npm")
        .args([
            "ci",
            "--ignore-scripts",
            "--omit=optional",
            "--no-audit",
            "--no-fund",
        ])
        .current_dir(workshop)
        .output()
        .map_err(|e| missing("npm", &e))?;
    if npm.status.success() {
        return Ok(());
    }
    Err(format!(
        "npm ci failed:\n{}\nIt takes two packages from the npm registry: look at the network and run the build again. {}",
        String::from_utf8_lossy(&npm.stderr).trim(),
        advice()
    ))
}

/// Says what to do about a program that did not start.
pub(crate) fn missing(program: &str, error: &std::io::Error) -> String {
    if error.kind() != ErrorKind::NotFound {
        return format!("{program} does not start: {error}");
    }
    format!(
        "{program} is missing: install nodejs and npm (on Debian: apt-get install nodejs npm). {}",
        advice()
    )
}

fn advice() -> String {
    format!(
        "Without npm or a network, set {GIVEN} to a folder in which `npm ci --ignore-scripts --omit=optional` was run with the package.json and package-lock.json of appliance/assets."
    )
}

fn check_version(workshop: &Path, package: &str, wanted: &str) -> Outcome<()> {
    let about = workshop
        .join("node_modules")
        .join(package)
        .join("package.json");
    let about = read(&about).map_err(|e| format!("{e}. {}", advice()))?;
    let (found, wanted) = (value(&about, "version"), value(wanted, package));
    if found.is_some() && found == wanted {
        return Ok(());
    }
    Err(format!(
        "{package} is version {}, and appliance/assets/package.json says {}. {}",
        found.unwrap_or("unknown"),
        wanted.unwrap_or("nothing"),
        advice()
    ))
}

/// Gives the first text value of a key in JSON, tidy or compressed.
fn value<'a>(json: &'a str, key: &str) -> Option<&'a str> {
    let (_, after) = json.split_once(&format!("\"{key}\""))?;
    let after = after.trim_start().strip_prefix(':')?.trim_start();
    after.strip_prefix('"')?.split('"').next()
}
