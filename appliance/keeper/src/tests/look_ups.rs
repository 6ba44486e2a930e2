use firebox_contract::record::Uprn;
use firebox_protocol::gate_keeper::{Reply, Request};
use firebox_protocol::mac::MacKey;
use firebox_protocol::{Action, Ask, Code, Permit, PropertyBy, Query, SessionToken, Visit, query};

use super::harness::*;
use crate::log::leaf::commitment;

#[test]
fn a_permit_comes_only_when_its_entry_is_on_the_disk() {
    let council = Council::open();
    let _store = council.store();
    let session = council.signed_in("Aisha", &["officer"]);
    let asked = property("visit");
    let (permit, entry, reference) = council.gate().permit(&session, &asked).unwrap();
    // Another connection sees what is committed and nothing else.
    let log = council.log();
    let found = &log[usize::try_from(entry).unwrap()];

    let permit = Permit::open(&permit, &MacKey::new(PERMIT_KEY)).unwrap();
    let bytes = query::to_bytes(&asked).unwrap();
    assert_eq!(
        permit.covers(&bytes, Action::Property, &STORE_NONCE, 69_999),
        Ok(())
    );
    assert!(
        permit
            .covers(&bytes, Action::Property, &STORE_NONCE, 70_000)
            .is_err()
    );
    assert_eq!((permit.log_index, permit.max_rows), (entry, 20));
    assert_eq!(permit.session, SessionToken::new(session).hash());

    assert_eq!(found.kind(), "look-up");
    assert_eq!(found.body["person"], "Aisha");
    assert_eq!(found.body["roles"], serde_json::json!(["officer"]));
    assert_eq!(found.body["auth"], "password");
    assert_eq!(found.body["purpose"], "visit");
    assert_eq!(found.body["decision"], "allowed");
    assert_eq!(found.body["by"], "officer");
    assert_eq!(found.body["permit"], hex::encode(permit.id));
    assert_eq!(found.body["asked"]["property"]["uprn"], "100023336956");
    assert_eq!(found.body["policy"].as_str().unwrap().len(), 64);
    assert_eq!(found.body["reference"], reference);
    let made = reference.strip_prefix("CALL-").unwrap();
    assert!(made.len() == 10 && made.bytes().all(|sign| sign.is_ascii_alphanumeric()));
}

#[test]
fn the_leaf_commits_to_the_body_with_its_salt() {
    let council = Council::open();
    let path = council.file("log-2026.db");
    let conn = crate::log::database::open_reader(&path, &LOG_KEY).unwrap();
    let sql = "SELECT salt, body FROM entry WHERE id = 1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let (salt, body): ([u8; 32], Vec<u8>) = conn.query_row(sql, [], read).unwrap();
    assert_eq!(council.log()[1].leaf.commitment, commitment(&salt, &body));
}

#[test]
fn the_callers_own_reference_is_kept() {
    let council = Council::open();
    let _store = council.store();
    let session = council.signed_in("Aisha", &["officer"]);
    let asked = Query {
        reference: Some("V-17".into()),
        ..property("visit")
    };
    let (_, entry, reference) = council.gate().permit(&session, &asked).unwrap();
    assert_eq!(reference, "V-17");
    assert_eq!(
        council.log()[usize::try_from(entry).unwrap()].body["reference"],
        "V-17"
    );
}

#[test]
fn a_refused_question_is_an_entry_and_gets_no_permit() {
    let council = Council::open();
    let _store = council.store();
    let session = council.signed_in("Aisha", &["officer"]);
    let mut gate = council.gate();
    for (query, code, name) in [
        (
            property("call"),
            Code::PurposeNotAllowed,
            "purpose-not-allowed",
        ),
        (
            property("curiosity"),
            Code::UnknownPurpose,
            "unknown-purpose",
        ),
        (
            ask("sync-admin", Ask::Sources),
            Code::NotAllowed,
            "not-allowed",
        ),
        (
            ask(
                "visit",
                Ask::DecideHold {
                    hold: 1,
                    apply: false,
                },
            ),
            Code::NotAllowed,
            "",
        ),
    ] {
        let from = council.log().len();
        assert_eq!(gate.permit(&session, &query).err(), Some(code));
        let log = council.log();
        if name.is_empty() {
            // The second of its code in this minute: counted.
            assert_eq!(log.len(), from);
            continue;
        }
        let body = &log[from].body;
        assert_eq!(
            (&body["kind"], &body["code"]),
            (&"refused".into(), &name.into())
        );
        assert_eq!(
            (&body["person"], &body["purpose"]),
            (&"Aisha".into(), &query.purpose.into())
        );
        assert!(body["asked"].is_object() && body["permit"].is_null());
    }
    council.clock.pass(MINUTE);
    assert_eq!(
        gate.permit(&session, &ask("visit", Ask::Sources)).err(),
        Some(Code::NotAllowed)
    );
    let counted = council
        .log()
        .into_iter()
        .filter_map(|entry| entry.body["more"].as_u64());
    assert_eq!(counted.sum::<u64>(), 1);
}

#[test]
fn nobody_without_a_session_leaves_a_trace_or_gets_a_permit() {
    let council = Council::open();
    let _store = council.store();
    let from = council.log().len();
    let refused = council.gate().permit("made up", &property("visit")).err();
    assert_eq!(refused, Some(Code::NotSignedIn));
    assert_eq!(council.log().len(), from);
}

#[test]
fn bytes_that_are_no_question_are_refused_and_not_logged() {
    let council = Council::open();
    let _store = council.store();
    let session = council.signed_in("Aisha", &["officer"]);
    let from = council.log().len();
    let mut bytes = query::to_bytes(&property("visit")).unwrap();
    bytes.push(0);
    let request = Request::Permit {
        session: SessionToken::new(session),
        query: bytes,
    };
    let reply: Reply = council.gate().ask(&request);
    assert!(matches!(reply, Reply::Refused(refusal) if refusal.code == Code::Malformed));
    assert_eq!(council.log().len(), from);
}

#[test]
fn without_a_store_there_is_no_permit_and_no_entry() {
    let council = Council::open();
    let session = council.signed_in("Aisha", &["officer"]);
    let from = council.log().len();
    let refused = council.gate().permit(&session, &property("visit")).err();
    assert_eq!(refused, Some(Code::NotReady));
    assert_eq!(council.log().len(), from);
    let _store = council.store();
    assert!(council.gate().permit(&session, &property("visit")).is_ok());
}

#[test]
fn a_person_at_the_limit_is_refused_also_after_a_restart_and_a_change_of_the_clock() {
    let mut council = Council::with_log();
    council.policy = with_limits(&council.policy, 3, 100);
    council.start();
    let store = council.store();
    let (aisha, ben) = (
        council.signed_in("Aisha", &["officer"]),
        council.signed_in("Ben", &["officer"]),
    );
    for _ in 0..3 {
        assert!(council.gate().permit(&aisha, &property("visit")).is_ok());
    }
    assert_eq!(
        council.gate().permit(&aisha, &property("visit")).err(),
        Some(Code::PersonLimit)
    );
    assert_eq!(council.log().pop().unwrap().body["code"], "person-limit");
    drop(store);
    council.restart();
    council
        .clock
        .set_wall(crate::clock::by_hand::NOON_MS + 48 * HOUR);
    let _store = council.store();
    assert_eq!(
        council.gate().permit(&aisha, &property("visit")).err(),
        Some(Code::PersonLimit)
    );
    assert!(council.gate().permit(&ben, &property("visit")).is_ok());
    council.pass_in_use(&aisha, 61 * MINUTE);
    assert!(council.gate().permit(&aisha, &property("visit")).is_ok());
}

#[test]
fn the_box_has_a_limit_however_many_people_ask_and_each_visit_counts() {
    let mut council = Council::with_log();
    council.policy = with_limits(&council.policy, 5, 8);
    council.start();
    let _store = council.store();
    let visit = |number: u32| Visit {
        reference: format!("V-{number}"),
        at: PropertyBy::Uprn(Uprn::parse("100023336956").unwrap()),
    };
    let list = |count| Ask::Visits {
        date: jiff::civil::date(2026, 3, 2),
        visits: (0..count).map(visit).collect(),
    };
    let mut permits = Vec::new();
    for name in ["A1", "A2", "A3", "A4"] {
        let session = council.signed_in(name, &["officer"]);
        permits.push(
            council
                .gate()
                .permit(&session, &ask("visit", list(4)))
                .map(|_| ()),
        );
    }
    let full = Err(Code::BoxLimit);
    assert_eq!(permits, [Ok(()), Ok(()), full, full]);
}

#[test]
fn the_sources_are_for_service_admins_and_reviewers() {
    let council = Council::open();
    let _store = council.store();
    for (role, allowed) in [
        ("officer", false),
        ("adviser", false),
        ("holder", false),
        ("custodian", false),
        ("service-admin", true),
        ("reviewer", true),
    ] {
        let session = council.signed_in(role, &[role]);
        let permit = council
            .gate()
            .permit(&session, &ask("sync-admin", Ask::Sources));
        assert_eq!(permit.is_ok(), allowed, "{role}");
    }
}

#[test]
fn many_at_once_all_get_the_permit_of_their_own_question() {
    let council = Council::open();
    let _store = council.store();
    let session = council.signed_in("Aisha", &["officer"]);
    let mut gate = council.gate();
    let question = |number: u64| Query {
        reference: Some(format!("V-{number}")),
        ..property("visit")
    };
    let mut sent = std::collections::BTreeMap::new();
    for number in 0..200 {
        let query = query::to_bytes(&question(number)).unwrap();
        let session = SessionToken::new(session.clone());
        sent.insert(
            gate.send(&Request::Permit {
                session,
                query: query.clone(),
            }),
            query,
        );
    }
    let mut indexes = Vec::new();
    while let Some((id, query)) = sent.pop_first() {
        let mut answers = std::iter::from_fn(|| gate.receive::<Reply>());
        let Some((answered, Reply::Permit { permit, entry, .. })) = answers.next() else {
            panic!("no permit")
        };
        let query = if answered == id {
            query
        } else {
            sent.insert(id, query);
            sent.remove(&answered).unwrap()
        };
        let permit = Permit::open(&permit, &MacKey::new(PERMIT_KEY)).unwrap();
        assert_eq!(
            permit.covers(&query, Action::Property, &STORE_NONCE, 0),
            Ok(())
        );
        assert_eq!(permit.log_index, entry);
        indexes.push(entry);
    }
    indexes.sort_unstable();
    indexes.dedup();
    assert_eq!(indexes.len(), 200);
}
