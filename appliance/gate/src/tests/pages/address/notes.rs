//! The ways from a warning to its sealed note.

use firebox_protocol::answer::{Answer, FlagRow};
use firebox_protocol::gate_keeper::{Reply as KeeperReply, Request as KeeperRequest};
use firebox_protocol::gate_store::Reply as StoreReply;

use super::{UPRN, in_order, plain, warned};
use crate::tests::house::House;
use crate::tests::look_ups::flag;
use crate::tests::person_play::session_of;

const SEALED: &str = "There is a sealed note about this warning.";

#[tokio::test]
async fn a_sealed_note_can_be_asked_for_phoned_about_or_had_in_an_emergency() {
    let house = House::open().await;
    let seen = house.address(warned(vec![flag("asbestos", &[])])).await;
    assert!(seen.text().contains(SEALED));
    let links = seen.links();
    let ask = links
        .iter()
        .find(|link| link.starts_with("/ask/") && !link.ends_with("/phone"));
    let handle = ask.unwrap().strip_prefix("/ask/").unwrap();
    assert_eq!(handle.len(), 48);
    for way in [
        format!("/ask/{handle}/phone"),
        format!("/emergency/{handle}"),
    ] {
        assert!(links.contains(&way), "{links:?}");
    }
}

#[tokio::test]
async fn what_was_shown_of_a_warning_lies_ready_for_the_pages_about_its_note() {
    let house = House::open().await;
    let seen = house.address(warned(vec![flag("asbestos", &[])])).await;
    let asked = house.tells(&["officer"], Answer::Property(warned(Vec::new())));
    let links = seen.links();
    let mut ways = 0;
    for way in links
        .iter()
        .filter(|link| link.starts_with("/ask/") || link.starts_with("/emergency/"))
    {
        assert_eq!(house.page(way).await.status, 200, "{way}");
        ways += 1;
    }
    assert_eq!(ways, 3);
    assert!(
        asked.lock().unwrap().is_empty(),
        "nothing is looked up for it"
    );
}

#[tokio::test]
async fn of_a_warning_without_a_note_nothing_is_said_of_notes() {
    let house = House::open().await;
    let seen = house.address(warned(vec![plain("asbestos", &[])])).await;
    assert!(!seen.text().contains("sealed") && !seen.html.contains("/ask/"));
}

#[tokio::test]
async fn two_notes_of_one_address_are_asked_for_by_links_that_read_differently() {
    let house = House::open().await;
    let other = FlagRow {
        record: 42,
        ..flag("dangerous-animal", &[])
    };
    let seen = house
        .address(warned(vec![flag("asbestos", &[]), other]))
        .await;
    let text = seen.text();
    assert_eq!(text.matches(SEALED).count(), 2);
    let links = super::super::play::text_of(&seen.html, "a");
    let mut asking: Vec<&String> = links
        .iter()
        .filter(|link| link.starts_with("Ask to see it"))
        .collect();
    assert_eq!(asking.len(), 2);
    asking.dedup();
    assert_eq!(asking.len(), 2, "{asking:?}");
}

#[tokio::test]
async fn a_note_that_was_released_in_another_session_is_asked_for_again() {
    let house = House::open().await;
    house.keeper(|request| match request {
        KeeperRequest::Session { .. } => KeeperReply::Session(session_of(&["officer"])),
        _ => KeeperReply::Permit {
            permit: b"permit".to_vec(),
            entry: 12,
            reference: "CALL-7".into(),
            standing: vec![41],
        },
    });
    house.store(|_| StoreReply::Answer(Answer::Property(warned(vec![flag("asbestos", &[])]))));
    let seen = house
        .sends_and_follows("/check", &[("address", UPRN)])
        .await;
    in_order(
        &seen.text(),
        &[
            "You were given the sealed note about this warning earlier.",
            "Ask to see it again",
        ],
    );
    assert!(!seen.text().contains(SEALED));
}
