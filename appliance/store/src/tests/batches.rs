//! Hostile batches: each is refused with its own reason, and changes nothing.

use firebox_contract::batch::{self, Batch, Kind, Line, MAX_BODY_BYTES};
use firebox_contract::envelope::encrypt;
use firebox_contract::receipt::Outcome;
use firebox_contract::record::Location;
use firebox_protocol::{Code, Refusal};

use crate::testbed::{Bed, TestAgent, flag_at, folder, gone_line, identity, put_line, uprn};

fn hazard(key: &str, version: u64) -> Line {
    put_line(key, version, flag_at(Location::Uprn(uprn(100))))
}

fn started() -> (tempfile::TempDir, Bed, TestAgent) {
    let folder = folder();
    let agent = TestAgent::new("caution-list");
    let bed = Bed::start(folder.path(), "run", &[&agent], true);
    (folder, bed, agent)
}

fn reason(bed: &Bed, service: &str, batch: &[u8]) -> String {
    let said = bed.deliver_as(service, batch).unwrap();
    assert_eq!(said.outcome, Outcome::Refused);
    said.reason.unwrap()
}

#[test]
fn a_batch_has_its_effect_once_and_gets_the_same_receipt_again() {
    let (_folder, bed, mut agent) = started();
    let batch = agent.delta(&[hazard("c-1", 1)]);
    let first = bed.deliver(&agent, &batch).unwrap();
    assert_eq!((first.outcome, first.sequence), (Outcome::Applied, 1));
    assert_eq!(bed.deliver(&agent, &batch).unwrap(), first);
    let next = agent.delta(&[gone_line("c-1", 2, batch::GoneReason::SourceDeleted)]);
    bed.deliver(&agent, &next).unwrap();
    // Replayed after it was undone: the receipt, and no warning back.
    assert_eq!(bed.deliver(&agent, &batch).unwrap(), first);
    assert!(bed.at(100).matches.is_empty());
    assert_eq!(bed.keeper.told.lock().unwrap().attested.len(), 2);
}

#[test]
fn another_batch_at_the_same_number_is_a_fork() {
    let (_folder, bed, mut agent) = started();
    let mut restored = TestAgent::new("caution-list");
    let first = agent.delta(&[hazard("c-1", 1)]);
    bed.deliver(&agent, &first).unwrap();
    let other = restored.delta(&[hazard("c-2", 1)]);
    assert_eq!(reason(&bed, "community-safety", &other), "fork");
    assert_eq!(bed.at(100).matches[0].flags.as_ref().unwrap().len(), 1);
    // The true chain goes on.
    let next = agent.delta(&[hazard("c-3", 2)]);
    assert_eq!(
        bed.deliver(&agent, &next).unwrap().outcome,
        Outcome::Applied
    );
}

#[test]
fn a_gap_and_a_broken_chain_are_refused_and_leave_the_place_free() {
    let (_folder, bed, mut agent) = started();
    let first = agent.delta(&[hazard("c-1", 1)]);
    let second = agent.delta(&[hazard("c-2", 2)]);
    assert_eq!(reason(&bed, "community-safety", &second), "gap");
    bed.deliver(&agent, &first).unwrap();
    let mut other = TestAgent::new("caution-list");
    other.sequence = 1;
    assert_eq!(
        reason(&bed, "community-safety", &other.delta(&[hazard("c-9", 9)])),
        "chain-broken"
    );
    assert_eq!(
        bed.deliver(&agent, &second).unwrap().outcome,
        Outcome::Applied
    );
}

#[test]
fn a_refused_batch_sent_over_and_over_is_signed_once() {
    let (_folder, bed, mut agent) = started();
    agent.delta(&[hazard("c-1", 1)]);
    let second = agent.delta(&[hazard("c-2", 2)]);
    for _ in 0..5 {
        assert_eq!(reason(&bed, "community-safety", &second), "gap");
    }
    assert_eq!(bed.keeper.told.lock().unwrap().attested.len(), 1);
}

#[test]
fn an_unknown_key_a_bad_signature_and_a_cut_batch_get_no_receipt() {
    let (_folder, bed, mut agent) = started();
    let malformed = Err(Refusal::new(Code::Malformed));
    let stranger = TestAgent::with_seed("caution-list", 99);
    assert_eq!(
        bed.deliver(&stranger, &stranger.delta_of(hazard("c-1", 1))),
        malformed
    );
    // A stranger who names the enrolled key.
    let mut header = stranger.header(Kind::Delta, 0);
    header.agent_key = agent.key.public().id();
    assert_eq!(
        bed.deliver(&stranger, &stranger.sealed(header, &[])),
        malformed
    );
    let good = agent.delta(&[hazard("c-1", 1)]);
    for length in [0, 1, 100, good.len() - 1] {
        assert_eq!(bed.deliver(&agent, &good[..length]), malformed, "{length}");
    }
    let mut turned = good.clone();
    *turned.last_mut().unwrap() ^= 1;
    assert_eq!(bed.deliver(&agent, &turned), malformed);
    assert!(bed.keeper.told.lock().unwrap().attested.is_empty());
    assert_eq!(
        bed.deliver(&agent, &good).unwrap().outcome,
        Outcome::Applied
    );
}

#[test]
fn a_batch_for_another_box_source_service_or_epoch_is_refused_by_name() {
    let (_folder, bed, agent) = started();
    let sealed = |change: fn(&mut batch::Header)| {
        let mut header = agent.header(Kind::Delta, 0);
        change(&mut header);
        agent.sealed(header, &[])
    };
    let own = "community-safety";
    assert_eq!(
        reason(
            &bed,
            own,
            &sealed(|h| h.box_id = "firebox.example/other".into())
        ),
        "wrong-box"
    );
    assert_eq!(
        reason(
            &bed,
            own,
            &sealed(|h| h.source = "housing-properties".into())
        ),
        "wrong-source"
    );
    assert_eq!(reason(&bed, "housing", &sealed(|_| ())), "wrong-source");
    assert_eq!(reason(&bed, own, &sealed(|h| h.epoch = 2)), "wrong-epoch");
    assert_eq!(
        bed.deliver(&agent, &sealed(|h| h.source = "nobody".into())),
        Err(Code::Malformed.into())
    );
}

#[test]
fn a_body_under_another_header_is_refused() {
    let (_folder, bed, mut agent) = started();
    let first = agent.header(Kind::Delta, 1);
    let line = agent.lines(&[hazard("c-1", 1)]).remove(0);
    let body = batch::body(&first, &[line.as_slice(), b"\n"].concat()).unwrap();
    let packed = zstd::encode_all(body.as_slice(), 3).unwrap();
    let ciphertext = encrypt(&packed, &identity().to_public()).unwrap();
    let mut other = first.clone();
    other.run = 5;
    let moved = batch::assemble(other, &ciphertext, &agent.key).unwrap();
    assert_eq!(reason(&bed, "community-safety", &moved), "header-differs");
    let mut fewer = first;
    fewer.count = 0;
    let body = batch::body(&fewer, &[line.as_slice(), b"\n"].concat()).unwrap();
    let packed = zstd::encode_all(body.as_slice(), 3).unwrap();
    let ciphertext = encrypt(&packed, &identity().to_public()).unwrap();
    let hidden = batch::assemble(fewer, &ciphertext, &agent.key).unwrap();
    assert_eq!(reason(&bed, "community-safety", &hidden), "header-differs");
    assert!(bed.at(100).matches.is_empty());
}

#[test]
fn a_bomb_and_a_body_for_another_box_are_refused() {
    let (_folder, bed, agent) = started();
    let bomb = zstd::encode_all(vec![b'a'; MAX_BODY_BYTES + 1].as_slice(), 3).unwrap();
    let bomb = encrypt(&bomb, &identity().to_public()).unwrap();
    let other = encrypt(b"", &age::x25519::Identity::generate().to_public()).unwrap();
    for ciphertext in [bomb, other] {
        let batch = batch::assemble(agent.header(Kind::Delta, 0), &ciphertext, &agent.key).unwrap();
        assert_eq!(reason(&bed, "community-safety", &batch), "body-unreadable");
    }
}

#[test]
fn a_line_without_a_key_refuses_its_batch_and_a_line_that_breaks_a_rule_is_noted() {
    let (_folder, bed, mut agent) = started();
    let garbage = agent.sealed(agent.header(Kind::Delta, 1), &[b"{}".to_vec()]);
    assert_eq!(reason(&bed, "community-safety", &garbage), "not-understood");
    let broken =
        br#"{"key":"c-7","op":"put","record":{"kind":"hazard","location":{"uprn":"100"}},"version":1}"#.to_vec();
    let good = agent.lines(&[hazard("c-1", 1)]).remove(0);
    let batch = agent.batch(Kind::Delta, &[broken, good]);
    let said = bed.deliver(&agent, &batch).unwrap();
    assert_eq!(said.outcome, Outcome::Applied);
    assert_eq!(
        (said.notes[0].key.as_str(), said.notes[0].code.as_str()),
        ("c-7", "not-understood")
    );
    let answer = bed.at(100);
    assert_eq!(answer.matches[0].flags.as_ref().unwrap().len(), 1);
    assert_eq!(answer.matches[0].notices.len(), 1);
    assert!(!answer.complete);
}

#[test]
fn a_raised_epoch_starts_the_chain_anew_and_the_old_one_is_over() {
    let folder = folder();
    let mut old = TestAgent::new("caution-list");
    let bed = Bed::start(folder.path(), "run", &[&old], true);
    let first = old.delta(&[hazard("c-1", 1)]);
    bed.deliver(&old, &first).unwrap();
    drop(bed);
    let mut new = TestAgent::with_seed("caution-list", 77);
    new.epoch = 2;
    let bed = Bed::start(folder.path(), "run-2", &[&new, &old], true);
    let rekey = new.batch(Kind::Rekey, &[]);
    assert_eq!(bed.deliver(&new, &rekey).unwrap().outcome, Outcome::Applied);
    assert_eq!(
        reason(&bed, "community-safety", &old.delta(&[hazard("c-2", 2)])),
        "wrong-epoch"
    );
    assert_eq!(bed.at(100).matches[0].flags.as_ref().unwrap().len(), 1);
}

#[test]
fn the_keeper_is_told_every_change_of_an_envelope() {
    let (_folder, bed, mut agent) = started();
    let record = || flag_at(Location::Uprn(uprn(100)));
    let one = agent.put_with_envelope("c-1", 1, record(), &agent.seal("c-1", 1));
    let two = agent.put_with_envelope("c-1", 2, record(), &agent.seal("c-1", 2));
    let without = put_line("c-1", 3, record());
    for line in [one, two, without] {
        let batch = agent.delta(&[line]);
        bed.deliver(&agent, &batch).unwrap();
    }
    let told = bed.keeper.told.lock().unwrap();
    let changes: Vec<_> = told
        .attested
        .iter()
        .map(|a| (a.envelopes[0].version, a.envelopes[0].ciphertext.is_some()))
        .collect();
    assert_eq!(changes, [(1, true), (2, true), (3, false)]);
    assert_eq!(
        told.attested[0].envelopes[0].record,
        crate::buckets::record_id("caution-list", "c-1")
    );
}

#[test]
fn a_batch_of_the_wrong_kind_of_line_is_refused() {
    let (_folder, bed, mut agent) = started();
    let line = agent.lines(&[hazard("c-1", 1)]).remove(0);
    for kind in [Kind::Heartbeat, Kind::SnapshotManifest, Kind::Rekey] {
        let batch = agent.sealed(agent.header(kind, 1), std::slice::from_ref(&line));
        assert_eq!(
            reason(&bed, "community-safety", &batch),
            "not-understood",
            "{kind:?}"
        );
    }
    assert!(Batch::parse(&[]).is_err());
}
