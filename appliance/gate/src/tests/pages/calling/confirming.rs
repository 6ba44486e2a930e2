//! Confirming who is calling: one look and one entry, kept for the call and no
//! longer, and never said which value was right.

use std::sync::atomic::{AtomicU32, Ordering};

use firebox_protocol::gate_keeper::{Reply as KeeperReply, Request as KeeperRequest, SessionOf};
use firebox_protocol::person::PersonAnswer;
use firebox_protocol::query::{Caller, ProxyId};
use firebox_protocol::{Code, gate_store};

use super::{BY_NAME, BY_PHONE, KNOWS, matched, unconfirmed, views};
use crate::tests::house::House;
use crate::tests::peers::{keeper_refuses, store_refuses};
use crate::tests::person_play::{nobody_much, session_of, well_known};

impl House {
    /// The store knows nobody here well enough any more.
    fn closes_person(&self) {
        self.store(|request| match request {
            gate_store::Request::Answer { .. } => store_refuses(Code::NotConfirmed),
            _ => store_refuses(Code::Malformed),
        });
    }

    /// Every entry has a reference of its own from now on, unless one is given.
    fn numbers_its_entries(&self) {
        let next = AtomicU32::new(1);
        self.keeper(move |request| match request {
            KeeperRequest::Permit { query, .. } => KeeperReply::Permit {
                permit: b"permit".to_vec(),
                entry: 12,
                reference: firebox_protocol::query::from_bytes(&query)
                    .unwrap()
                    .reference
                    .unwrap_or_else(|| format!("CALL-N{}", next.fetch_add(1, Ordering::Relaxed))),
                standing: Vec::new(),
            },
            KeeperRequest::Session { .. } => KeeperReply::Session(SessionOf {
                roles: vec!["adviser".into()],
                ..session_of(&[])
            }),
            _ => keeper_refuses(Code::Malformed),
        });
    }

    /// Opens somebody found by telephone.
    async fn opens_found(&self, answer: PersonAnswer) -> String {
        let path = self.finds_caller_by(BY_PHONE).await;
        self.knows_person(answer);
        self.page(&path).await;
        path
    }
}

#[tokio::test]
async fn two_right_values_confirm_in_one_look_and_are_kept_for_the_call() {
    let house = House::open().await;
    let path = house.opens_found(unconfirmed()).await;
    let asked = house.knows_person(well_known());
    let seen = house
        .sends_and_follows(&format!("{path}/caller"), &KNOWS)
        .await;
    assert!(seen.text().contains("2 of 2 match."), "{}", seen.text());
    assert!(seen.text().contains("Full name: Samuel Okoro (Housing)."));
    let [(view, reference)] = views(&asked).try_into().unwrap();
    assert_eq!(
        (&view.caller, reference.as_deref()),
        (&Caller::Person, Some("CALL-7"))
    );
    let said = &view.confirmed;
    assert_eq!(said.date_of_birth.unwrap().to_string(), "1961-03-04");
    assert_eq!(
        said.postcode.as_ref().unwrap().as_str().replace(' ', ""),
        "NB14QX"
    );
    assert_eq!(said.house_number, None);
    // A reload asks, and is logged, again, with what was said before.
    house.page(&path).await;
    let asked = views(&asked);
    assert_eq!((asked.len(), &asked[1].0), (2, &view));
}

#[tokio::test]
async fn a_wrong_value_is_counted_and_the_form_asks_again_with_what_was_typed() {
    let house = House::open().await;
    let path = house.opens_found(unconfirmed()).await;
    let form = format!("{path}/caller");
    house.knows_person(matched(1, 2));
    let seen = house.sends(&form, &KNOWS).await;
    assert_eq!(
        (seen.status, seen.errors()),
        (422, vec!["1 of 2 match. Ask one more.".to_owned()])
    );
    assert!(seen.html.contains("value=\"1961\"") && seen.html.contains("value=\"nb1 4qx\""));
    // What was wrong is not sent again by opening the page.
    let asked = house.knows_person(unconfirmed());
    house.page(&path).await;
    let [(view, _)] = views(&asked).try_into().unwrap();
    assert_eq!((view.caller, view.confirmed.given()), (Caller::Unsure, 0));
}

#[tokio::test]
async fn after_three_failures_nothing_is_said_of_anybody() {
    let house = House::open().await;
    let path = house.opens_found(unconfirmed()).await;
    house.closes_person();
    for seen in [
        house.sends(&format!("{path}/caller"), &KNOWS).await,
        house.page(&path).await,
    ] {
        assert_eq!(seen.status, 403);
        assert_eq!(seen.heading(), "We could not confirm who is calling");
        let text = seen.text();
        assert!(
            text.contains("Do not say whether we know this person."),
            "{text}"
        );
        assert!(!seen.html.contains("Sam"), "{text}");
    }
}

#[tokio::test]
async fn a_search_that_was_given_two_of_them_needs_no_asking_and_says_so() {
    let house = House::open().await;
    let path = house.finds_caller_by(BY_NAME).await;
    let asked = house.knows_person(well_known());
    let seen = house.page(&path).await;
    let [(view, _)] = views(&asked).try_into().unwrap();
    assert_eq!((&view.caller, view.confirmed.given()), (&Caller::Person, 2));
    let words = "Matched on date of birth and postcode you typed. Check who is speaking.";
    assert!(seen.text().contains(words), "{}", seen.text());
    assert!(seen.text().contains("Somebody else is calling"));
    assert!(!seen.html.contains("1961-03-04") && !seen.html.contains("NB14QX"));
}

#[tokio::test]
async fn a_search_that_did_not_match_is_tried_once_and_then_it_is_asked() {
    let house = House::open().await;
    let path = house.finds_caller_by(BY_NAME).await;
    let asked = house.knows_person(matched(1, 2));
    let seen = house.page(&path).await;
    let words = "1 of 2 match. Ask one more.";
    assert!(seen.text().contains(words), "{}", seen.text());
    assert!(seen.text().contains("Confirm who is calling"));
    house.page(&path).await;
    let given: Vec<u8> = views(&asked)
        .iter()
        .map(|(view, _)| view.confirmed.given())
        .collect();
    assert_eq!(given, [2, 0]);
}

#[tokio::test]
async fn somebody_on_the_list_is_told_what_is_listed() {
    let house = House::open().await;
    let path = house.opens_found(unconfirmed()).await;
    let form = house.page(&format!("{path}/caller")).await;
    let (_, rest) = form
        .html
        .split_once("name=\"speaker\" type=\"radio\" value=\"")
        .unwrap();
    let proxy = rest.split('"').next().unwrap();
    let id = ProxyId {
        record: 7,
        place: 2,
    };
    let asked = house.knows_person(PersonAnswer {
        proxy: Some(id),
        ..unconfirmed()
    });
    let fields = [("caller", "proxy"), ("speaker", proxy)];
    let seen = house
        .sends_and_follows(&format!("{path}/caller"), &fields)
        .await;
    let words = "Someone is speaking for them: Maya Shah (daughter) may be told about council tax.";
    assert!(seen.text().contains(words), "{}", seen.text());
    house.page(&path).await;
    for (view, _) in views(&asked) {
        assert_eq!(
            (view.caller, view.confirmed.given()),
            (Caller::Proxy(Some(id)), 0)
        );
    }
    let one = [fields[0], fields[1], ("house", "14")];
    assert_eq!(
        house.sends(&format!("{path}/caller"), &one).await.status,
        422
    );
}

#[tokio::test]
async fn whoever_is_on_no_list_is_told_nothing_whatever_they_know() {
    let house = House::open().await;
    for answer in [unconfirmed(), nobody_much()] {
        let nobody_listed = answer.proxies.is_empty();
        let path = house.opens_found(answer.clone()).await;
        let asked = house.knows_person(answer);
        let mut fields = vec![("caller", "proxy")];
        fields.extend_from_slice(&KNOWS[1..]);
        if !nobody_listed {
            fields.push(("speaker", "none"));
        }
        let seen = house
            .sends_and_follows(&format!("{path}/caller"), &fields)
            .await;
        let words = "Do not discuss Sam's affairs. You can take a message.";
        assert!(seen.text().contains(words), "{}", seen.text());
        let [(view, _)] = views(&asked).try_into().unwrap();
        assert_eq!(
            (view.caller, view.confirmed.given()),
            (Caller::Proxy(None), 0)
        );
    }
}

#[tokio::test]
async fn who_is_not_sure_sees_the_basics_again() {
    let house = House::open().await;
    let path = house.opens_found(unconfirmed()).await;
    house.knows_person(well_known());
    house
        .sends_and_follows(&format!("{path}/caller"), &KNOWS)
        .await;
    let asked = house.knows_person(unconfirmed());
    let form = format!("{path}/caller");
    let seen = house
        .sends_and_follows(&form, &[("caller", "unsure")])
        .await;
    assert!(
        seen.text()
            .contains("shown when you have confirmed who is calling")
    );
    let [(view, _)] = views(&asked).try_into().unwrap();
    assert_eq!((view.caller, view.confirmed.given()), (Caller::Unsure, 0));
}

#[tokio::test]
async fn the_next_call_about_the_same_person_is_asked_again() {
    let house = House::open().await;
    let path = house.opens_found(unconfirmed()).await;
    house.knows_person(well_known());
    house
        .sends_and_follows(&format!("{path}/caller"), &KNOWS)
        .await;
    let next = house.finds_caller_by(BY_PHONE).await;
    let asked = house.knows_person(unconfirmed());
    house.numbers_its_entries();
    house.page(&next).await;
    assert_eq!(
        views(&asked)[0].0.caller,
        Caller::Person,
        "the same call goes on"
    );
    house.knows_person(well_known());
    house
        .sends_and_follows(&format!("{next}/caller"), &KNOWS)
        .await;
    let asked = house.finds_in_another_call().await;
    let last = views(&asked).pop().unwrap();
    assert_eq!(
        (last.0.caller, last.1.as_deref()),
        (Caller::Unsure, Some("CALL-N1"))
    );
}

impl House {
    /// Searches once more, in a call of its own, and opens who is found.
    async fn finds_in_another_call(&self) -> crate::tests::person_play::Asked {
        use crate::tests::person_play::{hint, people};
        use firebox_protocol::answer::Answer;
        self.tells(&["adviser"], Answer::People(people(vec![hint(Vec::new())])));
        self.numbers_its_entries();
        let results = self.sends_and_follows("/find", &[("find", BY_PHONE)]).await;
        let asked = self.knows_person(unconfirmed());
        self.numbers_its_entries();
        self.page(&results.link("/people/")).await;
        asked
    }
}
