//! The shipped source files, held against the exports they read and the vocabulary that ships.

use super::{BENEFITS, HOUSING_PEOPLE, SOCIAL_CARE, rows};
use crate::{PEOPLE_FEEDS, people_labels};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use toml::{Table, Value};

fn read(path: &str) -> Table {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config");
    std::fs::read_to_string(folder.join(path))
        .unwrap()
        .parse()
        .unwrap()
}

fn source(feed: &str) -> Table {
    read(&format!("sources.d/{feed}.toml"))
}

/// Every column a source file names, wherever it stands.
fn columns(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Table(table) => {
            for (key, inner) in table {
                match (key.as_str(), inner) {
                    ("from", Value::String(column)) => drop(found.insert(column.clone())),
                    ("lines" | "key", Value::Array(lines)) => {
                        let names = lines.iter().flat_map(|line| match line {
                            Value::Array(names) => names.clone(),
                            name => vec![name.clone()],
                        });
                        found.extend(names.filter_map(|name| name.as_str().map(str::to_owned)));
                    }
                    _ => columns(inner, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| columns(value, found)),
        _ => {}
    }
}

#[test]
fn every_column_a_source_file_names_is_in_its_export_and_free_text_is_not_named() {
    for (feed, export, free) in [
        ("housing-tenancies", 2, "NOTES"),
        ("housing-people", HOUSING_PEOPLE, "NOTES"),
        ("adult-social-care-needs", SOCIAL_CARE, "CaseNote"),
        ("benefits-claims", BENEFITS, "claim_notes"),
    ] {
        let mut named = BTreeSet::new();
        columns(&Value::Table(source(feed)), &mut named);
        let has: BTreeSet<String> = rows(export).remove(0).into_keys().collect();
        let missing: Vec<_> = named.difference(&has).collect();
        assert!(missing.is_empty(), "{feed}: {missing:?}");
        assert!(has.contains(free) && !named.contains(free), "{feed}");
        let unread: Vec<_> = has
            .difference(&named)
            .filter(|column| *column != free)
            .collect();
        assert!(
            feed == "housing-tenancies" || unread.is_empty(),
            "{feed}: {unread:?}"
        );
    }
}

#[test]
fn the_tables_of_a_source_file_have_every_label_of_its_service_and_no_other() {
    for feed in PEOPLE_FEEDS {
        let mut wanted: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for (table, label, code) in people_labels(feed) {
            let table = wanted.entry(table.to_owned()).or_default();
            table.insert(label.to_owned(), code.to_owned());
        }
        let shipped: BTreeMap<String, BTreeMap<String, String>> =
            source(feed)["tables"].clone().try_into().unwrap();
        assert_eq!(wanted, shipped, "{feed}");
    }
    assert!(people_labels("caution-list").is_empty());
}

#[test]
fn every_code_is_one_of_the_shipped_vocabulary() {
    let codes = |file: &str, table: &str, key: &str| -> HashSet<String> {
        let read = read(&format!("vocabulary/{file}"));
        let entries = read[table].as_array().unwrap();
        entries
            .iter()
            .map(|entry| entry[key].as_str().unwrap().to_owned())
            .collect()
    };
    let languages = codes("people.toml", "language", "tag");
    let known: BTreeMap<&str, HashSet<String>> = BTreeMap::from([
        ("needs", codes("needs.toml", "need", "code")),
        ("languages", languages.clone()),
        ("sign-languages", languages),
        ("markers", codes("people.toml", "safety", "code")),
        ("bases", codes("bases.toml", "proxy_basis", "code")),
        ("subjects", codes("people.toml", "subject", "code")),
        ("evidence", codes("people.toml", "evidence", "code")),
    ]);
    for (table, label, code) in PEOPLE_FEEDS.into_iter().flat_map(people_labels) {
        assert!(
            known.get(table).is_none_or(|codes| codes.contains(code)),
            "{label} = {code}"
        );
    }
    let shown = known["needs"].len() - 1;
    assert_eq!(
        crate::words::NEEDS.len(),
        shown,
        "every group that is shown"
    );
}

#[test]
fn a_need_s_code_leads_to_the_group_of_its_label() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/vocabulary/needs_snomed.csv");
    let list = std::fs::read_to_string(path).unwrap();
    let group = |code: &str| -> Option<String> {
        let line = list
            .lines()
            .find(|line| line.split(',').next() == Some(code))?;
        line.split(',').nth(1).map(str::to_owned)
    };
    for need in &crate::words::NEEDS {
        assert_eq!(
            group(need.snomed).as_deref(),
            Some(need.group),
            "{}",
            need.label
        );
    }
    for (code, _) in crate::words::CLINICAL {
        assert_eq!(group(code).as_deref(), Some("clinical-only"), "{code}");
    }
    for (code, _) in crate::words::UNKNOWN_CODES {
        assert_eq!(group(code), None, "{code}");
    }
}

#[test]
fn every_feed_belongs_to_one_service_of_the_shipped_box() {
    let services = read("firebox.toml");
    let services = services["service"].as_array().unwrap();
    for feed in PEOPLE_FEEDS
        .into_iter()
        .chain(["nhs-adjustments", "housing-tenancies"])
    {
        let owners: Vec<_> = services
            .iter()
            .filter(|service| {
                service["sources"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|one| one.as_str() == Some(feed))
            })
            .map(|service| service["id"].as_str().unwrap())
            .collect();
        let source = source(feed);
        assert_eq!(owners, [source["service"].as_str().unwrap()], "{feed}");
        assert_eq!(source["id"].as_str(), Some(feed));
    }
}
