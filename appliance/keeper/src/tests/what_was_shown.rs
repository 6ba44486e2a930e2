use firebox_protocol::Permit;
use firebox_protocol::mac::MacKey;
use firebox_protocol::store_keeper::{Reply, Request, ShownRecord};

use super::harness::*;

fn look_up(council: &Council, session: &str) -> ([u8; 16], u64) {
    let (permit, entry, _) = council.gate().permit(session, &property("visit")).unwrap();
    (
        Permit::open(&permit, &MacKey::new(PERMIT_KEY)).unwrap().id,
        entry,
    )
}

fn record(number: i64) -> ShownRecord {
    ShownRecord {
        uprn: Some(100_023_336_956),
        record: Some(number),
        version: 3,
    }
}

/// Tells the keeper what was shown; the reply to the next request says it was read.
fn tell(store: &mut Peer, permit: [u8; 16], shown: Vec<ShownRecord>) {
    store.send(&Request::Shown {
        permit,
        shown,
        confirmed: None,
    });
    assert!(matches!(store.ask(&Request::Agents), Reply::Agents { .. }));
}

#[test]
fn what_was_shown_is_an_entry_that_names_the_look_up() {
    let council = Council::open();
    let mut store = council.store();
    let session = council.signed_in("Aisha", &["officer"]);
    let (permit, look_up) = look_up(&council, &session);
    let nothing = ShownRecord {
        uprn: Some(5),
        record: None,
        version: 0,
    };
    tell(&mut store, permit, vec![record(17), nothing]);
    let entry = council.log().pop().unwrap();
    assert_eq!(
        (entry.kind(), &entry.body["look_up"]),
        ("shown", &look_up.into())
    );
    assert_eq!(entry.body["permit"], hex::encode(permit));
    let records = serde_json::json!([
        { "uprn": "100023336956", "record": 17, "version": 3 },
        { "uprn": "5", "version": 0 },
    ]);
    assert_eq!(entry.body["records"], records);
    council.clock.pass(HOUR);
    tell(&mut store, [0; 16], vec![]);
    assert!(
        council
            .log()
            .iter()
            .all(|entry| entry.kind() != "not-shown")
    );
}

#[test]
fn a_permit_nothing_was_heard_of_becomes_an_entry() {
    let council = Council::open();
    let mut store = council.store();
    let session = council.signed_in("Aisha", &["officer"]);
    let (_, entry) = look_up(&council, &session);
    let from = council.log().len();
    council.clock.pass(10_999);
    store.ask::<Reply>(&Request::Agents);
    assert_eq!(council.log().len(), from);
    council.clock.pass(1);
    store.ask::<Reply>(&Request::Agents);
    let log = council.log();
    assert_eq!(log.len(), from + 1);
    assert_eq!(
        (log[from].kind(), &log[from].body["look_up"]),
        ("not-shown", &entry.into())
    );
}

#[test]
fn a_permit_that_waited_when_the_keeper_died_is_not_forgotten() {
    let mut council = Council::open();
    let store = council.store();
    let session = council.signed_in("Aisha", &["officer"]);
    let (heard, _) = look_up(&council, &session);
    let (_, unheard) = look_up(&council, &session);
    drop(store);
    council.crash();
    let mut store = council.store();
    tell(&mut store, heard, vec![record(17)]);
    council.clock.pass(11_000);
    store.ask::<Reply>(&Request::Agents);
    let log = council.log();
    let [.., shown, not_shown] = log.as_slice() else {
        panic!("too short")
    };
    assert_eq!(shown.kind(), "shown");
    assert!(shown.body["look_up"].is_u64());
    assert_eq!(
        (not_shown.kind(), &not_shown.body["look_up"]),
        ("not-shown", &unheard.into())
    );
}

#[test]
fn a_long_answer_is_several_entries() {
    let council = Council::open();
    let mut store = council.store();
    let session = council.signed_in("Aisha", &["officer"]);
    let (permit, _) = look_up(&council, &session);
    tell(&mut store, permit, (0..1_001).map(record).collect());
    let log = council.log();
    let parts: Vec<_> = log.iter().filter(|entry| entry.kind() == "shown").collect();
    let lengths: Vec<_> = parts
        .iter()
        .map(|part| part.body["records"].as_array().unwrap().len())
        .collect();
    assert_eq!(lengths, [500, 500, 1]);
    assert_eq!(
        (&parts[0].body["more"], &parts[2].body["more"]),
        (&true.into(), &().into())
    );
}

#[test]
fn numbers_that_an_entry_could_not_hold_exactly_end_the_connection() {
    let council = Council::open();
    let mut store = council.store();
    let too_large = ShownRecord {
        version: 1 << 53,
        ..record(1)
    };
    store.send(&Request::Shown {
        permit: [0; 16],
        shown: vec![too_large],
        confirmed: None,
    });
    assert!(store.receive::<Reply>().is_none());
}
