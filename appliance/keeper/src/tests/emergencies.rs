use firebox_contract::record::Class;
use firebox_protocol::Code;
use firebox_protocol::gate_keeper::{Ground, Why};

use super::harness::*;
use super::sealed::*;

#[test]
fn an_emergency_is_released_at_once_for_every_class_and_stays_open() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    for (version, class) in (1..).zip(Class::all()) {
        let sealed = housing.version(&session, class, version);
        let released = housing
            .emergency(&session, &sealed)
            .unwrap_or_else(|_| panic!());
        assert!(released.review_open);
        let entry = &housing.council.log()[usize::try_from(released.entry).unwrap()];
        assert_eq!(entry.kind(), "emergency");
        assert_eq!(entry.body["decision"], "break-glass");
        assert_eq!(entry.body["review"], "open");
        assert_eq!(entry.body["ground"], "at-the-door");
        assert_eq!(entry.body["happening"], "Shouting behind the door");
        assert_eq!(entry.body["release"], released.release);
    }
}

#[test]
fn past_the_quota_an_emergency_is_released_all_the_same_and_escalated() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    let escalated = |housing: &Housing| {
        let released = housing
            .emergency(&session, &sealed)
            .unwrap_or_else(|_| panic!());
        let said = housing.last("emergency").body["escalated"] == true;
        assert_eq!(said, released.escalated);
        released.escalated
    };
    let told: Vec<bool> = (0..3).map(|_| escalated(&housing)).collect();
    assert_eq!(told, [false, false, false]);
    housing.restart();
    assert!(escalated(&housing));
    housing.council.clock.pass(25 * HOUR);
    let session = housing
        .council
        .gate()
        .sign_in("Aisha", PASSWORD, None)
        .unwrap();
    let sealed = Sealed {
        slip: slip(&session, 1),
        ..sealed.clone()
    };
    let later = housing
        .emergency(&session, &sealed)
        .unwrap_or_else(|_| panic!());
    assert!(!later.escalated);
}

#[test]
fn a_full_limit_of_ordinary_releases_refuses_no_emergency() {
    let mut housing = Housing::with_policy(|policy| {
        policy
            .replace(
                "person_releases_per_hour = 20",
                "person_releases_per_hour = 1",
            )
            .replace("box_releases_per_hour = 600", "box_releases_per_hour = 1")
    });
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    assert!(housing.release(&session, &sealed).is_ok());
    assert_eq!(
        housing.release(&session, &sealed).err(),
        Some(Code::PersonReleaseLimit)
    );
    assert!(housing.emergency(&session, &sealed).is_ok());
}

#[test]
fn what_a_hostile_gate_can_take_in_emergencies_is_bounded_too() {
    let mut housing = Housing::with_policy(|policy| {
        policy.replace(
            "box_emergencies_per_hour = 100",
            "box_emergencies_per_hour = 2",
        )
    });
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    assert!(housing.emergency(&session, &sealed).is_ok());
    assert!(housing.emergency(&session, &sealed).is_ok());
    assert_eq!(
        housing.emergency(&session, &sealed).err(),
        Some(Code::BoxReleaseLimit)
    );
    housing.council.pass_in_use(&session, 61 * MINUTE);
    assert!(housing.emergency(&session, &sealed).is_ok());
}

#[test]
fn an_emergency_is_for_officers_and_says_what_is_happening() {
    let mut housing = Housing::open();
    let adviser = housing.council.signed_in("Ade", &["adviser"]);
    let sealed = housing.detail(&adviser, Class::Standard);
    assert_eq!(
        housing.emergency(&adviser, &sealed).err(),
        Some(Code::NotAllowed)
    );
    let officer = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = Sealed {
        slip: slip(&officer, 1),
        ..sealed
    };
    for happening in ["", "   ", "two\nlines", &"x".repeat(201)] {
        let why = Why::Emergency {
            ground: Ground::ImmediateDanger,
            happening: happening.into(),
        };
        let refused = housing.ask(&officer, why, &sealed).err();
        assert_eq!(refused.map(|one| one.code), Some(Code::Malformed));
    }
    assert_eq!(housing.count("emergency"), 0);
}

#[test]
fn an_emergency_is_never_asked_for_another_reason() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    // The same line twice: a wall at a door helps nobody.
    assert!(housing.emergency(&session, &sealed).is_ok());
    assert!(housing.emergency(&session, &sealed).is_ok());
}

#[test]
fn on_a_full_disk_an_emergency_is_released_and_what_can_wait_is_not() {
    let mut housing = Housing::open();
    let session = housing.council.signed_in("Aisha", &["officer"]);
    let sealed = housing.detail(&session, Class::Standard);
    let first = housing
        .release(&session, &sealed)
        .unwrap_or_else(|_| panic!());
    housing.council.stop().unwrap();
    std::fs::remove_file(housing.council.file("reserve")).unwrap();
    // More than any disk has room for.
    housing.council.settings.reserve_bytes = 1 << 60;
    housing.start();
    assert_eq!(
        housing.release(&session, &sealed).err(),
        Some(Code::ReserveOnly)
    );
    let again = housing.again(&session, &first.release, &sealed).err();
    assert_eq!(again, Some(Code::ReserveOnly));
    let fetched = housing.fetch(&session, firebox_protocol::gate_keeper::Fetch::Record(42));
    assert!(fetched.is_ok());
    assert!(housing.emergency(&session, &sealed).is_ok());
}
