//! The words of the services, held against the vocabulary that ships.

use super::rows;
use crate::{CONTROL_LABELS, PLANNING_CAUTIONS, PLANNING_INSTRUCTIONS, caution_labels};
use std::collections::{HashMap, HashSet};
use std::path::Path;

#[test]
fn every_label_is_meant_for_a_code_of_the_shipped_vocabulary() {
    let codes = |file: &str, table: &str| -> HashMap<String, i64> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../config/vocabulary")
            .join(file);
        let read: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
        let entries = read[table].as_array().unwrap();
        let months = |entry: &toml::Value| {
            entry
                .get("review_months")
                .and_then(toml::Value::as_integer)
                .unwrap_or(0)
        };
        entries
            .iter()
            .map(|entry| (entry["code"].as_str().unwrap().to_owned(), months(entry)))
            .collect()
    };
    let (hazards, controls) = (
        codes("hazards.toml", "hazard"),
        codes("controls.toml", "control"),
    );
    assert!(
        caution_labels()
            .chain(PLANNING_CAUTIONS.iter().copied())
            .all(|(_, code)| hazards.contains_key(code))
    );
    assert!(
        CONTROL_LABELS
            .iter()
            .chain(PLANNING_INSTRUCTIONS)
            .all(|(_, code)| controls.contains_key(*code))
    );
    for kind in crate::kinds::VIOLENT.iter().chain(crate::kinds::OTHER) {
        assert!(
            i64::from(kind.months) <= hazards[kind.hazard],
            "{}",
            kind.label
        );
    }
    let known: HashSet<&str> = CONTROL_LABELS.iter().map(|(label, _)| *label).collect();
    for row in rows(0) {
        assert!(
            row["Controls"]
                .split(';')
                .map(str::trim)
                .all(|label| label.is_empty() || known.contains(label))
        );
    }
}
