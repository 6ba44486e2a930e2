//! The words of one person: instructions, never reasons; who says what, and
//! where they differ.

use firebox_contract::record::ContactKind;
use firebox_protocol::person::{JoinRule, Joined, PersonAnswer, Shown};
use serde_json::json;

use super::house::House;
use super::person_play::{by, contact, marker, need, nobody_much, said, well_known};

#[tokio::test]
async fn several_markers_are_one_instruction_and_an_unknown_one_says_whom_to_ask() {
    let house = House::open().await;
    let instruction = |codes: &[&str], numbers: &[&str]| PersonAnswer {
        safety: Some(marker(codes, numbers)),
        ..nobody_much()
    };
    let both = instruction(&["safe-contact-only", "private-call-back"], &["482", "901"]);
    let read = house.views(both, "self").await;
    let text = read["before_you_talk"]["instruction"].as_str().unwrap();
    assert!(
        text.contains("Only use the numbers ending 482 and 901."),
        "{text}"
    );
    assert!(text.contains("Offer a private call-back"), "{text}");
    assert_eq!(text.matches("Do not leave a message.").count(), 1, "{text}");
    let unknown = "Speak to Neighbourhood team first. They hold an instruction we cannot describe.";
    for codes in [&["unmapped"][..], &["a-later-code"], &[]] {
        let read = house.views(instruction(codes, &[]), "self").await;
        assert_eq!(read["before_you_talk"]["instruction"], unknown);
    }
}

#[tokio::test]
async fn a_need_is_an_instruction_and_one_nobody_can_describe_is_never_dropped() {
    let house = House::open().await;
    let mut answer = nobody_much();
    answer.needs = vec![
        said(need("lipreading")),
        said(need("clinical-only")),
        by("Benefits", need("unmapped")),
        by("Benefits", need("a-group-of-a-later-vocabulary")),
    ];
    let read = house.views(answer, "self").await;
    let needs = read["how_to_communicate"].as_array().unwrap();
    assert_eq!(needs.len(), 3, "what is clinical only is shown to nobody");
    let instruction =
        "Face them in good light, keep your mouth in view and speak at a normal pace.";
    assert_eq!(
        needs[0],
        json!({"instruction": instruction, "need": "Lip-reads or needs a lipspeaker / cued speech",
            "words": "Slowly, with pauses", "confirmed_on": "2026-06-02", "said_by": "Housing",
            "since": "2026-05-03"})
    );
    let ask = "Speak to Benefits first. They hold a need we cannot describe. Phone them on 01632 \
        960100.";
    for unknown in &needs[1..] {
        assert_eq!(
            json!([unknown["instruction"], unknown["need"]]),
            json!([ask, ask])
        );
    }
}

#[tokio::test]
async fn a_line_that_names_a_cause_is_left_out_wherever_it_stands() {
    let house = House::open().await;
    let cause = || Some("MARAC case".to_owned());
    let mut answer = well_known();
    answer.needs[0].value.words = cause();
    let team = &mut answer.teams[0].value;
    (team.team, team.role, team.hours) = ("Domestic abuse team".into(), cause(), cause());
    let proxy = &mut answer.proxies[0].value;
    proxy.relationship = "victim".into();
    (proxy.limits, proxy.verify) = (cause(), cause());
    let contact = &mut answer.contacts[1].value;
    (contact.purpose, contact.safe_times) = (cause(), cause());
    contact.whose.as_mut().unwrap().relationship = "perpetrator".into();
    let read = house.views(answer, "self").await;
    let text = read.to_string().to_lowercase();
    for word in ["marac", "abuse", "victim", "perpetrator"] {
        assert!(!text.contains(word), "{word}");
    }
    // The rest of each stays, and a limit that cannot be said is still announced.
    assert_eq!(read["teams"][0]["team"], "Housing");
    assert_eq!(
        read["who_may_speak"][0]["sentence"],
        "Maya Shah may be told about council tax. There are limits: ask Housing."
    );
    assert_eq!(
        read["contacts"][1]["whose"],
        json!({"name": "Maya Shah", "relationship": null})
    );
    let mut marked = nobody_much();
    let mut row = marker(&["private-call-back"], &[]);
    row.owner.team = "Domestic abuse team".into();
    marked.safety = Some(row);
    let read = house.views(marked, "self").await;
    assert_eq!(
        read["before_you_talk"]["speak_to"]["team"],
        "A council team"
    );
}

#[tokio::test]
async fn where_services_differ_both_are_shown_and_the_adviser_asks() {
    let house = House::open().await;
    let mut answer = nobody_much();
    answer
        .preferred_names
        .push(by("Benefits", "Chiamaka".into()));
    answer.pronouns = vec![
        said("they/them".into()),
        by("Benefits", "They / Them".into()),
    ];
    answer.contacts = vec![
        said(contact(ContactKind::Sms, Shown::Hidden, 1)),
        said(contact(ContactKind::Phone, Shown::Hidden, 2)),
        by("Benefits", contact(ContactKind::Phone, Shown::Hidden, 1)),
    ];
    let read = house.views(answer, "self").await;
    assert_eq!(
        read["disagreements"],
        json!([
            "Housing says Sam. Benefits says Chiamaka. Ask which is right.",
            "Housing says text message first. Benefits says phone first. Ask which is right."
        ])
    );
    assert_eq!(read["preferred_name"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_death_is_told_with_who_records_it_and_joined_records_with_why() {
    let house = House::open().await;
    let mut answer = nobody_much();
    answer.deceased = vec![by("Registrars", ())];
    let joined = |one: &str, rule| Joined {
        services: [one.to_owned(), "Housing".to_owned()],
        rule,
    };
    answer.joined = vec![
        joined("Benefits", JoinRule::NhsNumber),
        joined("Housing", JoinRule::SameReference),
    ];
    let read = house.views(answer, "self").await;
    assert_eq!(
        read["deceased"],
        json!([{"said_by": "Registrars", "since": "2026-05-03"}])
    );
    let note = read["deceased_note"].as_str().unwrap();
    assert!(
        note.starts_with("This person has died, as recorded by Registrars. Discuss nothing"),
        "{note}"
    );
    assert_eq!(
        read["joined"],
        json!([
            {"services": ["Benefits", "Housing"],
                "why": "Both records have the same NHS number and date of birth, and names that agree."},
            {"services": ["Housing"], "why": "Housing gives both records the same reference."}
        ])
    );
}
