//! `/releases/{ref}/receipt`: who looked, why and when.

use super::super::asking::counter::{Counter, RELEASE, SEALED, receipt};
use super::super::play::with_session;
use crate::tests::people::Request;

#[tokio::test]
async fn a_receipt_says_who_why_and_when_and_nothing_that_was_sealed() {
    let counter = Counter::open().await;
    counter.sees_the_note().await;
    let seen = counter
        .house
        .page(&format!("/releases/{RELEASE}/receipt"))
        .await;
    assert_eq!(
        (seen.status, seen.heading()),
        (200, format!("Receipt {RELEASE}"))
    );
    let words = seen.text();
    for said in [
        "Keep this if you are asked why you looked.",
        "Who a.patel",
        "Role visiting officer",
        "What was released What happened and what to do",
        "What it was for A visit",
        "Visit or call V-2231",
        "Reason given Mending the boiler at ten",
        "Decided by The council's policy, on a stated reason",
        "Released ",
        "Opened ",
        "Can be opened until ",
        "Log entry 3",
        "The first 7 entries of",
        "firebox verify REL-0189ABHJKZ.receipt --key KEY",
        "c2sp.org/tlog-proof@v1",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(!seen.html.contains(SEALED) && !seen.title().contains("REL"));
    assert!(!words.contains("cannot be printed"));
}

#[tokio::test]
async fn the_hash_of_the_entry_is_grouped_by_eight_first_in_short_then_whole() {
    let counter = Counter::open().await;
    counter.is_released().await;
    let seen = counter
        .house
        .page(&format!("/releases/{RELEASE}/receipt"))
        .await;
    let codes = super::super::play::text_of(&seen.html, "code");
    let grouped = |text: &&String| {
        text.split(' ')
            .all(|group| group.len() == 8 && group.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    let hashes: Vec<&String> = codes.iter().filter(grouped).collect();
    let [short, whole] = hashes[..] else {
        panic!("{codes:?}");
    };
    assert_eq!((short.split(' ').count(), whole.split(' ').count()), (2, 8));
    assert!(whole.starts_with(short.as_str()));
}

#[tokio::test]
async fn the_receipt_can_be_kept_byte_for_byte() {
    let counter = Counter::open().await;
    counter.is_released().await;
    let path = format!("/releases/{RELEASE}/receipt/file");
    let reply = with_session(Request::get(&path)).send(&counter.house).await;
    assert_eq!((reply.status, reply.text()), (200, receipt()));
    assert_eq!(reply.headers["content-type"], "text/plain; charset=utf-8");
    let named = format!("attachment; filename=\"{RELEASE}.receipt\"");
    assert_eq!(reply.headers["content-disposition"], named);
    assert_eq!(reply.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_receipt_that_does_not_read_still_says_what_the_session_knows() {
    let counter = Counter::open().await;
    counter.plays(|plays| plays.receipt = "c2sp.org/tlog-proof@v1\nextra QUJD\n".into());
    counter.is_released().await;
    let words = counter
        .house
        .page(&format!("/releases/{RELEASE}/receipt"))
        .await
        .text();
    for said in ["Who a.person", "Log entry 12", RELEASE] {
        assert!(words.contains(said), "{said}: {words}");
    }
}

#[tokio::test]
async fn a_receipt_of_which_only_the_reference_is_known_is_not_there() {
    let counter = Counter::open().await;
    for path in ["receipt", "receipt/file"] {
        let seen = counter
            .house
            .page(&format!("/releases/{RELEASE}/{path}"))
            .await;
        assert_eq!(
            (seen.status, seen.heading().as_str()),
            (404, "Page not found")
        );
    }
    // What was opened in this session has the receipt of its opening.
    counter
        .house
        .sends(&format!("/releases/{RELEASE}/open"), &[])
        .await;
    let seen = counter
        .house
        .page(&format!("/releases/{RELEASE}/receipt"))
        .await;
    assert_eq!(seen.status, 200);
}
