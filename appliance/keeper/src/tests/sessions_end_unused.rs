//! Sessions that nobody uses: when they end, what counts as use, and what a
//! restart, a crash and a clock change about it.

use firebox_contract::record::Class;
use firebox_protocol::gate_keeper::{Fetch, Reply, Request, SessionOf};
use firebox_protocol::operator::{KeeperReply, KeeperRequest};
use firebox_protocol::{Code, Password, SessionToken};

use super::harness::*;
use super::sealed::*;
use super::told_by_phone::{call, tell};
use crate::clock::by_hand::NOON_MS;

const IDLE: u64 = 15 * MINUTE;

fn open_sessions(council: &Council) -> u64 {
    match council.operator().ask(&KeeperRequest::Status) {
        KeeperReply::Status(status) => status.sessions,
        _ => panic!("another reply"),
    }
}

#[test]
fn a_session_that_is_not_used_for_fifteen_minutes_ends_and_stays_ended() {
    let mut council = Council::open();
    let _store = council.store();
    let session = council.signed_in("Aisha", &["officer"]);
    for _ in 0..3 {
        council.clock.pass(IDLE - 1);
        assert!(council.gate().whose(&session).is_some());
    }
    council.clock.pass(IDLE);
    let refused = council.gate().permit(&session, &property("visit")).err();
    assert_eq!(refused, Some(Code::NotSignedIn));
    assert_eq!(council.gate().whose(&session), None);
    council.restart();
    assert_eq!(council.gate().whose(&session), None);
}

#[test]
fn a_session_that_ended_unused_is_no_longer_counted_and_no_entry_says_so() {
    let council = Council::open();
    let session = council.signed_in("Aisha", &["officer"]);
    let entries = council.log().len();
    council.clock.pass(IDLE - 1);
    assert_eq!(open_sessions(&council), 1);
    council.clock.pass(1);
    assert_eq!(open_sessions(&council), 0);
    assert_eq!(council.gate().whose(&session), None);
    assert_eq!(council.log().len(), entries);
}

#[test]
fn whatever_is_asked_with_a_session_is_use_even_when_it_is_refused() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    let released = housing.release(&session, &sealed);
    let release = released.unwrap_or_else(|_| panic!()).release;
    let gate = || housing.council.gate();
    let proof = |entry| {
        let session = SessionToken::new(session.clone());
        match gate().ask(&Request::Proof { session, entry }) {
            Reply::Refused(refusal) => Err(refusal.code),
            _ => Ok(()),
        }
    };
    let uses: [&dyn Fn() -> Result<(), Code>; 9] = [
        &|| gate().permit(&session, &property("visit")).map(drop),
        &|| gate().permit(&session, &property("curiosity")).map(drop),
        &|| housing.fetch(&session, Fetch::Record(42)).map(drop),
        &|| housing.release(&session, &sealed).map(drop),
        &|| housing.again(&session, &release, &sealed).map(drop),
        &|| proof(1 << 60),
        &|| tell(&housing.council, &session, call("visit")).map(drop),
        &|| tell(&housing.council, &session, call("")).map(drop),
        &|| gate().whose(&session).map(drop).ok_or(Code::NotSignedIn),
    ];
    for (number, one) in uses.into_iter().enumerate() {
        housing.council.clock.pass(IDLE - 1);
        assert_ne!(one(), Err(Code::NotSignedIn), "use {number}");
    }
    housing.council.clock.pass(IDLE - 1);
    assert!(gate().whose(&session).is_some());
}

#[test]
fn using_one_session_keeps_no_other_of_the_same_person() {
    let council = Council::open();
    let left = council.signed_in("Aisha", &["officer"]);
    let used = council.gate().sign_in("Aisha", PASSWORD, None).unwrap();
    council.pass_in_use(&used, IDLE);
    assert_eq!(council.gate().whose(&left), None);
    assert!(council.gate().whose(&used).is_some());
}

#[test]
fn after_a_restart_or_a_crash_a_session_is_counted_from_the_start() {
    let mut council = Council::open();
    let session = council.signed_in("Aisha", &["officer"]);
    council.clock.pass(IDLE - 1);
    council.restart();
    council.clock.pass(IDLE - 1);
    assert!(council.gate().whose(&session).is_some());
    council.clock.pass(IDLE - 1);
    council.crash();
    council.clock.pass(IDLE);
    assert_eq!(council.gate().whose(&session), None);
}

#[test]
fn a_reboot_neither_ends_a_session_as_unused_nor_keeps_it_for_ever() {
    let mut council = Council::open();
    let session = council.signed_in("Aisha", &["officer"]);
    council.stop().unwrap();
    council.clock.reboot(NOON_MS + HOUR);
    council.start();
    council.clock.pass(IDLE - 1);
    assert!(council.gate().whose(&session).is_some());
    council.clock.pass(IDLE);
    assert_eq!(council.gate().whose(&session), None);
}

#[test]
fn no_number_of_restarts_moves_a_sessions_end() {
    let mut council = Council::with_log();
    council.policy = council
        .policy
        .replace("session_hours = 12", "session_hours = 1");
    council.start();
    let session = council.signed_in("Aisha", &["officer"]);
    for _ in 0..6 {
        assert!(council.gate().whose(&session).is_some());
        council.clock.pass(10 * MINUTE);
        council.restart();
    }
    assert_eq!(council.gate().whose(&session), None);
}

#[test]
fn setting_the_clock_ends_no_session_as_unused_and_keeps_none() {
    let council = Council::open();
    let session = council.signed_in("Aisha", &["officer"]);
    for wall_ms in [NOON_MS + 24 * HOUR, 0, NOON_MS] {
        council.clock.set_wall(wall_ms);
        council.clock.pass(IDLE - 1);
        assert!(council.gate().whose(&session).is_some(), "{wall_ms}");
    }
    council.clock.pass(IDLE - 1);
    council.clock.set_wall(NOON_MS - 24 * HOUR);
    council.clock.pass(1);
    assert_eq!(council.gate().whose(&session), None);
}

#[test]
fn a_session_says_how_long_it_may_stay_unused() {
    let mut council = Council::with_log();
    council.policy = council
        .policy
        .replace("session_idle_minutes = 15", "session_idle_minutes = 5");
    council.start();
    council.add("Aisha", &["officer"], false);
    let sign_in = Request::SignIn {
        person: "Aisha".into(),
        password: Password::new(PASSWORD.into()),
        totp: None,
    };
    let Reply::SignedIn {
        session,
        session_of,
    } = council.gate().ask(&sign_in)
    else {
        panic!("not signed in")
    };
    let asked = |session| match council.gate().ask(&Request::Session { session }) {
        Reply::Session(of) => Some(of),
        _ => None,
    };
    let token = || SessionToken::new(session.expose().to_owned());
    assert_eq!(session_of.idle_seconds, 300);
    council.clock.pass(5 * MINUTE - 1);
    assert_eq!(asked(token()), Some(session_of));
    council.clock.pass(5 * MINUTE);
    assert_eq!(asked(token()), None::<SessionOf>);
}
