//! People whose address or whose very record must not be told.

use firebox_tests::{Answer, Council, Person};
use serde_json::{Value, json};

pub(super) fn a_hidden_person_can_be_reached_and_nothing_hidden_leaves(
    council: &Council,
    adviser: &Person,
) {
    let person = adviser.finds_one(json!({"phone": council.sample("phone_hidden")}));
    let tried = json!({"date_of_birth": council.sample("phone_hidden_born"),
        "postcode": council.sample("phone_hidden_postcode")});
    let page = adviser.views(&person, "unsure", json!({}));
    // Their own postcode is not confirmed either: a hit would tell a stranger where they are.
    let confirmed = adviser.views(&person, "self", tried);
    for answer in [&page, &confirmed] {
        for never in never(council) {
            assert!(!answer.text.contains(&never), "a hidden page says {never}");
        }
    }
    let page = page.ok();
    assert_eq!(page["who_may_speak"], json!([]));
    let note = page["who_note"].as_str().unwrap();
    assert!(
        note.starts_with("Nobody is recorded as able to speak for"),
        "{note}"
    );
    for address in page["addresses"].as_array().unwrap() {
        assert_eq!(address["value"], "Address not shown");
    }
    let before = &page["before_you_talk"];
    assert!(
        before["instruction"].as_str().unwrap().len() > 20,
        "{before}"
    );
    assert_same_shape(&page, &super::page_of_sam(council, adviser));
}

/// What a page of the hidden person must never hold: the address, a proxy's
/// name, a word that names a cause.
fn never(council: &Council) -> Vec<String> {
    let causes = [
        "abuse",
        "marac",
        "refuge",
        "safeguarding",
        "violence",
        "mental health",
    ];
    let own = [
        "phone_hidden_postcode",
        "phone_hidden_address",
        "phone_hidden_proxy",
    ];
    own.iter()
        .map(|name| council.sample(name))
        .chain(causes.map(str::to_owned))
        .collect()
}

/// Two pages have the same members in the same places, whatever they say.
fn assert_same_shape(one: &Value, other: &Value) {
    let members =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(members(one), members(other));
    let before = "before_you_talk";
    assert_eq!(members(&one[before]), members(&other[before]));
    for list in ["contacts", "addresses"] {
        let (Some(one), Some(other)) = (one[list].get(0), other[list].get(0)) else {
            panic!("both have {list}");
        };
        assert_eq!(members(one), members(other), "{list}");
    }
}

pub(super) fn a_withheld_person_is_nobody_by_name_and_a_call_to_put_through_by_number(
    council: &Council,
    adviser: &Person,
) {
    let born = council.sample("withheld_born");
    let by_name = adviser.looks_for(json!({"name": council.sample("withheld_name"),
        "date_of_birth": born}));
    let nobody = adviser.looks_for(json!({"name": "Quillon Zarathustrix", "date_of_birth": born}));
    assert_eq!(told(&by_name), told(&nobody));
    assert_eq!(told(&by_name)["matches"], json!([]));
    let by_number = adviser
        .looks_for(json!({"phone": council.sample("phone_withheld")}))
        .ok();
    assert_eq!(by_number["matches"], json!([]));
    assert!(by_number["withheld"]["phone"].is_string(), "{by_number}");
}

/// An answer without what differs between any two: its entry, time and reference.
fn told(answer: &Answer) -> Value {
    let mut told = answer.ok();
    for own in ["entry", "checked_at", "reference"] {
        assert!(told.as_object_mut().unwrap().remove(own).is_some());
    }
    told
}
