//! The same page with and without a safety marker: nothing on it but the words
//! of one instruction tells which it is.

use firebox_protocol::person::{PersonAnswer, Shown};
use html5gum::{Token, Tokenizer};

use super::super::play::Seen;
use super::{BY_PHONE, unconfirmed};
use crate::tests::house::House;
use crate::tests::person_play::{marker, well_known};

/// What must not be on the page of somebody with a marker.
const HIDDEN: [&str; 9] = [
    "Mill Lane",
    "NB1",
    "Maya",
    "daughter",
    "maya@",
    "900482",
    "domestic",
    "MARAC",
    "abuse",
];

/// Every element with its class, in order.
fn elements(seen: &Seen) -> Vec<String> {
    let mut elements = Vec::new();
    for Ok(token) in Tokenizer::new(&seen.html) {
        let Token::StartTag(tag) = token else {
            continue;
        };
        let class = tag.attributes.get(b"class".as_slice());
        let class = class.map(|class| String::from_utf8_lossy(class).into_owned());
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        elements.push(format!("{name}.{}", class.unwrap_or_default()));
    }
    elements
}

/// A person with a marker whose store gives away whatever it should hide.
fn marked(of: PersonAnswer) -> PersonAnswer {
    let mut row = marker(&["safe-contact-only"], &["482"]);
    row.owner.team = "Domestic abuse team".into();
    let mut answer = PersonAnswer {
        safety: Some(row),
        ..of
    };
    answer.needs[0].value.words = Some("MARAC case".into());
    answer.contacts[0].value.purpose = Some("victim of domestic abuse".into());
    answer.contacts[0].value.value = Shown::Ending("482".into());
    answer
}

/// The same person without one, with nobody listed to speak for them.
fn plain(of: PersonAnswer) -> PersonAnswer {
    let mut answer = PersonAnswer {
        proxies: Vec::new(),
        ..of
    };
    answer.needs[0].value.words = None;
    answer
}

#[tokio::test]
async fn a_marker_adds_and_takes_away_no_element_class_or_heading() {
    let house = House::open().await;
    for answer in [unconfirmed(), well_known()] {
        let with = house.opens_caller(marked(answer.clone())).await;
        let without = house.opens_caller(plain(answer)).await;
        assert_eq!(elements(&with), elements(&without));
        assert_eq!(with.heading(), without.heading());
        assert_eq!(with.second_headings(), without.second_headings());
        assert_eq!(with.title(), without.title());
        let names = |seen: &Seen| seen.headers.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&with), names(&without));
    }
}

#[tokio::test]
async fn with_a_marker_the_body_holds_no_address_no_speaker_and_no_cause() {
    let house = House::open().await;
    for answer in [unconfirmed(), well_known()] {
        let seen = house.opens_caller(marked(answer)).await;
        let html = seen.html.to_lowercase();
        for hidden in HIDDEN {
            assert!(!html.contains(&hidden.to_lowercase()), "{hidden}");
        }
        let text = seen.text();
        assert!(text.contains("Only use the number ending 482."), "{text}");
        assert!(
            text.contains("Do not give out or confirm an address."),
            "{text}"
        );
        assert!(text.contains("Who to speak to about this: A council team, 01632 960300"));
        assert!(text.contains(
            "Nobody is recorded as able to speak for Sam. Do not speak to anyone else about \
             this person."
        ));
    }
}

#[tokio::test]
async fn with_a_marker_nobody_can_be_chosen_who_speaks_for_them() {
    let house = House::open().await;
    let mut forms = Vec::new();
    for answer in [marked(unconfirmed()), plain(unconfirmed())] {
        let path = house.finds_caller_by(BY_PHONE).await;
        house.knows_person(answer);
        house.page(&path).await;
        let form = house.page(&format!("{path}/caller")).await;
        assert_eq!(form.status, 200);
        forms.push((elements(&form), form.text()));
    }
    assert_eq!(forms[0], forms[1]);
    assert!(forms[0].1.contains("Not on the list") && !forms[0].1.contains("Maya"));
}
