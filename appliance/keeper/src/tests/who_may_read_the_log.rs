use firebox_protocol::Code;
use firebox_protocol::operator::{KeeperReply, KeeperRequest};
use totp_rs::{Algorithm, Secret, TOTP};

use super::reading::*;

#[test]
fn whoever_may_not_read_gets_nothing_and_leaves_an_entry() {
    let council = with_entries(1);
    let refusals = [
        (
            Asks {
                person: "Aisha",
                ..RITA
            },
            Code::NotAllowed,
            "not-allowed",
        ),
        (
            Asks {
                purpose: "curiosity",
                ..RITA
            },
            Code::UnknownPurpose,
            "unknown-purpose",
        ),
        (
            Asks {
                purpose: "visit",
                ..RITA
            },
            Code::PurposeNotAllowed,
            "purpose-not-allowed",
        ),
        (
            Asks {
                reference: " ",
                ..RITA
            },
            Code::ReferenceMissing,
            "reference-missing",
        ),
        (
            Asks {
                from: 1_000,
                ..RITA
            },
            Code::NotFound,
            "not-found",
        ),
    ];
    for (asks, code, name) in refusals {
        let before = council.log().len();
        assert_eq!(begin(&council, &asks).err(), Some(code));
        let log = council.log();
        assert_eq!(log.len(), before + 1, "{name}");
        let body = &log[before].body;
        assert_eq!(
            (&body["kind"], &body["code"], &body["person"]),
            (&"refused".into(), &name.into(), &asks.person.into())
        );
        assert_eq!(body["purpose"], asks.purpose);
    }
    let before = council.log().len();
    let wrong = Asks {
        password: "three red kettles",
        ..RITA
    };
    assert_eq!(begin(&council, &wrong).err(), Some(Code::SignInWrong));
    let refused = council.log().pop().unwrap();
    assert_eq!(council.log().len(), before + 1);
    assert_eq!(
        (refused.kind(), &refused.body["reason"]),
        ("sign-in-refused", &"password".into())
    );
}

#[test]
fn what_does_not_read_as_a_wish_is_refused_before_anything_is_logged() {
    let council = with_entries(1);
    let before = council.log().len();
    let long = "x".repeat(65);
    for asks in [
        Asks { count: 0, ..RITA },
        Asks {
            from: u64::MAX,
            ..RITA
        },
        Asks {
            reference: &long,
            ..RITA
        },
        Asks {
            reference: "a\u{1b}[2J",
            ..RITA
        },
        Asks {
            purpose: &long,
            ..RITA
        },
        Asks {
            purpose: "",
            ..RITA
        },
    ] {
        assert_eq!(begin(&council, &asks).err(), Some(Code::Malformed));
    }
    assert_eq!(council.log().len(), before);
}

#[test]
fn wrong_passwords_here_lock_the_name_as_they_do_at_the_sign_in() {
    let council = with_entries(0);
    let wrong = Asks {
        password: "three red kettles",
        ..RITA
    };
    for _ in 0..9 {
        assert_eq!(begin(&council, &wrong).err(), Some(Code::SignInWrong));
    }
    let at_the_gate = council.gate().sign_in("Rita", "three red kettles", None);
    assert_eq!(at_the_gate, Err((Code::SignInWrong, None)));
    assert_eq!(begin(&council, &RITA).err(), Some(Code::SignInLocked));
}

#[test]
fn a_reviewer_with_a_second_factor_needs_its_code_and_each_once() {
    let council = with_entries(0);
    let secret = council.add("Ravi", &["reviewer"], true).unwrap();
    let secret = Secret::Encoded(secret).to_bytes().unwrap();
    let totp = TOTP::new(Algorithm::SHA1, 6, 1, 30, secret).unwrap();
    let code = totp.generate(crate::clock::by_hand::NOON_MS / 1000);
    let ravi = |totp| Asks {
        person: "Ravi",
        totp,
        ..RITA
    };
    assert_eq!(begin(&council, &ravi(None)).err(), Some(Code::SignInWrong));
    assert!(begin(&council, &ravi(Some(code.clone()))).is_ok());
    assert_eq!(council.log().pop().unwrap().body["auth"], "password+totp");
    let again = begin(&council, &ravi(Some(code)));
    assert_eq!(again.err(), Some(Code::SignInWrong));
}

#[test]
fn a_reading_opens_no_session() {
    let council = with_entries(0);
    let status = || match council.operator().ask(&KeeperRequest::Status) {
        KeeperReply::Status(status) => status.sessions,
        _ => panic!("another reply"),
    };
    let before = status();
    begin(&council, &RITA).unwrap();
    assert_eq!(status(), before);
}

#[test]
fn a_reading_ends_with_the_leave_of_its_reader() {
    let council = with_entries(1);
    let begun = begin(&council, &RITA).unwrap();
    let person = "Rita".into();
    let done = council
        .operator()
        .ask(&KeeperRequest::DisablePerson { person });
    assert!(matches!(done, KeeperReply::Done { .. }));
    assert_eq!(page(&council, begun.id, 0).err(), Some(Code::NotFound));
}
