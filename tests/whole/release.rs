//! Walk 2: a request, to a released detail.
//!
//! One demo serves the chapter's stories in turn, so that each is told of the
//! box a council would have, with everything that happened to it before.

mod afterwards;

use firebox_tests::{Council, Person, Released, check_receipt, pieces, reason, request, wait_for};
use firebox_verify::{Receipt, VerifierKey};
use serde_json::{Value, json};

use afterwards::{
    a_class_that_asks_for_a_signature_says_so, a_release_ends_when_its_note_changes,
    a_release_ends_with_its_warning, a_release_outlives_a_restart_of_the_whole_box,
    the_log_says_who_and_why_and_nothing_of_the_note,
};

/// Every so many bytes of a receipt are changed for the program; all of them for its library.
const STRIDE: usize = 61;
/// What the officer writes when it is an emergency.
const HAPPENING: &str = "He is shouting behind the door and I am on the step";

#[test]
fn a_purpose_and_a_reason_bring_the_sealed_detail_and_a_receipt_anybody_can_check() {
    let mut council = Council::open();
    let officer = council.officer();
    let uprn = council.sample("release_flag_uprn");
    a_look_up_says_that_there_is_a_detail_and_nothing_of_it(&council, &officer, &uprn);
    let why = reason();
    let released = a_purpose_a_reason_and_a_reference_bring_the_note(&officer, &council, &why);
    a_look_up_says_who_can_open_it_again(&council, &officer, &uprn);
    the_receipt_is_checked_with_the_key_alone_and_not_when_a_byte_is_changed(&council, &released);
    the_entry_can_be_proved_to_whoever_made_it_and_a_reviewer(&council, &officer, &released);
    each_showing_is_an_entry_of_its_own_for_whoever_asked(&council, &officer, &released);
    what_says_too_little_is_refused_with_what_is_missing(&council, &officer, &uprn, &why);
    an_emergency_is_released_at_once_and_the_fourth_of_a_day_is_escalated(&officer, &uprn);
    a_closely_held_detail_is_refused_with_what_its_class_asks_for(&council, &officer);

    assert_eq!(council.interrupt(), Some(0));
    council.start();
    a_release_outlives_a_restart_of_the_whole_box(&officer, &released);
    the_log_says_who_and_why_and_nothing_of_the_note(&council, &released, &why);
    a_release_ends_when_its_note_changes(&council, &officer, &released, &uprn);
    a_release_ends_with_its_warning(&council, &officer, &uprn);

    council.restart_with_policy(&[("decision = \"assert\"", "decision = \"sign\"")]);
    a_class_that_asks_for_a_signature_says_so(&council, &officer);
    every_entry_that_says_released_is_one_that_somebody_got(&council);
}

fn a_look_up_says_that_there_is_a_detail_and_nothing_of_it(
    council: &Council,
    officer: &Person,
    uprn: &str,
) {
    assert_eq!(detail(officer, uprn), "sealed");
    let answer = officer.asks(json!({"purpose": "visit", "uprn": uprn}));
    let pieces = pieces(&council.note(uprn));
    assert!(!pieces.is_empty());
    for piece in pieces {
        assert!(!answer.text.contains(&piece), "a look-up says {piece:?}");
    }
}

fn a_purpose_a_reason_and_a_reference_bring_the_note(
    officer: &Person,
    council: &Council,
    why: &str,
) -> Released {
    let uprn = council.sample("release_flag_uprn");
    let answer = officer.requests(&officer.flag(&uprn), why);
    let released = Released::read(&answer, 201);
    assert_eq!(released.note(), council.note(&uprn));
    let list = council.caution_list();
    for (member, column) in [
        ("incident_reference", "Incident Ref"),
        ("decided_by", "Decided By"),
        ("approved_by", "Approved By"),
    ] {
        let sealed = list.value("UPRN", &uprn, column);
        assert_eq!(released.detail[member], sealed.as_str());
    }
    let answer = answer.json();
    assert_eq!(
        (&answer["review"], &answer["escalated"]),
        (&Value::Null, &Value::Null)
    );
    assert!(released.valid_until > jiff::Timestamp::now());
    released
}

fn a_look_up_says_who_can_open_it_again(council: &Council, officer: &Person, uprn: &str) {
    assert_eq!(detail(officer, uprn), "released");
    let elsewhere = council.sample("uprn_overdue");
    assert_eq!(detail(officer, &elsewhere), "sealed");
    assert_eq!(detail(&council.signs_in("ana.officer"), uprn), "sealed");
}

/// What a look-up says of a warning's detail.
fn detail(officer: &Person, uprn: &str) -> String {
    let answer = officer.checks(uprn);
    let detail = &answer["matches"][0]["flags"][0]["detail"];
    detail.as_str().unwrap().to_owned()
}

fn the_receipt_is_checked_with_the_key_alone_and_not_when_a_byte_is_changed(
    council: &Council,
    released: &Released,
) {
    let good = released.receipt.as_bytes();
    let said = check_receipt(good, council.key());
    assert_eq!(said.code, Some(0), "{}", said.said());
    for words in [
        &format!("ok: entry {}", released.entry),
        "olu.officer",
        "V-77",
    ] {
        assert!(said.out.contains(words), "no {words:?} in {}", said.out);
    }
    let changed = |at: usize| {
        let mut changed = good.to_vec();
        changed[at] ^= 1;
        changed
    };
    for at in (0..good.len()).step_by(STRIDE) {
        let said = check_receipt(&changed(at), council.key());
        assert_eq!(said.code, Some(1), "byte {at} changed: {}", said.said());
    }
    let key = VerifierKey::parse(council.key()).unwrap();
    for at in 0..good.len() {
        for bytes in [changed(at), good[..at].to_vec()] {
            // What is not even text is refused before it is read.
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            assert!(
                Receipt::open(&text, &key).is_err(),
                "byte {at} changed, or cut there"
            );
        }
    }
}

fn the_entry_can_be_proved_to_whoever_made_it_and_a_reviewer(
    council: &Council,
    officer: &Person,
    released: &Released,
) {
    let key = VerifierKey::parse(council.key()).unwrap();
    let given = Receipt::open(&released.receipt, &key).unwrap();
    for who in [officer, &council.signs_in("rhys.reviewer")] {
        let proof = who.proof(released.entry);
        assert_eq!(proof.status, 200, "{}", proof.text);
        let proof = Receipt::open(&proof.text, &key).unwrap();
        assert_eq!((proof.index, &proof.body), (given.index, &given.body));
        assert!(proof.checkpoint.size > given.checkpoint.size);
    }
    let other = council.signs_in("ana.officer");
    let absent = other.proof(1 << 40);
    let somebody_elses = other.proof(released.entry);
    assert_eq!((absent.status, somebody_elses.status), (404, 404));
    assert_eq!(absent.text, somebody_elses.text, "they look the same");
}

fn each_showing_is_an_entry_of_its_own_for_whoever_asked(
    council: &Council,
    officer: &Person,
    released: &Released,
) {
    let key = VerifierKey::parse(council.key()).unwrap();
    let mut last = released.entry;
    for _ in 0..2 {
        let again = Released::read(&officer.opens(&released.release), 200);
        assert_eq!(again.detail, released.detail);
        assert_eq!(again.release, released.release);
        assert_eq!(
            again.valid_until, released.valid_until,
            "showing lengthens nothing"
        );
        assert!(again.entry > last);
        last = again.entry;
        let receipt = Receipt::open(&again.receipt, &key).unwrap();
        let body: Value = serde_json::from_str(&receipt.body).unwrap();
        assert_eq!(receipt.index, again.entry);
        assert_eq!(body["kind"], "opened");
        assert_eq!(body["first_entry"], released.entry);
    }
    let other = council.signs_in("ana.officer");
    let absent = other.opens("REL-0000000000");
    let somebody_elses = other.opens(&released.release);
    assert_eq!((absent.status, somebody_elses.status), (404, 404));
    assert_eq!(absent.text, somebody_elses.text, "they look the same");
}

fn what_says_too_little_is_refused_with_what_is_missing(
    council: &Council,
    officer: &Person,
    uprn: &str,
    given_before: &str,
) {
    let flag = officer.flag(uprn);
    let of_another_session = council.officer().flag(uprn);
    let with = |member: &str, value: &str| {
        let mut body = request(&flag, &reason());
        body[member] = value.into();
        body
    };
    let mut without_reference = request(&flag, &reason());
    without_reference
        .as_object_mut()
        .unwrap()
        .remove("reference");
    let refused = [
        (with("reason", "Visit today"), 422, "reason_too_short"),
        (
            with("reason", "V i s i t        t o"),
            422,
            "reason_too_short",
        ),
        (with("reason", given_before), 422, "reason_repeated"),
        (
            with("reason", &format!("{}!", given_before.to_uppercase())),
            422,
            "reason_repeated",
        ),
        (with("reason", &" ".repeat(40)), 422, "unacceptable_value"),
        (without_reference, 400, "missing_member"),
        (with("reference", ""), 422, "unacceptable_value"),
        (with("purpose", "call"), 403, "purpose_not_allowed"),
        (with("purpose", "curiosity"), 422, "unknown_purpose"),
        (with("flag", &of_another_session), 404, "not_found"),
    ];
    let pieces = council.betraying();
    for (body, status, code) in refused {
        let answer = officer.requests_by(&body);
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
        assert_eq!(answer.json()["code"], code, "{body}");
        assert!(!pieces.iter().any(|piece| answer.text.contains(piece)));
    }
}

fn an_emergency_is_released_at_once_and_the_fourth_of_a_day_is_escalated(
    officer: &Person,
    uprn: &str,
) {
    let flag = officer.flag(uprn);
    for number in 1..=4 {
        let answer = officer.is_in_an_emergency(&flag, HAPPENING);
        let released = Released::read(&answer, 201);
        assert!(!released.note().is_empty());
        let escalated = if number > 3 { json!(true) } else { Value::Null };
        assert_eq!(answer.json()["review"], "open");
        assert_eq!(answer.json()["escalated"], escalated, "emergency {number}");
        let again = officer.opens(&released.release);
        assert_eq!(again.status, 200, "{}", again.text);
        assert_eq!(again.json()["review"], "open");
    }
}

fn a_closely_held_detail_is_refused_with_what_its_class_asks_for(
    council: &Council,
    officer: &Person,
) {
    let uprn = council.sample("uprn_pairs");
    let note = council.note(&uprn);
    let list = council.caution_list();
    let before = list.value("UPRN", &uprn, "Sensitivity");
    class_becomes(council, officer, &uprn, "Need to know", "Do not attend");
    let answer = officer.requests(&officer.flag(&uprn), &reason());
    refused(&answer, 403, "approval_required");
    let adviser = council.signs_in("ade.adviser");
    let call = json!({"purpose": "call", "reference": "CALL-1", "uprn": uprn});
    let found = adviser.asks(call).ok();
    let mut body = request("", &reason());
    body["flag"] = found["matches"][0]["flags"][0]["flag"].clone();
    body["purpose"] = "call".into();
    refused(&adviser.requests_by(&body), 403, "release_denied");

    class_becomes(council, officer, &uprn, "Restricted", "Visit in pairs");
    let flag = officer.flag(&uprn);
    refused(&officer.requests(&flag, &reason()), 403, "emergency_only");
    let answer = officer.is_in_an_emergency(&flag, HAPPENING);
    assert_eq!(Released::read(&answer, 201).note(), note);
    class_becomes(council, officer, &uprn, &before, "Do not attend");
}

/// Changes the class of a warning, and its control, by which the change is seen.
fn class_becomes(council: &Council, officer: &Person, uprn: &str, class: &str, control: &str) {
    let before = officer.instructions(uprn);
    council
        .caution_list()
        .set("UPRN", uprn, "Sensitivity", class)
        .set("UPRN", uprn, "Controls", control)
        .drop_off();
    wait_for("the changed warning", || {
        officer.instructions(uprn) != before
    });
}

#[track_caller]
fn refused(answer: &firebox_tests::Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.json()["code"], code, "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_ne!(answer.json()["detail"], "", "it says what to do next");
}

/// The stories above counted: nothing was released that nobody got.
fn every_entry_that_says_released_is_one_that_somebody_got(council: &Council) {
    let entries = council.entries();
    let count = |kind: &str| entries.iter().filter(|entry| entry.kind == kind).count();
    assert_eq!(count("release"), 3);
    assert_eq!(count("emergency"), 6);
    assert_eq!(count("opened"), 2 + 4 + 1);
    assert_eq!(count("alarm"), 0, "nothing was unsound");
}
