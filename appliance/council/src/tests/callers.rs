//! The sample people, in the exports themselves.

use super::{ADJUSTMENTS, BENEFITS, HOUSING_PEOPLE, SOCIAL_CARE, TABLES, TODAY, bytes, rows, text};
use crate::Council;
use std::collections::{HashMap, HashSet};

fn digits(text: &str) -> String {
    text.replace("+44 7", "07")
        .chars()
        .filter(char::is_ascii_digit)
        .collect()
}

/// Rows of an export in which a number stands, in any column but free text.
fn with(export: usize, number: &str) -> Vec<HashMap<String, String>> {
    let wanted = digits(number);
    rows(export)
        .into_iter()
        .filter(|row| row.values().any(|value| digits(value) == wanted))
        .collect()
}

#[test]
fn four_services_know_the_caller_by_one_number_and_one_birth() {
    let samples = Council::sample(TODAY).samples();
    let [tenant, housing, care, claim] = [2, HOUSING_PEOPLE, SOCIAL_CARE, BENEFITS].map(|export| {
        let mut rows = with(export, &samples.phone);
        assert_eq!(rows.len(), 1, "{export}");
        rows.remove(0)
    });
    for (row, column) in [
        (&tenant, "NHS_NO"),
        (&housing, "NHS_NO"),
        (&care, "NHSNumber"),
        (&claim, "nhs_no"),
    ] {
        assert_eq!(row[column], samples.sample_nhs_number);
    }
    for (row, column, birth) in [
        (&tenant, "DOB", "04/03/1961"),
        (&housing, "DOB", "04/03/1961"),
        (&care, "DateOfBirth", "1961-03-04"),
        (&claim, "birth_date", "1961-03-04"),
    ] {
        assert_eq!(row[column], birth);
    }
    assert_eq!((&*housing["KNOWN_AS"], &*care["KnownAs"]), ("Sam", "Sam"));
    assert_eq!(
        claim["known_as"].trim(),
        "Chiamaka",
        "the one thing they do not agree on"
    );
    assert_eq!(
        (&*housing["PRONOUNS"], &*housing["MARKER"]),
        ("they/them", "")
    );
    assert_eq!(housing["PER_REF"].trim_end(), samples.service_reference);
    assert_eq!(claim["claimant_ref"].trim_end(), samples.benefits_reference);
    let teams = [&housing["TEAM"], &care["Team"], &claim["team"]];
    assert_eq!(teams.into_iter().collect::<HashSet<_>>().len(), 3);
    for (row, phone, hours) in [
        (&housing, "OFFICER_TEL", "OFFICER_HOURS"),
        (&care, "TeamPhone", "TeamHours"),
        (&claim, "officer_tel", "officer_hours"),
    ] {
        assert!(!row[phone].is_empty() && !row[hours].is_empty());
    }
    assert_eq!(housing["NEED"], "Short sentences");
    assert!(care["NeedCodes"].contains("1082681000000103"));
    let bundle = text(&bytes(&Council::sample(TODAY), ADJUSTMENTS));
    let found = format!("\"value\":\"{}\"}}]", samples.sample_nhs_number);
    assert_eq!(bundle.matches(&found).count(), 1);
}

#[test]
fn the_caller_s_daughter_may_be_told_and_her_number_says_whose_it_is() {
    let samples = Council::sample(TODAY).samples();
    let row = with(HOUSING_PEOPLE, &samples.phone_proxy).remove(0);
    assert_eq!(row["OTHER_NAME"], "Maya Shah");
    assert_eq!(
        (&row["AUTH_NAME"], &*row["AUTH_REL"]),
        (&samples.proxy_name, "daughter")
    );
    assert_eq!(
        (&*row["AUTH_ABOUT"], &*row["AUTH_MAY"]),
        ("Council tax;Repairs", "Be told")
    );
    assert_eq!(row["AUTH_LIMITS"], "She may not change the address.");
    assert_eq!((&*row["AUTH_STATE"], &*row["AUTH_TO"]), ("Yes", ""));
}

#[test]
fn the_hidden_person_has_a_marker_a_hidden_address_and_a_proxy_on_record() {
    let samples = Council::sample(TODAY).samples();
    let row = with(HOUSING_PEOPLE, &samples.phone_hidden).remove(0);
    assert_eq!((&*row["MARKER"], &*row["DND"]), ("Safe number only", "Y"));
    assert_eq!(row["AUTH_NAME"], samples.phone_hidden_proxy);
    assert_eq!(row["SAFE_TEL"], samples.phone_hidden_safe);
    assert_ne!(digits(&row["SAFE_TEL"]), digits(&row["TEL_MOBILE"]));
    assert_eq!(row["UPRN"], samples.phone_hidden_uprn);
    assert_eq!(samples.phone_hidden_address, "23 Mill Lane");
    let claim = with(BENEFITS, &samples.phone_hidden).remove(0);
    assert_eq!(claim["addr_dnd"], "Y");
    assert_eq!(claim["appointee_name"].trim(), samples.phone_hidden_proxy);
}

#[test]
fn the_withheld_person_joins_in_every_export_that_has_them() {
    let samples = Council::sample(TODAY).samples();
    let [tenant, housing, care] = [2, HOUSING_PEOPLE, SOCIAL_CARE].map(|export| {
        let mut rows = with(export, &samples.phone_withheld);
        assert_eq!(rows.len(), 1);
        rows.remove(0)
    });
    assert_eq!(
        (&*care["Withheld"], &*housing["DND"], &*tenant["DND"]),
        ("Y", "Y", "Y")
    );
    assert!(!care["NHSNumber"].is_empty());
    assert!(tenant["NHS_NO"] == care["NHSNumber"] && housing["NHS_NO"] == care["NHSNumber"]);
    assert_eq!(
        samples.withheld_born.map(|day| day.to_string()),
        Some(care["DateOfBirth"].clone())
    );
    assert!(with(BENEFITS, &samples.phone_withheld).is_empty());
}

#[test]
fn somebody_has_died_and_a_family_shares_a_landline() {
    let samples = Council::sample(TODAY).samples();
    let dead = with(HOUSING_PEOPLE, &samples.phone_deceased).remove(0);
    assert!(!dead["DECEASED_ON"].is_empty());
    let family = with(2, &samples.phone_shared);
    assert!(family.len() >= 4);
    let homes: HashSet<&String> = family.iter().map(|row| &row["UPRN"]).collect();
    assert_eq!(homes.len(), 1);
}

#[test]
fn a_sample_s_number_is_nobody_else_s() {
    let samples = Council::sample(TODAY).samples();
    for (name, number, own) in [
        ("caller", &samples.phone, &samples.sample_nhs_number),
        ("hidden", &samples.phone_hidden, &String::new()),
        ("withheld", &samples.phone_withheld, &String::new()),
        ("deceased", &samples.phone_deceased, &String::new()),
    ] {
        assert!(with(2, number).len() == 1, "{name}");
        for export in HOUSING_PEOPLE..TABLES {
            let found = with(export, number);
            assert!(found.len() <= 1, "{name} in {export}");
            let numbers = found.iter().flat_map(|row| row.values());
            assert!(
                own.is_empty() || numbers.filter(|value| *value == own).count() == 1,
                "{name}"
            );
        }
    }
}
