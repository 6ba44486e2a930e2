//! Makes the pages' files: installs two npm packages, compiles the styles,
//! names every file after its content and writes the table the crate embeds.
//!
//! What it is not: a bundler; scripts are served as they stand. The invariant
//! it keeps: nothing that belongs to GOV.UK's identity (its typeface, its
//! crest) is in a file that this build lets through.

mod packages;
mod pieces;
mod styles;
mod table;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use pieces::Piece;

/// What went wrong, and what to do next.
type Outcome<T> = Result<T, String>;

fn main() -> ExitCode {
    match make() {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            // If this cannot be written, the exit code still stops the build.
            let _ = writeln!(std::io::stderr(), "firebox-assets: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn make() -> Outcome<()> {
    let (here, out) = (folder("CARGO_MANIFEST_DIR")?, folder("OUT_DIR")?);
    tell_cargo()?;
    let workshop = packages::ready(&here, &out)?;
    let styles = styles::compile(&workshop, &here.join("web"))?;
    let pieces = pieces::collect(&here.join("web"), &workshop, styles)?;
    table::write_files(&out, &pieces)?;
    table::write_fixtures(&out, &workshop)
}

/// Says what this build depends on, so that an ordinary rebuild skips it.
fn tell_cargo() -> Outcome<()> {
    let mut say = std::io::stdout();
    let inputs = ["package.json", "package-lock.json", "web"].map(PathBuf::from);
    for input in inputs.into_iter().chain(packages::given()) {
        let input = input.display();
        writeln!(say, "cargo::rerun-if-changed={input}").map_err(|e| e.to_string())?;
    }
    writeln!(say, "cargo::rerun-if-env-changed={}", packages::GIVEN).map_err(|e| e.to_string())
}

fn folder(variable: &str) -> Outcome<PathBuf> {
    std::env::var_os(variable)
        .map(PathBuf::from)
        .ok_or_else(|| format!("{variable} is not set: build this crate with cargo"))
}

/// Reads a text file, or says which one could not be read.
fn read(path: &Path) -> Outcome<String> {
    std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))
}

/// Writes a file, or says which one could not be written.
fn write(path: &Path, bytes: &[u8]) -> Outcome<()> {
    std::fs::write(path, bytes).map_err(|e| format!("cannot write {}: {e}", path.display()))
}

/// Makes a folder and those above it.
fn make_folder(path: &Path) -> Outcome<()> {
    std::fs::create_dir_all(path).map_err(|e| format!("cannot make {}: {e}", path.display()))
}
