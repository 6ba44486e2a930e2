//! The samples are what they say, in the exports themselves.

use super::{TODAY, day, rows};
use crate::Council;
use jiff::civil::date;
use std::collections::HashSet;

#[test]
fn the_samples_are_what_they_say() {
    let council = Council::sample(TODAY);
    let samples = council.samples();
    let flags = |uprn: &str| {
        rows(0)
            .into_iter()
            .filter(|row| row["UPRN"] == uprn)
            .collect::<Vec<_>>()
    };
    let cases = |uprn: &str| {
        rows(3)
            .iter()
            .filter(|row| row["uprn"] == uprn && !row["caution"].is_empty())
            .count()
    };
    let only = |uprn: &str| {
        assert_eq!((flags(uprn).len(), cases(uprn)), (1, 0), "{uprn}");
        let row = flags(uprn).remove(0);
        [
            row["Caution Type"].clone(),
            row["Controls"].clone(),
            row["Sensitivity"].clone(),
        ]
    };
    assert_eq!(
        only(&samples.uprn_pairs),
        ["Physical violence", "Visit in pairs", "Standard"]
    );
    assert_eq!(
        only(&samples.release_flag_uprn),
        ["Verbal abuse", "Call office first", "Standard"]
    );
    assert_eq!(only(&samples.uprn_building)[0], "Asbestos");
    assert_eq!(
        only(&samples.uprn_cause),
        ["Domestic abuse", "Call office first", "Restricted"]
    );
    assert_eq!(only(&samples.uprn_unmapped)[0], "Zeta marker 9");
    assert_eq!(
        rows(0)
            .iter()
            .filter(|row| row["Caution Type"] == "Zeta marker 9")
            .count(),
        1
    );
    let overdue = flags(&samples.uprn_overdue).remove(0);
    assert_eq!(day(&overdue["Review Date"]), date(2026, 11, 2));
    for clear in [&samples.uprn_clear, &samples.uprn_flat] {
        assert_eq!((flags(clear).len(), cases(clear)), (0, 0));
    }
    assert_eq!(
        (
            flags(&samples.uprn_two_services).len(),
            cases(&samples.uprn_two_services)
        ),
        (1, 1)
    );
    let homes = rows(1);
    let flat = homes
        .iter()
        .find(|row| row["PROP_UPRN"] == samples.uprn_flat)
        .unwrap();
    assert_eq!(flat["PROP_PARENT_UPRN"], samples.uprn_building);
}

#[test]
fn the_address_without_a_uprn_is_in_the_housing_export() {
    let samples = Council::sample(TODAY).samples();
    let homes = rows(1);
    let home = homes
        .iter()
        .find(|row| row["PROP_UPRN"] == samples.address_without_uprn_is)
        .unwrap();
    assert!(
        samples
            .address_without_uprn
            .ends_with(home["PROP_POSTCODE"].trim_end())
    );
    let lost: Vec<_> = rows(0)
        .into_iter()
        .filter(|row| row["UPRN"].is_empty())
        .collect();
    assert_eq!(lost.len(), 3);
    assert!(
        samples
            .address_without_uprn
            .starts_with(&lost[0]["Door No"])
    );
}

#[test]
fn the_caller_is_found_by_a_number_of_their_own() {
    let samples = Council::sample(TODAY).samples();
    let digits = |text: &str| {
        text.replace("+44 7", "07")
            .chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let people = rows(2);
    let found: Vec<_> = people
        .iter()
        .filter(|row| digits(&row["TEL_MOBILE"]) == digits(&samples.phone))
        .collect();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0]["KNOWN_AS"].as_str(), found[0]["UPRN"].as_str()),
        ("Sam", samples.phone_uprn.as_str())
    );
    assert_eq!(
        samples.phone_name,
        format!(
            "{} {}",
            found[0]["FORENAME"],
            found[0]["SURNAME"].trim_end()
        )
    );
    assert_eq!(found[0]["DOB"], "04/03/1961");
    assert!(
        people.iter().any(|row| row["DOB"] == "01/01/1900")
            && people.iter().any(|row| row["END_DATE"] != "31/12/2099")
    );
    assert_eq!(
        people
            .iter()
            .map(|row| &row["PER_REF"])
            .collect::<HashSet<_>>()
            .len(),
        people.len()
    );
}
