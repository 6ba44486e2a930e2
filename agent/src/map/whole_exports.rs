//! The exports of the invented council through the shipped source files.

use std::collections::BTreeMap;
use std::io::{self, Write};

use firebox_contract::Record;
use firebox_contract::record::{NhsNumber, Person, ProxyState, UNMAPPED};
use firebox_council::Council;

use super::tests::source;
use super::{Mapped, View};
use crate::csv::Row;
use crate::export::{Export, ExportError};
use crate::progress::Progress;

/// What an export came to.
#[derive(Default)]
struct Whole {
    people: Vec<Person>,
    bad: BTreeMap<(&'static str, &'static str), u64>,
    left_out: u64,
    foreign_flags: u64,
}

impl Whole {
    fn count(&self, is: impl Fn(&Person) -> bool) -> usize {
        self.people.iter().filter(|person| is(person)).count()
    }

    fn needs(&self, group: &str) -> usize {
        let needs = self.people.iter().flat_map(|person| &person.needs);
        needs.filter(|need| need.group == group).count()
    }
}

fn council() -> Council {
    Council::sample(jiff::civil::date(2026, 5, 4))
}

fn read(text: &str, write: impl FnOnce(&Council, &mut dyn Write) -> io::Result<u32>) -> Whole {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export");
    let mut file = std::fs::File::create(&path).unwrap();
    let written = write(&council(), &mut file).unwrap();
    drop(file);
    let source = source(text, true);
    let export = Export::open(&path, source.format.charset).unwrap();
    let mut whole = Whole::default();
    let rows = export.read(&source, &Progress::none(), |rows| {
        let mut row = Row::default();
        while rows.next(&mut row)? {
            let view = View::new(&row, rows.columns(), &source.format);
            note(&mut whole, source.mapping.map(&view, &source.key));
        }
        whole.foreign_flags = rows.foreign_flags();
        Ok::<_, ExportError>(rows.rows())
    });
    assert_eq!(rows.unwrap(), u64::from(written));
    whole
}

fn note(whole: &mut Whole, mapped: Mapped) {
    match mapped {
        Mapped::Good(good) => {
            whole.left_out += good.left_out;
            if let Record::Person(person) = good.record {
                whole.people.push(*person);
            }
        }
        Mapped::Bad(bad) => *whole.bad.entry((bad.field, bad.reason.code())).or_default() += 1,
        Mapped::Nothing => panic!("every row of these exports is a person"),
    }
}

fn housing() -> Whole {
    let text = include_str!("../../../config/sources.d/housing-people.toml");
    read(text, |council, out| council.write_housing_people(out))
}

fn social_care() -> Whole {
    let text = include_str!("../../../config/sources.d/adult-social-care-needs.toml");
    read(text, |council, out| council.write_social_care_needs(out))
}

fn benefits() -> Whole {
    let text = include_str!("../../../config/sources.d/benefits-claims.toml");
    read(text, |council, out| council.write_benefits_claims(out))
}

fn nhs() -> Whole {
    let text = include_str!("../../../config/sources.d/nhs-adjustments.toml");
    read(text, |council, out| council.write_nhs_adjustments(out))
}

#[test]
fn every_person_of_housing_reads_with_all_that_stands_in_the_row() {
    let whole = housing();
    assert_eq!((whole.bad.len(), whole.left_out), (0, 0));
    assert!(whole.people.len() > 2_000, "{}", whole.people.len());
    for (what, count) in [
        ("pronouns", whole.count(|p| p.pronouns.is_some())),
        (
            "called otherwise",
            whole.count(|p| p.name.preferred != p.name.forename),
        ),
        ("deceased", whole.count(|p| p.deceased)),
        (
            "hidden",
            whole.count(|p| p.addresses.iter().any(|a| a.do_not_disclose)),
        ),
        (
            "a relative's",
            whole.count(|p| p.contacts.iter().any(|c| c.whose.is_some())),
        ),
        ("safe", whole.count(|p| p.contacts.iter().any(|c| c.safe))),
        ("teams", whole.count(|p| !p.teams.is_empty())),
        ("markers", whole.count(|p| p.safety.is_some())),
        ("unmapped need", whole.needs(UNMAPPED)),
        ("no need", whole.count(|p| p.needs.is_empty())),
    ] {
        assert!(count > 0, "{what}");
    }
    for state in [
        ProxyState::Given,
        ProxyState::Refused,
        ProxyState::Withdrawn,
        ProxyState::Suspended,
    ] {
        let count = whole.count(|p| p.proxies.iter().any(|proxy| proxy.state == state));
        assert!(count > 0, "{state:?}");
    }
}

#[test]
fn social_care_keeps_codes_nobody_knows_and_those_for_clinicians() {
    let whole = social_care();
    assert_eq!((whole.bad.len(), whole.left_out), (0, 0));
    assert!(whole.needs(UNMAPPED) > 0 && whole.needs("clinical-only") > 0);
    let needs = whole.people.iter().flat_map(|person| &person.needs);
    for need in needs.filter(|need| need.is_unmapped()) {
        assert!(need.snomed.is_some() || need.source_code.is_some());
    }
    let withheld = whole.count(|p| p.safety.as_ref().is_some_and(|safety| safety.withheld));
    assert!(withheld > 0);
    let by_text = whole.count(|p| p.addresses.iter().any(|a| a.uprn.is_none()));
    assert!(by_text > whole.people.len() / 2, "most have no UPRN");
}

#[test]
fn benefits_have_no_placeholder_for_a_birthday_and_no_end_that_is_open() {
    let whole = benefits();
    assert_eq!((whole.bad.len(), whole.left_out), (0, 0));
    assert!(whole.count(|p| p.date_of_birth.is_none()) > 0);
    let is_1900 = |p: &Person| p.date_of_birth.is_some_and(|day| day.year() == 1900);
    assert_eq!(whole.count(is_1900), 0);
    let ends = whole.people.iter().flat_map(|p| &p.addresses);
    assert!(ends.filter_map(|a| a.to).all(|day| day.year() < 2099));
    let orders: std::collections::BTreeSet<_> = whole
        .people
        .iter()
        .filter_map(|person| person.contacts.first())
        .map(|contact| format!("{:?}", contact.kind))
        .collect();
    assert!(orders.len() > 1, "what they wish first differs: {orders:?}");
}

#[test]
fn of_the_nhs_s_bundle_every_patient_reads_and_no_flag_of_another_kind_lands() {
    let whole = nhs();
    assert_eq!((whole.bad.len(), whole.left_out), (0, 0));
    assert!(whole.foreign_flags > 0);
    assert!(whole.needs("clinical-only") > 0 && whole.needs(UNMAPPED) > 0);
    assert!(
        whole.count(|p| p.needs.is_empty()) > 0,
        "some have no adjustment"
    );
    assert!(whole.people.iter().all(|p| p.nhs_number.is_some()));
    let interpreter = |p: &Person| p.languages.iter().any(|language| language.interpreter);
    assert!(whole.count(interpreter) > 0);
}

#[test]
fn four_services_know_the_sample_caller_under_one_nhs_number() {
    let number = council().samples().sample_nhs_number;
    let all = [housing(), social_care(), benefits(), nhs()];
    let number = NhsNumber::parse(&number).unwrap();
    let found = all.each_ref().map(|whole| {
        let is = |person: &&Person| person.nhs_number == Some(number);
        whole.people.iter().find(is).unwrap()
    });
    let [housing, ..] = found;
    assert_eq!(housing.name.preferred, "Sam");
    let born = jiff::civil::date(1961, 3, 4);
    assert!(
        found
            .iter()
            .all(|person| person.date_of_birth == Some(born))
    );
    assert!(found.iter().all(|person| person.safety.is_none()));
    let daughter = found.iter().flat_map(|person| &person.proxies);
    assert!(
        daughter
            .into_iter()
            .any(|proxy| proxy.name == "Maya Shah" && proxy.limits.is_some())
    );
}
