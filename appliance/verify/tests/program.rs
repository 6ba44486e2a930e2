//! The program as a person runs it, on the committed vectors.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a test that cannot go on should stop where it stands"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

fn vector(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
}

fn text<'a>(vector: &'a Value, member: &str) -> &'a str {
    vector[member].as_str().unwrap()
}

/// Runs the program and gives its exit code, what it said, and what it complained of.
fn verify(arguments: &[&str]) -> (i32, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_firebox-verify"));
    let output = program.args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

/// A folder of files to check.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path: PathBuf = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

#[test]
fn a_receipt_says_who_what_and_when() {
    let (files, vector) = (Files::new(), vector("receipt.json"));
    let receipt = files.put("receipt", text(&vector, "receipt"));
    let key = text(&vector, "vkey");
    let (code, said, _) = verify(&[&receipt, "--key", key]);
    assert_eq!(code, 0);
    for part in [
        "ok: entry 3 of 7 in the log firebox.northborough.example.gov.uk/box-1/2026\n",
        "made 2026-05-03 03:09:37.003 UTC",
        "  person          a.patel\n",
        "  purpose         visit\n",
        "  record.key      CS-0041\n",
    ] {
        assert!(said.contains(part), "{part:?} in {said}");
    }
    let (code, json, _) = verify(&[&receipt, "--key", key, "--json"]);
    let body: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, &body["release"]), (0, &"REL-7Q2MX4".into()));
}

#[test]
fn a_key_may_lie_in_a_file_with_a_newline_after_it_and_nothing_else() {
    let (files, vector) = (Files::new(), vector("receipt.json"));
    let receipt = files.put("receipt", text(&vector, "receipt"));
    for (end, expected) in [("", 0), ("\n", 0), ("\r\n", 0), (" \n", 1), ("\n\n", 1)] {
        let key = files.put("key", format!("{}{end}", text(&vector, "vkey")));
        assert_eq!(verify(&[&receipt, "--key", &key]).0, expected, "{end:?}");
    }
}

#[test]
fn an_export_says_what_it_holds_and_the_first_line_that_does_not_agree() {
    let (files, vector) = (Files::new(), vector("export.json"));
    let key = text(&vector, "vkey");
    let check = |export: &str| verify(&["--log", &files.put("export", export), "--key", key]);
    assert_eq!(
        check(text(&vector, "erased")).1,
        "agrees: 3 entries, 2 up to 4, of 7 in the log firebox.northborough.example.gov.uk/box-1/2026\n\
         made from 2026-05-03 03:09:37.002 UTC to 2026-05-03 03:09:37.004 UTC; 1 of them erased\n"
    );
    for hostile in vector["refused"].as_array().unwrap() {
        let (code, said, complaint) = check(text(hostile, "export"));
        assert_eq!((code, said.as_str()), (1, ""), "{}", hostile["name"]);
        let reason = text(hostile, "reason");
        let line = reason.split(':').next().unwrap();
        let named = match reason {
            "Root" => complaint.contains("do not lead to the checkpoint's root"),
            _ => complaint.contains(&format!("not believed: {line}: ")),
        };
        assert!(named, "{complaint}");
    }
}

#[test]
fn what_is_not_believed_and_what_cannot_be_read_are_told_apart() {
    let (files, vector) = (Files::new(), vector("receipt.json"));
    let key = text(&vector, "vkey");
    let missing = files.0.path().join("nothing");
    let missing = missing.to_str().unwrap();
    assert_eq!(verify(&[missing, "--key", key]).0, 66);
    assert_eq!(verify(&["--log", missing, "--key", key]).0, 66);
    let mut bytes = text(&vector, "receipt").as_bytes().to_vec();
    bytes[40] = 0xff;
    let binary = files.put("binary", bytes);
    assert_eq!(verify(&[&binary, "--key", key]).0, 1);
    assert_eq!(verify(&[]).0, 64);
    assert_eq!(verify(&[&binary, "--log", &binary, "--key", key]).0, 64);
}
