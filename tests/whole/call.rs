//! Walk 3: a call, and a correction going home.
//!
//! One demo serves the chapter's stories in turn.

mod hidden;
mod home;
mod together;

use firebox_tests::{Council, Person, said};
use serde_json::{Value, json};

use hidden::{
    a_hidden_person_can_be_reached_and_nothing_hidden_leaves,
    a_withheld_person_is_nobody_by_name_and_a_call_to_put_through_by_number,
};
use home::{
    a_correction_goes_out_and_comes_home, a_hazard_somebody_saw_is_shown_until_its_service_has_it,
    a_service_that_does_not_change_its_record_says_why, no_word_of_a_correction_stands_in_the_log,
};
use together::{
    records_are_joined_by_the_sure_rule_alone_and_part_when_a_person_says_so,
    two_who_share_a_number_are_two_answers,
};

#[test]
fn a_call_and_a_correction_going_home() {
    let council = Council::open();
    let adviser = council.adviser();
    a_number_leads_to_what_to_call_them_and_nothing_that_names_them(&council, &adviser);
    the_page_says_how_to_talk_who_knows_them_and_who_may_speak(&council, &adviser);
    every_way_to_ask_finds_the_same_person(&council, &adviser);
    a_name_alone_asks_for_one_more_thing(&adviser);
    three_wrong_tries_close_a_person_to_the_session(&council);
    a_relatives_number_says_whose_it_is(&council, &adviser);
    two_who_share_a_number_are_two_answers(&council, &adviser);
    a_hidden_person_can_be_reached_and_nothing_hidden_leaves(&council, &adviser);
    a_withheld_person_is_nobody_by_name_and_a_call_to_put_through_by_number(&council, &adviser);
    an_officer_is_never_told_who_somebody_is(&council);
    somebody_who_died_is_said_to_have_died(&council, &adviser);
    let correction = a_correction_goes_out_and_comes_home(&council, &adviser);
    a_service_that_does_not_change_its_record_says_why(&council, &adviser);
    a_hazard_somebody_saw_is_shown_until_its_service_has_it(&council);
    records_are_joined_by_the_sure_rule_alone_and_part_when_a_person_says_so(&council, &adviser);
    no_word_of_a_correction_stands_in_the_log(&council, &correction);
}

/// What the caller of the sample says of themselves.
pub(crate) fn own_words(council: &Council) -> Value {
    json!({
        "date_of_birth": council.sample("phone_born"),
        "postcode": council.sample("phone_postcode"),
    })
}

/// Finds the sample caller and opens their page, confirmed.
pub(crate) fn page_of_sam(council: &Council, adviser: &Person) -> Value {
    let sam = adviser.finds_one(json!({"phone": council.sample("phone")}));
    adviser.views(&sam, "self", own_words(council)).ok()
}

fn a_number_leads_to_what_to_call_them_and_nothing_that_names_them(
    council: &Council,
    adviser: &Person,
) {
    let answer = adviser.looks_for(json!({"phone": council.sample("phone")}));
    let found = answer.ok();
    let sam = &found["matches"][0];
    assert_eq!(sam["preferred_name"], "Sam");
    assert_eq!(sam["year_of_birth"], 1961);
    assert_eq!(sam["why"], json!(["Phone ending 482"]));
    let postcode = council.sample("phone_postcode");
    assert_eq!(found["complete"], true, "{found}");
    for never in ["Chiamaka", "Okafor", "1961-03", postcode.as_str()] {
        assert!(!answer.text.contains(never), "a hint says {never}");
    }
    assert!(found["entry"].as_u64().is_some());
    assert_eq!(found["sources"].as_array().unwrap().len(), 6);
}

fn the_page_says_how_to_talk_who_knows_them_and_who_may_speak(council: &Council, adviser: &Person) {
    let page = page_of_sam(council, adviser);
    assert_eq!(page["call_them"], "Sam");
    assert_eq!((&page["matched"], &page["of"]), (&json!(2), &json!(2)));
    assert_eq!(page["confirmed"], true);
    assert!(!page["how_to_communicate"].as_array().unwrap().is_empty());
    let teams = page["teams"].as_array().unwrap();
    let services: std::collections::BTreeSet<_> = teams
        .iter()
        .map(|t| t["said_by"].as_str().unwrap())
        .collect();
    assert!(services.len() >= 3, "{teams:?}");
    assert!(
        teams.iter().all(|team| team["phone"].is_string()),
        "{teams:?}"
    );
    let sentences: Vec<&str> = page["who_may_speak"]
        .as_array()
        .unwrap()
        .iter()
        .map(|proxy| proxy["sentence"].as_str().unwrap())
        .collect();
    assert!(
        sentences.contains(
            &"Maya Shah (daughter) may be told about council tax and repairs. She may not change the address."
        ),
        "{sentences:?}"
    );
    let names = said(&page["preferred_name"]);
    let by = |service: &str| {
        names
            .iter()
            .find(|(_, by)| by == service)
            .map(|(name, _)| &**name)
    };
    assert_eq!(by("Housing"), Some("Sam"));
    assert!(
        names.iter().any(|(name, _)| name != "Sam")
            && !page["disagreements"].as_array().unwrap().is_empty(),
        "two services disagree and both are shown: {names:?}"
    );
    let differ = page["disagreements"][0].as_str().unwrap();
    assert!(
        differ.contains("say Sam. Benefits says Chiamaka. Ask which is right."),
        "{differ}"
    );
    for list in [
        "preferred_name",
        "pronouns",
        "how_to_communicate",
        "teams",
        "contacts",
        "addresses",
    ] {
        for one in page[list].as_array().unwrap() {
            assert!(
                one["said_by"].is_string() && one["since"].is_string(),
                "{list}: {one}"
            );
        }
    }
    let unsure = {
        let sam = adviser.finds_one(json!({"phone": council.sample("phone")}));
        adviser.views(&sam, "unsure", json!({}))
    };
    let postcode = council.sample("phone_postcode");
    for never in ["Okafor", postcode.as_str(), "1961"] {
        assert!(
            !unsure.text.contains(never),
            "an unconfirmed page says {never}"
        );
    }
    assert_eq!(unsure.ok()["call_them"], "Sam");
}

fn every_way_to_ask_finds_the_same_person(council: &Council, adviser: &Person) {
    let name = council.sample("phone_name");
    let (born, postcode) = (
        council.sample("phone_born"),
        council.sample("phone_postcode"),
    );
    for by in [
        json!({"phone": format!("+44{}", &council.sample("phone").replace(' ', "")[1..])}),
        json!({"nhs_number": council.sample("sample_nhs_number")}),
        json!({"service_reference": council.sample("service_reference")}),
        json!({"name": name, "date_of_birth": born}),
        json!({"name": "sam okafor", "date_of_birth": "4/3/1961"}),
        json!({"name": name, "postcode": postcode.to_lowercase()}),
    ] {
        let sam = adviser.finds_one(by.clone());
        let page = adviser.views(&sam, "unsure", json!({})).ok();
        assert_eq!(page["call_them"], "Sam", "{by}");
    }
}

fn a_name_alone_asks_for_one_more_thing(adviser: &Person) {
    let answer = adviser.looks_for(json!({"name": "Okafor"}));
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert_eq!(answer.json()["code"], "one_more_thing");
}

fn three_wrong_tries_close_a_person_to_the_session(council: &Council) {
    let adviser = council.adviser();
    let sam = adviser.finds_one(json!({"phone": council.sample("phone")}));
    let right = own_words(council);
    let mut wrong = right.clone();
    wrong["postcode"] = json!("NB9 9ZZ");
    for _ in 0..2 {
        let answer = adviser.views(&sam, "self", wrong.clone()).ok();
        assert_eq!(
            (&answer["matched"], &answer["confirmed"]),
            (&json!(1), &json!(false))
        );
        assert!(
            !answer
                .to_string()
                .contains(right["postcode"].as_str().unwrap())
        );
    }
    for confirmed in [wrong, right.clone()] {
        let answer = adviser.views(&sam, "self", confirmed);
        assert_eq!(answer.status, 403, "{}", answer.text);
        assert_eq!(answer.json()["code"], "not_confirmed");
    }
    let other = council.adviser();
    let sam = other.finds_one(json!({"phone": council.sample("phone")}));
    assert_eq!(other.views(&sam, "self", right).ok()["confirmed"], true);
}

fn a_relatives_number_says_whose_it_is(council: &Council, adviser: &Person) {
    let found = adviser
        .looks_for(json!({"phone": council.sample("phone_proxy")}))
        .ok();
    let why = found["matches"][0]["why"].to_string();
    assert!(
        why.contains("Number belongs to Maya Shah, daughter"),
        "{why}"
    );
}

fn an_officer_is_never_told_who_somebody_is(council: &Council) {
    let officer = council.officer();
    let body = json!({"purpose": "appointment", "phone": council.sample("phone")});
    let answer = officer.client().post("/api/v1/look-ups/person", &body);
    let found = answer.ok();
    assert_eq!(found["matches"], json!([]));
    assert!(!answer.text.contains("Sam"));
    let visit = json!({"purpose": "visit", "phone": council.sample("phone")});
    assert_eq!(
        officer
            .client()
            .post("/api/v1/look-ups/person", &visit)
            .status,
        403
    );
    let adviser = council.adviser();
    let sam = adviser.finds_one(json!({"phone": council.sample("phone")}));
    let stolen = officer.views(&sam, "unsure", json!({}));
    assert!([403, 404].contains(&stolen.status), "{}", stolen.status);
    // The adviser's own handle, in another session of theirs.
    let elsewhere = council.adviser().views(&sam, "unsure", json!({}));
    assert_eq!(elsewhere.status, 404);
}

fn somebody_who_died_is_said_to_have_died(council: &Council, adviser: &Person) {
    let person = adviser.finds_one(json!({"phone": council.sample("phone_deceased")}));
    let page = adviser.views(&person, "unsure", json!({})).ok();
    assert!(!page["deceased"].as_array().unwrap().is_empty(), "{page}");
}
