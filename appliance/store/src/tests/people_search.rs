//! Searches for a person: who is found by what, and who is not.

use firebox_contract::batch::Line;
use firebox_contract::record::{AddressUse, Person, Whose};
use firebox_protocol::PersonBy;
use firebox_protocol::permit::fields;
use firebox_protocol::person::{PeopleAnswer, PersonHint, Why};

use crate::testbed::{
    Bed, TestAgent, address, by_name_at, by_name_born, by_nhs, by_phone, called, folder, home_at,
    known_as, person_line, phone, property, put_line, sam,
};

/// A council whose three feeds are all fresh, with three addresses.
pub(super) struct Town {
    _folder: tempfile::TempDir,
    pub(super) bed: Bed,
    pub(super) tenancies: TestAgent,
    pub(super) cautions: TestAgent,
}

/// Tells the box what Housing and Community Safety say of people.
pub(super) fn town(housing: &[Line], safety: &[Line]) -> Town {
    let folder = folder();
    let mut agents =
        ["housing-properties", "housing-tenancies", "caution-list"].map(TestAgent::new);
    let [properties, tenancies, cautions] = &mut agents;
    let bed = Bed::start(folder.path(), "run", &[properties, cautions], true);
    let homes = [
        property(10, "10 Mill Lane", "NB1 4QX", None),
        property(20, "20 Mill Lane", "NB1 4QX", None),
        property(30, "30 Queens Road", "NB2 1AA", None),
    ];
    let homes: Vec<Line> = homes
        .into_iter()
        .enumerate()
        .map(|(at, home)| put_line(&format!("p-{at}"), 1, home))
        .collect();
    bed.read(properties, &homes, true);
    bed.read(tenancies, housing, true);
    bed.read(cautions, safety, true);
    let [_, tenancies, cautions] = agents;
    Town {
        _folder: folder,
        bed,
        tenancies,
        cautions,
    }
}

impl Town {
    pub(super) fn tells(&mut self, line: Line) {
        let batch = self.tenancies.delta(&[line]);
        self.bed.deliver(&self.tenancies, &batch).unwrap();
    }

    pub(super) fn names(&self, by: PersonBy) -> Vec<String> {
        names(&self.bed.finds(by))
    }
}

fn names(answer: &PeopleAnswer) -> Vec<String> {
    let hints = answer.matches.iter();
    hints.map(|hint| hint.preferred_name.clone()).collect()
}

/// Sam at 20 Mill Lane with a number of his own.
pub(super) fn sam_at_home() -> Person {
    Person {
        reference: Some("ten 77".into()),
        addresses: vec![home_at(20)],
        contacts: vec![phone("07700 900482")],
        ..sam()
    }
}

#[test]
fn one_person_is_found_by_each_number_and_hinted_at_in_few_words() {
    let town = town(&[person_line("t-1", 1, sam_at_home())], &[]);
    for (by, why) in [
        (by_phone("07700 900482"), Why::OwnPhone("482".into())),
        (by_nhs("999 000 0018"), Why::NhsNumber),
        (PersonBy::Reference("TEN77 ".into()), Why::Reference),
    ] {
        let answer = town.bed.finds(by);
        assert_eq!(
            answer.matches,
            [PersonHint {
                person: town.bed.id_of("t-1"),
                preferred_name: "Sam".into(),
                surname_initial: "O".into(),
                year_of_birth: Some(1961),
                postcode_hint: Some("NB1 4".into()),
                why: vec![why],
                services: 1,
            }]
        );
        assert!(answer.complete && !answer.more && !answer.withheld && answer.flags.is_empty());
        assert_eq!(answer.sources.len(), 2);
    }
    assert!(town.names(by_phone("07700 900483")).is_empty());
    assert!(town.names(PersonBy::Reference("t-1".into())).is_empty());
}

#[test]
fn a_name_finds_somebody_only_with_the_date_or_the_postcode_that_is_theirs() {
    let mut person = sam_at_home();
    let mut old = home_at(30);
    old.purpose = AddressUse::Previous;
    person.addresses.push(old);
    let town = town(&[person_line("t-1", 1, person)], &[]);
    let why = |by| {
        let answer = town.bed.finds(by);
        let mut hints = answer.matches.into_iter().map(|hint| hint.why);
        hints.next().unwrap_or_default()
    };
    for (by, expected) in [
        (
            by_name_born("okoro samuel", "1961-05-03"),
            vec![Why::Name, Why::DateOfBirth],
        ),
        (
            by_name_born("Sam Okoro", "1961-05-03"),
            vec![Why::KnownAs, Why::DateOfBirth],
        ),
        (
            by_name_born("Samuel Okora", "1961-05-03"),
            vec![Why::NearName, Why::DateOfBirth],
        ),
        (
            by_name_born("Samuel Okorrow", "1961-05-03"),
            vec![Why::SoundsLike, Why::DateOfBirth],
        ),
        (
            by_name_at("Okoro", "nb14qx"),
            vec![Why::Name, Why::Postcode],
        ),
        (
            by_name_at("Okoro", "NB2 1AA"),
            vec![Why::Name, Why::OldPostcode],
        ),
        (by_name_born("Samuel Okoro", "1961-05-04"), vec![]),
        (by_name_born("Samuel Smith", "1961-05-03"), vec![]),
        (by_name_born("", "1961-05-03"), vec![]),
        (by_name_at("Okoro", "NB9 9ZZ"), vec![]),
        (by_name_at("", "NB1 4QX"), vec![]),
    ] {
        assert_eq!(why(by.clone()), expected, "{by:?}");
    }
}

#[test]
fn exact_names_come_first_and_then_everybody_by_what_they_are_called() {
    let born = "1980-01-01";
    let people = [
        ("t-1", "Zoe", "Cole"),
        ("t-2", "Ann", "Cole"),
        ("t-3", "Bea", "Cola"),
        ("t-4", "Abe", "Coll"),
    ];
    let lines: Vec<Line> = people
        .iter()
        .map(|(key, forename, surname)| {
            let mut person = called(forename, surname);
            person.date_of_birth = Some(born.parse().unwrap());
            person_line(key, 1, person)
        })
        .collect();
    let town = town(&lines, &[]);
    assert_eq!(
        town.names(by_name_born("Cole", born)),
        ["Ann", "Zoe", "Abe", "Bea"]
    );
}

#[test]
fn a_number_of_several_people_says_how_many_and_whose_it_is() {
    let mut daughter = phone("01632 960777");
    daughter.whose = Some(Whose {
        name: "Maya Shah".into(),
        relationship: "daughter".into(),
    });
    let with = |person: Person, contact| Person {
        contacts: vec![contact],
        ..person
    };
    let town = town(
        &[
            person_line("t-1", 1, with(called("Ravi", "Shah"), daughter.clone())),
            person_line(
                "t-2",
                1,
                with(called("Maya", "Shah"), phone("01632 960777")),
            ),
        ],
        &[],
    );
    let answer = town.bed.finds(by_phone("01632 960777"));
    assert_eq!(names(&answer), ["Maya", "Ravi"]);
    assert_eq!(
        answer.matches[0].why,
        [Why::OwnPhone("777".into()), Why::SharedPhone(2)]
    );
    let whose = daughter.whose.unwrap();
    assert_eq!(
        answer.matches[1].why,
        [Why::PhoneOf(whose), Why::SharedPhone(2)]
    );
}

#[test]
fn more_people_than_the_permit_allows_give_no_match_at_all() {
    let lines: Vec<Line> = (0..4)
        .map(|number| {
            let mut person = called("Ann", "Cole");
            person.contacts = vec![phone("01632 960777")];
            person_line(&format!("t-{number}"), 1, person)
        })
        .collect();
    let town = town(&lines, &[]);
    let found = |rows| {
        town.bed
            .searches(by_phone("01632 960777"), fields::HINTS, rows)
    };
    assert_eq!((found(4).matches.len(), found(4).more), (4, false));
    assert_eq!((found(3).matches.len(), found(3).more), (0, true));
    assert!(!found(3).complete);
}

#[test]
fn the_hint_is_the_newest_name_and_the_newest_home_and_counts_the_services() {
    let mut newer = sam();
    newer.name.preferred = "Sammy".into();
    newer.addresses = vec![
        address(AddressUse::Mailing, "1 High Street", "NB3 3CC"),
        {
            let mut left = address(AddressUse::Home, "2 High Street", "NB4 4DD");
            left.to = Some("2026-05-31".parse().unwrap());
            left
        },
        address(AddressUse::Temporary, "3 High Street", "NB5 5EE"),
    ];
    let town = town(
        &[crate::testbed::told_on("t-1", "2026-01-01", sam_at_home())],
        &[crate::testbed::told_on("c-1", "2026-02-01", newer)],
    );
    let hint = &town.bed.finds(by_nhs("9990000018")).matches[0];
    assert_eq!(
        (
            hint.preferred_name.as_str(),
            hint.postcode_hint.as_deref(),
            hint.services
        ),
        ("Sammy", Some("NB5 5"), 2)
    );
    assert_eq!(
        hint.person,
        town.bed.id_of("t-1").min(town.bed.id_of("c-1"))
    );
}

#[test]
fn an_old_number_name_or_postcode_finds_nobody_once_the_service_changed_it() {
    let mut town = town(&[person_line("t-1", 1, sam_at_home())], &[]);
    let now = Person {
        addresses: vec![home_at(30)],
        contacts: vec![phone("07700 900999")],
        ..known_as("Samantha", "Cole", "1961-05-03", "9990000026")
    };
    town.tells(person_line("t-1", 2, now));
    for old in [
        by_phone("07700 900482"),
        by_nhs("9990000018"),
        PersonBy::Reference("ten77".into()),
        by_name_born("Okoro", "1961-05-03"),
        by_name_at("Cole", "NB1 4QX"),
    ] {
        assert!(town.names(old.clone()).is_empty(), "{old:?}");
    }
    assert_eq!(town.names(by_phone("07700 900999")), ["Samantha"]);
    assert_eq!(town.names(by_name_at("Cole", "NB2 1AA")), ["Samantha"]);
    assert_eq!(town.names(PersonBy::Reference("T-1".into())), ["Samantha"]);
}
