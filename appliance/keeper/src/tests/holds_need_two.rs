use firebox_protocol::mac::MacKey;
use firebox_protocol::operator::{KeeperReply, KeeperRequest};
use firebox_protocol::{Action, Ask, Code, Permit};

use super::harness::*;

fn decide(council: &Council, session: &str, hold: u64, apply: bool) -> Result<Permit, Code> {
    let query = ask("sync-admin", Ask::DecideHold { hold, apply });
    let (permit, ..) = council.gate().permit(session, &query)?;
    Ok(Permit::open(&permit, &MacKey::new(PERMIT_KEY)).unwrap())
}

#[test]
fn applying_needs_two_different_persons_and_the_first_is_remembered() {
    let mut council = Council::open();
    let store = council.store();
    let aisha = council.signed_in("Aisha", &["service-admin"]);
    let ben = council.signed_in("Ben", &["reviewer"]);
    assert_eq!(
        decide(&council, &aisha, 7, true),
        Err(Code::SecondPersonNeeded)
    );
    assert_eq!(council.log().pop().unwrap().kind(), "hold-agreed");
    assert_eq!(decide(&council, &aisha, 7, true), Err(Code::SamePerson));
    assert_eq!(
        decide(&council, &ben, 8, true),
        Err(Code::SecondPersonNeeded)
    );
    drop(store);
    council.restart();
    let _store = council.store();
    assert_eq!(decide(&council, &aisha, 7, true), Err(Code::SamePerson));
    let permit = decide(&council, &ben, 7, true).unwrap();
    assert_eq!(permit.action, Action::ApplyHold);
    let entry = council.log().pop().unwrap();
    assert_eq!(entry.kind(), "hold-decided");
    assert_eq!(
        (&entry.body["person"], &entry.body["agreed_first"]),
        (&"Ben".into(), &"Aisha".into())
    );
    assert_eq!(entry.body["asked"]["hold"]["hold"], 7);
}

#[test]
fn the_same_person_under_a_second_session_is_still_the_same_person() {
    let council = Council::open();
    let _store = council.store();
    let first = council.signed_in("Aisha", &["service-admin", "reviewer"]);
    let second = council.gate().sign_in("AISHA", PASSWORD, None).unwrap();
    assert_eq!(
        decide(&council, &first, 7, true),
        Err(Code::SecondPersonNeeded)
    );
    assert_eq!(decide(&council, &second, 7, true), Err(Code::SamePerson));
}

#[test]
fn throwing_away_needs_one_person_and_ends_an_agreement() {
    let council = Council::open();
    let _store = council.store();
    let aisha = council.signed_in("Aisha", &["service-admin"]);
    let ben = council.signed_in("Ben", &["reviewer"]);
    assert_eq!(
        decide(&council, &aisha, 7, true),
        Err(Code::SecondPersonNeeded)
    );
    assert_eq!(
        decide(&council, &aisha, 7, false).unwrap().action,
        Action::RejectHold
    );
    assert_eq!(
        decide(&council, &ben, 7, true),
        Err(Code::SecondPersonNeeded)
    );
}

#[test]
fn the_agreement_of_somebody_who_was_disabled_since_does_not_count() {
    let council = Council::open();
    let _store = council.store();
    let aisha = council.signed_in("Aisha", &["service-admin"]);
    let ben = council.signed_in("Ben", &["reviewer"]);
    assert_eq!(
        decide(&council, &aisha, 7, true),
        Err(Code::SecondPersonNeeded)
    );
    let disable = KeeperRequest::DisablePerson {
        person: "Aisha".into(),
    };
    assert!(matches!(
        council.operator().ask(&disable),
        KeeperReply::Done { .. }
    ));
    assert_eq!(
        decide(&council, &ben, 7, true),
        Err(Code::SecondPersonNeeded)
    );
}

#[test]
fn an_officer_decides_nothing() {
    let council = Council::open();
    let _store = council.store();
    let session = council.signed_in("Aisha", &["officer", "adviser", "holder", "custodian"]);
    for apply in [true, false] {
        assert_eq!(decide(&council, &session, 7, apply), Err(Code::NotAllowed));
    }
}
