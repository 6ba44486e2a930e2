//! Warnings that follow a person: to where they live, and to whoever asks about
//! them.

use firebox_contract::batch::Line;
use firebox_contract::record::{
    Address, End, EndReason, HazardFlag, Location, Person, Record, Safety, Subject,
};
use firebox_protocol::answer::{Answer, Freshness, Scope};
use firebox_protocol::{Ask, Code};

use super::people_search::{Town, town};
use crate::testbed::{
    by_name_born, by_nhs, flag, home_at, known_as, marker, person_line, property, put_line, sam,
};

/// Housing's warning about whom it calls `reference`.
fn about(reference: &str) -> HazardFlag {
    HazardFlag {
        subject: Subject::Person,
        location: Location::Person(reference.into()),
        ..flag()
    }
}

fn warning(key: &str, flag: HazardFlag) -> Line {
    put_line(key, 1, Record::Hazard(Box::new(flag)))
}

fn tenant(addresses: Vec<Address>) -> Line {
    let person = Person {
        reference: Some("ten 77".into()),
        addresses,
        ..sam()
    };
    person_line("t-1", 1, person)
}

fn until(number: u64, day: &str) -> Address {
    Address {
        to: Some(day.parse().unwrap()),
        ..home_at(number)
    }
}

fn scopes(town: &Town, number: u64) -> Vec<Scope> {
    let answer = town.bed.at(number);
    let flags = answer.matches.first().and_then(|one| one.flags.as_ref());
    flags.map_or_else(Vec::new, |flags| {
        flags.iter().map(|flag| flag.scope).collect()
    })
}

fn housing(town: &Town) -> Freshness {
    let sources = town.bed.at(10).sources;
    sources
        .iter()
        .find(|one| one.service == "housing")
        .unwrap()
        .state
}

#[test]
fn a_warning_about_a_person_is_shown_where_they_live_and_nowhere_else() {
    let town = town(
        &[tenant(vec![home_at(20)]), warning("h-1", about("TEN77"))],
        &[],
    );
    assert_eq!(scopes(&town, 20), [Scope::Person]);
    assert!(scopes(&town, 10).is_empty() && scopes(&town, 30).is_empty());
    assert_eq!(housing(&town), Freshness::Fresh);
    assert!(town.bed.at(20).complete);
}

#[test]
fn it_lapses_where_the_occupancy_ended_and_then_the_source_says_that_it_is_nowhere() {
    for (addresses, shown, state) in [
        (vec![until(20, "2026-06-01")], 1, Freshness::Fresh),
        (vec![until(20, "2026-05-31")], 0, Freshness::Held),
        (
            vec![until(20, "2026-05-31"), home_at(30)],
            0,
            Freshness::Fresh,
        ),
        (vec![], 0, Freshness::Held),
    ] {
        let town = town(&[tenant(addresses), warning("h-1", about("ten77"))], &[]);
        assert_eq!((scopes(&town, 20).len(), housing(&town)), (shown, state));
    }
}

#[test]
fn only_the_service_that_names_the_person_speaks_of_them() {
    // Community Safety's own "ten 77" is another person, whom nobody knows.
    let town = town(
        &[tenant(vec![home_at(20)])],
        &[warning("c-1", about("ten 77"))],
    );
    assert!(scopes(&town, 20).is_empty());
    let sources = town.bed.at(20).sources;
    let safety = sources.iter().find(|one| one.service == "community-safety");
    assert_eq!(safety.unwrap().state, Freshness::Held);
    assert_eq!(housing(&town), Freshness::Fresh);
}

#[test]
fn a_warning_that_ended_follows_nobody_and_holds_no_source() {
    let ended = HazardFlag {
        end: Some(End {
            on: "2026-05-31".parse().unwrap(),
            reason: EndReason::NoLongerApplies,
        }),
        ..about("ten 77")
    };
    let town = town(&[tenant(vec![home_at(20)]), warning("h-1", ended)], &[]);
    assert!(scopes(&town, 20).is_empty());
    let town = super::people_search::town(&[warning("h-1", about("nobody"))], &[]);
    assert_eq!(housing(&town), Freshness::Held);
}

#[test]
fn a_person_of_the_building_is_warned_of_at_its_flats_once() {
    let flat = put_line(
        "p-9",
        1,
        property(21, "Flat 1, 20 Mill Lane", "NB1 4QX", Some(20)),
    );
    let both = HazardFlag {
        location: Location::Uprn(crate::testbed::uprn(21)),
        ..flag()
    };
    let town = town(
        &[
            flat,
            tenant(vec![home_at(20), home_at(21)]),
            warning("h-1", about("ten 77")),
            warning("h-2", both),
        ],
        &[],
    );
    assert_eq!(scopes(&town, 21), [Scope::Person, Scope::Person]);
    assert_eq!(scopes(&town, 20), [Scope::Person]);
}

#[test]
fn the_detail_of_a_warning_that_follows_a_person_is_fetched_like_any_other() {
    let mut town = town(&[tenant(vec![home_at(20)])], &[]);
    let record = Record::Hazard(Box::new(about("ten 77")));
    let sealed = town.tenancies.seal("h-1", 1);
    let line = town.tenancies.put_with_envelope("h-1", 1, record, &sealed);
    town.tells(line);
    let flags = town.bed.at(20).matches.remove(0).flags.unwrap();
    assert!(flags[0].sealed);
    let fetched = town.bed.query(Ask::Envelope {
        record: flags[0].record,
    });
    assert!(matches!(fetched, Ok(Answer::Envelope(_))));
    let person = town.bed.id_of("t-1");
    let refused = town
        .bed
        .query(Ask::Envelope { record: person })
        .unwrap_err();
    assert_eq!(refused.code, Code::NotFound);
}

#[test]
fn an_officer_is_given_the_warnings_of_the_one_person_meant_and_not_who_it_is() {
    let other = known_as("Samuel", "Cole", "1961-05-03", "9990000026");
    let town = town(
        &[
            tenant(vec![home_at(20)]),
            warning("h-1", about("ten 77")),
            person_line("t-2", 1, other),
        ],
        // The same person, by another service, that has its own warning.
        &[person_line("c-1", 1, sam()), warning("c-2", about("C-1"))],
    );
    let answer = town.bed.warns(by_nhs("9990000018"));
    assert!(answer.matches.is_empty() && !answer.more);
    let flags: Vec<(i64, Scope)> = answer.flags.iter().map(|f| (f.record, f.scope)).collect();
    let mut expected = [town.bed.id_of("h-1"), town.bed.id_of("c-2")];
    expected.sort_unstable();
    assert_eq!(flags, expected.map(|record| (record, Scope::Person)));
    let several = town.bed.warns(by_name_born("Samuel", "1961-05-03"));
    assert!(several.more && several.flags.is_empty() && several.matches.is_empty());
    assert!(!several.complete);
    // Who may have hints is given no warning.
    assert!(town.bed.finds(by_nhs("9990000018")).flags.is_empty());
}

#[test]
fn a_warning_about_somebody_withheld_is_kept_from_no_officer_and_names_nobody() {
    let withheld = Safety {
        withheld: true,
        ..marker()
    };
    let person = Person {
        reference: Some("ten 77".into()),
        safety: Some(withheld),
        ..sam()
    };
    let town = town(
        &[
            person_line("t-1", 1, person),
            warning("h-1", about("ten 77")),
        ],
        &[],
    );
    for by in [
        by_nhs("9990000018"),
        by_name_born("Samuel Okoro", "1961-05-03"),
    ] {
        let answer = town.bed.warns(by.clone());
        assert_eq!(answer.flags.len(), 1, "{by:?}");
        assert!(answer.matches.is_empty() && !answer.withheld);
        assert!(town.bed.finds(by).flags.is_empty());
    }
}

#[test]
fn a_warning_is_shown_at_an_address_that_may_not_be_told() {
    let mut hidden = home_at(20);
    hidden.do_not_disclose = true;
    let person = Person {
        reference: Some("ten 77".into()),
        addresses: vec![hidden],
        safety: Some(marker()),
        ..sam()
    };
    let town = town(
        &[
            person_line("t-1", 1, person),
            warning("h-1", about("ten 77")),
        ],
        &[],
    );
    assert_eq!(scopes(&town, 20), [Scope::Person]);
}
