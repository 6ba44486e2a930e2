//! One person, as an adviser reads them.

use std::collections::BTreeSet;

use firebox_contract::record::ContactKind;
use firebox_protocol::answer::Freshness;
use firebox_protocol::person::{PersonAnswer, Shown};
use serde_json::{Value, json};

use super::house::{DUTY_LINE, House};
use super::person_play::{contact, marker, nobody_much, said, source, well_known};

/// Names of an answer's members, all the way down, each with the length of its lists.
fn shape(value: &Value, path: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let path = format!("{path}.{name}");
                into.insert(path.clone());
                shape(member, &path, into);
            }
        }
        Value::Array(items) => {
            into.insert(format!("{path}: {}", items.len()));
            for item in items {
                shape(item, path, into);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn a_confirmed_caller_reads_everything_with_who_says_so() {
    let house = House::open().await;
    let read = house.views(well_known(), "self").await;
    let from = |mut value: Value| {
        value["said_by"] = json!("Housing");
        value["since"] = json!("2026-05-03");
        json!([value])
    };
    assert_eq!(
        json!([
            read["entry"],
            read["reference"],
            read["matched"],
            read["of"]
        ]),
        json!([12, "CALL-7", 2, 2])
    );
    assert_eq!(
        json!([read["confirmed"], read["say"]]),
        json!([true, "2 of 2 match."])
    );
    assert_eq!(read["call_them"], "Sam");
    assert_eq!(read["preferred_name"], from(json!({"value": "Sam"})));
    assert_eq!(read["legal_name"], from(json!({"value": "Samuel Okoro"})));
    assert_eq!(read["pronouns"], from(json!({"value": "they/them"})));
    assert_eq!(read["year_of_birth"], from(json!({"value": 1961})));
    assert_eq!(
        read["languages"],
        from(json!({"language": "Welsh", "tag": "cy", "mode": "spoken", "interpreter": true}))
    );
    assert_eq!(
        read["teams"],
        from(
            json!({"team": "Housing options", "role": "Rent arrears", "worker": "A Worker",
            "phone": "01632 960101", "hours": "9am to 5pm"})
        )
    );
    let contacts = &read["contacts"];
    assert_eq!(
        json!([contacts[0]]),
        from(
            json!({"kind": "sms", "value": "07700 900482", "order": 1, "use": "evenings",
            "whose": null, "leave_message": false, "safe_times": "after 6pm"})
        )
    );
    assert_eq!(
        contacts[1]["whose"],
        json!({"name": "Maya Shah", "relationship": "daughter"})
    );
    assert_eq!(
        read["addresses"],
        from(
            json!({"use": "home", "value": "14 Mill Lane, Newbridge, NB1 4QX",
            "from": "2020-01-02", "to": null})
        )
    );
    assert_eq!(
        read["before_you_talk"],
        json!({"ask": "Is now a good time to talk?",
            "instruction": "Use the contact details listed. Do not give out or confirm an address.",
            "speak_to": {"team": "Duty line", "phone": DUTY_LINE, "hours": ""}})
    );
    let note = format!(
        "There may be others we cannot show. If none of these fits, put the call through to the \
         duty line on {DUTY_LINE}."
    );
    assert_eq!(read["teams_note"], note);
    assert_eq!(read["caller_note"], Value::Null);
    assert_eq!(read["complete"], true);
}

#[tokio::test]
async fn what_is_not_recorded_is_a_question_to_ask() {
    let house = House::open().await;
    let read = house.views(nobody_much(), "unsure").await;
    assert_eq!(read["pronouns_note"], "Pronouns not recorded. Ask.");
    assert_eq!(
        read["communicate_note"],
        "No communication needs recorded. Ask: 'Is there anything we should know about how you \
         like us to contact you?'"
    );
    assert_eq!(
        read["who_note"],
        "Nobody is recorded as able to speak for Sam. Do not speak to anyone else about this \
         person."
    );
    let known = house.views(well_known(), "self").await;
    for note in ["pronouns_note", "communicate_note"] {
        assert_eq!(known[note], Value::Null);
    }
}

#[tokio::test]
async fn what_was_said_is_counted_and_never_told_right_or_wrong_by_itself() {
    let house = House::open().await;
    for (matched, given, confirmed, say) in [
        (
            0,
            0,
            false,
            "Ask for 2 of these: date of birth, postcode, house number.",
        ),
        (1, 1, false, "1 of 1 match. Ask one more."),
        (1, 2, false, "1 of 2 match. Ask one more."),
        (2, 2, true, "2 of 2 match."),
        (2, 3, false, "2 of 3 match. Ask for all of them once more."),
        (3, 3, true, "3 of 3 match."),
    ] {
        let answer = PersonAnswer {
            matched,
            given,
            confirmed,
            ..nobody_much()
        };
        let read = house.views(answer, "self").await;
        assert_eq!(
            json!([read["matched"], read["of"], read["confirmed"], read["say"]]),
            json!([matched, given, confirmed, say])
        );
    }
}

#[tokio::test]
async fn a_store_that_confirms_too_soon_shows_nothing_whole() {
    let house = House::open().await;
    for (matched, given) in [(0, 0), (1, 1), (1, 2), (2, 3)] {
        let answer = PersonAnswer {
            matched,
            given,
            ..well_known()
        };
        let read = house.views(answer, "self").await;
        assert_eq!(
            json!([read["confirmed"], read["legal_name"], read["year_of_birth"]]),
            json!([false, [], []])
        );
        let text = read.to_string();
        for whole in [
            "Samuel",
            "1961",
            "900482",
            "maya@",
            "Mill Lane",
            "2020-01-02",
        ] {
            assert!(!text.contains(whole), "{whole} {matched} of {given}");
        }
        assert_eq!(read["addresses"][0]["value"], "Address not shown");
        assert_eq!(read["contacts"][0]["value"], "Not shown");
    }
}

#[tokio::test]
async fn a_number_before_the_caller_is_confirmed_is_its_last_three_digits() {
    let house = House::open().await;
    let mut answer = nobody_much();
    answer.contacts = vec![said(contact(
        ContactKind::Phone,
        Shown::Ending("482".into()),
        1,
    ))];
    let read = house.views(answer, "self").await;
    assert_eq!(read["contacts"][0]["value"], "ending 482");
}

#[tokio::test]
async fn under_a_safety_marker_nothing_hidden_is_shown_and_the_shape_is_that_of_anybody() {
    let house = House::open().await;
    // Even a store that hides nothing cannot make it show.
    let marked = PersonAnswer {
        safety: Some(marker(&["safe-contact-only"], &["482"])),
        ..well_known()
    };
    let nobody_listed = PersonAnswer {
        proxies: Vec::new(),
        ..well_known()
    };
    let read = house.views(marked, "proxy").await;
    let plain = house.views(nobody_listed, "proxy").await;
    let text = read.to_string();
    for hidden in ["Mill Lane", "NB1", "Maya", "daughter", "900482", "maya@"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    let mut shapes = [BTreeSet::new(), BTreeSet::new()];
    // Whose a contact is has members of its own; hidden, it is the person's own.
    let mut plain_contacts = plain.clone();
    plain_contacts["contacts"][1]["whose"] = Value::Null;
    shape(&read, "", &mut shapes[0]);
    shape(&plain_contacts, "", &mut shapes[1]);
    assert_eq!(shapes[0], shapes[1]);
    for same in [
        "who_may_speak",
        "who_note",
        "caller_note",
        "teams",
        "teams_note",
    ] {
        assert_eq!(read[same], plain[same], "{same}");
    }
    assert_eq!(
        read["before_you_talk"],
        json!({"ask": "Is now a good time to talk?",
            "instruction": "If no, agree a time and end the call. Only use the number ending 482. \
                Do not leave a message. Do not give out or confirm an address.",
            "speak_to": {"team": "Neighbourhood team", "phone": "01632 960300", "hours": "9am to 5pm"}})
    );
}

#[tokio::test]
async fn a_view_with_a_source_that_is_not_fresh_is_never_complete() {
    let house = House::open().await;
    let answer = PersonAnswer {
        sources: vec![source(Freshness::Held)],
        ..nobody_much()
    };
    let read = house.views(answer, "self").await;
    assert_eq!(read["complete"], false);
    let note = read["sources_note"].as_str().unwrap();
    assert!(
        note.starts_with("Something may be missing.") && note.contains("not up to date: phone 0"),
        "{note}"
    );
    let fresh = house.views(nobody_much(), "self").await;
    assert_eq!(
        (&fresh["sources_note"], &fresh["deceased_note"]),
        (&Value::Null, &Value::Null)
    );
}
