//! Who may speak for a person, and who may not.

use firebox_contract::record::{May, ProxyState};
use firebox_protocol::Ask;
use firebox_protocol::answer::Answer;
use firebox_protocol::person::{PersonAnswer, ProxyRow};
use firebox_protocol::query::{Caller, ProxyId, View};
use jiff::civil::date;
use serde_json::{Value, json};

use super::house::House;
use super::people::Request;
use super::person_play::{LONG_AGO, nobody_much, proxy, said, well_known};

const TOLD: &str = "Maya Shah (daughter) may be told about council tax. She may not change the \
    address.";
const TAKE_A_MESSAGE: &str = "Do not discuss Sam's affairs. You can take a message.";

fn of(rows: Vec<ProxyRow>) -> PersonAnswer {
    PersonAnswer {
        proxies: rows.into_iter().map(said).collect(),
        ..nobody_much()
    }
}

impl House {
    /// Reads the sentence and whether they speak, of each.
    async fn speakers(&self, rows: Vec<ProxyRow>) -> Vec<(String, bool)> {
        let read = self.views(of(rows), "self").await;
        let speakers = read["who_may_speak"].as_array().unwrap().iter();
        let read = speakers.map(|one| {
            let sentence = one["sentence"].as_str().unwrap().to_owned();
            (sentence, one["speaks"].as_bool().unwrap())
        });
        read.collect()
    }

    /// Gives a handle of a person that was found, and one of who speaks for them.
    async fn person_and_proxy(&self) -> (String, String) {
        let target = self.view_target().await;
        self.tells(&["adviser"], Answer::Person(Box::new(well_known())));
        let body = json!({"purpose": "call", "caller": "self"});
        let read = Request::call(&target, &body).send(self).await.json();
        let proxy = read["who_may_speak"][0]["proxy"].as_str().unwrap();
        (target, proxy.to_owned())
    }
}

#[tokio::test]
async fn who_may_speak_is_one_sentence_with_limits_and_how_to_know_them() {
    let house = House::open().await;
    let read = house.views(of(vec![proxy()]), "self").await;
    let mut one = read["who_may_speak"][0].clone();
    assert_eq!(one["proxy"].as_str().unwrap().len(), 48);
    one["proxy"] = Value::Null;
    assert_eq!(
        one,
        json!({"proxy": null, "sentence": TOLD, "verify": "Ask for the word they agreed",
            "until": null, "review_due": "2999-01-01", "overdue": false,
            "evidence": "Consent given by telephone or in person", "speaks": true,
            "said_by": "Housing", "since": "2026-05-03"})
    );
    assert_eq!(read["who_note"], "Only discuss what is listed.");
}

#[tokio::test]
async fn who_may_speak_stays_on_the_list_when_the_review_is_overdue_and_the_service_is_asked() {
    let house = House::open().await;
    let overdue = ProxyRow {
        review_due: Some(LONG_AGO),
        ..proxy()
    };
    let read = house.views(of(vec![overdue]), "self").await;
    let one = &read["who_may_speak"][0];
    let told = format!("{TOLD} Review overdue: confirm with Housing.");
    assert_eq!(one["sentence"], told.as_str());
    assert_eq!(
        (&one["overdue"], &one["speaks"]),
        (&json!(true), &json!(true))
    );
}

#[tokio::test]
async fn what_they_may_do_is_joined_and_a_subject_nobody_knows_says_whom_to_ask() {
    let house = House::open().await;
    let may = |may: &[May], about: &[&str]| ProxyRow {
        may: may.to_vec(),
        about: about.iter().map(|code| (*code).to_owned()).collect(),
        limits: None,
        relationship: String::new(),
        ..proxy()
    };
    let all = May::ALL.map(|(may, _)| may);
    let later = "a-subject-of-a-later-vocabulary";
    let read = house
        .speakers(vec![
            may(
                &[May::Decide, May::BeTold],
                &["council-tax", "unmapped", later],
            ),
            may(&all, &["council-tax"]),
            may(&[May::Ask], &[]),
            may(&[], &["council-tax"]),
        ])
        .await;
    let sentences: Vec<&str> = read.iter().map(|(sentence, _)| sentence.as_str()).collect();
    assert_eq!(
        sentences,
        [
            "Maya Shah may be told about and decide about council tax and some matters: ask \
             Housing.",
            "Maya Shah may be told about, ask about, decide about, receive letters about and pay \
             council tax.",
            "Maya Shah may ask about some matters: ask Housing.",
            "Maya Shah: ask Housing what they may be told."
        ]
    );
    let unknown = ProxyRow {
        evidence: Some("a-later-code".into()),
        ..proxy()
    };
    let read = house.views(of(vec![unknown]), "self").await;
    assert_eq!(
        read["who_may_speak"][0]["evidence"],
        "Ask Housing what they saw"
    );
}

#[tokio::test]
async fn nobody_speaks_before_the_first_day_after_the_last_or_without_consent() {
    let house = House::open().await;
    // Whatever the store says of today.
    let state = |state| ProxyRow { state, ..proxy() };
    let read = house
        .speakers(vec![
            state(ProxyState::Refused),
            state(ProxyState::Withdrawn),
            state(ProxyState::Suspended),
            ProxyRow {
                to: Some(LONG_AGO),
                ..proxy()
            },
            ProxyRow {
                from: Some(date(2999, 6, 3)),
                ..proxy()
            },
            ProxyRow {
                speaks: false,
                ..proxy()
            },
        ])
        .await;
    let why = [
        "refused",
        "withdrawn",
        "suspended",
        "ended on 3 February 2001",
        "begins on 3 June 2999",
        "may not speak now",
    ];
    let expected = why.map(|why| {
        let sentence = format!("Maya Shah (daughter): {why}. Do not discuss anything.");
        (sentence, false)
    });
    assert_eq!(read, expected);
}

#[tokio::test]
async fn a_caller_who_speaks_for_somebody_is_known_by_a_handle_of_this_session() {
    let house = House::open().await;
    let (target, handle) = house.person_and_proxy().await;
    let chosen = ProxyId {
        record: 7,
        place: 2,
    };
    let answer = PersonAnswer {
        proxy: Some(chosen),
        ..well_known()
    };
    let asked = house.tells(&["adviser"], Answer::Person(Box::new(answer)));
    let body = json!({"purpose": "call", "caller": "proxy", "proxy": handle});
    let read = Request::call(&target, &body).send(&house).await.json();
    assert_eq!(read["caller_note"], TOLD);
    let Ask::View(View { caller, .. }) = asked.lock().unwrap()[0].ask.clone() else {
        panic!("another question")
    };
    assert_eq!(caller, Caller::Proxy(Some(chosen)));

    // A person's handle is no proxy's.
    let person = target.split('/').nth(4).unwrap();
    let body = json!({"purpose": "call", "caller": "proxy", "proxy": person});
    let reply = Request::call(&target, &body).send(&house).await;
    assert_eq!((reply.status, reply.problem().as_str()), (404, "not_found"));
}

#[tokio::test]
async fn a_caller_who_stands_on_no_list_leaves_a_message() {
    let house = House::open().await;
    let (target, handle) = house.person_and_proxy().await;
    // The store knows nobody of this person by that handle.
    house.tells(&["adviser"], Answer::Person(Box::new(well_known())));
    for body in [
        json!({"purpose": "call", "caller": "proxy"}),
        json!({"purpose": "call", "caller": "proxy", "proxy": handle}),
    ] {
        let read = Request::call(&target, &body).send(&house).await.json();
        assert_eq!(read["caller_note"], TAKE_A_MESSAGE);
    }
    let read = house.views(well_known(), "unsure").await;
    assert_eq!(read["caller_note"], Value::Null);
}
