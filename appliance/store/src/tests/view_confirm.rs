//! What a caller says, and what becomes of wrong tries.

use firebox_contract::correction::Field;
use firebox_contract::record::{Address, AddressUse, Person, Proxy, ProxyState, Safety};
use firebox_protocol::Code;
use firebox_protocol::query::{About, Caller, Confirmed, ProxyId};

use super::view::{council, said};
use crate::testbed::{address, marker, proxy, sam, told_on, uprn};

/// The session of a permit that a correction is raised with.
const CORRECTING_SESSION: u8 = 0;

fn given(born: &str, postcode: &str, house: &str) -> Confirmed {
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Confirmed {
        date_of_birth: filled(born).map(|text| text.parse().unwrap()),
        postcode: filled(postcode).map(|text| text.try_into().unwrap()),
        house_number: filled(house),
    }
}

const BORN: &str = "1961-05-03";

fn living_at(addresses: &[Address]) -> Person {
    Person {
        addresses: addresses.to_vec(),
        ..sam()
    }
}

fn home(lines: &str) -> Address {
    address(AddressUse::Home, lines, "NB1 4QX")
}

/// Tells how many of the values are right, and whether that confirms the caller.
fn judged(person: Person, said: Confirmed) -> (u8, bool) {
    let council = council(&[told_on("t-1", "2026-01-01", person)], &[]);
    let id = council.bed.id_of("t-1");
    let answer = council.bed.adviser().hears(id, said).unwrap();
    (answer.matched, answer.confirmed)
}

#[test]
fn two_right_values_confirm_and_one_wrong_among_them_does_not() {
    let council = council(
        &[told_on(
            "t-1",
            "2026-01-01",
            living_at(&[home("Flat 2, 14A Mill Lane")]),
        )],
        &[],
    );
    let id = council.bed.id_of("t-1");
    // Each in a session of its own, so that no try counts for the next.
    let cases = [
        (given(BORN, "NB1 4QX", ""), 2, true),
        (given(BORN, "NB1 4QX", "14a"), 3, true),
        (given("", "NB1 4QX", "Flat 2"), 2, true),
        (given(BORN, "", "flat 2, 14A"), 2, true),
        (given(BORN, "", ""), 1, false),
        (given("", "", ""), 0, false),
        (given(BORN, "NB1 4QX", "15"), 2, false),
        (given("1961-05-04", "NB1 4QX", "2"), 2, false),
        (given(BORN, "NB1 4QY", ""), 1, false),
        (given(BORN, "", "lane"), 1, false),
        (given(BORN, "", " "), 1, false),
    ];
    for (session, (said, matched, confirmed)) in (0..).zip(cases) {
        let given = said.given();
        let answer = council.bed.adviser_in(session).hears(id, said).unwrap();
        let judged = (answer.given, answer.matched, answer.confirmed);
        assert_eq!(judged, (given, matched, confirmed), "case {session}");
        let left = if matched < given { 2 } else { 3 };
        assert_eq!(answer.tries_left, left, "case {session}");
    }
}

#[test]
fn a_house_is_known_by_its_name_and_a_property_by_what_its_feed_says() {
    let cottage = home("Rose Cottage, Mill Lane");
    assert_eq!(
        judged(living_at(&[cottage]), given(BORN, "", "ROSE cottage")),
        (2, true)
    );
    let by_number = Address {
        uprn: Some(uprn(20)),
        place: None,
        ..home("x")
    };
    assert_eq!(
        judged(living_at(&[by_number]), given("", "NB1 4QX", "20")),
        (2, true)
    );
}

#[test]
fn a_previous_address_counts_and_one_for_letters_does_not() {
    let at = |purpose| living_at(&[address(purpose, "5 Mill Lane", "NB1 4QX")]);
    let said = || given("", "NB1 4QX", "5");
    for purpose in [
        AddressUse::Home,
        AddressUse::Temporary,
        AddressUse::OrdinaryResidence,
        AddressUse::Previous,
    ] {
        assert_eq!(judged(at(purpose), said()), (2, true));
    }
    assert_eq!(judged(at(AddressUse::Mailing), said()), (0, false));
}

#[test]
fn an_address_that_is_hidden_matches_nothing() {
    let undisclosed = Address {
        do_not_disclose: true,
        ..address(AddressUse::Temporary, "9 High Street", "NB2 1AA")
    };
    // Also another one beside it: the page hides them all.
    let beside = living_at(&[home("5 Mill Lane"), undisclosed]);
    assert_eq!(judged(beside, given("", "NB1 4QX", "5")), (0, false));
    let marked = Person {
        safety: Some(marker()),
        ..living_at(&[home("5 Mill Lane")])
    };
    assert_eq!(judged(marked, given(BORN, "NB1 4QX", "5")), (1, false));
    let over = Person {
        safety: Some(Safety {
            until: Some("2026-05-31".parse().unwrap()),
            ..marker()
        }),
        ..living_at(&[home("5 Mill Lane")])
    };
    assert_eq!(judged(over, given(BORN, "NB1 4QX", "5")), (3, true));
}

#[test]
fn who_lives_at_a_hidden_address_and_says_so_is_not_closed_out_for_the_truth() {
    let marked = Person {
        safety: Some(marker()),
        ..living_at(&[home("5 Mill Lane")])
    };
    let council = council(&[told_on("t-1", "2026-01-01", marked)], &[]);
    let id = council.bed.id_of("t-1");
    let adviser = council.bed.adviser();
    for said in [
        given(BORN, "NB1 4QX", "5"),
        given(BORN, "NB9 9ZZ", "77"),
        given("", "NB1 4QX", ""),
        given(BORN, "", "5"),
    ] {
        let answer = adviser.hears(id, said).unwrap();
        assert_eq!((answer.tries_left, answer.confirmed), (3, false));
    }
    // A date of birth can be compared, so a wrong one counts.
    let answer = adviser.hears(id, given("1961-05-04", "", "")).unwrap();
    assert_eq!(answer.tries_left, 2);
}

#[test]
fn a_caller_who_is_not_known_or_on_no_list_is_confirmed_by_no_values() {
    let person = Person {
        proxies: vec![proxy("Maya Shah", "daughter"), withdrawn("Tom Shah")],
        ..living_at(&[home("5 Mill Lane")])
    };
    let council = council(&[told_on("t-1", "2026-01-01", person)], &[]);
    let id = council.bed.id_of("t-1");
    let listed = |place| Caller::Proxy(Some(ProxyId { record: id, place }));
    for (caller, confirmed) in [
        (Caller::Person, true),
        (listed(0), true),
        (listed(1), false),
        (listed(2), false),
        (Caller::Proxy(None), false),
        (Caller::Unsure, false),
    ] {
        let said = given(BORN, "NB1 4QX", "5");
        let answer = council
            .bed
            .adviser()
            .asks(id, caller.clone(), said)
            .unwrap();
        assert_eq!(
            (answer.matched, answer.confirmed),
            (3, confirmed),
            "{caller:?}"
        );
        assert_eq!(answer.legal_names.is_empty(), !confirmed, "{caller:?}");
    }
}

fn withdrawn(name: &str) -> Proxy {
    Proxy {
        state: ProxyState::Withdrawn,
        ..proxy(name, "son")
    }
}

#[test]
fn nobody_speaks_for_somebody_who_has_died() {
    let person = Person {
        proxies: vec![proxy("Maya Shah", "daughter")],
        deceased: true,
        deceased_on: Some("2026-04-09".parse().unwrap()),
        ..sam()
    };
    let council = council(&[told_on("t-1", "2026-01-01", person)], &[]);
    let shown = council.shows("t-1");
    assert!(!shown.proxies[0].value.speaks);
    assert_eq!(shown.deceased[0].since.to_string(), "2026-04-09");
}

#[test]
fn a_person_who_is_closed_to_a_session_is_not_put_right_in_it() {
    let council = council(
        &[told_on(
            "t-1",
            "2026-01-01",
            living_at(&[home("5 Mill Lane")]),
        )],
        &[],
    );
    let id = council.bed.id_of("t-1");
    let adviser = council.bed.adviser_in(CORRECTING_SESSION);
    for _ in 0..3 {
        let _ = adviser.hears(id, given("1961-05-04", "", ""));
    }
    let raised = council
        .bed
        .correct(About::Person(id), Field::PreferredName, "Alex");
    assert_eq!(raised.unwrap_err().code, Code::NotConfirmed);
}

#[test]
fn any_service_may_know_what_the_caller_says() {
    let older = Person {
        date_of_birth: Some(BORN.parse().unwrap()),
        ..living_at(&[home("5 Mill Lane")])
    };
    let moved = living_at(&[address(AddressUse::Home, "9 High Street", "NB2 1AA")]);
    let council = council(
        &[told_on("t-1", "2026-01-01", older)],
        &[told_on("c-1", "2026-02-01", moved)],
    );
    let (adviser, id) = (council.bed.adviser(), council.bed.id_of("t-1"));
    for said in [given(BORN, "NB1 4QX", "5"), given(BORN, "NB2 1AA", "9")] {
        assert!(adviser.hears(id, said).unwrap().confirmed);
    }
}

#[test]
fn three_wrong_tries_close_a_person_to_the_session_and_to_no_other() {
    let told = [
        told_on("t-1", "2026-01-01", living_at(&[home("5 Mill Lane")])),
        told_on(
            "t-2",
            "2026-01-01",
            Person {
                nhs_number: None,
                date_of_birth: Some("1990-01-02".parse().unwrap()),
                ..living_at(&[home("7 Mill Lane")])
            },
        ),
    ];
    let council = council(&told, &[]);
    let (adviser, id) = (council.bed.adviser(), council.bed.id_of("t-1"));
    let wrong = || given("1970-01-01", "NB1 4QX", "");
    let tries = |said| adviser.hears(id, said).map(|answer| answer.tries_left);
    assert_eq!(tries(said()), Ok(3));
    assert_eq!(tries(wrong()), Ok(2));
    assert_eq!(tries(said()), Ok(2), "a right one gives no try back");
    assert_eq!(tries(wrong()), Ok(1));
    let closed = |answer: Result<u8, firebox_protocol::Refusal>| answer.unwrap_err().code;
    assert_eq!(closed(tries(wrong())), Code::NotConfirmed);
    assert_eq!(closed(tries(said())), Code::NotConfirmed);
    assert_eq!(closed(tries(Confirmed::default())), Code::NotConfirmed);
    let other_session = council.bed.adviser_in(2).hears(id, said()).unwrap();
    assert!(other_session.confirmed);
    let neighbour = council.bed.id_of("t-2");
    assert_eq!(adviser.looks_at(neighbour).unwrap().tries_left, 3);
}

#[test]
fn a_person_stays_closed_whichever_of_their_records_is_asked_for() {
    let council = council(
        &[told_on("t-1", "2026-01-01", sam())],
        &[told_on("c-1", "2026-02-01", sam())],
    );
    let adviser = council.bed.adviser();
    let wrong = || given("1970-01-01", "", "");
    for (key, left) in [
        ("t-1", Some(2)),
        ("c-1", Some(1)),
        ("t-1", None),
        ("c-1", None),
    ] {
        let answer = adviser.hears(council.bed.id_of(key), wrong());
        assert_eq!(answer.ok().map(|answer| answer.tries_left), left, "{key}");
    }
}
