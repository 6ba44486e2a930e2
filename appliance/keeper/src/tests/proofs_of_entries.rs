use firebox_protocol::gate_keeper::{Reply, Request};
use firebox_protocol::{Code, SessionToken};
use firebox_verify::{Receipt, VerifierKey};

use super::harness::*;
use crate::log::database;
use crate::log::note::NoteKey;

fn key() -> VerifierKey {
    let key = NoteKey::new("firebox.example.gov.uk/one/2026", &[14; 32]);
    VerifierKey::parse(&key.verifier()).unwrap()
}

/// Asks for the receipt of an entry: its text, or the refusal's code.
fn proof(gate: &mut Peer, session: &str, entry: u64) -> Result<String, Code> {
    let session = SessionToken::new(session.into());
    match gate.ask(&Request::Proof { session, entry }) {
        Reply::Text(text) => Ok(text),
        Reply::Refused(refusal) => Err(refusal.code),
        _ => panic!("another reply"),
    }
}

/// A council where Aisha made entry `.2` and Rita is a reviewer.
fn with_an_entry() -> (Council, [String; 3], u64) {
    let council = Council::open();
    let _store = council.store();
    let aisha = council.signed_in("Aisha", &["officer"]);
    let ben = council.signed_in("Ben", &["officer"]);
    let rita = council.signed_in("Rita", &["reviewer"]);
    let asked = council.gate().permit(&aisha, &property("visit"));
    let (_, entry, _) = asked.unwrap();
    (council, [aisha, ben, rita], entry)
}

#[test]
fn whoever_made_an_entry_gets_a_receipt_that_anybody_can_check() {
    let (council, [aisha, ..], entry) = with_an_entry();
    let text = proof(&mut council.gate(), &aisha, entry).unwrap();
    let receipt = Receipt::open(&text, &key()).unwrap();
    assert_eq!(receipt.index, entry);
    let log = council.log();
    let found = &log[usize::try_from(entry).unwrap()];
    let body: serde_json::Value = serde_json::from_str(&receipt.body).unwrap();
    assert_eq!(body, found.body);
    assert_eq!(receipt.time_ms, found.leaf.time_ms);
}

#[test]
fn a_receipt_leaves_only_when_the_entry_about_it_is_on_the_disk() {
    let (council, [_, _, rita], entry) = with_an_entry();
    let text = proof(&mut council.gate(), &rita, entry).unwrap();
    let log = council.log();
    let read = log.last().unwrap();
    assert_eq!(read.kind(), "log-read");
    assert_eq!(read.body["person"], "Rita");
    assert_eq!(read.body["roles"], serde_json::json!(["reviewer"]));
    assert_eq!(read.body["entries"], serde_json::json!([entry]));
    assert_eq!(read.body["how"], "proof");
    let hash = hex::encode(SessionToken::new(rita).hash());
    assert_eq!(read.body["session"], hash);
    let receipt = Receipt::open(&text, &key()).unwrap();
    assert!(receipt.checkpoint.size > read.leaf.index);
}

#[test]
fn every_entry_of_a_log_has_a_receipt_for_a_reviewer() {
    let (council, [_, _, rita], _) = with_an_entry();
    let size = council.log().len() as u64;
    let mut gate = council.gate();
    for entry in 0..size {
        let text = proof(&mut gate, &rita, entry).unwrap();
        assert_eq!(Receipt::open(&text, &key()).unwrap().index, entry);
    }
}

#[test]
fn an_entry_of_another_one_that_is_not_there_and_an_erased_one_are_the_same_not_found() {
    let (council, [aisha, ben, rita], entry) = with_an_entry();
    let mut gate = council.gate();
    let size = council.log().len() as u64;
    assert_eq!(proof(&mut gate, &ben, entry), Err(Code::NotFound));
    let refused = council.log().pop().unwrap();
    assert_eq!(refused.kind(), "refused");
    assert_eq!(refused.body["code"], "not-found");
    assert_eq!(refused.body["entries"], serde_json::json!([entry]));
    for beyond in [size + 100, u64::MAX >> 11, u64::MAX] {
        assert_eq!(proof(&mut gate, &rita, beyond), Err(Code::NotFound));
    }
    let conn = database::open_writer(&council.file("log-2026.db"), &LOG_KEY).unwrap();
    conn.execute(
        "UPDATE entry SET salt = NULL, body = NULL WHERE id = ?1",
        [i64::try_from(entry).unwrap()],
    )
    .unwrap();
    for session in [&aisha, &rita] {
        assert_eq!(proof(&mut gate, session, entry), Err(Code::NotFound));
    }
}

#[test]
fn without_a_session_there_is_no_receipt_and_no_entry() {
    let (council, _, entry) = with_an_entry();
    let before = council.log().len();
    assert_eq!(
        proof(&mut council.gate(), "nonsense", entry),
        Err(Code::NotSignedIn)
    );
    assert_eq!(council.log().len(), before);
}

#[test]
fn receipts_count_as_look_ups_so_that_nobody_fills_the_disk_with_them() {
    let mut council = Council::with_log();
    council.policy = with_limits(&council.policy, 3, 100);
    council.start();
    let rita = council.signed_in("Rita", &["reviewer"]);
    let mut gate = council.gate();
    for _ in 0..3 {
        assert!(proof(&mut gate, &rita, 0).is_ok());
    }
    assert_eq!(proof(&mut gate, &rita, 0), Err(Code::PersonLimit));
    council.pass_in_use(&rita, 61 * MINUTE);
    assert!(proof(&mut gate, &rita, 0).is_ok());
}

#[test]
fn a_changed_entry_gets_no_receipt() {
    let (council, [_, _, rita], entry) = with_an_entry();
    let conn = database::open_writer(&council.file("log-2026.db"), &LOG_KEY).unwrap();
    conn.execute(
        r#"UPDATE entry SET body = CAST('{"person":"Rita"}' AS BLOB) WHERE id = ?1"#,
        [i64::try_from(entry).unwrap()],
    )
    .unwrap();
    let refused = proof(&mut council.gate(), &rita, entry);
    assert_eq!(refused, Err(Code::LogUnavailable));
}
