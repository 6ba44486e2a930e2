//! The box's clock that nobody can set, moved all the same: a time namespace in
//! which the boot clock stands hours or a year further on, over real processes.
//! It is what a machine sees that slept, or that was put back from an image.
//!
//! The wall clock cannot be moved for one program here: the keeper reads it
//! without the C library, and Linux has no namespace for it. Its rules are in
//! the keeper's own tests, `cargo test -p firebox-keeper the_clocks`.

use firebox_tests::{AtWork, Namespace, Original, Start};
use serde_json::json;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const YEAR: i64 = 365 * 24 * HOUR;

/// Stops the box and starts it with its boot clock so far from the machine's.
fn moves_to(at: &mut AtWork, seconds_on: i64) {
    at.trial.stop();
    // The processes keep the namespace alive.
    let went = at.trial.start_in(&Namespace::with_boot_clock(seconds_on));
    assert_eq!(went, Start::Serves, "{}", at.trial.said());
}

/// Status of showing the first release again, and of a look-up in that session.
fn standing(at: &AtWork) -> (u16, u16) {
    let uprn = at.trial.sample("uprn_pairs");
    let question = json!({"purpose": "visit", "reference": "V-1", "uprn": uprn});
    let shown = at.officer.opens(&at.held[0].release);
    assert!(shown.status == 200 || !at.betrays(&shown), "{}", shown.text);
    (shown.status, at.officer.asks(question).status)
}

#[test]
fn sessions_and_releases_end_by_the_boot_clock_and_stay_ended_when_it_is_set_back() {
    let mut at = AtWork::begin(Original::shared().copy());
    for (hours_on, expected) in [
        (3, (200, 200)),
        (5, (410, 200)),
        (0, (410, 200)),
        (13, (401, 401)),
        (0, (401, 401)),
    ] {
        moves_to(&mut at, hours_on * HOUR);
        assert_eq!(standing(&at), expected, "{hours_on} hours on");
    }
}

#[test]
fn a_limit_is_emptied_by_its_hour_and_not_by_setting_the_boot_clock_back() {
    let mut trial = Original::shared().copy();
    trial.set(
        "policy.toml",
        "person_releases_per_hour = 5000",
        "person_releases_per_hour = 2",
    );
    let ahead = Namespace::with_boot_clock(YEAR);
    let mut at = AtWork::begin_by(trial, |trial| trial.start_in(&ahead));
    at.releases();
    for (minutes_on, status) in [(0, 429), (30, 429), (0, 429), (90, 201)] {
        moves_to(&mut at, minutes_on * MINUTE);
        at.looks();
        let answer = at.asks();
        assert_eq!(
            answer.status, status,
            "{minutes_on} minutes on: {}",
            answer.text
        );
        assert_eq!(at.betrays(&answer), status == 201, "{}", answer.text);
    }
}

#[test]
fn a_year_on_every_session_and_release_is_over_and_the_log_goes_on() {
    let mut at = AtWork::begin(Original::shared().copy());
    moves_to(&mut at, YEAR);
    assert_eq!(standing(&at), (401, 401));
    at.officer = at.trial.signs_in("olu.officer");
    let (shown, looked) = standing(&at);
    // A month after its end not even the reference is known.
    assert!(
        matches!(shown, 404 | 410) && looked == 200,
        "{shown} {looked}"
    );
    at.looks();
    at.releases();
    moves_to(&mut at, 0);
    let receipts = at.held.iter().map(|one| one.receipt.as_str());
    at.auditor().holds_the_box_to(receipts);
    assert_eq!(standing(&at).1, 200, "the session's twelve hours go on");
}
