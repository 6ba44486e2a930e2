//! States of the caller page: a death, services that differ, corrections under
//! way, data that is late, consents that end, hours that do not read.

use firebox_contract::correction::Field;
use firebox_contract::record::ProxyState;
use firebox_protocol::answer::{Freshness, Progress};
use firebox_protocol::person::{JoinRule, Joined, PersonAnswer};
use jiff::{Timestamp, ToSpan};

use super::unconfirmed;
use crate::tests::corrections::{REFERENCE, sent, state};
use crate::tests::house::House;
use crate::tests::person_play::{LONG_AGO, by, nobody_much, source, well_known};

#[tokio::test]
async fn a_death_is_the_heading_and_nothing_is_said_of_how_to_communicate() {
    let house = House::open().await;
    let mut answer = unconfirmed();
    answer.deceased = vec![by("Registrars", ())];
    let seen = house.opens_caller(answer).await;
    assert_eq!(seen.heading(), "Call handler: this person has died");
    let text = seen.text();
    assert!(
        text.contains("Known as Sam. Recorded by Registrars on 3 May 2026."),
        "{text}"
    );
    assert!(text.contains("Discuss nothing of theirs"), "{text}");
    for gone in ["How to communicate", "Confirm who is calling", "they/them"] {
        assert!(!text.contains(gone), "{gone}");
    }
    assert!(text.contains("Teams who know Sam"));
}

#[tokio::test]
async fn where_services_differ_both_are_said_near_the_name() {
    let house = House::open().await;
    let mut answer = nobody_much();
    answer
        .preferred_names
        .push(by("Benefits", "Chiamaka".into()));
    let seen = house.opens_caller(answer).await;
    let text = seen.text();
    let both = "Housing says Sam. Benefits says Chiamaka. Ask which is right.";
    assert!(text.find(both).unwrap() < text.find("How to communicate").unwrap());
}

#[tokio::test]
async fn a_correction_under_way_says_with_whom_and_leads_to_how_it_stands() {
    let house = House::open().await;
    let mut answer = nobody_much();
    answer.corrections = vec![state(
        Some(Field::Phone),
        vec![sent("Housing", Progress::Raised)],
    )];
    let seen = house.opens_caller(answer).await;
    let text = seen.text();
    assert!(
        text.contains("Reported wrong Phone: Sent to Housing on"),
        "{text}"
    );
    assert_eq!(
        seen.link("/corrections/"),
        format!("/corrections/{REFERENCE}")
    );
    let none = house.opens_caller(nobody_much()).await;
    assert!(!none.text().contains("Reported wrong"));
}

#[tokio::test]
async fn a_service_that_is_late_is_named_above_and_below_with_its_number() {
    let house = House::open().await;
    for (freshness, words) in [
        (Freshness::Late, "Late. Phone them on 01632 960100 ."),
        (
            Freshness::Stopped,
            "Stopped arriving. Phone them on 01632 960100 .",
        ),
        (
            Freshness::Held,
            "Some of it is held for checking. Phone them on 01632 960100 .",
        ),
    ] {
        let answer = PersonAnswer {
            sources: vec![source(freshness)],
            complete: false,
            ..nobody_much()
        };
        let seen = house.opens_caller(answer).await;
        assert!(seen.text().contains(words), "{}", seen.text());
        assert!(seen.html.contains("Some information may be out of date."));
        assert!(!seen.text().contains("could not read"));
    }
}

#[tokio::test]
async fn something_unread_is_said_when_every_service_is_in_date() {
    let house = House::open().await;
    let unread = PersonAnswer {
        complete: false,
        ..nobody_much()
    };
    let words = "A service sent something we could not read, and it may be about this person.";
    assert!(house.opens_caller(unread).await.text().contains(words));
    assert!(
        !house
            .opens_caller(nobody_much())
            .await
            .text()
            .contains(words)
    );
}

#[tokio::test]
async fn a_consent_that_ends_soon_is_tagged_and_one_that_ended_says_to_discuss_nothing() {
    let house = House::open().await;
    let mut answer = unconfirmed();
    let last = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date() + 9.days();
    answer.proxies[0].value.to = Some(last);
    let seen = house.opens_caller(answer).await;
    assert!(seen.html.contains("govuk-tag--orange"), "{}", seen.text());
    let mut answer = unconfirmed();
    answer.proxies[0].value.to = Some(LONG_AGO);
    answer.proxies[0].value.state = ProxyState::Given;
    let seen = house.opens_caller(answer).await;
    let words = "Maya Shah (daughter): ended on 3 February 2001. Do not discuss anything.";
    assert!(seen.text().contains(words), "{}", seen.text());
    assert!(seen.html.contains("fbx-may-not") && !seen.html.contains("govuk-tag--orange"));
}

#[tokio::test]
async fn hours_that_do_not_read_are_said_as_they_were_recorded() {
    let house = House::open().await;
    let mut answer = unconfirmed();
    answer.teams[0].value.hours = Some("Ring the bell".into());
    let seen = house.opens_caller(answer.clone()).await;
    assert!(
        seen.text().contains("01632 960101 . Ring the bell."),
        "{}",
        seen.text()
    );
    answer.teams[0].value.hours = Some("daily 0:01am to 11:59pm".into());
    let seen = house.opens_caller(answer.clone()).await;
    assert!(
        seen.text().contains("daily 0:01am to 11:59pm"),
        "0:01am is no time"
    );
    answer.teams[0].value.hours = Some("daily 0:00 to 23:59".into());
    let seen = house.opens_caller(answer).await;
    assert!(
        seen.text().contains("Open until 11:59pm"),
        "{}",
        seen.text()
    );
}

#[tokio::test]
async fn why_records_are_one_person_can_be_read() {
    let house = House::open().await;
    let mut answer = well_known();
    answer.joined = vec![Joined {
        services: ["Benefits".into(), "Housing".into()],
        rule: JoinRule::NhsNumber,
    }];
    let seen = house.opens_caller(answer).await;
    let words = "Why these records are one person Benefits and Housing: Both records have the same";
    assert!(seen.text().contains(words), "{}", seen.text());
}

#[tokio::test]
async fn whoever_is_no_adviser_or_has_no_handle_of_this_session_sees_nobody() {
    let house = House::open().await;
    let path = house.finds_caller_by(super::BY_PHONE).await;
    house.knows_person(well_known());
    let unknown = format!("/people/{}", "A".repeat(48));
    for wrong in [unknown.as_str(), "/people/41", "/people/%53am"] {
        for page in ["", "/caller", "/danger"] {
            assert_eq!(
                house.page(&format!("{wrong}{page}")).await.status,
                404,
                "{wrong}{page}"
            );
        }
    }
    house.knows_session(&["officer", "reviewer"]);
    for page in ["", "/caller", "/danger"] {
        assert_eq!(
            house.page(&format!("{path}{page}")).await.status,
            403,
            "{page}"
        );
    }
}
