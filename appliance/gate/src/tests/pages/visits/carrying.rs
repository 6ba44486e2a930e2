//! What the list carries forward to the pages about a sealed note (A19).

use firebox_protocol::answer::Answer;
use firebox_protocol::gate_keeper::{Reply as KeeperReply, Request as KeeperRequest};

use super::{PATH, at, rows};
use crate::tests::house::House;
use crate::tests::look_ups::flag;
use crate::tests::person_play::session_of;

#[tokio::test]
async fn asking_from_the_list_knows_the_visit_its_day_and_its_address() {
    let house = House::open().await;
    house.tells(
        &["officer"],
        Answer::Visits(vec![at(1, Vec::new()), at(2, vec![flag("asbestos", &[])])]),
    );
    let seen = house.opens("1 Mill Lane\n9:30 2 Mill Lane").await;
    let asking = house.page(&seen.link("/ask/")).await;
    assert_eq!(asking.status, 200, "{}", asking.html);
    assert!(asking.text().contains("2 Mill Lane, Newbridge, NB1 4QX"));
    let reference = "value=\"Visit 2, 9:30am on 22 November 2026\"";
    assert!(asking.html.contains(reference), "{}", asking.html);
    assert!(
        asking.html.contains(&format!("href=\"{PATH}\"")),
        "the way back"
    );
}

#[tokio::test]
async fn two_notes_of_one_visit_are_asked_for_by_links_that_read_differently() {
    let house = House::open().await;
    let mut other = flag("dangerous-animal", &["animals-secured"]);
    other.record = 42;
    let seen = house
        .checks(vec![at(1, vec![flag("asbestos", &[]), other])])
        .await;
    let row = &rows(&seen)[0];
    for words in [
        "Ask to see the sealed note, visit 1",
        "Ask to see the sealed note, visit 1, warning 2",
    ] {
        assert!(row.contains(words), "{row}");
    }
}

#[tokio::test]
async fn a_note_that_was_released_in_another_session_is_asked_for_again() {
    let house = House::open().await;
    house.answers_visits(vec![at(1, vec![flag("asbestos", &[])])]);
    house.keeper(|request| match request {
        KeeperRequest::Session { .. } => KeeperReply::Session(session_of(&["officer"])),
        _ => KeeperReply::Permit {
            permit: b"permit".to_vec(),
            entry: 12,
            reference: "CALL-7".into(),
            standing: vec![41],
        },
    });
    let seen = house.opens("1 Mill Lane").await;
    let row = &rows(&seen)[0];
    assert!(
        row.ends_with("Ask to see the sealed note again, visit 1"),
        "{row}"
    );
}

#[tokio::test]
async fn whoever_visits_nobody_has_no_list() {
    let house = House::open().await;
    house.tells(&["adviser"], Answer::Visits(Vec::new()));
    for path in ["/visits", PATH] {
        assert_eq!(house.page(path).await.status, 403, "{path}");
    }
}
