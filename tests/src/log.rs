//! The log, as the operator's command line and a reviewer see it.

use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::programs::{Run, firebox_program, run, run_with, verify_program};
use crate::{Council, Person, Trial};

/// Why a reviewer of the tests reads.
const READING: [&str; 4] = ["--purpose", "investigation", "--reference", "GOV-1"];

/// One entry of an exported log.
#[derive(Clone, Debug)]
pub struct Entry {
    pub index: u64,
    pub kind: String,
    pub body: Value,
    /// What stands in the tree.
    pub leaf: Vec<u8>,
}

impl Entry {
    /// Reads one line of an export after its header.
    fn read(line: &str) -> Self {
        let line: Value = serde_json::from_str(line).unwrap();
        let part = |name: &str| STANDARD.decode(line[name].as_str().unwrap()).unwrap();
        let body: Value = serde_json::from_slice(&part("body")).unwrap();
        let leaf = part("leaf");
        Self {
            index: u64::from_be_bytes(*leaf.first_chunk().unwrap()),
            kind: body["kind"].as_str().unwrap().to_owned(),
            body,
            leaf,
        }
    }

    /// Whether a detail left the box after it.
    pub fn is_release(&self) -> bool {
        ["release", "opened", "emergency"].contains(&self.kind.as_str())
    }
}

impl Council {
    /// Runs `firebox` for this box, as its operator.
    pub fn runs(&self, arguments: &[&str]) -> Run {
        let config = self.config().display().to_string();
        run(
            firebox_program(),
            ["--config", &config].iter().chain(arguments),
        )
    }

    /// Runs `firebox log` as rhys.reviewer, who types this password.
    pub fn reads_the_log(&self, password: &str, arguments: &[&str]) -> Run {
        reads_the_log(&self.config(), password, arguments)
    }

    /// Every entry of the log, exported by the reviewer and checked by
    /// `firebox-verify`, which shares no code with the box.
    pub fn entries(&self) -> Vec<Entry> {
        entries(&self.config(), &self.password("rhys.reviewer"), self.key())
    }

    /// The log's verifier key: all that a stranger is given.
    pub fn key(&self) -> &str {
        self.summary()["vkey"].as_str().unwrap()
    }

    /// Somebody's password, as the demo printed it.
    pub fn password(&self, name: &str) -> String {
        let people = self.summary()["people"].as_array().unwrap();
        let person = people.iter().find(|p| p["person"] == name).unwrap();
        person["password"].as_str().unwrap().to_owned()
    }
}

impl Person {
    /// Asks for the receipt of an entry.
    pub fn proof(&self, entry: u64) -> crate::Answer {
        let path = format!("/api/v1/log/entries/{entry}/proof");
        self.client().get(&path)
    }
}

impl Trial {
    /// Every entry of the log, exported by the reviewer and checked by `firebox-verify`.
    pub fn entries(&self) -> Vec<Entry> {
        let password = self.password("rhys.reviewer");
        entries(&self.file("firebox.toml"), &password, self.key())
    }
}

fn reads_the_log(config: &Path, password: &str, arguments: &[&str]) -> Run {
    let config = config.display().to_string();
    let who = ["--reviewer", "rhys.reviewer"];
    let all = ["--config", &config, "log"];
    let all = all.iter().chain(arguments).chain(&who).chain(&READING);
    run_with(firebox_program(), all, &format!("{password}\n"))
}

fn entries(config: &Path, password: &str, key: &str) -> Vec<Entry> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.jsonl");
    let to = file.display().to_string();
    let exported = reads_the_log(config, password, &["export", "--to", &to]);
    assert_eq!(exported.code, Some(0), "{}", exported.said());
    let checked = run(verify_program(), ["--log", &to, "--key", key]);
    assert_eq!(checked.code, Some(0), "{}", checked.said());
    let text = std::fs::read_to_string(&file).unwrap();
    text.lines().skip(1).map(Entry::read).collect()
}

/// Checks a receipt as somebody would who has nothing but it and the key: in an
/// empty folder, without the box's environment.
pub fn check_receipt(receipt: &[u8], key: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("receipt"), receipt).unwrap();
    let program = verify_program();
    let program = std::fs::canonicalize(program).unwrap();
    Run::of(stranger(&program, folder.path(), key).output().unwrap())
}

fn stranger(program: &Path, folder: &Path, key: &str) -> Command {
    let mut command = Command::new(program);
    command.args(["receipt", "--key", key]);
    command.env_clear().current_dir(folder).stdin(Stdio::null());
    command
}
