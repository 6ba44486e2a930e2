//! A search for known values over every file the demo leaves.

use std::fs;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use firebox_tests::{Council, Export};
use serde_json::json;

/// Shorter values are words of the language and prove nothing.
const SHORTEST_CANARY: usize = 9;

#[test]
fn no_name_phone_address_note_or_key_lies_in_the_clear() {
    let mut council = Council::open();
    let officer = council.officer();
    officer.checks(&council.sample("uprn_pairs"));
    officer
        .asks(json!({"purpose": "visit", "address": "14 Mill Lane NB1 4QX"}))
        .ok();
    let canaries = canaries(&council);
    assert!(canaries.len() > 500, "{} canaries", canaries.len());
    assert_eq!(council.interrupt(), Some(0));
    let mut files = Vec::new();
    walk(council.dir(), &mut files);
    files.retain(|path| !excepted(council.dir(), path));
    assert!(files.len() > 15, "{files:?}");
    let search = AhoCorasick::new(&canaries).unwrap();
    for path in &files {
        let found = search
            .find(&fs::read(path).unwrap())
            .map(|at| &canaries[at.pattern()]);
        assert!(found.is_none(), "{} holds {found:?}", path.display());
    }
    let keys = keys(council.dir());
    let search = AhoCorasick::new(&keys).unwrap();
    for path in files
        .iter()
        .filter(|path| !path.starts_with(council.dir().join("box/keys")))
    {
        assert!(
            !search.is_match(&fs::read(path).unwrap()),
            "{} holds a key",
            path.display()
        );
    }
}

/// Names, phones, notes, addresses and references of the exports as dropped.
fn canaries(council: &Council) -> Vec<String> {
    let list = Export::read(&council.file("drop/caution_list.csv"));
    let columns = [
        "Person",
        "Caution Description",
        "Officer Notes",
        "Decided By",
        "Incident Ref",
        "Street",
    ];
    let mut values: Vec<String> = columns.iter().flat_map(|name| list.column(name)).collect();
    let tenancies = fs::read(council.file("drop/housing_tenancies.csv")).unwrap();
    let tenancies: String = tenancies.iter().map(|byte| char::from(*byte)).collect();
    for line in tenancies.lines().skip(1) {
        values.extend(
            line.split(',')
                .skip(3)
                .map(|field| field.trim_matches('"').trim().to_owned()),
        );
    }
    values.retain(|value| value.len() >= SHORTEST_CANARY && !is_common(value));
    values.sort();
    values.dedup();
    values
}

/// Dates and numbers alone may stand anywhere by chance.
fn is_common(value: &str) -> bool {
    value
        .bytes()
        .all(|b| b.is_ascii_digit() || b == b'/' || b == b'-' || b == b':')
}

fn excepted(dir: &Path, path: &Path) -> bool {
    ["sources.d", "drop", "demo.json"]
        .iter()
        .any(|name| path.starts_with(dir.join(name)))
}

fn keys(dir: &Path) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    walk(&dir.join("box/keys"), &mut files);
    let secret = |path: &&PathBuf| path.extension().is_some_and(|e| e == "key" || e == "age");
    let keys = files.iter().filter(secret).map(|path| {
        let text = fs::read_to_string(path).unwrap();
        let line = text
            .lines()
            .find(|line| !line.starts_with("-----"))
            .unwrap();
        line.as_bytes().to_vec()
    });
    keys.collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = fs::symlink_metadata(&path).unwrap().file_type();
        if kind.is_dir() {
            walk(&path, files);
        } else if kind.is_file() {
            files.push(path);
        }
    }
}
