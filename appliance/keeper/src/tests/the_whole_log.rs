use std::fs;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use firebox_protocol::Code;
use firebox_protocol::operator::{KeeperReply, KeeperRequest, LogFault};
use firebox_verify::{Checkpoint, VerifierKey};
use rusqlite::{Connection, params};

use super::harness::*;
use crate::log::book::{DurableTip, Tip};
use crate::log::database;
use crate::log::head::HeadFile;
use crate::log::leaf::{Leaf, commitment};
use crate::log::note::NoteKey;
use crate::log_reader::{LogReader, NotWhole};

fn check(council: &Council) -> KeeperReply {
    council.operator().ask(&KeeperRequest::CheckLog)
}

/// Has the log checked, which must find a fault and enter an alarm about it.
#[track_caller]
fn fault(council: &Council) -> LogFault {
    let KeeperReply::LogUnsound { fault, entry } = check(council) else {
        panic!("nothing was found")
    };
    let conn = database::open_reader(&council.file("log-2026.db"), &LOG_KEY).unwrap();
    let sql = "SELECT body FROM entry WHERE id = ?1";
    let entry = i64::try_from(entry).unwrap();
    let body: Vec<u8> = conn.query_row(sql, [entry], |row| row.get(0)).unwrap();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["kind"], "alarm");
    let (code, index) = match fault {
        LogFault::Entry(index) => ("log-entry-unsound", Some(index)),
        LogFault::Unreadable(index) => ("log-unreadable", Some(index)),
        LogFault::Root => ("log-root-differs", None),
        LogFault::Head => ("log-head-differs", None),
    };
    assert_eq!(body["code"], code);
    assert_eq!(body["entry"].as_u64(), index);
    fault
}

fn writer(council: &Council) -> Connection {
    database::open_writer(&council.file("log-2026.db"), &LOG_KEY).unwrap()
}

fn with_entries() -> Council {
    let council = Council::open();
    for person in ["Aisha", "Ben", "Cara", "Dan"] {
        council.add(person, &["officer"], false);
    }
    council
}

/// Waits until the head speaks of the whole log, and gives it.
fn settled_head(council: &Council) -> Vec<u8> {
    let size = (council.log().len() as u64).to_be_bytes();
    loop {
        match fs::read(council.file("head")) {
            Ok(head) if head[1..9] == size => return head,
            _ => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

#[test]
fn a_whole_log_is_found_whole_and_the_check_is_an_entry() {
    let council = with_entries();
    let size = council.log().len() as u64;
    let KeeperReply::LogChecked {
        entries,
        erased,
        checkpoint,
        entry,
    } = check(&council)
    else {
        panic!("not whole")
    };
    assert_eq!((entries, erased, entry), (size, 0, size));
    let key = NoteKey::new("firebox.example.gov.uk/one/2026", &[14; 32]).verifier();
    let key = VerifierKey::parse(&key).unwrap();
    assert_eq!(Checkpoint::open(&checkpoint, &key).unwrap().size, size);
    let checked = council.log().pop().unwrap();
    assert_eq!(checked.kind(), "log-checked");
    assert_eq!(checked.body["entries"], size);
    assert_eq!(checked.body["erased"], 0);
}

#[test]
fn erased_bodies_are_counted_and_the_log_is_whole_without_them() {
    let council = with_entries();
    writer(&council)
        .execute(
            "UPDATE entry SET salt = NULL, body = NULL WHERE id IN (1, 3)",
            [],
        )
        .unwrap();
    assert!(matches!(
        check(&council),
        KeeperReply::LogChecked { erased: 2, .. }
    ));
}

#[test]
fn a_changed_or_missing_row_is_found_and_named_while_the_keeper_serves_on() {
    for change in [
        r#"UPDATE entry SET body = CAST('{"kind":"boot"}' AS BLOB) WHERE id = 3"#,
        "UPDATE entry SET salt = zeroblob(32) WHERE id = 3",
        "UPDATE entry SET leaf = zeroblob(73) WHERE id = 3",
        "UPDATE entry SET nodes = zeroblob(64) WHERE id = 3",
        "PRAGMA ignore_check_constraints = ON; UPDATE entry SET salt = NULL WHERE id = 3",
        "PRAGMA ignore_check_constraints = ON; UPDATE entry SET salt = zeroblob(31) WHERE id = 3",
        "PRAGMA foreign_keys = OFF; DELETE FROM entry WHERE id = 3",
    ] {
        let council = with_entries();
        writer(&council).execute_batch(change).unwrap();
        assert_eq!(fault(&council), LogFault::Entry(3), "{change}");
        council.add("Eve", &["officer"], false);
    }
}

#[test]
fn an_entry_that_was_rewritten_with_all_its_own_hashes_is_found_by_head_or_root() {
    let council = with_entries();
    let last = council.log().pop().unwrap().leaf;
    // An entry without nodes of its own: nothing beside it has to be rewritten.
    assert_eq!(last.index % 2, 1);
    council.add("Eve", &["officer"], false);
    let index = last.index + 1;
    let (salt, body) = ([9; 32], br#"{"kind":"boot"}"#);
    let leaf = Leaf {
        index,
        commitment: commitment(&salt, body),
        ..last
    };
    let sql = "UPDATE entry SET leaf = ?2, salt = ?3, body = ?4 WHERE id = ?1";
    let values = params![
        i64::try_from(index).unwrap(),
        leaf.to_bytes(),
        salt,
        body.as_slice()
    ];
    assert_eq!(writer(&council).execute(sql, values).unwrap(), 1);
    assert!(matches!(fault(&council), LogFault::Head | LogFault::Root));
}

#[test]
fn a_check_is_given_up_when_the_keeper_ends() {
    let mut council = with_entries();
    let head = settled_head(&council);
    council.stop().unwrap();
    let size = u64::from_be_bytes(head[1..9].try_into().unwrap());
    let root = head[9..41].try_into().unwrap();
    let reader = LogReader::open(
        &council.file("log-2026.db"),
        &LOG_KEY,
        HeadFile::new(
            council.settings.folders.keeper.clone(),
            "firebox.example.gov.uk/one/2026".into(),
            &[12; 32],
        ),
        Arc::new(DurableTip::new(Tip { size, root })),
    )
    .unwrap();
    assert!(reader.check().is_ok());
    reader.end();
    assert!(matches!(reader.check(), Err(NotWhole::Ended)));
}

#[test]
fn a_missing_or_changed_head_is_found() {
    let council = with_entries();
    let mut head = settled_head(&council);
    head[8] ^= 1;
    fs::write(council.file("head"), head).unwrap();
    assert_eq!(fault(&council), LogFault::Head);
    settled_head(&council);
    fs::remove_file(council.file("head")).unwrap();
    assert_eq!(fault(&council), LogFault::Head);
}

#[test]
fn a_log_with_a_page_changed_on_the_disk_is_never_called_whole() {
    let council = with_entries();
    let conn = writer(&council);
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'entry'";
    let page: i64 = conn.query_row(sql, [], |row| row.get(0)).unwrap();
    drop(conn);
    let path = council.file("log-2026.db");
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.write_all_at(
        &[0xaa; 16],
        (u64::try_from(page).unwrap() - 1) * 4_096 + 100,
    )
    .unwrap();
    // Every entry lies on that one page, and so would the alarm: it may be that
    // the keeper can only stop.
    match check(&council) {
        KeeperReply::LogUnsound { fault, .. } => assert_eq!(fault, LogFault::Unreadable(0)),
        KeeperReply::Refused(refusal) => assert_eq!(refusal.code, Code::LogUnavailable),
        _ => panic!("called whole"),
    }
}
