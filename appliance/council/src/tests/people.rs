//! Every shape of a person that a service can send occurs, and the services speak about the same people.

use super::{BENEFITS, HOUSING_PEOPLE, SOCIAL_CARE, TODAY, day, rows};
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};

type Row = HashMap<String, String>;

fn some(rows: &[Row], what: &str, holds: impl Fn(&Row) -> bool) -> usize {
    let count = rows.iter().filter(|row| holds(row)).count();
    assert!(count > 0, "nobody {what}");
    count
}

fn is(row: &Row, column: &str) -> bool {
    !row[column].trim().is_empty()
}

#[test]
fn the_exports_have_the_people_they_should() {
    let [people, care, claims] = [HOUSING_PEOPLE, SOCIAL_CARE, BENEFITS].map(rows);
    assert!((5_000..6_500).contains(&people.len()), "{}", people.len());
    assert!((250..600).contains(&care.len()), "{}", care.len());
    assert!((700..1_600).contains(&claims.len()), "{}", claims.len());
    for (rows, key) in [
        (&people, "PER_REF"),
        (&care, "PersonID"),
        (&claims, "claim_id"),
    ] {
        let keys: HashSet<&str> = rows.iter().map(|row| row[key].trim()).collect();
        assert_eq!(keys.len(), rows.len(), "{key}");
    }
    let claimants: HashSet<&String> = claims.iter().map(|row| &row["claimant_ref"]).collect();
    assert!(claimants.len() < claims.len(), "somebody has two claims");
}

#[test]
fn housing_s_people_are_its_tenants_under_the_same_references() {
    let tenants: HashMap<String, Row> = rows(2)
        .into_iter()
        .map(|row| (row["PER_REF"].clone(), row))
        .collect();
    for row in rows(HOUSING_PEOPLE) {
        let tenant = &tenants[&row["PER_REF"]];
        for column in ["FORENAME", "SURNAME", "DOB", "NHS_NO", "TEL_MOBILE", "DND"] {
            assert_eq!(row[column], tenant[column], "{} {column}", row["PER_REF"]);
        }
        let home = if row["UPRN"].is_empty() {
            "PREV_UPRN"
        } else {
            "UPRN"
        };
        assert_eq!(row[home], tenant["UPRN"]);
    }
}

#[test]
fn every_shape_of_a_person_occurs_in_housing() {
    let people = rows(HOUSING_PEOPLE);
    some(&people, "is called something else", |row| {
        is(row, "KNOWN_AS")
    });
    some(&people, "says their pronouns", |row| is(row, "PRONOUNS"));
    some(&people, "has one name", |row| !is(row, "FORENAME"));
    some(&people, "has an apostrophe", |row| {
        row["SURNAME"].contains('’')
    });
    some(&people, "has an unknown birth", |row| {
        row["DOB"] == "01/01/1900"
    });
    some(&people, "has no NHS number", |row| !is(row, "NHS_NO"));
    some(&people, "left", |row| {
        !is(row, "UPRN") && is(row, "PREV_LEFT")
    });
    some(&people, "has letters sent elsewhere", |row| {
        is(row, "MAIL_POSTCODE")
    });
    some(&people, "has a hidden address and no marker", |row| {
        row["DND"] == "Y" && !is(row, "MARKER")
    });
    some(&people, "has no needs", |row| !is(row, "NEED"));
    some(&people, "has several needs", |row| is(row, "NEEDS_MORE"));
    some(&people, "needs an interpreter", |row| {
        row["INTERPRETER"] == "Y"
    });
    some(&people, "has a relative's number", |row| {
        is(row, "OTHER_TEL") && is(row, "OTHER_REL")
    });
    for marked in people.iter().filter(|row| is(row, "MARKER")) {
        assert_eq!(marked["DND"], "Y");
        assert!(
            !is(marked, "OTHER_TEL"),
            "a relative's number under a marker"
        );
        assert_eq!(
            is(marked, "SAFE_TEL"),
            marked["MARKER"] == "Safe number only"
        );
    }
    let dead = some(&people, "died", |row| is(row, "DECEASED_ON"));
    assert!(dead < 150, "{dead}");
    for row in people.iter().filter(|row| is(row, "DECEASED_ON")) {
        let died = day(&row["DECEASED_ON"]);
        assert!(day(&row["MOVED_IN"]) <= died && died < TODAY);
    }
}

#[test]
fn labels_nobody_mapped_are_rare_and_do_occur() {
    let people = rows(HOUSING_PEOPLE);
    let zeta = |column: &str| some(&people, column, |row| row[column].contains("Zeta"));
    for column in ["NEED", "MARKER", "AUTH_ABOUT"] {
        assert!(zeta(column) < 80, "{column}: {}", zeta(column));
    }
}

#[test]
fn everything_that_can_become_of_a_proxy_occurs() {
    let people = rows(HOUSING_PEOPLE);
    let proxies: Vec<Row> = people
        .into_iter()
        .filter(|row| is(row, "AUTH_NAME"))
        .collect();
    let until = |row: &Row| is(row, "AUTH_TO").then(|| day(&row["AUTH_TO"]));
    let soon = TODAY.saturating_add(jiff::Span::new().days(30));
    for state in ["No", "Taken back", "On hold"] {
        some(&proxies, state, |row| row["AUTH_STATE"] == state);
    }
    let yes = |row: &Row| row["AUTH_STATE"] == "Yes";
    some(&proxies, "speaks on", |row| {
        yes(row) && until(row).is_none()
    });
    some(&proxies, "speaks no more", |row| {
        yes(row) && until(row).is_some_and(|to| to < TODAY)
    });
    some(&proxies, "speaks not for long", |row| {
        yes(row) && until(row).is_some_and(|to| TODAY <= to && to < soon)
    });
    some(&proxies, "speaks from later on", |row| {
        TODAY < day(&row["AUTH_FROM"])
    });
    some(&proxies, "is due for review", |row| {
        is(row, "AUTH_REVIEW") && day(&row["AUTH_REVIEW"]) < TODAY
    });
    for basis in crate::words::BASES {
        some(&proxies, basis.0, |row| row["AUTH_BASIS"] == basis.0);
    }
}

#[test]
fn every_group_of_needs_occurs_and_so_do_codes_that_are_held_or_unknown() {
    let (people, care) = (rows(HOUSING_PEOPLE), rows(SOCIAL_CARE));
    for need in &crate::words::NEEDS {
        some(&people, need.label, |row| {
            row["NEED"] == need.label || row["NEEDS_MORE"].split(';').any(|more| more == need.label)
        });
    }
    some(&care, "has several codes", |row| {
        row["NeedCodes"].contains('|')
    });
    some(&care, "has a need by its label", |row| is(row, "NeedLabel"));
    some(&care, "has no need", |row| {
        !is(row, "NeedLabel") && !is(row, "NeedCodes")
    });
    let has = |row: &Row, codes: &[(&str, &str)]| {
        row["NeedCodes"]
            .split('|')
            .any(|code| codes.iter().any(|(known, _)| *known == code))
    };
    some(&care, "has a clinical code", |row| {
        has(row, &crate::words::CLINICAL)
    });
    some(&care, "has an unknown code", |row| {
        has(row, &crate::words::UNKNOWN_CODES)
    });
    some(&care, "signs", |row| is(row, "SignLanguage"));
    some(&care, "is placed elsewhere", |row| is(row, "OrdResAddress"));
    some(&care, "stays elsewhere for now", |row| {
        is(row, "TempAddress")
    });
    some(&care, "has a UPRN", |row| is(row, "UPRN"));
    for kind in crate::words::CONTACT_KINDS {
        some(&care, kind.0, |row| row["PhoneKind"] == kind.0);
    }
}

#[test]
fn who_is_withheld_has_a_marker_and_is_known_to_housing_by_the_same_number() {
    let care = rows(SOCIAL_CARE);
    let numbers: HashSet<String> = rows(HOUSING_PEOPLE)
        .into_iter()
        .filter(|row| row["DOB"] != "01/01/1900" && is(row, "MARKER"))
        .map(|row| row["NHS_NO"].clone())
        .collect();
    let withheld = some(&care, "is withheld", |row| row["Withheld"] == "Y");
    assert!(withheld < 20, "{withheld}");
    for row in care.iter().filter(|row| row["Withheld"] == "Y") {
        assert!(is(row, "Marker") && is(row, "NHSNumber"));
        assert!(numbers.contains(&row["NHSNumber"]), "{}", row["PersonID"]);
    }
}

/// An NHS number with the date of birth: the sure rule by which records join, but for the name.
fn sure(rows: &[Row], number: &str, birth: &str) -> HashMap<(String, String), Row> {
    rows.iter()
        .filter(|row| is(row, number))
        .map(|row| ((row[number].clone(), iso(&row[birth])), row.clone()))
        .collect()
}

fn iso(text: &str) -> String {
    Date::strptime("%d/%m/%Y", text).map_or_else(|_| text.to_owned(), |day| day.to_string())
}

#[test]
fn services_agree_on_many_people_and_not_on_all_of_them() {
    let housing = sure(&rows(HOUSING_PEOPLE), "NHS_NO", "DOB");
    let care = sure(&rows(SOCIAL_CARE), "NHSNumber", "DateOfBirth");
    let claims = sure(&rows(BENEFITS), "nhs_no", "birth_date");
    for (name, other, surname, total) in [
        ("social care", &care, "FamilyName", rows(SOCIAL_CARE).len()),
        ("benefits", &claims, "surname", rows(BENEFITS).len()),
    ] {
        let both: Vec<_> = other
            .keys()
            .filter(|key| housing.contains_key(*key))
            .collect();
        assert!(
            both.len() * 4 > total && both.len() < total,
            "{name}: {} of {total}",
            both.len()
        );
        let married = both.iter().filter(|key| {
            let plain = |text: &str| crate::spelling::plain(text.trim());
            plain(&housing[**key]["SURNAME"]) != plain(&other[**key][surname])
        });
        assert!(married.count() > 3, "{name}: nobody has another surname");
    }
}

#[test]
fn an_nhs_number_is_of_one_person_but_for_a_few_slips() {
    let mut births: HashMap<String, HashSet<String>> = HashMap::new();
    for (export, number, birth) in [
        (2, "NHS_NO", "DOB"),
        (HOUSING_PEOPLE, "NHS_NO", "DOB"),
        (SOCIAL_CARE, "NHSNumber", "DateOfBirth"),
    ] {
        for row in rows(export) {
            if is(&row, number) && row[birth] != "01/01/1900" {
                births
                    .entry(row[number].clone())
                    .or_default()
                    .insert(iso(&row[birth]));
            }
        }
    }
    let slips = births.values().filter(|days| days.len() > 1).count();
    assert!(
        (1..15).contains(&slips),
        "{slips} numbers stand with two dates of birth"
    );
}

#[test]
fn benefits_writes_placeholders_and_wishes() {
    let claims = rows(BENEFITS);
    for (column, value) in [
        ("birth_date", "1900-01-01"),
        ("death_date", "2099-12-31"),
        ("to_date", "2099-12-31"),
        ("phone_kind", "Text"),
        ("email_order", "1"),
        ("letter_order", "1"),
        ("addr_dnd", "Y"),
    ] {
        some(&claims, value, |row| row[column].trim() == value);
    }
    some(&claims, "died", |row| row["death_date"] != "2099-12-31");
    some(&claims, "claims no more", |row| {
        row["to_date"] != "2099-12-31"
    });
    some(&claims, "has an appointee", |row| {
        row["appointee_basis"] == "Appointee"
    });
    assert!(
        claims
            .iter()
            .all(|row| row["claim_id"].len() == 12 && row["forename"].len() == 20)
    );
}
