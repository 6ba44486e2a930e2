//! Joining, as a search sees it: one person or two.

use firebox_contract::batch::{GoneReason, Line};
use firebox_contract::record::Person;
use firebox_protocol::PersonBy;
use firebox_protocol::person::PeopleAnswer;

use super::people_search::{Town, town};
use crate::buckets::BucketKey;
use crate::people::apart::{Decision, records_named, set_apart};
use crate::people::person_of;
use crate::sweep::sweep;
use crate::taken::Desk;
use crate::testbed::{
    by_name_born, by_nhs, by_phone, called, gone_line, home_at, known_as, now, person_line, phone,
    rules, settings,
};

const NUMBER: &str = "9990000018";
const BORN: &str = "1961-05-03";

fn at_mill_lane(person: Person) -> Person {
    Person {
        addresses: vec![home_at(20)],
        contacts: vec![phone("01632 960777")],
        ..person
    }
}

fn people(housing: &[Person], safety: &[Person]) -> usize {
    let lines = |letter: &str, people: &[Person]| -> Vec<Line> {
        let lines = people.iter().enumerate();
        lines
            .map(|(at, person)| person_line(&format!("{letter}-{at}"), 1, person.clone()))
            .collect()
    };
    let town = town(&lines("t", housing), &lines("c", safety));
    let found = town.bed.finds(by_phone("01632 960777"));
    assert_whole(&town);
    found.matches.len()
}

/// The store agrees with itself.
fn assert_whole(town: &Town) {
    let reader = town.bed.database.reader().unwrap();
    let key = BucketKey::new(&zeroize::Zeroizing::new([2; 32]));
    assert_eq!(sweep(&reader, &key).unwrap().findings, Vec::<String>::new());
}

fn desk() -> Desk {
    Desk {
        settings: settings(),
        rules: rules(),
        buckets: BucketKey::new(&zeroize::Zeroizing::new([2; 32])),
    }
}

#[test]
fn the_people_of_one_household_are_never_one_person() {
    let home = at_mill_lane;
    for (trap, one, other) in [
        (
            "twins with one number by mistake",
            known_as("Jayden", "Cole", "2012-03-04", NUMBER),
            known_as("Jaydon", "Cole", "2012-03-04", NUMBER),
        ),
        (
            "father and son of one name",
            known_as("John", "Cole", "1960-01-01", NUMBER),
            known_as("John", "Cole", "1988-01-01", NUMBER),
        ),
        (
            "the same, one birth not known",
            known_as("John", "Cole", "1960-01-01", NUMBER),
            Person {
                date_of_birth: None,
                ..known_as("John", "Cole", BORN, NUMBER)
            },
        ),
        (
            "spouses without births",
            called("Ann", "Cole"),
            called("John", "Cole"),
        ),
        (
            "one name at one address",
            called("John", "Cole"),
            called("John", "Cole"),
        ),
        (
            "a common name and a date that stands for none",
            known_as("John", "Cole", "1900-01-01", NUMBER),
            known_as("John", "Cole", "1900-01-01", NUMBER),
        ),
    ] {
        assert_eq!(people(&[home(one),], &[home(other)]), 2, "{trap}");
    }
}

#[test]
fn a_number_with_a_birth_and_a_name_is_one_person_whatever_service_and_surname() {
    let home = at_mill_lane;
    let ann = || home(known_as("Ann", "Cole", BORN, NUMBER));
    let married = || home(known_as("Ann", "Smith", BORN, NUMBER));
    assert_eq!(people(&[ann()], &[married()]), 1);
    assert_eq!(people(&[ann(), married()], &[]), 1);
    // One who died, by what one service says, is still one.
    let dead = Person {
        deceased: true,
        ..married()
    };
    assert_eq!(people(&[ann()], &[dead]), 1);
}

#[test]
fn one_reference_of_one_service_is_one_person_and_of_two_services_two() {
    let named = |reference: &str, born: Option<&str>| Person {
        reference: Some(reference.into()),
        date_of_birth: born.map(|born| born.parse().unwrap()),
        ..at_mill_lane(called("Ann", "Cole"))
    };
    assert_eq!(
        people(&[named("A 1", Some(BORN)), named("a1", None)], &[]),
        1
    );
    assert_eq!(
        people(
            &[named("A1", Some(BORN)), named("A1", Some("1961-05-04"))],
            &[]
        ),
        2
    );
    assert_eq!(
        people(&[named("A1", Some(BORN))], &[named("A1", Some(BORN))]),
        2
    );
}

#[test]
fn a_join_ends_when_a_record_no_longer_says_so_and_when_it_goes() {
    let ann = || known_as("Ann", "Cole", BORN, NUMBER);
    let mut town = town(
        &[person_line("t-1", 1, ann())],
        &[person_line("c-1", 1, ann())],
    );
    let count = |town: &Town| town.bed.finds(by_name_born("Ann Cole", BORN)).matches.len();
    assert_eq!(count(&town), 1);
    town.tells(person_line(
        "t-1",
        2,
        known_as("Ann", "Cole", BORN, "9990000026"),
    ));
    assert_eq!(count(&town), 2);
    town.tells(person_line("t-1", 3, ann()));
    assert_eq!(count(&town), 1);
    town.tells(gone_line("t-1", 4, GoneReason::SourceDeleted));
    assert_eq!(count(&town), 1);
    let reader = town.bed.database.reader().unwrap();
    let id = town.bed.id_of("c-1");
    assert_eq!(person_of(&reader, id).unwrap(), [id]);
    assert!(person_of(&reader, 999).unwrap().is_empty());
    let links: i64 = reader
        .query_row("SELECT count(*) FROM link", [], |row| row.get(0))
        .unwrap();
    assert_eq!(links, 0);
    assert_whole(&town);
}

/// Everything a search says of the two, byte for byte.
fn answers(town: &Town) -> Vec<Vec<u8>> {
    let all: Vec<PeopleAnswer> = [
        PersonBy::Reference("T-1".into()),
        PersonBy::Reference("C-1".into()),
        by_phone("01632 960777"),
        by_name_born("Ann Cole", BORN),
    ]
    .into_iter()
    .map(|by| town.bed.finds(by))
    .collect();
    all.iter()
        .map(|one| postcard::to_stdvec(one).unwrap())
        .collect()
}

#[test]
fn taking_two_records_apart_gives_back_exactly_what_was_there_before_they_were_joined() {
    let ann = |number| at_mill_lane(known_as("Ann", "Cole", BORN, number));
    let mut town = town(
        &[person_line("t-1", 1, ann("9990000026"))],
        &[person_line("c-1", 1, ann(NUMBER))],
    );
    let before = answers(&town);
    town.tells(person_line("t-1", 2, ann(NUMBER)));
    let together = answers(&town);
    assert_ne!(together, before);
    let desk = desk();
    let decide = |apart| {
        let database = &town.bed.database;
        let named = |service, reference| {
            let reader = database.reader().unwrap();
            records_named(&reader, &desk, service, reference).unwrap()[0]
        };
        let pair = (named("housing", "t-1 "), named("community-safety", "c-1"));
        let decision = Decision {
            by: "ig.lead",
            why: "two people",
            at: now(),
            apart,
        };
        database
            .write("decide", |change| set_apart(change, &desk, pair, &decision))
            .unwrap()
    };
    assert_eq!(decide(true), 1);
    assert_eq!(answers(&town), before);
    // The decision outlives the record and any change of it.
    town.tells(gone_line("t-1", 3, GoneReason::SourceDeleted));
    town.tells(person_line("t-1", 4, ann(NUMBER)));
    assert_eq!(town.bed.finds(by_nhs(NUMBER)).matches.len(), 2);
    let decide = |apart| {
        let reader = town.bed.database.reader().unwrap();
        let one = records_named(&reader, &desk, "housing", "T-1").unwrap()[0];
        let decision = Decision {
            by: "ig.lead",
            why: "one after all",
            at: now(),
            apart,
        };
        let pair = (one, town.bed.id_of("c-1"));
        let database = &town.bed.database;
        database
            .write("decide", |change| set_apart(change, &desk, pair, &decision))
            .unwrap()
    };
    assert_eq!(decide(false), 1);
    assert_eq!(town.bed.finds(by_nhs(NUMBER)).matches.len(), 1);
    assert_whole(&town);
}
