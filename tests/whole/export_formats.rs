//! Exported logs, against the committed vectors: the keeper's hashes and
//! leaves, read by the verifier's code.

use firebox_contract::canonical;
use firebox_keeper::log::tree::subtrees;
use firebox_verify::{Export, ExportError, check_export};
use serde_json::{Value, json};

use crate::formats::{b64, text, vector};
use crate::log_formats::{ENTRIES, MOST, ORIGIN, body, entry, keeper_key, key, read, salt, signed};

/// Gives the lines of an export, the header first, with one entry erased where asked.
fn export(from: u64, to: u64, size: u64, erased: Option<u64>) -> Vec<String> {
    let beside = |from, to| {
        let hash = |node| b64(&read(node).unwrap());
        subtrees(from, to).map(hash).collect::<Vec<_>>()
    };
    let header = json!({
        "format": "fbx-log-export-v1", "origin": ORIGIN, "from": from, "to": to,
        "checkpoint": signed(size), "left": beside(0, from), "right": beside(to, size),
    });
    let line = |index| match erased {
        Some(erased) if erased == index => {
            json!({"leaf": b64(&entry(index).to_bytes()), "salt": null, "body": null})
        }
        _ => json!({
            "leaf": b64(&entry(index).to_bytes()), "salt": b64(&salt(index)), "body": b64(&body(index)),
        }),
    };
    std::iter::once(header)
        .chain((from..to).map(line))
        .map(|line| String::from_utf8(canonical::to_bytes(&line).unwrap()).unwrap())
        .collect()
}

fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn check(export: &str) -> Result<Export, ExportError> {
    check_export(export.as_bytes(), &key())
}

/// Names a refusal as the vectors do.
fn reason(refused: &ExportError) -> String {
    match refused {
        ExportError::Line { line, fault } => format!("line {line}: {fault:?}"),
        other => format!("{other:?}"),
    }
}

fn fresh_export() -> Value {
    let good = export(2, 5, ENTRIES, None);
    let other = |change: &dyn Fn(&mut Vec<String>)| {
        let mut lines = good.clone();
        change(&mut lines);
        joined(&lines)
    };
    let body = |line: &str| line.split('"').nth(3).unwrap().to_owned();
    json!({
        "about": "Exports of the log of tree.json: all of it, entries 2 to 4, and the same with entry 3 erased.",
        "vkey": keeper_key().verifier(),
        "whole": joined(&export(0, ENTRIES, ENTRIES, None)),
        "part": joined(&good),
        "erased": joined(&export(2, 5, ENTRIES, Some(3))),
        "refused": [
            {"name": "a line left out", "reason": "line 3: Order(3)", "export": other(&|lines| drop(lines.remove(2)))},
            {"name": "two lines swapped", "reason": "line 2: Order(2)", "export": other(&|lines| lines.swap(1, 2))},
            {"name": "a line more", "reason": "line 5: TooMany", "export": other(&|lines| lines.push(export(5, 6, ENTRIES, None)[1].clone()))},
            {"name": "the last line missing", "reason": "line 4: Missing(4)", "export": other(&|lines| drop(lines.pop()))},
            {"name": "cut off in the last line", "reason": "line 4: CutOff", "export": joined(&good).trim_end()},
            {"name": "another body", "reason": "line 3: Commitment", "export": other(&|lines| lines[2] = lines[2].replace(&body(&lines[2]), &body(&lines[1])))},
            {"name": "another boot id in a leaf", "reason": "Root", "export": other(&|lines| lines[2] = lines[2].replace("AgICAgICAgICAg", "AgICAgICAgICAh"))},
            {"name": "a member twice", "reason": "line 2: Entry", "export": other(&|lines| lines[1] = lines[1].replace("{\"body\"", "{\"body\":null,\"body\""))},
            {"name": "the hashes of another range", "reason": "line 1: Subtrees", "export": other(&|lines| lines[0] = lines[0].replace("\"to\":5", "\"to\":6"))},
            {"name": "a range beyond the checkpoint", "reason": "line 1: Range", "export": other(&|lines| lines[0] = lines[0].replace("\"to\":5", "\"to\":8"))},
            {"name": "another log's name", "reason": "line 1: OtherLog", "export": other(&|lines| lines[0] = lines[0].replace("\"origin\":\"firebox", "\"origin\":\"filebox"))},
            {"name": "another size under the signature", "reason": "line 1: Checkpoint(Signature)", "export": other(&|lines| lines[0] = lines[0].replace("\\n7\\n", "\\n8\\n"))},
        ],
    })
}

#[test]
fn an_export_is_checked_without_the_box_and_every_hostile_one_is_refused_by_name() {
    let vector = vector("export.json", fresh_export);
    assert_eq!(vector, fresh_export());
    let read = |member| check(text(&vector, member)).map(|read| (read.from, read.to, read.erased));
    assert_eq!(read("whole").unwrap(), (0, ENTRIES, 0));
    assert_eq!(read("part").unwrap(), (2, 5, 0));
    assert_eq!(read("erased").unwrap(), (2, 5, 1));
    for hostile in vector["refused"].as_array().unwrap() {
        let refused = check(text(hostile, "export")).unwrap_err();
        let name = text(hostile, "name");
        assert_eq!(reason(&refused), text(hostile, "reason"), "{name}");
    }
}

#[test]
fn every_range_beside_the_keepers_hashes_leads_to_the_checkpoint() {
    for size in 1..=MOST {
        for (from, to) in (0..size).flat_map(|from| (from + 1..=size).map(move |to| (from, to))) {
            let read = check(&joined(&export(from, to, size, Some(from)))).unwrap();
            assert_eq!((read.from, read.to, read.erased), (from, to, 1));
        }
    }
}
