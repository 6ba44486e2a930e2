use firebox_contract::correction::{self, Correction, Declined};
use firebox_contract::signing::SigningKey;
use firebox_protocol::answer::Progress;
use firebox_protocol::permit::fields;
use firebox_protocol::store_keeper::{Reply, Request};
use firebox_protocol::{Action, Ask, Code, Query};

use super::correcting::*;
use super::harness::*;
use super::sealed::*;
use super::the_reserve::on_a_full_disk;
use crate::log::database;

const SHOULD_BE: &str = "+447700900483";

#[test]
fn a_correction_is_entered_under_its_reference_before_its_permit_is_given() {
    let housing = Housing::open();
    let session = housing.council.signed_in("Ada", &["adviser"]);
    let raised = raise(&housing.council, &session, &old_number(SHOULD_BE)).unwrap();
    let entry = &housing.council.log()[usize::try_from(raised.entry).unwrap()];
    assert_eq!(entry.kind(), "correction");
    assert_eq!(entry.body["person"], "Ada");
    assert_eq!(entry.body["by"], "adviser");
    assert_eq!(entry.body["purpose"], "correction");
    assert_eq!(entry.body["permit"], hex::encode(raised.permit.id));
    let asked = serde_json::json!({"correct": {
        "about": {"person": 17},
        "field": "phone",
        "how_known": "person-told-me",
        "correction": raised.reference,
    }});
    assert_eq!(entry.body["asked"], asked);
    let permit = &raised.permit;
    assert_eq!(
        (permit.action, permit.fields, permit.log_index),
        (Action::Correct, fields::CORRECTIONS, raised.entry)
    );
}

#[test]
fn a_reported_hazard_is_entered_the_same_and_a_question_how_it_stands_is_a_look_up() {
    let housing = Housing::open();
    let session = housing.council.signed_in("Omar", &["officer"]);
    let query = report("housing", "Two dogs, loose", "this morning");
    let raised = raise(&housing.council, &session, &query).unwrap();
    let entry = housing.last("correction");
    let asked = serde_json::json!({"report": {
        "uprn": "100023336956",
        "category": "dangerous-animal",
        "to": "housing",
        "correction": raised.reference,
    }});
    assert_eq!(
        (&entry.body["asked"], &entry.body["by"]),
        (&asked, &"officer".into())
    );
    let stands = ask("correction", Ask::Correction(raised.reference.clone()));
    let asked = raise(&housing.council, &session, &stands).unwrap();
    assert_eq!(
        (asked.permit.action, asked.permit.fields),
        (Action::Correction, fields::CORRECTIONS)
    );
    let entry = housing.last("look-up");
    assert_eq!(entry.body["asked"]["correction"], raised.reference);
}

#[test]
fn nothing_is_shown_of_a_correction_so_nothing_is_waited_for() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Ada", &["adviser"]);
    raise(&housing.council, &session, &old_number(SHOULD_BE)).unwrap();
    housing.council.clock.pass(11_000);
    housing.store.ask::<Reply>(&Request::Agents);
    assert_eq!(housing.count("not-shown"), 0);
}

#[test]
fn no_word_of_what_was_said_or_seen_stands_in_the_log() {
    let housing = Housing::with_policy(|policy| {
        policy.replace(
            "person_corrections_per_hour = 30",
            "person_corrections_per_hour = 2",
        )
    });
    let session = housing.council.signed_in("Ada", &["adviser", "officer"]);
    let said = "Marmalade Row";
    let seen = "Two marmalade dogs\nand a parrot";
    let when = "at marmalade time";
    // Permitted, refused by its role, refused by its limit: none has the words.
    for _ in 0..2 {
        assert!(raise(&housing.council, &session, &old_number(said)).is_ok());
        let other = raise(&housing.council, &session, &as_role("reviewer", said));
        assert_eq!(other.err(), Some(Code::NotAllowed));
    }
    let full = raise(&housing.council, &session, &report("housing", seen, when));
    assert_eq!(full.err(), Some(Code::PersonLimit));
    let log = housing.council.log();
    assert!(log.iter().any(|entry| entry.body["code"] == "person-limit"
        && entry.body["asked"]["report"]["to"] == "housing"));
    for entry in &log {
        let body = entry.body.to_string().to_lowercase();
        for word in ["marmalade", "parrot"] {
            assert!(!body.contains(word), "{}", entry.kind());
        }
    }
}

#[test]
fn a_header_is_signed_once_its_entry_is_on_the_disk_and_the_same_again_for_ever() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Ada", &["adviser"]);
    let raised = raise(&housing.council, &session, &old_number(SHOULD_BE)).unwrap();
    let header = header(&raised.reference, "housing", b"sealed");
    let signature = sign(&mut housing.store, &raised.permit, &header).unwrap();
    let entry = housing.last("correction-sent");
    assert_eq!(entry.body["correction"], raised.reference);
    assert_eq!(entry.body["service"], "housing");
    assert_eq!(entry.body["ciphertext_sha256"], header.ciphertext_sha256);

    // The agent takes it with the box's receipt key.
    let bytes = correction::header_bytes(&header).unwrap();
    let signed = signature.as_slice().try_into().unwrap();
    let whole = correction::assemble(&bytes, b"sealed", signed).unwrap();
    let key = SigningKey::from_seed(&[15; 32]).public();
    assert_eq!(Correction::parse(&whole).unwrap().verify(&key), Ok(()));

    let again = sign(&mut housing.store, &raised.permit, &header);
    assert_eq!(again.as_ref(), Ok(&signature));
    housing.restart();
    let again = sign(&mut housing.store, &raised.permit, &header);
    assert_eq!(again, Ok(signature));
    assert_eq!(housing.count("correction-sent"), 1);
}

#[test]
fn each_step_of_a_correction_is_one_entry_however_often_it_is_told() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Ada", &["adviser"]);
    let raised = raise(&housing.council, &session, &old_number(SHOULD_BE)).unwrap();
    let steps = [
        (Progress::Delivered, "delivered", None),
        (Progress::Done, "done", None),
        (
            Progress::Declined(Declined::NotOurs),
            "declined",
            Some("not-ours"),
        ),
        (Progress::Settled, "settled", None),
    ];
    for (count, (progress, word, reason)) in (1..).zip(steps) {
        for _ in 0..2 {
            let told = moved(&mut housing.store, &raised.reference, "housing", progress);
            assert_eq!(told, Ok(()));
        }
        assert_eq!(housing.count("correction-moved"), count);
        let entry = housing.last("correction-moved");
        assert_eq!(entry.body["correction"], raised.reference);
        assert_eq!(
            (&entry.body["service"], &entry.body["progress"]),
            (&"housing".into(), &word.into())
        );
        assert_eq!(entry.body["reason"].as_str(), reason);
    }
    housing.restart();
    let told = moved(
        &mut housing.store,
        &raised.reference,
        "housing",
        Progress::Done,
    );
    assert_eq!(told, Ok(()));
    assert_eq!(housing.count("correction-moved"), 4);
}

#[test]
fn a_service_is_told_only_a_role_that_is_the_persons_and_allows_it() {
    let housing = Housing::open();
    let council = &housing.council;
    let both = council.signed_in("Ada", &["reviewer", "adviser"]);
    let officer = council.signed_in("Omar", &["officer"]);
    let by = |session: &str, role| {
        raise(council, session, &as_role(role, SHOULD_BE)).map(|_| housing.last("correction"))
    };
    assert_eq!(by(&both, "adviser").unwrap().body["by"], "adviser");
    assert_eq!(by(&officer, "officer").unwrap().body["by"], "officer");
    assert_eq!(by(&both, "reviewer").err(), Some(Code::NotAllowed));
    assert_eq!(by(&both, "officer").err(), Some(Code::NotAllowed));
    assert_eq!(by(&officer, "adviser").err(), Some(Code::NotAllowed));
    assert_eq!(by(&officer, "king").err(), Some(Code::NotAllowed));
    assert_eq!(by(&officer, "The King").err(), Some(Code::Malformed));
}

#[test]
fn the_limits_of_corrections_hold_for_a_person_and_the_box_and_outlive_a_restart() {
    let mut housing = Housing::with_policy(|policy| {
        policy
            .replace(
                "person_corrections_per_hour = 30",
                "person_corrections_per_hour = 2",
            )
            .replace(
                "box_corrections_per_hour = 600",
                "box_corrections_per_hour = 3",
            )
    });
    let ada = housing.council.signed_in("Ada", &["adviser"]);
    let omar = housing.council.signed_in("Omar", &["officer"]);
    let dogs = report("housing", "Two dogs", "today");
    let raised = |housing: &Housing, session: &str, query: &Query| {
        raise(&housing.council, session, query).err()
    };
    assert_eq!(raised(&housing, &ada, &old_number(SHOULD_BE)), None);
    assert_eq!(raised(&housing, &ada, &old_number(SHOULD_BE)), None);
    let full = Some(Code::PersonLimit);
    assert_eq!(raised(&housing, &ada, &old_number(SHOULD_BE)), full);
    housing.restart();
    assert_eq!(raised(&housing, &ada, &old_number(SHOULD_BE)), full);
    assert_eq!(raised(&housing, &omar, &dogs), None);
    assert_eq!(raised(&housing, &omar, &dogs), Some(Code::BoxLimit));
    // Asking how one stands is a look-up and no more.
    let stands = ask("correction", Ask::Correction("COR-0000000000".into()));
    assert_eq!(raised(&housing, &ada, &stands), None);
    housing.council.pass_in_use(&ada, 61 * MINUTE);
    assert_eq!(raised(&housing, &ada, &old_number(SHOULD_BE)), None);
}

#[test]
fn on_the_reserve_nothing_is_raised_or_sent_and_what_was_signed_is_signed_again() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Ada", &["adviser"]);
    let raised = raise(&housing.council, &session, &old_number(SHOULD_BE)).unwrap();
    let other = raise(&housing.council, &session, &old_number(SHOULD_BE)).unwrap();
    let first = header(&raised.reference, "housing", b"sealed");
    let second = header(&other.reference, "housing", b"sealed");
    let signature = sign(&mut housing.store, &raised.permit, &first).unwrap();
    let delivered = |housing: &mut Housing, reference: &str| {
        let store = &mut housing.store;
        moved(store, reference, "housing", Progress::Delivered)
    };
    assert_eq!(delivered(&mut housing, &raised.reference), Ok(()));
    housing.council.stop().unwrap();
    on_a_full_disk(&mut housing.council);
    housing.start();
    let full = Code::ReserveOnly;
    let refused = raise(&housing.council, &session, &old_number(SHOULD_BE));
    assert_eq!(refused.err(), Some(full));
    let again = sign(&mut housing.store, &raised.permit, &first);
    assert_eq!(again, Ok(signature));
    let refused = sign(&mut housing.store, &other.permit, &second);
    assert_eq!(refused, Err(full));
    assert_eq!(delivered(&mut housing, &raised.reference), Ok(()));
    assert_eq!(delivered(&mut housing, &other.reference), Err(full));
    // Once there is room, what waited goes.
    housing.council.settings.reserve_bytes = 1 << 20;
    housing.restart();
    assert!(sign(&mut housing.store, &other.permit, &second).is_ok());
    assert_eq!(delivered(&mut housing, &other.reference), Ok(()));
}

#[test]
fn a_log_made_before_there_were_corrections_is_brought_up_and_takes_them() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Ada", &["adviser"]);
    let before = housing.council.log().len();
    housing.council.stop().unwrap();
    let path = housing.council.file("log-2026.db");
    let conn = database::open_writer(&path, &LOG_KEY).unwrap();
    conn.execute_batch(
        "DROP TABLE correction_moved; DROP TABLE correction_sent; DROP TABLE correction;
         DROP TABLE correction_count; PRAGMA user_version = 2",
    )
    .unwrap();
    drop(conn);
    housing.start();
    assert_eq!(
        housing.council.log().len(),
        before + 1,
        "no more than `boot`"
    );
    let raised = raise(&housing.council, &session, &old_number(SHOULD_BE)).unwrap();
    let header = header(&raised.reference, "housing", b"sealed");
    assert!(sign(&mut housing.store, &raised.permit, &header).is_ok());
}
