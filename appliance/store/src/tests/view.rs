//! One person: what each service says, and what of it may be shown.

use firebox_contract::batch::Line;
use firebox_contract::record::{Address, AddressUse, Location, Person, Safety};
use firebox_protocol::Code;
use firebox_protocol::person::{JoinRule, Joined, PersonAnswer, Said, Shown};
use firebox_protocol::query::{Caller, Confirmed};
use firebox_protocol::store_keeper::Matched;

use crate::testbed::{
    Bed, TestAgent, address, email, flag_at, folder, held_line, marker, phone, place, property,
    put_line, sam, told_on, uprn,
};

/// A council whose three feeds are all fresh.
pub(super) struct Council {
    _folder: tempfile::TempDir,
    pub(super) bed: Bed,
    tenancies: TestAgent,
}

/// Tells the box what Housing and Community Safety say of people, and one address (20).
pub(super) fn council(housing: &[Line], safety: &[Line]) -> Council {
    let folder = folder();
    let mut agents =
        ["housing-properties", "housing-tenancies", "caution-list"].map(TestAgent::new);
    let [properties, tenancies, cautions] = &mut agents;
    let bed = Bed::start(folder.path(), "run", &[properties, cautions], true);
    let home = put_line("p-20", 1, property(20, "20 Mill Lane", "NB1 4QX", None));
    bed.read(properties, &[home], true);
    bed.read(tenancies, housing, true);
    bed.read(cautions, safety, true);
    let [_, tenancies, _] = agents;
    Council {
        _folder: folder,
        bed,
        tenancies,
    }
}

impl Council {
    /// Shows somebody to an adviser whose caller is not known.
    pub(super) fn shows(&self, key: &str) -> PersonAnswer {
        self.bed.adviser().looks_at(self.bed.id_of(key)).unwrap()
    }

    /// Tells why a person is not shown.
    fn refuses(&self, person: i64) -> Code {
        self.bed.adviser().looks_at(person).unwrap_err().code
    }
}

/// What a caller says who knows Sam's date of birth and 5 Mill Lane.
pub(super) fn said() -> Confirmed {
    Confirmed {
        date_of_birth: Some("1961-05-03".parse().unwrap()),
        postcode: Some("NB1 4QX".to_owned().try_into().unwrap()),
        house_number: None,
    }
}

pub(super) fn values<T: Clone>(list: &[Said<T>]) -> Vec<T> {
    list.iter().map(|said| said.value.clone()).collect()
}

pub(super) fn by<T>(list: &[Said<T>]) -> Vec<(&str, String)> {
    list.iter()
        .map(|said| (said.by.as_str(), said.since.to_string()))
        .collect()
}

fn called(preferred: &str) -> Person {
    let mut person = sam();
    person.name.preferred = preferred.into();
    person
}

#[test]
fn services_that_disagree_are_both_there_newest_first_and_one_that_repeats_itself_is_there_once() {
    let shared = |preferred: &str| Person {
        reference: Some("P1".into()),
        ..called(preferred)
    };
    let council = council(
        &[
            told_on("t-1", "2026-01-01", shared("Sam")),
            told_on("t-2", "2026-03-01", shared("Sam")),
        ],
        &[told_on("c-1", "2026-02-01", called("Samuel"))],
    );
    let answer = council.shows("t-1");
    assert_eq!(values(&answer.preferred_names), ["Sam", "Samuel"]);
    assert_eq!(
        by(&answer.preferred_names),
        [
            ("Housing", "2026-03-01".to_owned()),
            ("Community Safety", "2026-02-01".to_owned())
        ]
    );
    assert_eq!(
        answer.preferred_names[0].record,
        council.bed.id_of("t-2"),
        "the newest statement speaks"
    );
    // By whichever record they are asked for.
    assert_eq!(council.shows("c-1"), answer);
    let because = |a: &str, b: &str, rule| Joined {
        services: [a.into(), b.into()],
        rule,
    };
    assert_eq!(answer.joined.len(), 2);
    for why in [
        because("Housing", "Housing", JoinRule::SameReference),
        because("Community Safety", "Housing", JoinRule::NhsNumber),
    ] {
        assert!(answer.joined.contains(&why), "{why:?}");
    }
}

#[test]
fn nobody_something_that_is_no_person_and_somebody_withheld_give_one_answer() {
    let withheld = Person {
        safety: Some(Safety {
            withheld: true,
            ..marker()
        }),
        ..sam()
    };
    let council = council(
        &[told_on("t-1", "2026-01-01", sam())],
        &[
            told_on("c-1", "2026-02-01", withheld),
            put_line("c-2", 1, flag_at(Location::Uprn(uprn(20)))),
        ],
    );
    // One service's word is enough, whichever record is asked for.
    for key in ["t-1", "c-1", "c-2", "p-20"] {
        assert_eq!(council.refuses(council.bed.id_of(key)), Code::NotFound);
    }
    let unknown = council.bed.adviser();
    let reply = |id| unknown.message(id, Caller::Unsure, said());
    assert_eq!(reply(council.bed.id_of("t-1")), reply(987_654));
    assert_eq!(reply(council.bed.id_of("t-1")), reply(-1));
}

#[test]
fn a_person_is_withheld_from_the_first_day_to_the_last_and_no_longer() {
    let withheld = |since: &str, until: &str| Person {
        safety: Some(Safety {
            withheld: true,
            since: Some(since.parse().unwrap()),
            until: Some(until.parse().unwrap()),
            ..marker()
        }),
        ..sam()
    };
    let shown = |since: &str, until: &str| {
        let council = council(&[told_on("t-1", "2026-01-01", withheld(since, until))], &[]);
        let found = council.bed.adviser().looks_at(council.bed.id_of("t-1"));
        found.map(|answer| answer.safety.is_some())
    };
    assert!(shown("2026-06-01", "2026-06-01").is_err());
    assert_eq!(shown("2026-05-01", "2026-05-31"), Ok(false));
    assert_eq!(shown("2026-06-02", "2026-07-01"), Ok(false));
}

#[test]
fn full_name_birth_numbers_and_addresses_are_whole_only_once_the_caller_is_confirmed() {
    let person = Person {
        addresses: vec![
            address(AddressUse::Home, "5 Mill Lane", "NB1 4QX"),
            Address {
                uprn: Some(uprn(20)),
                place: None,
                ..address(AddressUse::Previous, "x", "NB1 4QX")
            },
        ],
        contacts: vec![phone("07700 900482"), email("sam@example.org")],
        ..sam()
    };
    let council = council(&[told_on("t-1", "2026-01-01", person)], &[]);
    let before = council.shows("t-1");
    assert!(!before.confirmed && before.legal_names.is_empty() && before.years_of_birth.is_empty());
    let shown = |answer: &PersonAnswer| -> Vec<Shown> {
        let contacts = answer.contacts.iter().map(|said| said.value.value.clone());
        let addresses = answer.addresses.iter().map(|said| said.value.value.clone());
        contacts.chain(addresses).collect()
    };
    assert_eq!(
        shown(&before),
        [
            Shown::Ending("482".into()),
            Shown::Hidden,
            Shown::Hidden,
            Shown::Hidden
        ]
    );
    let adviser = council.bed.adviser();
    let after = adviser.hears(council.bed.id_of("t-1"), said()).unwrap();
    assert!(after.confirmed);
    assert_eq!(values(&after.legal_names), ["Mr Samuel Ade Okoro"]);
    assert_eq!(values(&after.years_of_birth), [1961]);
    let whole = |text: &str| Shown::Whole(text.into());
    assert_eq!(
        shown(&after),
        [
            whole("+447700900482"),
            whole("sam@example.org"),
            whole("5 Mill Lane, NB1 4QX"),
            whole("20 Mill Lane, NB1 4QX"),
        ]
    );
}

#[test]
fn a_death_is_said_by_each_service_that_records_it() {
    let dead = Person {
        deceased: true,
        ..sam()
    };
    let council = council(
        &[told_on("t-1", "2026-01-01", dead)],
        &[told_on("c-1", "2026-02-01", sam())],
    );
    let answer = council.shows("c-1");
    assert_eq!(by(&answer.deceased), [("Housing", "2026-01-01".to_owned())]);
}

#[test]
fn complete_is_said_only_when_nothing_unread_could_be_of_this_person() {
    let person = Person {
        addresses: vec![address(AddressUse::Home, "20 Mill Lane", "NB1 4QX")],
        ..sam()
    };
    let told = [told_on("t-1", "2026-01-01", person.clone())];
    let with = |held: Line| {
        let council = council(&told, &[held]);
        council.shows("t-1").complete
    };
    assert!(council(&told, &[]).shows("t-1").complete);
    let at = |line: &str, postcode: &str| held_line("h-1", 1, None, Some(place(line, postcode)));
    assert!(!with(at("20 Mill Lane", "NB1 4QX")), "at the address");
    assert!(
        !with(at("The Barn", "NB1 4QX")),
        "somewhere at the postcode"
    );
    assert!(with(at("20 Mill Lane", "NB2 1AA")), "elsewhere");
    assert!(
        with(held_line("h-1", 1, Some(99), None)),
        "another property"
    );
    let at_property = Person {
        addresses: vec![Address {
            uprn: Some(uprn(20)),
            place: None,
            ..person.addresses[0].clone()
        }],
        ..sam()
    };
    let by_number = council(
        &[told_on("t-1", "2026-01-01", at_property)],
        &[held_line("h-1", 1, Some(20), None)],
    );
    assert!(!by_number.shows("t-1").complete, "at the property");
}

#[test]
fn what_a_service_said_before_stays_when_its_next_row_does_not_read_and_the_answer_says_so() {
    let mut council = council(&[told_on("t-1", "2026-01-01", sam())], &[]);
    assert!(council.shows("t-1").complete);
    // Nowhere near any address of theirs, but of the same key.
    let held = council
        .tenancies
        .delta(&[held_line("t-1", 2, Some(99), None)]);
    council.bed.deliver(&council.tenancies, &held).unwrap();
    let answer = council.shows("t-1");
    assert_eq!(values(&answer.preferred_names), ["Sam"]);
    assert!(!answer.complete);
}

#[test]
fn the_keeper_is_told_every_record_an_answer_is_made_of_and_how_much_the_caller_had_right() {
    let hidden = Person {
        safety: Some(marker()),
        ..sam()
    };
    let mut council = council(
        &[told_on("t-1", "2026-01-01", sam())],
        &[told_on("c-1", "2026-02-01", hidden)],
    );
    let ids = ["t-1", "c-1"].map(|key| council.bed.id_of(key));
    council.bed.adviser().hears(ids[0], said()).unwrap();
    let shown = council.bed.shown(&mut council.tenancies);
    let mut records: Vec<_> = shown[0].iter().filter_map(|one| one.record).collect();
    records.sort_unstable();
    assert_eq!(records, ids);
    assert!(
        shown[0]
            .iter()
            .all(|one| one.uprn.is_none() && one.version == 1)
    );
    let told = council.bed.keeper.told.lock().unwrap();
    // The date of birth is right; the address is hidden and matches nothing.
    assert_eq!(told.confirmed, [Some(Matched { right: 1, given: 2 })]);
}
