//! Walk 1: a hazard, from a service's CSV to an officer's answer.
//!
//! One demo serves the chapter's stories in turn, so that each is told of the
//! box a council would have, with everything that happened to it before.

use firebox_tests::{Council, texts, wait_for};
use serde_json::{Value, json};

const PAIRS: &str = "Do not visit alone. Visit in pairs.";

#[test]
fn a_hazard_goes_from_a_services_csv_to_an_officers_answer() {
    let council = Council::open();
    an_officer_is_told_what_to_do_whom_to_ring_and_how_fresh_it_is(&council);
    an_address_without_a_warning_names_every_service_and_its_freshness(&council);
    the_same_address_is_found_by_postcode_and_number_and_by_typing_it(&council);
    a_hazard_of_the_building_is_shown_at_its_flats(&council);
    a_warning_by_address_alone_is_shown_at_that_address(&council);
    an_unknown_code_asks_to_speak_to_the_team(&council);
    several_addresses_show_no_warning_until_one_is_chosen(&council);
    an_address_nobody_knows_is_not_an_answer(&council);
    a_day_of_visits_is_answered_in_order(&council);
    a_changed_export_changes_the_answer(&council);
    a_row_without_review_date_says_whom_to_ring(&council);
    yesterdays_export_dropped_again_changes_nothing(&council);
    half_an_export_changes_nothing_and_is_shown_as_held(&council);
    two_named_persons_can_let_a_real_drop_through(&council);
    an_export_with_a_missing_column_changes_nothing(&council);
}

fn an_officer_is_told_what_to_do_whom_to_ring_and_how_fresh_it_is(council: &Council) {
    let answer = council.officer().checks(&council.sample("uprn_pairs"));
    let flag = &answer["matches"][0]["flags"][0];
    assert_eq!(
        flag["instructions"][0],
        json!({"code": "visit-in-pairs", "text": PAIRS, "level": "stop"})
    );
    assert_eq!(flag["owner"]["team"], "Community Safety Duty Desk");
    assert_eq!(flag["owner"]["phone"], "01632 960100");
    assert_eq!(flag["recorded_by"], "Community Safety");
    assert_eq!(flag["detail"], "sealed");
    assert_eq!(flag["subject"], "person");
    assert_eq!(answer["complete"], true, "{answer:#}");
    assert!(answer["entry"].as_u64().unwrap() > 0);
    let safety = source(&answer, "community-safety");
    assert_eq!(safety["state"], "fresh");
    assert!(
        safety["last_synced"]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .is_ok()
    );
}

fn an_address_without_a_warning_names_every_service_and_its_freshness(council: &Council) {
    let answer = council.officer().checks(&council.sample("uprn_clear"));
    assert_eq!(answer["matches"][0]["flags"], json!([]));
    assert_eq!(answer["complete"], true, "{answer:#}");
    for service in ["community-safety", "housing", "planning-enforcement"] {
        assert_eq!(source(&answer, service)["state"], "fresh", "{service}");
        assert!(
            source(&answer, service)["phone"]
                .as_str()
                .unwrap()
                .starts_with("01632 960")
        );
    }
}

fn the_same_address_is_found_by_postcode_and_number_and_by_typing_it(council: &Council) {
    let officer = council.officer();
    let uprn = council.sample("uprn_pairs");
    let by_place = json!({"purpose": "visit", "postcode": "nb14qx", "number": "14"});
    let typed = json!({"purpose": "visit", "address": "14 mill lane nb1 4qx"});
    for question in [by_place, typed] {
        let answer = officer.asks(question).ok();
        assert_eq!(answer["matches"].as_array().unwrap().len(), 1, "{answer:#}");
        assert_eq!(answer["matches"][0]["uprn"], uprn.as_str());
        assert_eq!(texts(&answer), [PAIRS]);
    }
}

fn a_hazard_of_the_building_is_shown_at_its_flats(council: &Council) {
    let answer = council.officer().checks(&council.sample("uprn_flat"));
    assert_eq!(
        answer["matches"][0]["flags"][0]["subject"], "building",
        "{answer:#}"
    );
    assert_eq!(
        answer["matches"][0]["flags"][0]["hazard"]["code"],
        "asbestos"
    );
}

fn a_warning_by_address_alone_is_shown_at_that_address(council: &Council) {
    let answer = council
        .officer()
        .checks(&council.sample("address_without_uprn_is"));
    assert!(!texts(&answer).is_empty(), "{answer:#}");
}

fn an_unknown_code_asks_to_speak_to_the_team(council: &Council) {
    let instructions = council
        .officer()
        .instructions(&council.sample("uprn_unmapped"));
    let expected =
        "Speak to Community Safety Duty Desk first. They hold a warning we cannot describe.";
    assert_eq!(instructions, [expected]);
}

fn several_addresses_show_no_warning_until_one_is_chosen(council: &Council) {
    let answer = council
        .officer()
        .asks(json!({"purpose": "visit", "address": "mill lane"}))
        .ok();
    assert!(answer["matches"].as_array().unwrap().len() > 1);
    assert!(
        answer["matches"]
            .as_array()
            .unwrap()
            .iter()
            .all(|m| m["flags"].is_null())
    );
    assert_eq!(answer["complete"], false);
}

fn an_address_nobody_knows_is_not_an_answer(council: &Council) {
    let answer = council.officer().checks("999999999999");
    assert_eq!(answer["matches"], json!([]));
    assert_eq!(answer["complete"], false);
}

fn a_day_of_visits_is_answered_in_order(council: &Council) {
    let visits = json!({"purpose": "visit", "date": "2026-11-23", "visits": [
        {"reference": "V-1", "uprn": council.sample("uprn_clear")},
        {"reference": "V-2", "address": "14 Mill Lane, NB1 4QX"},
        {"reference": "V-3", "uprn": "999999999999"},
    ]});
    let answer = council
        .officer()
        .client()
        .post("/api/v1/look-ups/visits", &visits)
        .ok();
    let visits = answer["visits"].as_array().unwrap();
    let references: Vec<_> = visits
        .iter()
        .map(|v| v["reference"].as_str().unwrap())
        .collect();
    assert_eq!(references, ["V-1", "V-2", "V-3"]);
    assert_eq!(texts(&visits[1]), [PAIRS], "{answer:#}");
    assert_eq!(visits[2]["complete"], false);
}

fn a_changed_export_changes_the_answer(council: &Council) {
    let uprn = council.sample("uprn_pairs");
    council
        .caution_list()
        .set("UPRN", &uprn, "Controls", "Do not attend")
        .drop_off();
    let officer = council.officer();
    wait_for("the changed instruction", || {
        officer
            .instructions(&uprn)
            .iter()
            .any(|text| text.starts_with("Do not go."))
    });
    council
        .caution_list()
        .set("UPRN", &uprn, "Controls", "Visit in pairs")
        .drop_off();
    wait_for("the old instruction", || {
        officer.instructions(&uprn) == [PAIRS]
    });
}

fn a_row_without_review_date_says_whom_to_ring(council: &Council) {
    let uprn = council.sample("release_flag_uprn");
    let before = council.caution_list();
    let review = value_of(council, &uprn, "Review Date");
    council
        .caution_list()
        .set("UPRN", &uprn, "Review Date", "")
        .drop_off();
    let officer = council.officer();
    wait_for("an incomplete answer", || {
        officer.checks(&uprn)["complete"] == false
    });
    let answer = officer.checks(&uprn);
    let notice = &answer["matches"][0]["notices"][0];
    assert!(
        notice["text"]
            .as_str()
            .unwrap()
            .contains("Phone them on 01632 960100 before you go."),
        "{answer:#}"
    );
    assert!(
        !texts(&answer).is_empty(),
        "what was known before is still shown"
    );
    let elsewhere = officer.checks(&council.sample("uprn_pairs"));
    assert_eq!(elsewhere["matches"][0]["notices"], json!([]));
    council
        .caution_list()
        .set("UPRN", &uprn, "Review Date", &review)
        .drop_off();
    wait_for("a complete answer", || {
        officer.checks(&uprn)["complete"] == true
    });
    assert_eq!(council.caution_list().len(), before.len());
}

fn yesterdays_export_dropped_again_changes_nothing(council: &Council) {
    let (officer, uprn) = (council.officer(), council.sample("uprn_pairs"));
    let yesterday = council.caution_list();
    council
        .caution_list()
        .set("UPRN", &uprn, "Controls", "Do not attend")
        .drop_off();
    let stop = |texts: Vec<String>| texts.iter().any(|text| text.starts_with("Do not go."));
    wait_for("today's instruction", || stop(officer.instructions(&uprn)));
    let today = council.caution_list();
    yesterday.drop_off_again();
    wait_for("the source to be held", || {
        officer.source(&uprn, "community-safety")["state"] == "held"
    });
    assert!(
        stop(officer.instructions(&uprn)),
        "an old export took today's warning back"
    );
    today.drop_off();
    council
        .caution_list()
        .set("UPRN", &uprn, "Controls", "Visit in pairs")
        .drop_off();
    wait_for("the old instruction", || {
        officer.instructions(&uprn) == [PAIRS]
    });
}

fn half_an_export_changes_nothing_and_is_shown_as_held(council: &Council) {
    let whole = council.caution_list();
    let (officer, uprn) = (council.officer(), council.sample("uprn_pairs"));
    let before = officer.source(&uprn, "community-safety")["last_synced"].clone();
    let flagged: Vec<String> = whole
        .column("UPRN")
        .into_iter()
        .filter(|uprn| !uprn.is_empty())
        .collect();
    let shown = |uprn: &str| {
        officer.checks(uprn)["matches"][0]["flags"]
            .as_array()
            .unwrap()
            .len()
    };
    let counts: Vec<usize> = flagged.iter().map(|uprn| shown(uprn)).collect();
    council.caution_list().truncate(whole.len() / 2).drop_off();
    wait_for("the source to be held", || {
        officer.source(&uprn, "community-safety")["state"] == "held"
    });
    let answer = officer.checks(&uprn);
    assert_eq!(answer["complete"], false);
    assert_eq!(source(&answer, "community-safety")["last_synced"], before);
    for (uprn, count) in flagged.iter().zip(counts) {
        assert_eq!(
            shown(uprn),
            count,
            "a warning went away with half an export"
        );
    }
    whole.drop_off();
    wait_for("the whole export to be in date again", || {
        officer.source(&uprn, "community-safety")["state"] == "fresh"
    });
}

fn two_named_persons_can_let_a_real_drop_through(council: &Council) {
    let whole = council.caution_list();
    let (officer, uprn) = (council.officer(), council.sample("uprn_pairs"));
    council.caution_list().truncate(whole.len() / 2).drop_off();
    wait_for("the source to be held", || {
        officer.source(&uprn, "community-safety")["state"] == "held"
    });
    let approve = [
        "--config".into(),
        council.file("agent/agent.toml"),
        "approve".into(),
        "caution-list".into(),
    ];
    let approved = firebox_tests::run(firebox_tests::agent_program(), approve);
    assert_eq!(approved.code, Some(0), "{}", approved.said());
    let (reviewer, admin) = (
        council.signs_in("rhys.reviewer"),
        council.signs_in("sian.admin"),
    );
    let hold = || {
        let feeds = reviewer.client().get("/api/v1/sources").ok();
        let feeds = feeds["sources"].as_array().unwrap().clone();
        feeds
            .into_iter()
            .find(|f| f["source"] == "caution-list")
            .unwrap()["hold"]
            .clone()
    };
    wait_for("the box to hold it too", || !hold().is_null());
    let id = hold()["id"].to_string();
    let path = format!("/api/v1/holds/{}/decision", id.trim_matches('"'));
    let apply = json!({"decision": "apply"});
    assert_eq!(reviewer.client().post(&path, &apply).status, 202);
    assert_ne!(
        reviewer.client().post(&path, &apply).status / 100,
        2,
        "one person is not two"
    );
    assert_eq!(admin.client().post(&path, &apply).status, 200);
    wait_for("the drop to be applied", || {
        officer.source(&uprn, "community-safety")["state"] == "fresh"
    });
    whole.drop_off();
    let gone = whole
        .column("UPRN")
        .into_iter()
        .rev()
        .find(|uprn| !uprn.is_empty())
        .unwrap();
    wait_for("the warnings to come back", || {
        !officer.instructions(&gone).is_empty()
    });
}

fn an_export_with_a_missing_column_changes_nothing(council: &Council) {
    let whole = council.caution_list();
    let (officer, uprn) = (council.officer(), council.sample("uprn_pairs"));
    council
        .caution_list()
        .rename("Review Date", "Next Look")
        .drop_off();
    wait_for("the source not to be in date", || {
        officer.source(&uprn, "community-safety")["state"] != "fresh"
    });
    assert_eq!(officer.instructions(&uprn), [PAIRS]);
    whole.drop_off();
    wait_for("the source to be in date", || {
        officer.source(&uprn, "community-safety")["state"] == "fresh"
    });
}

fn value_of(council: &Council, uprn: &str, column: &str) -> String {
    let list = council.caution_list();
    let at = list.column("UPRN").iter().position(|u| u == uprn).unwrap();
    list.column(column)[at].clone()
}

fn source(answer: &Value, service: &str) -> Value {
    let sources = answer["sources"].as_array().unwrap();
    sources
        .iter()
        .find(|s| s["service"] == service)
        .unwrap_or_else(|| panic!("{answer:#}"))
        .clone()
}
