//! The box's clock an hour and a year off, in both directions, while the keeper
//! runs and over a start. The keeper reads its clocks without the C library, so
//! no program can show it another wall clock from outside: it is done here.

use firebox_contract::record::Class;
use firebox_protocol::gate_keeper::{Fetch, Released};
use firebox_protocol::mac::MacKey;
use firebox_protocol::permit::{LIFETIME_MS, PermitError};
use firebox_protocol::{Action, Code, Exit, Permit};
use jiff::civil::date;
use totp_rs::{Algorithm, Secret, TOTP};

use super::harness::*;
use super::sealed::*;
use crate::clock::Clock;
use crate::clock::by_hand::NOON_MS;

const YEAR: u64 = 365 * 24 * HOUR;
/// Wall clocks that are wrong, and noon again in between.
const WRONG: [u64; 7] = [
    NOON_MS + HOUR,
    NOON_MS - HOUR,
    NOON_MS + YEAR,
    NOON_MS - YEAR,
    NOON_MS,
    0,
    NOON_MS,
];

fn at_work() -> (Housing, String, Sealed) {
    at_work_with(|policy| policy.to_owned())
}

/// An officer and a detail whose review is not due in any of these years.
fn at_work_with(policy: impl Fn(&str) -> String) -> (Housing, String, Sealed) {
    let mut housing = Housing::with_policy(policy);
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let mut sealed = housing.detail(&session, Class::Standard);
    sealed.slip.review_due = date(2030, 1, 1);
    (housing, session, sealed)
}

fn refused<T>(result: Result<T, Code>) -> Option<Code> {
    result.err()
}

#[test]
fn time_in_the_log_runs_forward_whatever_the_clock_says() {
    let (housing, session, sealed) = at_work();
    for wall_ms in WRONG {
        housing.council.clock.set_wall(wall_ms);
        assert!(housing.release(&session, &sealed).is_ok(), "{wall_ms}");
    }
    let log = housing.council.log();
    assert!(log.is_sorted_by_key(|entry| entry.leaf.time_ms));
    assert!(log.is_sorted_by_key(|entry| entry.leaf.boottime_ms));
    let last = log.last().unwrap();
    assert_eq!(
        last.leaf.time_ms,
        NOON_MS + YEAR,
        "a clock that ran ahead is not forgotten"
    );
}

#[test]
fn a_wrong_clock_empties_no_limit_and_fills_none() {
    let (housing, session, sealed) = at_work_with(|policy| {
        with_limits(policy, 2, 100)
            .replace(
                "person_releases_per_hour = 20",
                "person_releases_per_hour = 2",
            )
            .replace(
                "person_emergencies_per_day = 3",
                "person_emergencies_per_day = 1",
            )
    });
    let mut gate = housing.council.gate();
    for _ in 0..2 {
        assert!(housing.release(&session, &sealed).is_ok());
        assert!(gate.permit(&session, &property("visit")).is_ok());
    }
    assert!(
        housing
            .emergency(&session, &sealed)
            .is_ok_and(|one| !one.escalated)
    );
    for wall_ms in WRONG {
        housing.council.clock.set_wall(wall_ms);
        let more = refused(housing.release(&session, &sealed));
        assert_eq!(more, Some(Code::PersonReleaseLimit), "{wall_ms}");
        let more = refused(gate.permit(&session, &property("visit")));
        assert_eq!(more, Some(Code::PersonLimit), "{wall_ms}");
        assert!(
            housing
                .emergency(&session, &sealed)
                .is_ok_and(|one| one.escalated)
        );
    }
    housing.council.pass_in_use(&session, 61 * MINUTE);
    assert!(housing.release(&session, &sealed).is_ok());
    assert!(gate.permit(&session, &property("visit")).is_ok());
}

#[test]
fn a_wrong_clock_lengthens_and_shortens_no_session_and_no_release() {
    for wall_ms in WRONG {
        let (housing, session, sealed) = at_work();
        let first = housing
            .release(&session, &sealed)
            .unwrap_or_else(|_| panic!());
        let again = || housing.again(&session, &first.release, &sealed);
        let clock = &housing.council.clock;
        clock.set_wall(wall_ms);
        housing.council.pass_in_use(&session, 4 * HOUR - 1);
        assert!(again().is_ok(), "{wall_ms}");
        clock.pass(1);
        assert_eq!(refused(again()), Some(Code::ReleaseEnded), "{wall_ms}");
        housing.council.pass_in_use(&session, 8 * HOUR - 1);
        assert!(
            housing.council.gate().whose(&session).is_some(),
            "{wall_ms}"
        );
        clock.pass(1);
        assert_eq!(housing.council.gate().whose(&session), None, "{wall_ms}");
        assert_eq!(
            refused(housing.release(&session, &sealed)),
            Some(Code::NotSignedIn)
        );
    }
}

#[test]
fn a_permit_and_a_slip_live_by_the_boot_clock_alone() {
    let (housing, session, mut sealed) = at_work();
    let clock = &housing.council.clock;
    let boottime_ms = clock.now().boottime_ms;
    sealed.slip.expires_boottime_ms = boottime_ms + 30_000;
    for wall_ms in WRONG {
        clock.set_wall(wall_ms);
        let (permit, query) = housing.fetch(&session, Fetch::Record(42)).unwrap();
        let permit = Permit::open(&permit, &MacKey::new(PERMIT_KEY)).unwrap();
        let covers = |at| permit.covers(&query, Action::Envelope, &STORE_NONCE, at);
        assert_eq!(covers(boottime_ms + LIFETIME_MS - 1), Ok(()));
        assert_eq!(covers(boottime_ms + LIFETIME_MS), Err(PermitError::Expired));
        assert!(housing.release(&session, &sealed).is_ok(), "{wall_ms}");
    }
    clock.pass(30_000);
    clock.set_wall(NOON_MS - YEAR);
    assert_eq!(
        refused(housing.release(&session, &sealed)),
        Some(Code::DetailMoved)
    );
}

#[test]
fn a_one_time_code_serves_once_even_when_its_half_minute_comes_again() {
    let council = Council::open();
    let secret = council.add("Aisha", &["officer"], true).unwrap();
    let secret = Secret::Encoded(secret).to_bytes().unwrap();
    let totp = TOTP::new(Algorithm::SHA1, 6, 1, 30, secret).unwrap();
    let code = totp.generate(NOON_MS / 1000);
    let sign_in = || council.gate().sign_in("Aisha", PASSWORD, Some(&code));
    assert!(sign_in().is_ok());
    for wall_ms in [NOON_MS + HOUR, NOON_MS, NOON_MS - 30_000, NOON_MS] {
        council.clock.set_wall(wall_ms);
        assert!(sign_in().is_err(), "{wall_ms}");
    }
}

#[test]
fn a_clock_a_year_ahead_releases_nothing_whose_review_is_then_long_overdue() {
    let (housing, session, mut sealed) = at_work();
    sealed.slip.review_due = date(2026, 9, 1);
    assert!(housing.release(&session, &sealed).is_ok());
    housing.council.clock.set_wall(NOON_MS + YEAR);
    assert_eq!(
        refused(housing.release(&session, &sealed)),
        Some(Code::EmergencyOnly)
    );
}

#[test]
fn a_clock_set_back_releases_nothing_whose_review_is_long_overdue() {
    let (housing, session, mut sealed) = at_work();
    sealed.slip.review_due = date(2025, 9, 1);
    for wall_ms in [NOON_MS, NOON_MS - YEAR] {
        housing.council.clock.set_wall(wall_ms);
        let overdue = refused(housing.release(&session, &sealed));
        assert_eq!(
            overdue,
            Some(Code::EmergencyOnly),
            "the log has seen the later day"
        );
    }
}

#[test]
fn a_start_with_the_clock_behind_the_log_is_refused_and_changes_nothing() {
    for behind_ms in [HOUR, YEAR] {
        let (mut housing, session, sealed) = at_work();
        assert!(housing.release(&session, &sealed).is_ok());
        housing.council.stop().unwrap();
        let before = housing.council.log().len();
        housing.council.clock.set_wall(NOON_MS - behind_ms);
        let stop = housing
            .council
            .start_with(keys())
            .expect_err("must not start");
        assert_eq!(stop.exit, Exit::Configuration);
        let minutes = format!("the clock stands {} minutes before", behind_ms / MINUTE);
        for words in [minutes.as_str(), "set it right", "start the keeper again"] {
            assert!(stop.message.contains(words), "{stop}");
        }
        assert_eq!(housing.council.log().len(), before);
        housing.council.clock.set_wall(NOON_MS);
        housing.start();
        assert!(housing.release(&session, &sealed).is_ok());
    }
}

#[test]
fn a_start_with_the_clock_ahead_keeps_sessions_limits_and_releases() {
    for ahead_ms in [HOUR, YEAR] {
        let (mut housing, session, sealed) = at_work_with(|policy| {
            policy.replace(
                "person_releases_per_hour = 20",
                "person_releases_per_hour = 2",
            )
        });
        let first = housing
            .release(&session, &sealed)
            .unwrap_or_else(|_| panic!());
        housing.council.clock.set_wall(NOON_MS + ahead_ms);
        housing.restart();
        let again = |housing: &Housing| housing.again(&session, &first.release, &sealed);
        assert!(again(&housing).is_ok(), "the release still stands");
        assert_eq!(refused(again(&housing)), Some(Code::PersonReleaseLimit));
        housing.council.pass_in_use(&session, 4 * HOUR);
        assert_eq!(refused(again(&housing)), Some(Code::ReleaseEnded));
        housing.council.pass_in_use(&session, 8 * HOUR);
        assert_eq!(housing.council.gate().whose(&session), None);
    }
}

/// Over a reboot the wall clock is all there is: what it runs ahead ends things
/// early, and what it runs behind ends nothing later than it would have run on.
#[test]
fn a_reboot_under_a_wrong_clock_ends_things_early_or_in_time() {
    let is_open = |housing: &Housing, session: &str, first: &Released, sealed: &Sealed| {
        housing.again(session, &first.release, sealed).is_ok()
    };
    let (mut housing, session, sealed) = at_work();
    let first = housing
        .release(&session, &sealed)
        .unwrap_or_else(|_| panic!());
    housing.council.stop().unwrap();
    housing.council.clock.reboot(NOON_MS + YEAR);
    housing.start();
    assert!(!is_open(&housing, &session, &first, &sealed));
    assert_eq!(housing.council.gate().whose(&session), None);

    let (mut housing, session, sealed) = at_work();
    let first = housing
        .release(&session, &sealed)
        .unwrap_or_else(|_| panic!());
    housing.council.clock.pass(MINUTE);
    housing.council.stop().unwrap();
    housing.council.clock.reboot(NOON_MS);
    housing.start();
    assert!(is_open(&housing, &session, &first, &sealed));
    housing.council.pass_in_use(&session, 4 * HOUR - MINUTE);
    assert!(!is_open(&housing, &session, &first, &sealed));
    housing.council.pass_in_use(&session, 8 * HOUR);
    assert_eq!(housing.council.gate().whose(&session), None);
}
