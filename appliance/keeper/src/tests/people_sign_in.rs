use firebox_protocol::gate_keeper::{Reply, Request};
use firebox_protocol::operator::{KeeperReply, KeeperRequest};
use firebox_protocol::{Code, Password, SessionToken};
use totp_rs::{Algorithm, Secret, TOTP};

use super::harness::*;

const WRONG: Result<String, (Code, Option<u32>)> = Err((Code::SignInWrong, None));

#[test]
fn a_person_signs_in_and_the_entry_holds_the_sessions_hash_and_never_the_token() {
    let council = Council::open();
    let session = council.signed_in("Aisha Khan", &["officer", "adviser"]);
    let entry = council.log().pop().unwrap();
    assert_eq!(entry.kind(), "sign-in");
    assert_eq!(entry.body["person"], "Aisha Khan");
    assert_eq!(entry.body["auth"], "password");
    let hash = hex::encode(SessionToken::new(session.clone()).hash());
    assert_eq!(entry.body["session"], hash);
    assert!(
        council
            .log()
            .iter()
            .all(|entry| !entry.body.to_string().contains(&session))
    );
    assert_eq!(
        council.gate().whose(&session).as_deref(),
        Some("Aisha Khan")
    );
    assert_eq!(council.gate().whose("nonsense"), None);
}

#[test]
fn two_spellings_of_a_name_are_one_person() {
    let council = Council::open();
    council.add("Aisha Khan", &["officer"], false);
    assert!(
        council
            .gate()
            .sign_in(" AISHA khan", PASSWORD, None)
            .is_ok()
    );
    let again = KeeperRequest::AddPerson {
        person: "aisha KHAN".into(),
        roles: vec!["reviewer".into()],
        service: None,
        password: Password::new(PASSWORD.into()),
        totp: false,
    };
    let reply: KeeperReply = council.operator().ask(&again);
    assert!(matches!(reply, KeeperReply::Refused(refusal) if refusal.code == Code::AlreadyThere));
}

#[test]
fn wrong_name_and_wrong_password_get_the_same_answer_and_a_name_nobody_has_is_not_logged() {
    let council = Council::open();
    council.add("Aisha", &["officer"], false);
    let from = council.log().len();
    let mut gate = council.gate();
    assert_eq!(gate.sign_in("Aisha", "three red kettles", None), WRONG);
    assert_eq!(gate.sign_in("my secret password", PASSWORD, None), WRONG);
    assert_eq!(gate.sign_in("another secret", PASSWORD, None), WRONG);
    let log = council.log();
    let refused: Vec<_> = log[from..].iter().map(|entry| &entry.body).collect();
    assert_eq!(refused.len(), 2, "unknown names are counted by the minute");
    assert_eq!(refused[0]["kind"], "sign-in-refused");
    assert_eq!(
        (&refused[0]["person"], &refused[0]["reason"]),
        (&"Aisha".into(), &"password".into())
    );
    assert!(!refused[1].to_string().contains("secret"));
    council.clock.pass(MINUTE);
    assert_eq!(gate.sign_in("a third", PASSWORD, None), WRONG);
    assert_eq!(council.log().pop().unwrap().body["more"], 1);
}

#[test]
fn ten_wrong_passwords_lock_the_name_and_a_restart_does_not_unlock_it() {
    let mut council = Council::open();
    council.add("Aisha", &["officer"], false);
    council.add("Ben", &["officer"], false);
    let mut gate = council.gate();
    for _ in 0..10 {
        assert_eq!(gate.sign_in("Aisha", "three red kettles", None), WRONG);
    }
    let locked = |seconds| Err((Code::SignInLocked, Some(seconds)));
    assert_eq!(gate.sign_in("Aisha", PASSWORD, None), locked(900));
    assert!(gate.sign_in("Ben", PASSWORD, None).is_ok());
    council.clock.pass(5 * MINUTE);
    council.restart();
    assert_eq!(council.gate().sign_in("aisha", PASSWORD, None), locked(600));
    council.crash();
    council
        .clock
        .set_wall(crate::clock::by_hand::NOON_MS + 24 * HOUR);
    assert_eq!(council.gate().sign_in("Aisha", PASSWORD, None), locked(600));
    council.clock.pass(10 * MINUTE);
    assert!(council.gate().sign_in("Aisha", PASSWORD, None).is_ok());
}

#[test]
fn a_name_that_nobody_has_locks_as_well() {
    let council = Council::open();
    let mut gate = council.gate();
    for _ in 0..10 {
        assert_eq!(gate.sign_in("nobody", PASSWORD, None), WRONG);
    }
    assert!(matches!(
        gate.sign_in("Nobody", PASSWORD, None),
        Err((Code::SignInLocked, Some(_)))
    ));
}

#[test]
fn a_right_password_forgets_the_wrong_ones() {
    let council = Council::open();
    council.add("Aisha", &["officer"], false);
    let mut gate = council.gate();
    for _ in 0..3 {
        for _ in 0..9 {
            assert_eq!(gate.sign_in("Aisha", "three red kettles", None), WRONG);
        }
        assert!(gate.sign_in("Aisha", PASSWORD, None).is_ok());
    }
}

#[test]
fn a_person_with_a_second_factor_needs_its_code_once() {
    let mut council = Council::open();
    let secret = council.add("Aisha", &["officer"], true).unwrap();
    let secret = Secret::Encoded(secret).to_bytes().unwrap();
    let totp = TOTP::new(Algorithm::SHA1, 6, 1, 30, secret).unwrap();
    let code = |at_ms: u64| totp.generate(at_ms / 1000);
    let now = crate::clock::by_hand::NOON_MS;
    let mut gate = council.gate();
    assert_eq!(gate.sign_in("Aisha", PASSWORD, None), WRONG);
    assert_eq!(gate.sign_in("Aisha", PASSWORD, Some("000000")), WRONG);
    assert_eq!(
        gate.sign_in("Aisha", "three red kettles", Some(&code(now))),
        WRONG
    );
    assert!(gate.sign_in("Aisha", PASSWORD, Some(&code(now))).is_ok());
    assert_eq!(council.log().pop().unwrap().body["auth"], "password+totp");
    assert_eq!(gate.sign_in("Aisha", PASSWORD, Some(&code(now))), WRONG);
    council.restart();
    assert_eq!(
        council.gate().sign_in("Aisha", PASSWORD, Some(&code(now))),
        WRONG
    );
    assert!(
        council
            .gate()
            .sign_in("Aisha", PASSWORD, Some(&code(now + 30_000)))
            .is_ok()
    );
}

#[test]
fn a_session_in_use_survives_a_restart_and_ends_after_twelve_hours() {
    let mut council = Council::open();
    let session = council.signed_in("Aisha", &["officer"]);
    council.restart();
    council.pass_in_use(&session, 12 * HOUR - 1);
    assert!(council.gate().whose(&session).is_some());
    council.clock.set_wall(0);
    council.clock.pass(1);
    assert_eq!(council.gate().whose(&session), None);
}

#[test]
fn signing_out_ends_the_session_for_good() {
    let mut council = Council::open();
    let session = council.signed_in("Aisha", &["officer"]);
    let sign_out = || Request::SignOut {
        session: SessionToken::new(session.clone()),
    };
    assert!(matches!(council.gate().ask(&sign_out()), Reply::Done));
    assert_eq!(council.log().pop().unwrap().kind(), "sign-out");
    council.restart();
    assert_eq!(council.gate().whose(&session), None);
    let again: Reply = council.gate().ask(&sign_out());
    assert!(matches!(again, Reply::Refused(refusal) if refusal.code == Code::NotSignedIn));
}

#[test]
fn a_disabled_person_is_signed_out_everywhere_and_stays_out() {
    let mut council = Council::open();
    let session = council.signed_in("Aisha", &["officer"]);
    let disable = || KeeperRequest::DisablePerson {
        person: "aisha".into(),
    };
    assert!(matches!(
        council.operator().ask(&disable()),
        KeeperReply::Done { .. }
    ));
    let entry = council.log().pop().unwrap();
    assert_eq!(
        (entry.kind(), &entry.body["sessions_ended"]),
        ("person-disabled", &1.into())
    );
    for _ in 0..2 {
        assert_eq!(council.gate().whose(&session), None);
        assert_eq!(council.gate().sign_in("Aisha", PASSWORD, None), WRONG);
        council.restart();
    }
    let unknown = KeeperRequest::DisablePerson {
        person: "nobody".into(),
    };
    let reply: KeeperReply = council.operator().ask(&unknown);
    assert!(matches!(reply, KeeperReply::Refused(refusal) if refusal.code == Code::NotFound));
}

#[test]
fn a_weak_password_is_refused_and_nothing_is_logged() {
    let council = Council::open();
    let from = council.log().len();
    let request = KeeperRequest::AddPerson {
        person: "Aisha".into(),
        roles: vec!["officer".into()],
        service: None,
        password: Password::new("short".into()),
        totp: false,
    };
    let reply: KeeperReply = council.operator().ask(&request);
    assert!(
        matches!(reply, KeeperReply::Refused(refusal) if refusal.code == Code::PasswordTooWeak)
    );
    assert_eq!(council.log().len(), from);
}

#[test]
fn the_operator_sees_the_roster_and_how_the_keeper_is() {
    let council = Council::open();
    council.signed_in("Aisha", &["officer"]);
    council.add("Ben", &["reviewer"], true);
    let KeeperReply::People(rows) = council.operator().ask(&KeeperRequest::ListPeople) else {
        panic!("another reply")
    };
    let names: Vec<_> = rows
        .iter()
        .map(|row| (row.person.as_str(), row.totp))
        .collect();
    assert_eq!(names, [("Aisha", false), ("Ben", true)]);
    let status = |council: &Council| match council.operator().ask(&KeeperRequest::Status) {
        KeeperReply::Status(status) => status,
        _ => panic!("another reply"),
    };
    assert!(!status(&council).store_connected);
    let _store = council.store();
    let status = status(&council);
    assert!(status.store_connected);
    assert_eq!((status.people, status.sessions, status.entries), (2, 1, 5));
    assert!(status.free_bytes > 0);
}
