//! The rules that hold everywhere, where people are concerned. Those that one
//! crate can show are tested there; the README's table names them all.

use std::collections::BTreeMap;
use std::fs;

use firebox_tests::{Council, wait_for};
use serde_json::json;

#[test]
fn nothing_of_a_person_is_shown_without_its_entry_on_disk() {
    let council = Council::open();
    let adviser = council.adviser();
    let mut answered = BTreeMap::new();
    for by in [
        "phone",
        "phone_proxy",
        "phone_shared",
        "phone_hidden",
        "phone_withheld",
    ] {
        let found = adviser.looks_for(json!({"phone": council.sample(by)})).ok();
        answered.insert(found["entry"].as_u64().unwrap(), "person");
        for one in found["matches"].as_array().unwrap() {
            let person = one["person"].as_str().unwrap();
            let page = adviser.views(person, "unsure", json!({})).ok();
            answered.insert(page["entry"].as_u64().unwrap(), "view");
        }
    }
    assert!(answered.values().filter(|asked| **asked == "view").count() >= 5);
    let entries = council.entries();
    let mut shown = 0;
    for (index, asked) in &answered {
        let entry = entries.iter().find(|entry| entry.index == *index).unwrap();
        assert_eq!(entry.kind, "look-up");
        assert_eq!(entry.body["person"], "ade.adviser");
        assert!(entry.body["asked"][*asked].is_object(), "{}", entry.body);
        let permit = &entry.body["permit"];
        let told = entries
            .iter()
            .find(|told| told.kind == "shown" && told.body["permit"] == *permit);
        let records = told.unwrap().body["records"].as_array().unwrap();
        shown += records.len();
        assert!(
            *asked != "view" || !records.is_empty(),
            "a view shows records"
        );
    }
    assert!(shown > answered.len());
}

#[test]
fn nobody_is_called_unknown_while_a_service_cannot_be_read() {
    let council = Council::open();
    let adviser = council.adviser();
    let nobody = || json!({"name": "Quillon Zarathustrix", "date_of_birth": "1961-03-04"});
    let export = council.file("drop/benefits_claims.csv");
    let good = fs::read(&export).unwrap();
    fs::write(&export, b"no,such,columns\r\n1,2,3\r\n").unwrap();
    wait_for("benefits not to be fresh", || {
        let answer = adviser.looks_for(nobody()).ok();
        let sources = answer["sources"].as_array().unwrap();
        let benefits = sources
            .iter()
            .find(|one| one["service"] == "benefits")
            .unwrap();
        benefits["state"] != "fresh"
    });
    let answer = adviser.looks_for(nobody()).ok();
    assert_eq!(
        (&answer["matches"], &answer["complete"]),
        (&json!([]), &json!(false))
    );
    let note = answer["note"].as_str().unwrap();
    assert!(
        note.contains("They may still be known to the council"),
        "{note}"
    );
    // What the service said before is not forgotten.
    let sam = adviser.finds_one(json!({"phone": council.sample("phone")}));
    let page = adviser.views(&sam, "unsure", json!({})).ok();
    let teams = page["teams"].to_string();
    assert!(teams.contains("Benefits"), "{teams}");
    assert_eq!(page["complete"], false);
    fs::write(&export, [good.as_slice(), b""].concat()).unwrap();
}

#[test]
fn a_need_nobody_mapped_is_shown_with_whom_to_ring() {
    let council = Council::open();
    let adviser = council.adviser();
    let bytes = fs::read(council.file("drop/housing_people.csv")).unwrap();
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let unknown = firebox_council::UNKNOWN_NEED;
    let row = text.lines().find(|line| line.contains(unknown)).unwrap();
    let reference = row.split(',').next().unwrap().trim();
    let person = adviser.finds_one(json!({"service_reference": reference}));
    let page = adviser.views(&person, "unsure", json!({}));
    assert!(
        !page.text.contains(unknown),
        "the service's own code stays with it"
    );
    let page = page.ok();
    let needs = page["how_to_communicate"].as_array().unwrap();
    let said = needs
        .iter()
        .map(|need| need["instruction"].as_str().unwrap());
    assert!(
        said.clone()
            .any(|text| text
                .starts_with("Speak to Housing first. They hold a need we cannot describe.")),
        "{:?}",
        said.collect::<Vec<_>>()
    );
}
