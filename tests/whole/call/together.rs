//! Which records are one person.

use firebox_tests::{Council, Person};
use serde_json::json;

pub(super) fn two_who_share_a_number_are_two_answers(council: &Council, adviser: &Person) {
    let found = adviser
        .looks_for(json!({"phone": council.sample("phone_shared")}))
        .ok();
    let matches = found["matches"].as_array().unwrap();
    assert!(matches.len() >= 2, "{found}");
    let note = found["note"].as_str().unwrap();
    assert!(
        note.ends_with("people use this number. Ask who is calling."),
        "{note}"
    );
}

pub(super) fn records_are_joined_by_the_sure_rule_alone_and_part_when_a_person_says_so(
    council: &Council,
    adviser: &Person,
) {
    let before = super::page_of_sam(council, adviser);
    let joined = before["joined"].as_array().unwrap();
    assert!(!joined.is_empty());
    let nhs = json!({"nhs_number": council.sample("sample_nhs_number")});
    assert_eq!(
        adviser.looks_for(nhs.clone()).ok()["matches"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let reference = |service: &str| format!("{service}:{}", council.sample("service_reference"));
    let benefits = council.sample("benefits_reference");
    let decide = |verb: &str| {
        council.runs(&[
            "people",
            verb,
            &reference("housing"),
            &format!("benefits:{benefits}"),
            "--by",
            "Rhys Reviewer",
            "--why",
            "two people of one number",
        ])
    };
    let said = decide("apart");
    assert_eq!(said.code, Some(0), "{}", said.said());
    let apart = adviser.looks_for(nhs.clone()).ok();
    assert_eq!(apart["matches"].as_array().unwrap().len(), 2, "{apart}");

    let said = decide("together");
    assert_eq!(said.code, Some(0), "{}", said.said());
    let again = super::page_of_sam(council, adviser);
    assert_eq!(again["joined"].as_array().unwrap().len(), joined.len());
    assert_eq!(again["preferred_name"], before["preferred_name"]);
    assert_eq!(again["teams"], before["teams"]);
}
