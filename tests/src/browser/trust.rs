//! A home folder whose certificate store holds our authority and nothing else.
//!
//! The browser checks the box's real chain: no certificate error is ignored.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::Run;

/// Makes such a home.
pub(super) fn home(ca: &Path) -> TempDir {
    let home = TempDir::with_prefix("fbx-browser").unwrap();
    let store = home.path().join(".pki/nssdb");
    std::fs::create_dir_all(&store).unwrap();
    let store = format!("sql:{}", store.display());
    certutil(&["-d", &store, "-N", "--empty-password"]);
    let ca = ca.to_str().unwrap();
    certutil(&[
        "-d",
        &store,
        "-A",
        "-t",
        "C,,",
        "-n",
        "firebox-ca",
        "-i",
        ca,
    ]);
    home
}

fn certutil(arguments: &[&str]) {
    let output = Command::new("certutil").args(arguments).output();
    let done = Run::of(output.unwrap_or_else(|e| missing("certutil", &e)));
    assert_eq!(
        done.code,
        Some(0),
        "certutil {arguments:?}: {}",
        done.said()
    );
}

/// Says how to get a program that the browser tests need.
pub(super) fn missing(program: &str, why: &std::io::Error) -> ! {
    panic!("{program} does not start ({why}): run `packaging/setup/machine test` first")
}
