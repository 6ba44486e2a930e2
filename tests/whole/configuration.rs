//! Every shipped sample is read by a test, and so is a bad one.

use std::path::{Path, PathBuf};

use firebox_contract::Vocabulary;
use firebox_contract::record::UNMAPPED;
use firebox_protocol::Settings;
use firebox_tests::{firebox_program, run};

fn config(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join("config")
        .join(name)
}

fn vocabulary() -> Vocabulary {
    Vocabulary::read(|file| std::fs::read_to_string(config("vocabulary").join(file))).unwrap()
}

#[test]
fn the_shipped_configuration_reads() {
    let checked = run(firebox_program(), ["check".into(), config("firebox.toml")]);
    assert_eq!(checked.code, Some(0), "{}", checked.said());
    let checked = run(firebox_program(), ["check".into(), config("policy.toml")]);
    assert_eq!(checked.code, Some(0), "{}", checked.said());
}

#[test]
fn a_wrong_key_in_the_configuration_is_named_with_its_line() {
    let text = std::fs::read_to_string(config("firebox.toml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("firebox.toml");
    std::fs::write(&path, text.replace("duty_line", "duty_lines")).unwrap();
    let checked = run(firebox_program(), ["check".into(), path]);
    assert_eq!(checked.code, Some(78));
    assert!(checked.err.contains("duty_lines"), "{}", checked.err);
    assert_eq!(checked.err.trim().lines().count(), 1, "{}", checked.err);
}

#[test]
fn a_service_without_a_phone_is_refused() {
    let text = std::fs::read_to_string(config("firebox.toml")).unwrap();
    let text = text.replace("phone = \"+441632960200\"", "phone = \"ask reception\"");
    let stop = Settings::parse(&text).unwrap_err();
    assert!(
        stop.message
            .contains("service `housing`: phone is not a telephone number"),
        "{stop}"
    );
}

#[test]
fn the_instruction_for_pairs_is_the_one_officers_know() {
    let words = vocabulary().words("violence-physical", &["visit-in-pairs".into()], "Duty Desk");
    assert_eq!(
        words.instructions[0].text,
        "Do not visit alone. Visit in pairs."
    );
}

#[test]
fn an_unknown_code_asks_the_officer_to_speak_to_the_team() {
    let words = vocabulary().words(UNMAPPED, &[], "Duty Desk");
    let text = "Speak to Duty Desk first. They hold a warning we cannot describe.";
    assert_eq!(words.instructions[0].text, text);
    assert_eq!(words.label, text);
}

#[test]
fn every_hazard_has_an_instruction_and_no_label_names_a_cause() {
    let vocabulary = vocabulary();
    let codes: Vec<_> = vocabulary.hazard_codes().map(str::to_owned).collect();
    assert!(codes.len() >= 20);
    for code in codes {
        let words = vocabulary.words(&code, &[], "the team");
        assert!(!words.instructions.is_empty(), "{code}");
        assert!(
            words.instructions.iter().all(|i| !i.text.contains('{')),
            "{code}"
        );
        for text in words
            .instructions
            .iter()
            .map(|i| &i.text)
            .chain([&words.label])
        {
            assert!(!vocabulary.names_a_cause(text), "{code}: {text}");
        }
    }
}

#[test]
fn a_label_that_names_a_cause_is_replaced_by_its_instruction() {
    let words = vocabulary().words("domestic-abuse-safety", &[], "Duty Desk");
    assert_eq!(words.label, words.instructions[0].text);
    assert!(vocabulary().names_a_cause("Domestic-Abuse marker"));
    assert!(!vocabulary().names_a_cause("Dangerous dog"));
}

#[test]
fn a_review_date_later_than_its_code_allows_is_brought_forward() {
    let date = |text: &str| text.parse().unwrap();
    let bounded =
        |code: &str, due: &str| vocabulary().bounded_review(code, date("2026-01-10"), date(due));
    assert_eq!(bounded("weapons", "2027-01-10"), date("2026-04-10"));
    assert_eq!(bounded("weapons", "2026-02-01"), date("2026-02-01"));
    assert_eq!(bounded(UNMAPPED, "2030-01-01"), date("2027-01-10"));
}
