use firebox_contract::record::Class;
use firebox_protocol::gate_keeper::Fetch;
use firebox_protocol::mac::MacKey;
use firebox_protocol::{Action, Ask, Code, Permit, query};
use firebox_verify::{Receipt, VerifierKey};
use jiff::civil::Date;

use super::harness::*;
use super::sealed::*;
use crate::log::note::NoteKey;

#[test]
fn a_detail_is_released_only_when_its_entry_is_on_the_disk() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    let why = stated("visit", "Gas repair, entry with the key safe");
    let released = housing
        .ask(&session, why, &sealed)
        .unwrap_or_else(|_| panic!());
    // Another connection sees what is committed and nothing else.
    let log = housing.council.log();
    let entry = &log[usize::try_from(released.entry).unwrap()];

    let detail: serde_json::Value = serde_json::from_slice(released.detail.expose()).unwrap();
    assert_eq!(detail["note"], NOTE);
    assert_eq!(entry.kind(), "release");
    let body = &entry.body;
    let says = |member: &str, value: &str| assert_eq!(body[member], value, "{member}");
    says("person", "Aisha");
    says("by", "officer");
    says("auth", "password");
    says("asserted_by", "gate");
    says("purpose", "visit");
    says("reason", "Gas repair, entry with the key safe");
    says("reference", "V-17");
    says("decision", "assert");
    says("release", &released.release);
    says("uprn", "100023336956");
    assert_eq!(body["roles"], serde_json::json!(["officer"]));
    assert_eq!(body["fields"], serde_json::json!(["note", "person"]));
    assert_eq!(body["record"]["service"], "housing");
    assert_eq!(body["record"]["key"], "A17");
    assert_eq!(body["record"]["class"], "standard");
    assert_eq!(body["policy"].as_str().unwrap().len(), 64);
    assert!(!body.to_string().contains("CANARY"));
    assert!(!released.review_open && !released.escalated);
    let reference = released.release.strip_prefix("REL-").unwrap();
    assert!(reference.len() == 10 && reference.bytes().all(|b| b.is_ascii_alphanumeric()));
    assert_eq!(
        u64::try_from(released.valid_until_ms).unwrap(),
        entry.leaf.time_ms + 4 * HOUR
    );
}

#[test]
fn the_receipt_verifies_anywhere_and_says_what_the_entry_says() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    let key = NoteKey::new("firebox.example.gov.uk/one/2026", &[14; 32]).verifier();
    let key = VerifierKey::parse(&key).unwrap();
    for _ in 0..5 {
        let released = housing
            .release(&session, &sealed)
            .unwrap_or_else(|_| panic!());
        let receipt = Receipt::open(&released.receipt, &key).unwrap();
        assert_eq!(receipt.index, released.entry);
        let body: serde_json::Value = serde_json::from_str(&receipt.body).unwrap();
        let log = housing.council.log();
        assert_eq!(body, log[usize::try_from(released.entry).unwrap()].body);
    }
}

#[test]
fn leave_to_fetch_is_for_one_envelope_and_is_no_entry() {
    let housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let from = housing.council.log().len();
    let (permit, query) = housing.fetch(&session, Fetch::Record(42)).unwrap();
    let permit = Permit::open(&permit, &MacKey::new(PERMIT_KEY)).unwrap();
    assert_eq!(
        permit.covers(&query, Action::Envelope, &STORE_NONCE, 60_000),
        Ok(())
    );
    assert_eq!(usize::try_from(permit.log_index).unwrap(), from - 1);
    let asked = query::from_bytes(&query).unwrap().ask;
    assert_eq!(asked, Ask::Envelope { record: 42 });
    assert_eq!(housing.council.log().len(), from);
    let nobody = housing.fetch("made up", Fetch::Record(42));
    assert_eq!(nobody, Err(Code::NotSignedIn));
}

#[test]
fn whoever_is_never_released_anything_gets_no_leave_to_fetch() {
    let housing = Housing::open();
    for role in ["custodian", "reviewer", "service-admin"] {
        let session = housing.council.signed_in(role, &[role]);
        let refused = housing.fetch(&session, Fetch::Record(42));
        assert_eq!(refused, Err(Code::NotAllowed), "{role}");
    }
}

#[test]
fn a_refused_release_is_an_entry_and_opens_nothing() {
    let mut housing = Housing::open();
    let officer = housing.council.signed_in("Aisha", &["officer"]);
    let adviser = housing.council.signed_in("Ade", &["adviser"]);
    let reason = "Gas repair, entry with the key safe";
    let cases = [
        (&officer, Class::Standard, "call", Code::PurposeNotAllowed),
        (&officer, Class::Standard, "curiosity", Code::UnknownPurpose),
        (&officer, Class::NeedToKnow, "visit", Code::ApprovalRequired),
        (&officer, Class::Restricted, "visit", Code::EmergencyOnly),
        (&adviser, Class::NeedToKnow, "call", Code::ReleaseDenied),
        (&adviser, Class::Restricted, "call", Code::ReleaseDenied),
    ];
    for (version, (session, class, purpose, code)) in (1..).zip(cases) {
        let sealed = housing.version(session, class, version);
        let refused = housing.ask(session, stated(purpose, reason), &sealed);
        assert_eq!(refused.err().map(|one| one.code), Some(code), "{purpose}");
        let entry = housing.last("release-refused");
        assert_eq!(entry.body["code"], crate::refused::name(code));
        assert_eq!(entry.body["reason"], reason);
        assert_eq!(entry.body["record"]["class"], class.code());
        // The same refusal of the same person in the same minute is only counted.
        housing.council.clock.pass(MINUTE);
    }
    assert_eq!(housing.count("release"), 0);
}

#[test]
fn a_class_marked_sign_says_that_a_signature_is_missing() {
    let mut housing = Housing::with_policy(|policy| {
        policy.replace(r#"decision = "assert""#, r#"decision = "sign""#)
    });
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    let refused = housing.release(&session, &sealed).err();
    assert_eq!(refused, Some(Code::SignatureRequired));
    assert_eq!(
        housing.last("release-refused").body["code"],
        "signature-required"
    );
}

#[test]
fn a_reason_is_asked_for_and_asked_again_when_it_is_one_of_the_last_three() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    let code = |reason: &str| {
        let asked = housing.ask(&session, stated("visit", reason), &sealed);
        asked.err().map(|refusal| refusal.code)
    };
    assert_eq!(code(&" ".repeat(60)), Some(Code::ReasonTooShort));
    assert_eq!(code("Visit today"), Some(Code::ReasonTooShort));
    assert_eq!(code("Gas repair in the kitchen"), None);
    assert_eq!(
        code("gas  repair in the KITCHEN."),
        Some(Code::ReasonRepeated)
    );
    assert_eq!(code("Electrical repair, hall"), None);
    assert_eq!(code("Roof inspection, front"), None);
    assert_eq!(
        code("Gas repair in the kitchen"),
        Some(Code::ReasonRepeated)
    );
    assert_eq!(code("Damp survey, back bedroom"), None);
    assert_eq!(code("Gas repair in the kitchen"), None);
    assert_eq!(
        housing.last("release-refused").body["code"],
        "reason-repeated"
    );
}

#[test]
fn one_persons_reasons_are_not_anothers_and_outlive_a_restart() {
    let mut housing = Housing::open();
    let (aisha, ben) = (
        housing.council.signed_in("Aisha", &["officer"]),
        housing.council.signed_in("Ben", &["officer"]),
    );
    let why = || stated("visit", "Gas repair in the kitchen");
    let for_aisha = housing.detail(&aisha, Class::Standard);
    let for_ben = Sealed {
        slip: slip(&ben, 1),
        ..for_aisha.clone()
    };
    assert!(housing.ask(&aisha, why(), &for_aisha).is_ok());
    assert!(housing.ask(&ben, why(), &for_ben).is_ok());
    housing.restart();
    let refused = housing.ask(&aisha, why(), &for_aisha).err();
    assert_eq!(refused.map(|one| one.code), Some(Code::ReasonRepeated));
}

#[test]
fn a_reference_is_required() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    let why = firebox_protocol::gate_keeper::Why::Stated {
        purpose: "visit".into(),
        reason: "Gas repair in the kitchen".into(),
        reference: "  ".into(),
    };
    let refused = housing.ask(&session, why, &sealed).err();
    assert_eq!(refused.map(|one| one.code), Some(Code::ReferenceMissing));
}

#[test]
fn a_person_a_class_and_the_box_have_limits_that_outlive_a_restart() {
    let limit = |line: &'static str, to: &'static str| {
        Housing::with_policy(move |policy| {
            let policy = policy.replace(
                "person_releases_per_hour = 20",
                "person_releases_per_hour = 3",
            );
            let policy = policy.replace("box_releases_per_hour = 600", "box_releases_per_hour = 4");
            policy.replace(line, to)
        })
    };
    let mut housing = limit("standard = 500", "standard = 500");
    let aisha = housing.council.signed_in("Aisha", &["officer"]);
    let ben = housing.council.signed_in("Ben", &["officer"]);
    let for_aisha = housing.detail(&aisha, Class::Standard);
    let for_ben = Sealed {
        slip: slip(&ben, 1),
        ..for_aisha.clone()
    };
    for _ in 0..3 {
        assert!(housing.release(&aisha, &for_aisha).is_ok());
    }
    let refused = housing.release(&aisha, &for_aisha).err();
    assert_eq!(refused, Some(Code::PersonReleaseLimit));
    housing.restart();
    let refused = housing.release(&aisha, &for_aisha).err();
    assert_eq!(refused, Some(Code::PersonReleaseLimit));
    assert!(housing.release(&ben, &for_ben).is_ok());
    assert_eq!(
        housing.release(&ben, &for_ben).err(),
        Some(Code::BoxReleaseLimit)
    );
    housing.council.pass_in_use(&aisha, 61 * MINUTE);
    assert!(housing.release(&aisha, &for_aisha).is_ok());

    let mut housing = limit("standard = 500", "standard = 1");
    let aisha = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&aisha, Class::Standard);
    assert!(housing.release(&aisha, &sealed).is_ok());
    assert_eq!(
        housing.release(&aisha, &sealed).err(),
        Some(Code::ClassReleaseLimit)
    );
}

#[test]
fn past_the_grace_of_its_review_a_detail_is_for_emergencies_only() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    // The clock stands at 2 March 2026; the grace is ninety days.
    let due = |review_due| Sealed {
        slip: firebox_protocol::Slip {
            review_due,
            ..sealed.slip.clone()
        },
        ..sealed.clone()
    };
    assert!(
        housing
            .release(&session, &due(Date::constant(2025, 12, 2)))
            .is_ok()
    );
    let late = due(Date::constant(2025, 12, 1));
    assert_eq!(
        housing.release(&session, &late).err(),
        Some(Code::EmergencyOnly)
    );
    assert!(housing.emergency(&session, &late).is_ok());
}
