use super::*;

const SHIPPED: [(&str, &str); 8] = [
    (
        "caution-list",
        include_str!("../../../config/sources.d/caution-list.toml"),
    ),
    (
        "housing-properties",
        include_str!("../../../config/sources.d/housing-properties.toml"),
    ),
    (
        "housing-tenancies",
        include_str!("../../../config/sources.d/housing-tenancies.toml"),
    ),
    (
        "planning-enforcement",
        include_str!("../../../config/sources.d/planning-enforcement.toml"),
    ),
    (
        "housing-people",
        include_str!("../../../config/sources.d/housing-people.toml"),
    ),
    (
        "adult-social-care-needs",
        include_str!("../../../config/sources.d/adult-social-care-needs.toml"),
    ),
    (
        "benefits-claims",
        include_str!("../../../config/sources.d/benefits-claims.toml"),
    ),
    (
        "nhs-adjustments",
        include_str!("../../../config/sources.d/nhs-adjustments.toml"),
    ),
];

/// Columns of free text in the exports of the invented council.
const FREE_TEXT: [(&str, &str); 6] = [
    ("caution-list", "Officer Notes"),
    ("housing-tenancies", "NOTES"),
    ("planning-enforcement", "notes"),
    ("housing-people", "NOTES"),
    ("adult-social-care-needs", "CaseNote"),
    ("benefits-claims", "claim_notes"),
];

fn shipped(name: &str) -> &'static str {
    let found = SHIPPED.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| *text).unwrap()
}

fn parse(text: &str) -> Result<Source, SourceError> {
    let judge = Judge {
        base: Path::new("/etc/firebox-agent"),
        vocabulary: &vocabulary(),
        today: jiff::civil::date(2026, 6, 1),
        test_identifiers: false,
    };
    Source::parse(text, &judge)
}

/// Refuses the caution list with one text replaced, and gives the words.
fn refused(from: &str, to: &str) -> String {
    let text = SHIPPED[0].1;
    assert!(text.contains(from), "{from}");
    parse(&text.replacen(from, to, 1)).unwrap_err().to_string()
}

#[test]
fn every_shipped_sample_reads_and_is_named_after_its_feed() {
    for (name, text) in SHIPPED {
        let source = parse(text).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(source.id, name);
        assert!(
            source.folder.starts_with("/etc/firebox-agent/drop"),
            "{name}"
        );
    }
}

#[test]
fn a_bad_file_is_refused_with_the_place_of_the_mistake() {
    assert!(refused("settle", "setle").contains("setle"));
    assert!(refused("min_rows = ", "min_rows = -").starts_with("guard"));
}

#[test]
fn a_source_without_lawful_basis_or_agreement_is_refused() {
    assert!(refused("lawful_basis = ", "# ").contains("lawful_basis"));
    assert!(refused("sharing_agreement = ", "# ").contains("sharing_agreement"));
    assert!(
        refused("lawful_basis = \"public-task\"", "lawful_basis = \"habit\"").contains("habit")
    );
    let blank = parse(&SHIPPED[0].1.replacen(
        "sharing_agreement = \"",
        "sharing_agreement = \" \" #",
        1,
    ));
    assert!(blank.unwrap_err().to_string().contains("sharing_agreement"));
}

#[test]
fn a_table_may_only_lead_to_codes_of_the_vocabulary() {
    assert!(refused("= \"visit-in-pairs\"", "= \"visit-in-threes\"").contains("visit-in-threes"));
    assert!(refused("= \"sharps\"", "= \"sharpz\"").contains("sharpz"));
}

#[test]
fn a_kind_that_is_not_built_is_an_error_and_not_an_empty_feed() {
    assert!(refused("kind = \"folder\"", "kind = \"sftp\"").contains("sftp"));
    assert!(refused("kind = \"snapshot\"", "kind = \"cursor\"").contains("cursor"));
}

#[test]
fn free_text_has_no_road_but_the_detail() {
    for (feed, column) in FREE_TEXT {
        let columns = parse(shipped(feed)).unwrap().columns;
        let is_read = |name: &String| name.eq_ignore_ascii_case(column);
        assert!(!columns.iter().any(is_read), "{feed} {column}");
    }
}

#[test]
fn every_label_of_the_sample_council_is_mapped() {
    let assert_mapped = |feed: &str, label: &str, code: &str| {
        let line = format!("\"{label}\" = \"{code}\"");
        assert!(shipped(feed).contains(&line), "{feed}: {line}");
    };
    for (label, code) in firebox_council::caution_labels() {
        assert_mapped("caution-list", label, code);
    }
    for (label, code) in firebox_council::CONTROL_LABELS {
        assert_mapped("caution-list", label, code);
    }
    for (label, code) in firebox_council::PLANNING_CAUTIONS
        .iter()
        .chain(firebox_council::PLANNING_INSTRUCTIONS)
    {
        assert_mapped("planning-enforcement", label, code);
    }
}

#[test]
fn every_label_about_people_is_mapped_in_its_own_table() {
    for feed in firebox_council::PEOPLE_FEEDS {
        let file: toml::Table = toml::from_str(shipped(feed)).unwrap();
        for (table, label, code) in firebox_council::people_labels(feed) {
            let mapped = file["tables"][table]
                .get(label)
                .and_then(toml::Value::as_str);
            assert_eq!(mapped, Some(code), "{feed} [tables.{table}] {label}");
        }
    }
}

#[test]
fn a_bundle_takes_no_key_of_another_format_and_no_column_it_does_not_have() {
    let text = shipped("nhs-adjustments");
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        parse(&text.replacen(from, to, 1)).unwrap_err().to_string()
    };
    assert!(changed("flags = [", "delimiter = \";\"\nflags = [").contains("delimiter"));
    assert!(changed("flags = [\"NRAF\", ", "flags = [] #").contains("format.flags"));
    assert!(changed("from = \"family\"", "from = \"FAMILY\"").contains("`FAMILY`"));
    assert!(changed("fhir-r4-bundle", "fhir-r5-bundle").contains("fhir-r5-bundle"));
}

#[test]
fn codes_looked_up_row_by_row_are_read_again_when_the_code_lists_change() {
    let words = vocabulary();
    let fewer = firebox_contract::Vocabulary::read(|file| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/vocabulary");
        let text = std::fs::read_to_string(folder.join(file))?;
        Ok::<_, std::io::Error>(match file {
            "needs_snomed.csv" => text
                .lines()
                .take(20)
                .map(|line| format!("{line}\n"))
                .collect(),
            _ => text,
        })
    });
    let fewer = fewer.unwrap();
    let fingerprint = |feed, vocabulary| {
        let judge = Judge {
            base: Path::new("/"),
            vocabulary,
            today: jiff::civil::date(2026, 6, 1),
            test_identifiers: false,
        };
        Source::parse(shipped(feed), &judge).unwrap().fingerprint
    };
    for (feed, same) in [("nhs-adjustments", false), ("housing-properties", true)] {
        let (before, after) = (fingerprint(feed, &words), fingerprint(feed, &fewer));
        assert_eq!(before == after, same, "{feed}");
    }
}
