//! A release that cannot be opened, for whatever reason.

use firebox_protocol::Code;

use super::super::asking::counter::{Counter, RELEASE, SEALED};

#[tokio::test]
async fn a_release_whose_time_is_over_has_ended_and_keeps_its_receipt() {
    let counter = Counter::open().await;
    counter.plays(|plays| plays.seconds = -60);
    let release = counter.is_released().await;
    for path in [release.clone(), format!("{release}/hidden")] {
        let seen = counter.house.page(&path).await;
        assert_eq!(
            (seen.status, seen.heading().as_str()),
            (410, "This release has ended")
        );
        let words = seen.text();
        assert!(words.contains("You could open it until "), "{words}");
        assert!(words.contains("Ask again if you still need it."), "{words}");
        assert_eq!(seen.link("/releases/"), format!("{release}/receipt"));
        assert!(seen.link("/address/").len() > 9);
    }
    let receipt = counter.house.page(&format!("{release}/receipt")).await;
    assert!(receipt.text().contains("Ended"));
}

#[tokio::test]
async fn a_release_that_the_keeper_ended_says_so_from_then_on_and_can_be_asked_for_again() {
    let counter = Counter::open().await;
    let release = counter.is_released().await;
    counter.refuses(Code::ReleaseEnded);
    let seen = counter.house.sends(&format!("{release}/open"), &[]).await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (410, "This release has ended")
    );
    assert!(!seen.text().contains("You could open it until"));
    assert_eq!(counter.house.page(&release).await.status, 410);
    assert_eq!(
        counter
            .house
            .page(&format!("{release}/receipt"))
            .await
            .status,
        200
    );
    let ask = counter.house.page(&counter.ask().await).await;
    assert_eq!(ask.heading(), "Why do you need to see this note?");
}

#[tokio::test]
async fn an_ended_release_of_another_session_says_what_is_known() {
    let counter = Counter::open().await;
    counter.refuses(Code::ReleaseEnded);
    let seen = counter
        .house
        .sends(&format!("/releases/{RELEASE}/open"), &[])
        .await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (410, "This release has ended")
    );
    assert!(seen.text().contains(RELEASE));
    assert!(!seen.links().iter().any(|link| link.ends_with("/receipt")));
}

#[tokio::test]
async fn a_reference_that_is_none_is_not_there_and_nobody_is_asked() {
    let counter = Counter::open().await;
    for path in [
        "/releases/REL-1",
        "/releases/REL-012345678I",
        "/releases/ASK-0123456789",
    ] {
        assert_eq!(counter.house.page(path).await.status, 404, "{path}");
        assert_eq!(
            counter
                .house
                .sends(&format!("{path}/open"), &[])
                .await
                .status,
            404
        );
    }
    assert!(counter.heard(|heard| heard.opened.is_empty()));
    counter.refuses(Code::NotFound);
    let open = format!("/releases/{RELEASE}/open");
    assert_eq!(counter.house.sends(&open, &[]).await.status, 404);
}

#[tokio::test]
async fn an_opening_that_is_refused_says_whom_to_phone() {
    let counter = Counter::open().await;
    let release = counter.is_released().await;
    for (code, status, heading) in [
        (
            Code::PersonReleaseLimit,
            429,
            "You have asked for more notes than usual",
        ),
        (Code::PurposeNotAllowed, 403, "You cannot see this note"),
        (
            Code::EmergencyOnly,
            403,
            "This note is shown only in an emergency",
        ),
        (Code::DetailUnsound, 409, "We cannot show this note"),
    ] {
        counter.refuses(code);
        let seen = counter.house.sends(&format!("{release}/open"), &[]).await;
        assert_eq!(
            (seen.status, seen.heading().as_str()),
            (status, heading),
            "{code:?}"
        );
        assert!(
            seen.text()
                .contains("Phone Housing duty desk on 01632 960100")
        );
    }
}

#[tokio::test]
async fn what_is_typed_into_the_bar_after_a_note_leads_to_its_release() {
    let counter = Counter::open().await;
    let open = format!("/releases/{RELEASE}/open");
    assert_eq!(
        counter.house.page(&open).await.leads_to(),
        format!("/releases/{RELEASE}")
    );
    assert!(counter.heard(|heard| heard.opened.is_empty()));
}

#[tokio::test]
async fn what_was_opened_but_is_no_note_shows_nothing() {
    let counter = Counter::open().await;
    let release = counter.is_released().await;
    counter.plays(|plays| plays.note = SEALED.repeat(3));
    let seen = counter.house.sends(&format!("{release}/open"), &[]).await;
    assert_eq!(seen.status, 200);
    // The keeper's answer to another release than the one asked for is none.
    counter.plays(|plays| plays.release = "REL-9999999999");
    let seen = counter.house.sends(&format!("{release}/open"), &[]).await;
    assert_eq!(seen.status, 500);
    assert!(!seen.html.contains(SEALED));
}
