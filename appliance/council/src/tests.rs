//! What every export must be, whatever the row. The rules of single values are tested beside them.

mod adjustments;
mod callers;
mod labels;
mod people;
mod samples;
mod sources;

use crate::{Council, CouncilError};
use jiff::civil::{Date, date};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::LazyLock;

const TODAY: Date = date(2026, 11, 22);

type Write = fn(&Council, &mut Vec<u8>) -> std::io::Result<u32>;

const EXPORTS: [(&str, Write); 8] = [
    ("caution list", |council, out| {
        council.write_caution_list(out)
    }),
    ("properties", |council, out| {
        council.write_housing_properties(out)
    }),
    ("tenancies", |council, out| {
        council.write_housing_tenancies(out)
    }),
    ("planning", |council, out| {
        council.write_planning_enforcement(out)
    }),
    ("housing people", |council, out| {
        council.write_housing_people(out)
    }),
    ("social care", |council, out| {
        council.write_social_care_needs(out)
    }),
    ("benefits", |council, out| {
        council.write_benefits_claims(out)
    }),
    ("adjustments", |council, out| {
        council.write_nhs_adjustments(out)
    }),
];

/// The exports that are tables; the last one is a bundle.
const TABLES: usize = 7;
const HOUSING_PEOPLE: usize = 4;
const SOCIAL_CARE: usize = 5;
const BENEFITS: usize = 6;
const ADJUSTMENTS: usize = 7;

fn bytes(council: &Council, export: usize) -> Vec<u8> {
    let mut out = Vec::new();
    EXPORTS[export].1(council, &mut out).unwrap();
    out
}

fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    }
}

/// Rows of the sample's exports, read once for all tests.
static ROWS: [LazyLock<Vec<Row>>; TABLES] = [
    LazyLock::new(|| read(0)),
    LazyLock::new(|| read(1)),
    LazyLock::new(|| read(2)),
    LazyLock::new(|| read(3)),
    LazyLock::new(|| read(HOUSING_PEOPLE)),
    LazyLock::new(|| read(SOCIAL_CARE)),
    LazyLock::new(|| read(BENEFITS)),
];

type Row = HashMap<String, String>;

fn rows(export: usize) -> Vec<Row> {
    ROWS[export].clone()
}

/// Reads rows back as maps from header to value; lines before the header and a trailer are left out.
fn read(export: usize) -> Vec<Row> {
    let text = text(&bytes(&Council::sample(TODAY), export));
    let mut table = parse(
        text.trim_start_matches('\u{feff}')
            .trim_start_matches("sep=,\n"),
    );
    table.retain(|row| !row[0].starts_with("EOF|"));
    let header = table.remove(0);
    assert!(
        table.iter().all(|row| row.len() == header.len()),
        "a ragged row"
    );
    table
        .into_iter()
        .map(|row| header.iter().cloned().zip(row).collect())
        .collect()
}

/// A small reader of quoted CSV, apart from the code that writes it.
fn parse(text: &str) -> Vec<Vec<String>> {
    let (mut table, mut row, mut field, mut quoted) =
        (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field).trim_end_matches('\r').to_owned());
                table.push(std::mem::take(&mut row));
            }
            _ => field.push(letter),
        }
    }
    table
}

fn day(text: &str) -> Date {
    Date::strptime("%d/%m/%Y", text).unwrap()
}

#[test]
fn the_same_seed_writes_the_same_bytes_for_good() {
    let pinned = [
        "5402a2128dc8f922ccfbafe6f8f98927fa77c4a57a659a6ae06c44046823c015",
        "430e45130e3e457bc4fc5a6526ff57836e1d117feb13ff16f8750a1597cc19dc",
        "2e5addea7fb8d1852c7def3420de3af104fbc59ab03109656d9b97d36640a136",
        "f0f16f4fe1590ea4c7ff8ce4f233efba4e7a6dafcae9c857fceec19bfa5955c5",
        "03839e6aad07a7b6088f20b00496c0c3724743454f908e2607d1c02e12f165b5",
        "6b4a3443db92d652076b0b556b397ddbaffac71c97e8365f0cafd2da1d2b247e",
        "b41694c212748c3ee479bcd88e817c9f7222b1a89024a2c013a115f05aa6ebae",
        "e505d12778f3fb35223875e66d00fc79aa0e202f500ad700f7f92aa0e0148995",
    ];
    assert_eq!(pinned.len(), EXPORTS.len());
    for (export, expected) in pinned.iter().enumerate() {
        let digest = hex::encode(Sha256::digest(bytes(&Council::sample(TODAY), export)));
        assert_eq!(&digest, expected, "{}", EXPORTS[export].0);
    }
}

#[test]
fn another_seed_writes_another_council() {
    let other = Council::new(2, 3_000, 60, TODAY).unwrap();
    for export in [0, 2, 3, 4, 5, 6, 7] {
        assert_ne!(
            bytes(&Council::sample(TODAY), export),
            bytes(&other, export)
        );
    }
}

#[test]
fn every_export_has_the_rows_it_says_and_no_ragged_one() {
    let council = Council::sample(TODAY);
    for (export, (name, write)) in EXPORTS.iter().enumerate().take(TABLES) {
        let mut out = Vec::new();
        let count = write(&council, &mut out).unwrap() as usize;
        assert_eq!(rows(export).len(), count, "{name}");
    }
    assert_eq!(
        (rows(0).len(), rows(1).len(), rows(3).len()),
        (60, 3_000, 12)
    );
    assert!(
        (6_500..8_000).contains(&rows(2).len()),
        "{} people",
        rows(2).len()
    );
}

#[test]
fn every_export_has_its_own_encoding_and_line_ends() {
    let council = Council::sample(TODAY);
    let (caution, properties, tenancies, planning) = (
        bytes(&council, 0),
        bytes(&council, 1),
        bytes(&council, 2),
        bytes(&council, 3),
    );
    assert!(caution.starts_with(b"\xef\xbb\xbfRef,UPRN,Door No,"));
    assert!(text(&caution).contains("Queen’s Court") && caution.ends_with(b"\r\n"));
    assert!(properties.windows(7).any(|part| part == b"Queen\x92s"));
    assert!(properties.windows(8).any(|part| part == b"Caf\xe9 Row"));
    let people = bytes(&council, HOUSING_PEOPLE);
    for (export, name) in [
        (&properties, "properties"),
        (&tenancies, "tenancies"),
        (&people, "people"),
    ] {
        assert!(std::str::from_utf8(export).is_err(), "{name}");
        assert!(
            export
                .iter()
                .all(|byte| ![0x81, 0x8d, 0x8f, 0x90, 0x9d].contains(byte)),
            "{name}"
        );
        let lines: Vec<_> = text(export).lines().map(str::to_owned).collect();
        assert_eq!(
            lines[lines.len() - 1],
            format!("EOF|{}", lines.len() - 2),
            "{name}"
        );
    }
    assert!(planning.starts_with(b"sep=,\ncase_ref,uprn,") && !planning.contains(&b'\r'));
    let (care, benefits) = (bytes(&council, SOCIAL_CARE), bytes(&council, BENEFITS));
    assert!(care.starts_with(b"PersonID,NHSNumber,") && text(&care).contains("Siobhán"));
    assert!(benefits.starts_with(b"claim_id,") && benefits.is_ascii());
    assert!(!care.contains(&b'\r') && !benefits.contains(&b'\r'));
}

#[test]
fn only_reserved_numbers_and_hosts_are_used() {
    for export in 0..TABLES {
        let digits = |text: &str| {
            text.replace("+44 7", "07")
                .chars()
                .filter(char::is_ascii_digit)
                .collect::<String>()
        };
        for row in rows(export) {
            for name in [
                "Contact Phone",
                "Out Of Hours",
                "team_phone",
                "TEL_MOBILE",
                "TEL_HOME",
                "OTHER_TEL",
                "OFFICER_TEL",
                "AUTH_TEL",
                "SAFE_TEL",
                "Phone",
                "CarerPhone",
                "TeamPhone",
                "ProxyPhone",
                "phone_no",
                "appointee_tel",
                "officer_tel",
            ] {
                let number = digits(row.get(name).map_or("", String::as_str));
                assert!(
                    number.is_empty()
                        || number.len() == 11 && ["01632960", "07700900"].contains(&&number[..8])
                );
            }
            for word in row
                .values()
                .flat_map(|value| value.split_whitespace())
                .filter(|word| word.contains('@'))
            {
                assert!(word.ends_with("@example.gov.uk"), "{word}");
            }
        }
    }
}

#[test]
fn a_caution_is_decided_by_two_and_reviewed_in_time() {
    for row in rows(0) {
        assert_ne!(row["Decided By"], row["Approved By"]);
        let (incident, start, review) = (
            day(&row["Incident Date"]),
            day(&row["Start Date"]),
            day(&row["Review Date"]),
        );
        assert!(
            incident < start && start < TODAY && start < review,
            "{}",
            row["Ref"]
        );
        assert!(
            !row["Caution Description"].is_empty() && !row["Caution Description"].contains('{')
        );
        assert!(!row["Street"].is_empty() && !row["Postcode"].is_empty());
    }
}

#[test]
fn a_council_of_another_size_is_written_as_well() {
    let council = Council::new(9, 20_000, 1_600, TODAY).unwrap();
    let mut sink = std::io::sink();
    assert_eq!(council.write_housing_properties(&mut sink).unwrap(), 20_000);
    assert_eq!(council.write_caution_list(&mut sink).unwrap(), 1_600);
    assert_eq!(council.write_planning_enforcement(&mut sink).unwrap(), 80);
    let people = council.write_housing_tenancies(&mut sink).unwrap();
    assert!((44_000..52_000).contains(&people), "{people} people");
    let adults = council.write_housing_people(&mut sink).unwrap();
    assert!((34_000..people).contains(&adults), "{adults} adults");
    assert!(council.write_social_care_needs(&mut sink).unwrap() > 1_600);
    assert!(council.write_benefits_claims(&mut sink).unwrap() > 4_000);
    assert!(council.write_nhs_adjustments(&mut sink).unwrap() > 3_000);
    assert_eq!(
        Council::new(9, 50, 20, TODAY).unwrap_err(),
        CouncilError::TooFewProperties(50)
    );
    assert!(Council::new(9, 200, 19, TODAY).is_err() && Council::new(9, 200, 83, TODAY).is_err());
}
