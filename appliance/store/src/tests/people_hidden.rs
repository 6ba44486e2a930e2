//! Searches for people who may not be found, or not by where they are.

use firebox_contract::record::{Contact, ContactKind, Person, Safety, Whose};
use firebox_protocol::PersonBy;
use firebox_protocol::permit::fields;
use firebox_protocol::person::Why;

use super::people_search::{sam_at_home, town};
use crate::testbed::{
    by_name_at, by_name_born, by_nhs, by_phone, called, home_at, marker, person_line, sam,
};

fn withheld() -> Safety {
    Safety {
        withheld: true,
        ..marker()
    }
}

#[test]
fn a_withheld_person_and_nobody_give_one_answer_to_a_name() {
    let born = "1961-05-03";
    let mut hidden = sam_at_home();
    hidden.safety = Some(withheld());
    let with = town(&[person_line("t-1", 1, hidden)], &[]);
    let without = town(&[person_line("t-1", 1, called("Ann", "Cole"))], &[]);
    for by in [
        by_name_born("Samuel Okoro", born),
        by_name_born("Sam Okoro", born),
        by_name_at("Samuel Okoro", "NB1 4QX"),
    ] {
        for allowed in [fields::HINTS, fields::WARNINGS] {
            let (one, other) = (
                with.bed.searches(by.clone(), allowed, 20),
                without.bed.searches(by.clone(), allowed, 20),
            );
            assert_eq!(one, other);
            assert_eq!(
                postcard::to_stdvec(&one).unwrap(),
                postcard::to_stdvec(&other).unwrap()
            );
            assert!(one.matches.is_empty() && !one.withheld && one.complete);
        }
    }
    // By an exact number it is said that there is somebody, and nothing else.
    for by in [
        by_phone("07700 900482"),
        by_nhs("9990000018"),
        PersonBy::Reference("TEN77".into()),
    ] {
        let answer = with.bed.finds(by.clone());
        assert!(answer.matches.is_empty() && answer.withheld, "{by:?}");
        assert!(!without.bed.finds(by).withheld);
    }
}

#[test]
fn one_joined_record_that_is_withheld_withholds_the_person_while_it_is_in_force() {
    let over = Safety {
        until: Some("2026-05-31".parse().unwrap()),
        ..withheld()
    };
    let to_come = Safety {
        since: Some("2026-06-02".parse().unwrap()),
        ..withheld()
    };
    for (safety, found) in [(withheld(), 0), (over, 1), (to_come, 1)] {
        let other = Person {
            safety: Some(safety),
            ..sam()
        };
        let town = town(
            &[person_line("t-1", 1, sam_at_home())],
            &[person_line("c-1", 1, other)],
        );
        let answer = town.bed.finds(by_nhs("9990000018"));
        assert_eq!((answer.matches.len(), answer.withheld), (found, found == 0));
        assert_eq!(town.names(by_name_born("Okoro", "1961-05-03")).len(), found);
    }
}

#[test]
fn who_hides_an_address_is_found_by_no_postcode_and_hinted_at_without_one() {
    let mut told_nowhere = home_at(20);
    told_nowhere.do_not_disclose = true;
    let not_told = Person {
        addresses: vec![told_nowhere],
        ..sam()
    };
    let marked = Person {
        safety: Some(marker()),
        ..sam_at_home()
    };
    // Each service alone, and each hidden by what the other service says.
    for (housing, safety) in [
        (not_told.clone(), called("Ann", "Cole")),
        (marked.clone(), called("Ann", "Cole")),
        (sam_at_home(), not_told),
        (sam_at_home(), marked),
    ] {
        let town = town(
            &[person_line("t-1", 1, housing)],
            &[person_line("c-1", 1, safety)],
        );
        let by_number = town.bed.finds(by_nhs("9990000018"));
        assert_eq!(by_number.matches.len(), 1);
        assert_eq!(by_number.matches[0].postcode_hint, None);
        assert!(town.names(by_name_at("Okoro", "NB1 4QX")).is_empty());
        assert_eq!(town.names(by_name_born("Okoro", "1961-05-03")), ["Sam"]);
    }
    // Their telephone still finds them.
    let marked = Person {
        safety: Some(marker()),
        ..sam_at_home()
    };
    let town = town(&[person_line("t-1", 1, marked)], &[]);
    let answer = town.bed.finds(by_phone("07700 900482"));
    assert_eq!(answer.matches[0].why, [Why::OwnPhone("482".into())]);
}

#[test]
fn a_relatives_number_names_nobody_while_a_safety_marker_is_in_force() {
    let with = |safety: Option<Safety>| {
        let mut person = sam_at_home();
        person.contacts = vec![Contact {
            whose: Some(Whose {
                name: "Maya Shah".into(),
                relationship: "daughter".into(),
            }),
            ..Contact::new(ContactKind::Phone, "+447700900483", 1)
        }];
        person.safety = safety;
        town(&[person_line("t-1", 1, person)], &[])
            .bed
            .finds(by_phone("07700 900483"))
    };
    let named = with(None);
    assert!(matches!(named.matches[0].why[..], [Why::PhoneOf(_)]));
    let marked = with(Some(marker()));
    assert_eq!(marked.matches[0].why, [Why::OwnPhone("483".into())]);
}
