//! Corrections and reported hazards, out and home.

use firebox_tests::{Council, Person, agent_program, run, said, wait_for};
use serde_json::json;

/// The number Sam says is right.
const NEW_NUMBER: &str = "07700 900617";

pub(super) fn a_correction_goes_out_and_comes_home(council: &Council, adviser: &Person) -> String {
    let sam = adviser.finds_one(json!({"phone": council.sample("phone")}));
    let raised = adviser.corrects(&sam, "phone", NEW_NUMBER).ok();
    let correction = raised["correction"].as_str().unwrap().to_owned();
    assert!(correction.starts_with("COR-"), "{raised}");
    let sent_to = raised["sent_to"].to_string();
    assert!(sent_to.contains("Housing"), "{sent_to}");

    let page = super::page_of_sam(council, adviser);
    let visible = page["corrections"].to_string();
    assert!(
        visible.contains(&correction),
        "visible meanwhile: {visible}"
    );

    adviser.waits_for_correction(&correction, "housing", "settled");
    let found = adviser.looks_for(json!({"phone": NEW_NUMBER})).ok();
    assert_eq!(found["matches"][0]["preferred_name"], "Sam", "{found}");
    let sam = found["matches"][0]["person"].as_str().unwrap().to_owned();
    let page = adviser.views(&sam, "self", super::own_words(council)).ok();
    let numbers = said(&page["contacts"]);
    assert!(
        numbers.contains(&(NEW_NUMBER.to_owned(), "Housing".to_owned())),
        "{numbers:?}"
    );
    correction
}

pub(super) fn a_service_that_does_not_change_its_record_says_why(
    council: &Council,
    adviser: &Person,
) {
    let sam = adviser.finds_one(json!({"nhs_number": council.sample("sample_nhs_number")}));
    let raised = adviser
        .corrects(&sam, "need", "Large print, not Braille")
        .ok();
    let correction = raised["correction"].as_str().unwrap().to_owned();
    adviser.waits_for_correction(&correction, "adult-social-care", "delivered");
    let work = council.file("agent/work/adult-social-care/corrections.csv");
    let text = std::fs::read_to_string(&work).unwrap();
    assert!(
        text.contains(&correction) && text.contains("Large print"),
        "{text}"
    );
    let config = council.file("agent/agent.toml").display().to_string();
    let declined = run(
        agent_program(),
        [
            "--config",
            &config,
            "corrections",
            "declined",
            &correction,
            "--service",
            "adult-social-care",
            "--reason",
            "record-is-right",
        ],
    );
    assert_eq!(declined.code, Some(0), "{}", declined.said());
    adviser.waits_for_correction(&correction, "adult-social-care", "declined");
    wait_for("the line to leave the work file", || {
        !std::fs::read_to_string(&work)
            .unwrap()
            .contains(&correction)
    });
}

pub(super) fn a_hazard_somebody_saw_is_shown_until_its_service_has_it(council: &Council) {
    let officer = council.officer();
    let uprn = council.sample("uprn_clear");
    let before = officer.checks(&uprn);
    assert_eq!(before["matches"][0]["flags"], json!([]));
    let property = before["matches"][0]["property"].as_str().unwrap();
    let saw = "A loose Alsatian in the front garden";
    let answer = officer.client().post(
        "/api/v1/hazards",
        &json!({"about": property, "category": "dangerous-animal", "saw": saw,
            "when": "this morning", "to": "community-safety"}),
    );
    let correction = answer.ok()["correction"].as_str().unwrap().to_owned();
    let after = officer.asks(json!({"purpose": "visit", "uprn": uprn}));
    assert!(!after.text.contains("Alsatian"), "what was seen is sealed");
    let after = after.ok();
    let report = &after["matches"][0]["reports"][0];
    let say = report["say"].as_str().unwrap();
    assert!(
        say.contains("not yet confirmed by Community Safety"),
        "{say}"
    );

    let work = council.file("agent/work/community-safety/corrections.csv");
    wait_for("the work file", || {
        std::fs::read_to_string(&work).is_ok_and(|text| text.contains(saw))
    });
    // The service takes it up: one more row in its list, copied from another's.
    let mut list = council.caution_list();
    list.copy(
        "Caution Type",
        "Dangerous dog",
        &[("UPRN", &uprn), ("Ref", "CS-NEW-1")],
    );
    list.drop_off();
    officer.waits_for_correction(&correction, "community-safety", "settled");
    let settled = officer.checks(&uprn);
    assert_eq!(settled["matches"][0]["reports"], json!([]), "{settled}");
    assert_eq!(settled["matches"][0]["flags"].as_array().unwrap().len(), 1);
}

pub(super) fn no_word_of_a_correction_stands_in_the_log(council: &Council, correction: &str) {
    let entries = council.entries();
    let bodies: Vec<String> = entries.iter().map(|entry| entry.body.to_string()).collect();
    let kinds = |kind: &str| {
        let about = |entry: &&firebox_tests::Entry| {
            entry.kind == kind && entry.body.to_string().contains(correction)
        };
        entries.iter().filter(about).count()
    };
    assert_eq!(kinds("correction"), 1);
    assert!(kinds("correction-sent") >= 1 && kinds("correction-moved") >= 2);
    let national = NEW_NUMBER.replace(' ', "");
    let international = format!("+44{}", &national[1..]);
    let raised: Vec<&String> = bodies.iter().filter(|body| body.contains("COR-")).collect();
    for word in [
        "Alsatian",
        "this morning",
        "Large print",
        &national,
        &international,
    ] {
        assert!(
            raised.iter().all(|body| !body.contains(word)),
            "the log says {word}"
        );
    }
}
