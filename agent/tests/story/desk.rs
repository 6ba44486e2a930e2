//! What the tests of corrections share: a host whose feed is quiet, and its work file.

use std::path::PathBuf;
use std::process::Output;

use crate::harness::{Host, sound};

pub const SERVICE: &str = "community-safety";
pub const FIRST: &str = "COR-0000000001";
pub const SECOND: &str = "COR-0000000002";
pub const THIRD: &str = "COR-0000000003";

/// A host whose feed has nothing to do, so that only corrections decide.
pub fn host() -> Host {
    let host = Host::with("caution-list");
    host.drop_rows(&sound(2));
    host.run(0);
    host
}

pub fn work_file(host: &Host, service: &str) -> PathBuf {
    host.path(&format!("work/{service}/corrections.csv"))
}

/// The work file's lines as another CSV reader sees them.
pub fn lines(host: &Host, service: &str) -> Vec<Vec<String>> {
    let bytes = std::fs::read(work_file(host, service)).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let rows = reader.records();
    rows.map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

pub fn references(host: &Host) -> Vec<String> {
    let lines = lines(host, SERVICE).into_iter();
    lines.map(|mut line| line.remove(0)).collect()
}

pub fn state_of(host: &Host, reference: &str) -> Option<String> {
    let mut lines = lines(host, SERVICE).into_iter();
    lines
        .find(|line| line[0] == reference)
        .map(|mut line| line.remove(9))
}

pub fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[track_caller]
pub fn answers(host: &Host, arguments: &[&str], expected: i32) -> String {
    let output = host.agent(&[&["corrections"], arguments].concat());
    let said = text(&output);
    assert_eq!(output.status.code(), Some(expected), "{said}");
    said
}

pub fn counts(host: &Host) -> (u64, u64, u64) {
    let status = host.status();
    let service = &status["corrections"][0];
    let count = |name: &str| service[name].as_u64().unwrap();
    (count("open"), count("untold"), count("refused"))
}
