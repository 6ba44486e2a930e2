use std::fs;
use std::os::unix::fs::MetadataExt;

use firebox_contract::receipt::Outcome;
use firebox_protocol::gate_keeper::{Reply, Request};
use firebox_protocol::operator::{KeeperReply, KeeperRequest, Reserve};
use firebox_protocol::store_keeper::{self, Attestation};
use firebox_protocol::{Ask, Code, SessionToken};

use super::harness::*;

/// A reserve that no disk has room for.
const MORE_THAN_ANY_DISK: u64 = 1 << 60;

fn reserve(council: &Council) -> Reserve {
    match council.operator().ask(&KeeperRequest::Status) {
        KeeperReply::Status(status) => status.reserve,
        _ => panic!("another reply"),
    }
}

/// A council whose disk has no room for the reserve, as after it was given up.
pub(super) fn on_a_full_disk(council: &mut Council) {
    fs::remove_file(council.file("reserve")).unwrap();
    council.settings.reserve_bytes = MORE_THAN_ANY_DISK;
}

fn attest(council: &Council, sequence: u64) -> store_keeper::Reply {
    let attestation = Attestation {
        source: "housing-alerts".into(),
        epoch: 1,
        sequence,
        batch: sequence.to_string().repeat(64),
        outcome: Outcome::Applied,
        reason: None,
        notes: vec![],
        manifest: [8; 32],
        records: 12,
        envelopes: vec![],
    };
    council
        .store()
        .ask(&store_keeper::Request::Attest(attestation))
}

fn kinds(council: &Council) -> Vec<String> {
    let log = council.log();
    log.iter().map(|entry| entry.kind().to_owned()).collect()
}

#[test]
fn a_new_log_has_its_reserve_really_taken_from_the_disk() {
    let council = Council::with_log();
    let made = fs::metadata(council.file("reserve")).unwrap();
    assert_eq!(made.len(), 1 << 20);
    assert!(made.blocks() * 512 >= 1 << 20);
    assert_eq!(made.mode() & 0o777, 0o600);
}

#[test]
fn a_reserve_that_is_missing_is_made_again_when_there_is_room() {
    let mut council = Council::with_log();
    fs::remove_file(council.file("reserve")).unwrap();
    council.start();
    assert_eq!(
        fs::metadata(council.file("reserve")).unwrap().len(),
        1 << 20
    );
    assert_eq!(reserve(&council), Reserve::Whole);
    assert_eq!(kinds(&council), ["created", "boot"]);
}

#[test]
fn without_room_for_a_reserve_the_keeper_says_so_in_its_log_and_lets_nothing_wait_for_it() {
    let mut council = Council::open();
    let session = council.signed_in("Aisha", &["officer", "service-admin"]);
    council.stop().unwrap();
    on_a_full_disk(&mut council);
    council.start();
    let _store = council.store();
    assert_eq!(reserve(&council), Reserve::InUse);
    let entered = council.log().pop().unwrap();
    assert_eq!(entered.kind(), "reserve-taken");
    assert_eq!(entered.body["reserve"], "missing");
    assert!(entered.body["free_bytes"].as_u64().unwrap() > 0);

    let mut gate = council.gate();
    for query in [property("visit"), ask("sync-admin", Ask::Sources)] {
        assert_eq!(gate.permit(&session, &query).err(), Some(Code::ReserveOnly));
    }
    assert_eq!(
        gate.permit("nonsense", &property("visit")).err(),
        Some(Code::NotSignedIn)
    );
    let session = SessionToken::new(session);
    let reply = gate.ask(&Request::Proof { session, entry: 0 });
    assert!(matches!(reply, Reply::Refused(refusal) if refusal.code == Code::ReserveOnly));
    let reply = attest(&council, 1);
    assert!(
        matches!(reply, store_keeper::Reply::Refused(refusal) if refusal.code == Code::ReserveOnly)
    );
}

#[test]
fn on_the_reserve_people_sign_in_and_are_administered_and_the_log_is_read() {
    let mut council = Council::with_log();
    on_a_full_disk(&mut council);
    council.start();
    let session = council.signed_in("Aisha", &["officer"]);
    assert!(council.gate().whose(&session).is_some());
    let agent = KeeperRequest::AddAgent {
        service: "housing".into(),
        sources: vec!["housing-alerts".into()],
    };
    assert!(matches!(
        council.operator().ask(&agent),
        KeeperReply::AgentPrepared { .. }
    ));
    assert!(matches!(
        council.operator().ask(&KeeperRequest::CheckLog),
        KeeperReply::LogChecked { .. }
    ));
    let note: Reply = council.gate().ask(&Request::Checkpoint);
    assert!(matches!(note, Reply::Text(_)));
}

#[test]
fn refusals_do_not_use_up_the_reserve() {
    let mut council = Council::with_log();
    on_a_full_disk(&mut council);
    council.start();
    let sessions = ["Aisha", "Ben", "Cara"].map(|person| council.signed_in(person, &["officer"]));
    let before = council.log().len();
    let mut gate = council.gate();
    for session in sessions.iter().cycle().take(60) {
        let refused = gate.permit(session, &property("visit")).err();
        assert_eq!(refused, Some(Code::ReserveOnly));
    }
    let log = council.log();
    assert_eq!(log.len(), before + 1);
    assert_eq!(log[before].body["code"], "reserve-only");
    council.clock.pass(MINUTE);
    gate.permit(&sessions[0], &property("visit")).unwrap_err();
    let log = council.log();
    assert_eq!(log.len(), before + 2);
    assert_eq!(log[before + 1].body["more"], 59);
}

#[test]
fn a_batch_that_was_receipted_before_gets_its_receipt_again_on_the_reserve_too() {
    let mut council = Council::open();
    let store_keeper::Reply::Receipt(first) = attest(&council, 1) else {
        panic!("not receipted")
    };
    council.stop().unwrap();
    on_a_full_disk(&mut council);
    council.start();
    let store_keeper::Reply::Receipt(again) = attest(&council, 1) else {
        panic!("not receipted again")
    };
    assert_eq!(first, again);
}

#[test]
fn once_there_is_room_again_the_next_start_makes_the_reserve_and_serves_all() {
    let mut council = Council::with_log();
    on_a_full_disk(&mut council);
    council.start();
    let session = council.signed_in("Aisha", &["officer"]);
    council.settings.reserve_bytes = 1 << 20;
    assert_eq!(reserve(&council), Reserve::InUse, "not before a start");
    council.restart();
    assert_eq!(reserve(&council), Reserve::Whole);
    assert!(council.file("reserve").exists());
    let _store = council.store();
    assert!(council.gate().permit(&session, &property("visit")).is_ok());
}
