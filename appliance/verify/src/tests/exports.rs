//! Exported logs, whole and in part, and every way to spoil one.

use std::io::{self, BufReader, Read};

use proptest::prelude::*;

use super::harness::{MOST, ORIGIN, each_change, export, key, keys};
use crate::{CheckpointError, Export, ExportError, Fault, VerifierKey, check_export};

fn text(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn check(text: &str) -> Result<Export, ExportError> {
    check_export(text.as_bytes(), key())
}

#[track_caller]
fn refused(lines: &[String]) -> (u64, Fault) {
    match check(&text(lines)) {
        Err(ExportError::Line { line, fault }) => (line, fault),
        other => panic!("{other:?}"),
    }
}

/// Entries 2, 3 and 4 of 7; line 3 is entry 3.
fn lines() -> Vec<String> {
    export(2, 5, 7)
}

#[test]
fn a_whole_log_and_every_part_of_it_lead_to_the_checkpoint() {
    for size in 1..=20 {
        for from in 0..size {
            for to in from + 1..=size {
                let read = check(&text(&export(from, to, size))).unwrap();
                assert_eq!((read.from, read.to, read.erased), (from, to, 0));
                assert_eq!(read.checkpoint.size, size);
                let time = |index| 1_777_777_777_000 + index / 2;
                assert_eq!(read.first_time_ms, time(from));
                assert_eq!(read.last_time_ms, time(to - 1));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn a_part_of_a_large_log_leads_to_its_checkpoint(
        (size, from, count) in (1..=MOST).prop_flat_map(|size| (Just(size), 0..size, 1..200u64)),
    ) {
        let to = size.min(from + count);
        let read = check(&text(&export(from, to, size))).unwrap();
        prop_assert_eq!((read.from, read.to), (from, to));
    }
}

#[test]
fn an_export_with_any_byte_changed_is_refused() {
    let good = text(&lines());
    each_change(&good, |at, changed| {
        assert!(check(changed).is_err(), "byte {at}: {changed:?}");
    });
    for at in 0..good.len() {
        assert!(
            good.get(..at).is_none_or(|cut| check(cut).is_err()),
            "cut at {at}"
        );
    }
}

#[test]
fn an_erased_entry_is_counted_and_half_an_erased_entry_is_refused() {
    let erase = |line: &str, body: bool, salt: bool| {
        let parts: Vec<_> = line.split('"').collect();
        let quoted = |name: &str, value: &str, gone: bool| match gone {
            true => format!("\"{name}\":null"),
            false => format!("\"{name}\":\"{value}\""),
        };
        format!(
            "{{{},\"leaf\":\"{}\",{}}}",
            quoted("body", parts[3], body),
            parts[7],
            quoted("salt", parts[11], salt)
        )
    };
    let mut all = lines();
    assert_eq!(erase(&all[2], false, false), all[2]);
    all[2] = erase(&all[2], true, true);
    assert_eq!(check(&text(&all)).unwrap().erased, 1);
    for (body, salt) in [(true, false), (false, true)] {
        let mut half = lines();
        half[2] = erase(&half[2], body, salt);
        assert_eq!(refused(&half), (3, Fault::Entry));
    }
}

#[test]
fn lines_left_out_moved_doubled_or_added_are_refused_by_their_number() {
    let mut missing = lines();
    missing.remove(2);
    assert_eq!(refused(&missing), (3, Fault::Order(3)));
    let mut swapped = lines();
    swapped.swap(2, 3);
    assert_eq!(refused(&swapped), (3, Fault::Order(3)));
    let mut doubled = lines();
    doubled.insert(3, doubled[2].clone());
    assert_eq!(refused(&doubled), (4, Fault::Order(4)));
    let mut added = lines();
    added.push(export(5, 6, 7)[1].clone());
    assert_eq!(refused(&added), (5, Fault::TooMany));
    let mut empty = lines();
    empty.push(String::new());
    assert_eq!(refused(&empty), (5, Fault::TooMany));
    let mut short = lines();
    short.pop();
    assert_eq!(refused(&short), (4, Fault::Missing(4)));
    assert_eq!(refused(&[]), (1, Fault::Header));
    let cut = text(&lines());
    let cut = check(cut.trim_end()).unwrap_err();
    assert_eq!(cut.to_string(), "line 4: the file was cut off in it");
}

#[test]
fn an_entry_written_another_way_or_twice_is_refused() {
    let line = lines()[2].clone();
    for other in [
        line.replace(',', ", "),
        line.replace("{\"body\"", "{\"body\":null,\"body\""),
        line.replace("{\"body\"", "{\"also\":null,\"body\""),
        line.replace("\"leaf\"", "\"Leaf\""),
        format!("{line}\r"),
        line.replace('=', ""),
        "null".into(),
        String::new(),
    ] {
        assert_ne!(other, line);
        let mut all = lines();
        all[2] = other;
        assert_eq!(refused(&all), (3, Fault::Entry), "{}", all[2]);
    }
}

#[test]
fn another_body_another_leaf_and_another_hash_beside_are_refused() {
    let parts = |line: &str| line.split('"').map(str::to_owned).collect::<Vec<_>>();
    let mut said = lines();
    let mut swapped = parts(&said[2]);
    swapped[3] = parts(&said[1])[3].clone();
    said[2] = swapped.join("\"");
    assert_eq!(refused(&said), (3, Fault::Commitment));

    // A changed boot id is what no other line speaks of: only the root tells.
    let mut leaf = lines();
    leaf[2] = leaf[2].replace("CAgICAgICAgICAgI", "CAgICAgICAgICAgJ");
    assert!(matches!(check(&text(&leaf)), Err(ExportError::Root)));
    let mut beside = lines();
    beside[0] = beside[0].replacen("\"left\":[\"", "\"left\":[\"A", 1);
    assert_eq!(refused(&beside), (1, Fault::Subtrees));
    let other = &export(4, 5, 7)[0];
    let hash = |line: &str| line.split("\"left\":[").nth(1).unwrap()[..46].to_owned();
    beside[0] = lines()[0].replace(&hash(&lines()[0]), &hash(other));
    assert!(matches!(check(&text(&beside)), Err(ExportError::Root)));
}

#[test]
fn time_in_an_export_never_runs_backwards() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let mut all = lines();
    let mut parts: Vec<_> = all[3].split('"').map(str::to_owned).collect();
    let mut leaf = STANDARD.decode(&parts[7]).unwrap();
    leaf[15] -= 2;
    parts[7] = STANDARD.encode(leaf);
    all[3] = parts.join("\"");
    assert_eq!(refused(&all), (4, Fault::Time));
}

#[test]
fn a_header_that_does_not_belong_is_refused_by_name() {
    let with = |old: &str, new: &str| {
        let mut all = lines();
        assert!(all[0].contains(old), "{old}");
        all[0] = all[0].replace(old, new);
        refused(&all)
    };
    assert_eq!(with("export-v1", "export-v2"), (1, Fault::Header));
    assert_eq!(with("\"from\":2", "\"from\":02"), (1, Fault::Header));
    assert_eq!(with("\"from\":2", "\"from\":2.0"), (1, Fault::Header));
    assert_eq!(
        with("\"from\":2", "\"from\":2,\"from\":2"),
        (1, Fault::Header)
    );
    assert_eq!(with("\"from\":2,", ""), (1, Fault::Header));
    assert_eq!(with("\"from\":2", "\"from\":5"), (1, Fault::Range));
    assert_eq!(with("\"to\":5", "\"to\":8"), (1, Fault::Range));
    assert_eq!(with("\"to\":5", "\"to\":6"), (1, Fault::Subtrees));
    assert_eq!(with("\"from\":2", "\"from\":3"), (1, Fault::Subtrees));
    let origin = format!("\"origin\":\"{ORIGIN}\"");
    assert_eq!(with(&origin, "\"origin\":\"other\""), (1, Fault::OtherLog));
    let signature = Fault::Checkpoint(CheckpointError::Signature);
    assert_eq!(with("\\n7\\n", "\\n6\\n"), (1, signature));
    let note = Fault::Checkpoint(CheckpointError::Malformed);
    assert_eq!(with("\\n7\\n", "\\n07\\n"), (1, note));
}

#[test]
fn an_export_of_another_log_or_key_is_refused() {
    let with = |name: &str, seed| {
        let key = VerifierKey::parse(&keys(name, seed).1).unwrap();
        check_export(text(&lines()).as_bytes(), &key)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        with(ORIGIN, 8),
        "line 1: its checkpoint: the signature does not belong to this text and key"
    );
    assert_eq!(
        with("other", 7),
        "line 1: its checkpoint: this checkpoint is of another log than the key"
    );
}

#[test]
fn a_line_without_end_is_refused_before_it_fills_the_memory() {
    let endless = BufReader::new(io::repeat(b'a'));
    let fault = check_export(endless, key()).unwrap_err().to_string();
    assert_eq!(fault, "line 1: it is longer than 1048576 bytes");
    let lines = text(&lines()[..2]);
    let endless = BufReader::new(lines.as_bytes().chain(io::repeat(b' ')));
    let fault = check_export(endless, key()).unwrap_err().to_string();
    assert_eq!(fault, "line 3: it is longer than 1048576 bytes");
}

#[test]
fn a_file_that_cannot_be_read_on_is_not_taken_for_one_that_ends() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let all = text(&lines());
    let broken = BufReader::new(all.as_bytes().chain(Broken));
    let fault = check_export(broken, key()).unwrap_err().to_string();
    assert_eq!(fault, "it cannot be read at line 5: gone");
}
