//! A note that was told by telephone instead of opened.

use firebox_protocol::gate_keeper::{Reply, Request, ToldByPhone};
use firebox_protocol::{Code, SessionToken};
use serde_json::json;

use super::harness::*;
use super::the_reserve::on_a_full_disk;

const SPOKE_TO: &str = "Dee Wright, Housing options";

/// A call to the team that holds the note of record 42, answered.
pub(super) fn call(purpose: &str) -> ToldByPhone {
    ToldByPhone {
        record: 42,
        purpose: purpose.into(),
        reference: "V-2231".into(),
        answered: true,
        spoke_to: SPOKE_TO.into(),
    }
}

/// Tells the keeper of a call and gives its entry.
pub(super) fn tell(council: &Council, session: &str, told: ToldByPhone) -> Result<u64, Code> {
    let session = SessionToken::new(session.into());
    match council.gate().ask(&Request::ToldByPhone { session, told }) {
        Reply::Entered { entry } => Ok(entry),
        Reply::Refused(refusal) => Err(refusal.code),
        _ => panic!("another reply"),
    }
}

#[test]
fn a_call_is_an_entry_that_says_who_was_told_for_what_and_by_whom() {
    let council = Council::open();
    let session = council.signed_in("Aisha", &["officer"]);
    let index = tell(&council, &session, call("visit")).unwrap();
    let entry = council.log().pop().unwrap();
    assert_eq!((entry.kind(), entry.leaf.index), ("told-by-phone", index));
    assert_eq!(entry.leaf.kind, 30);
    let expected = json!({
        "kind": "told-by-phone",
        "policy": entry.body["policy"],
        "person": "Aisha",
        "roles": ["officer"],
        "session": hex::encode(SessionToken::new(session).hash()),
        "auth": "password",
        "purpose": "visit",
        "reference": "V-2231",
        "record": 42,
        "answered": true,
        "spoke_to": SPOKE_TO,
        "by": "officer",
    });
    assert_eq!(entry.body, expected);
    assert_eq!(entry.body["policy"].as_str().map(str::len), Some(64));
}

#[test]
fn a_call_that_nobody_answered_is_entered_and_names_nobody() {
    let council = Council::open();
    let session = council.signed_in("Ada", &["adviser"]);
    let unanswered = ToldByPhone {
        answered: false,
        spoke_to: String::new(),
        ..call("call")
    };
    assert!(tell(&council, &session, unanswered).is_ok());
    let entry = council.log().pop().unwrap();
    assert_eq!(entry.body["answered"], false);
    assert_eq!(entry.body.get("spoke_to"), None);
}

#[test]
fn whoever_may_look_nothing_up_for_a_purpose_is_told_nothing_for_it_either() {
    let council = Council::open();
    for (person, role, purpose, refused) in [
        ("Aisha", "officer", "visit", None),
        ("Ada", "adviser", "call", None),
        ("Ben", "officer", "call", Some(Code::PurposeNotAllowed)),
        ("Cara", "adviser", "curiosity", Some(Code::UnknownPurpose)),
        ("Rita", "reviewer", "investigation", Some(Code::NotAllowed)),
        ("Hana", "holder", "casework", Some(Code::NotAllowed)),
        ("Sol", "service-admin", "sync-admin", Some(Code::NotAllowed)),
    ] {
        let session = council.signed_in(person, &[role]);
        let entries = council.log().len();
        assert_eq!(tell(&council, &session, call(purpose)).err(), refused);
        let log = council.log();
        assert_eq!(log.len(), entries + 1, "{person}");
        let kind = refused.map_or("told-by-phone", |_| "refused");
        assert_eq!(log[entries].kind(), kind, "{person}");
        assert_eq!(log[entries].body["person"], person);
    }
}

#[test]
fn a_call_that_does_not_read_is_refused_and_leaves_no_entry() {
    let council = Council::open();
    let session = council.signed_in("Aisha", &["officer"]);
    let entries = council.log().len();
    let spoke_to = |text: &str| ToldByPhone {
        spoke_to: text.into(),
        ..call("visit")
    };
    let reference = |text: &str| ToldByPhone {
        reference: text.into(),
        ..call("visit")
    };
    let record = |record| ToldByPhone {
        record,
        ..call("visit")
    };
    let unanswered = ToldByPhone {
        answered: false,
        ..spoke_to(" ")
    };
    for (told, code) in [
        (call(""), Code::Malformed),
        (call(&"x".repeat(33)), Code::Malformed),
        (reference(" "), Code::ReferenceMissing),
        (reference(&"x".repeat(65)), Code::Malformed),
        (record(1 << 53), Code::Malformed),
        (record(i64::MIN), Code::Malformed),
        (spoke_to(""), Code::Malformed),
        (spoke_to("Dee\nWright"), Code::Malformed),
        (spoke_to(&"é".repeat(121)), Code::Malformed),
        (unanswered, Code::Malformed),
    ] {
        assert_eq!(tell(&council, &session, told), Err(code));
    }
    assert_eq!(
        tell(&council, "nonsense", call("visit")),
        Err(Code::NotSignedIn)
    );
    assert_eq!(council.log().len(), entries);
    assert!(tell(&council, &session, spoke_to(&"é".repeat(120))).is_ok());
}

#[test]
fn calls_count_as_look_ups_so_that_nobody_fills_the_disk_with_them() {
    let mut council = Council::with_log();
    council.policy = with_limits(&council.policy, 3, 100);
    council.start();
    let _store = council.store();
    let session = council.signed_in("Aisha", &["officer"]);
    let look_up = || council.gate().permit(&session, &property("visit"));
    assert!(look_up().is_ok());
    for _ in 0..2 {
        assert!(tell(&council, &session, call("visit")).is_ok());
    }
    let full = Some(Code::PersonLimit);
    assert_eq!(tell(&council, &session, call("visit")).err(), full);
    assert_eq!(council.log().pop().unwrap().body["code"], "person-limit");
    assert_eq!(look_up().err(), full);
    council.pass_in_use(&session, 61 * MINUTE);
    assert!(tell(&council, &session, call("visit")).is_ok());
}

#[test]
fn on_the_reserve_no_call_is_entered() {
    let mut council = Council::with_log();
    on_a_full_disk(&mut council);
    council.start();
    let session = council.signed_in("Aisha", &["officer"]);
    let refused = tell(&council, &session, call("visit"));
    assert_eq!(refused, Err(Code::ReserveOnly));
    let log = council.log();
    assert!(log.iter().all(|entry| entry.kind() != "told-by-phone"));
}
