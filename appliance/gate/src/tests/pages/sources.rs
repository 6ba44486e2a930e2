//! `/admin/sources`: how the sources are, and what waits.

use firebox_protocol::answer::{Answer, FeedState, Freshness, Hold, ServiceState};
use firebox_protocol::gate_keeper::{Reply as KeeperReply, Request as KeeperRequest};
use firebox_protocol::{Ask, Code};
use jiff::{SignedDuration, Timestamp};

use super::play::{Seen, text_of};
use crate::tests::house::House;
use crate::tests::look_ups::phone;
use crate::tests::peers::{keeper_refuses, store_refuses};
use crate::tests::person_play::session_of;

const SOURCES: &str = "/admin/sources";

fn ago(hours: i64) -> Timestamp {
    Timestamp::now() - SignedDuration::from_hours(hours)
}

fn feed(name: &str, source: &str, state: Freshness) -> FeedState {
    FeedState {
        service: ServiceState {
            service: name.to_lowercase(),
            name: name.into(),
            state,
            last_synced: Some(ago(26)),
            phone: phone("01632 960100"),
        },
        source: source.into(),
        records: 200,
        held_rows: 0,
        sequence: 8,
        received: Some(ago(2)),
        code: None,
        hold: None,
    }
}

fn hold(id: u64, removes: u64, of: u64) -> Hold {
    Hold {
        id,
        code: "drop-over-guard".into(),
        removes,
        of,
        since: ago(3),
    }
}

async fn shows(feeds: Vec<FeedState>) -> Seen {
    let house = House::open().await;
    house.tells(&["service-admin"], Answer::Sources(feeds));
    let seen = house.page(SOURCES).await;
    assert_eq!((seen.status, seen.heading().as_str()), (200, "Sources"));
    seen
}

/// The name of each row, in order.
fn rows(seen: &Seen) -> Vec<String> {
    let body = seen.html.split_once("<tbody").unwrap().1;
    text_of(body, "th")
}

#[tokio::test]
async fn the_lead_says_how_many_are_up_to_date_and_names_the_others() {
    for (feeds, words) in [
        (Vec::new(), "No sources set up."),
        (
            vec![feed("Housing", "housing", Freshness::Fresh)],
            "The one source is up to date.",
        ),
        (
            vec![
                feed("Housing", "housing-people", Freshness::Fresh),
                feed("Housing", "housing-places", Freshness::Fresh),
            ],
            "All 2 sources are up to date.",
        ),
        (
            vec![
                feed("Housing", "housing", Freshness::Fresh),
                feed("Planning enforcement", "planning", Freshness::Late),
            ],
            "1 of 2 sources are up to date. Planning enforcement is late.",
        ),
        (
            vec![
                feed("Housing", "housing-people", Freshness::Stopped),
                feed("Housing", "housing-places", Freshness::Fresh),
                feed("Benefits", "benefits", Freshness::Held),
            ],
            "1 of 3 sources are up to date. Housing (housing-people) has stopped. Benefits is held \
                for checking.",
        ),
    ] {
        let seen = shows(feeds.clone()).await;
        assert!(
            seen.text().starts_with(&format!("Sources {words}")),
            "{}",
            seen.text()
        );
        assert_eq!(seen.html.contains("<table"), !feeds.is_empty());
    }
}

#[tokio::test]
async fn a_row_says_status_delivery_counts_and_whom_to_phone() {
    let mut late = feed("Planning", "planning", Freshness::Late);
    (late.records, late.held_rows) = (1_204, 7);
    let seen = shows(vec![late]).await;
    let text = seen.text();
    for words in [
        "Planning planning Late",
        ", 2 hours ago Data of",
        "1204 7 01632 960100",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(text.contains("Held rows could not be read."));
    assert!(seen.links().contains(&"tel:01632960100".to_owned()));
}

#[tokio::test]
async fn every_state_has_its_words_and_its_reason() {
    for (state, code, words) in [
        (Freshness::Fresh, None, "Up to date"),
        (Freshness::Late, None, "Late"),
        (
            Freshness::Stopped,
            Some("missing-file"),
            "Stopped The file is not there Nothing since",
        ),
        (
            Freshness::Stopped,
            Some("no-such-word"),
            "Stopped Reason: no-such-word",
        ),
        (
            Freshness::Held,
            Some("unplaced"),
            "Held for checking Some of it belongs to no address",
        ),
    ] {
        let mut one = feed("Housing", "housing", state);
        one.code = code.map(str::to_owned);
        let seen = shows(vec![one]).await;
        assert!(seen.text().contains(words), "{words}: {}", seen.text());
        assert!(!seen.text().contains("Held rows could not"));
    }
}

#[tokio::test]
async fn a_source_that_never_sent_says_so() {
    let mut never = feed("Housing", "housing", Freshness::Stopped);
    (never.received, never.service.last_synced, never.records) = (None, None, 0);
    let seen = shows(vec![never]).await;
    assert!(
        seen.text().contains("Stopped Nothing has arrived yet 0 0"),
        "{}",
        seen.text()
    );
}

#[tokio::test]
async fn a_held_delivery_says_what_it_would_take_away_and_how_two_people_decide() {
    let mut held = feed("Housing", "housing", Freshness::Held);
    held.hold = Some(hold(9, 120, 200));
    let mut other = feed("Benefits", "benefits", Freshness::Held);
    other.hold = Some(hold(12, 1, 300));
    let seen = shows(vec![held, other]).await;
    let text = seen.text();
    for words in [
        "Housing: a delivery would take away 120 of 200 records (60%).",
        "Benefits: a delivery would take away 1 of 300 records (1%).",
        "Hold 9, since",
        "We have not applied this. Everyone still sees what was there before",
        "How to decide on a held delivery",
        "POST /api/v1/holds/12/decision",
        "two different people",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(
        seen.html
            .matches("class=\"govuk-notification-banner\"")
            .count(),
        1
    );
    assert!(!seen.html.contains("<form method=\"post\" action=\"/api"));
}

#[tokio::test]
async fn the_server_sorts_by_the_column_of_the_link() {
    let mut fresh = feed("Archive", "archive", Freshness::Fresh);
    fresh.records = 5;
    let mut stopped = feed("Zoning", "zoning", Freshness::Stopped);
    (stopped.records, stopped.received) = (9, None);
    let house = House::open().await;
    house.tells(&["reviewer"], Answer::Sources(vec![fresh, stopped]));
    for (sort, first, sorted, caption) in [
        ("", "Zoning", "ascending", "status, worst first"),
        (
            "?sort=nonsense",
            "Zoning",
            "ascending",
            "status, worst first",
        ),
        ("?sort=source", "Archive", "ascending", "source, A to Z"),
        (
            "?sort=source-down",
            "Zoning",
            "descending",
            "source, Z to A",
        ),
        (
            "?other=1&sort=records-down",
            "Zoning",
            "descending",
            "records, most first",
        ),
        (
            "?sort=delivery",
            "Zoning",
            "ascending",
            "last delivery, oldest first",
        ),
        (
            "?sort=held",
            "Archive",
            "ascending",
            "held rows, fewest first",
        ),
    ] {
        let seen = house.page(&format!("{SOURCES}{sort}")).await;
        assert!(
            rows(&seen)[0].starts_with(first),
            "{sort}: {:?}",
            rows(&seen)
        );
        assert!(
            seen.text().contains(&format!("All sources, by {caption}")),
            "{sort}"
        );
        let own = format!("aria-sort=\"{sorted}\"");
        assert_eq!(seen.html.matches(&own).count(), 1, "{sort}");
        assert_eq!(seen.html.matches("aria-sort=\"none\"").count(), 4, "{sort}");
    }
    let seen = house.page("/admin/sources?sort=source").await;
    assert!(
        seen.links()
            .contains(&"/admin/sources?sort=source-down".to_owned())
    );
    assert!(
        seen.links()
            .contains(&"/admin/sources?sort=records".to_owned())
    );
}

#[tokio::test]
async fn it_is_asked_as_looking_after_feeds_and_each_look_is_one() {
    let house = House::open().await;
    let asked = house.tells(&["reviewer"], Answer::Sources(Vec::new()));
    house.page(SOURCES).await;
    let queries = asked.lock().unwrap();
    assert_eq!(queries.len(), 1);
    assert_eq!(
        (&queries[0].ask, queries[0].purpose.as_str()),
        (&Ask::Sources, "sync-admin")
    );
}

#[tokio::test]
async fn others_are_told_it_is_not_their_page_and_what_is_away_is_said() {
    let house = House::open().await;
    for role in ["officer", "adviser", "custodian", "holder"] {
        house.tells(&[role], Answer::Sources(Vec::new()));
        assert_eq!(house.page(SOURCES).await.status, 403, "{role}");
    }
    house.tells(&["reviewer"], Answer::Sources(Vec::new()));
    house.store(|_| store_refuses(Code::NotReady));
    let seen = house.page(SOURCES).await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (503, "Sorry, the service is not ready")
    );
    house.tells(&["reviewer"], Answer::HoldDecided);
    assert_eq!(house.page(SOURCES).await.status, 500);
    house.keeper(|request| match request {
        KeeperRequest::Session { .. } => KeeperReply::Session(session_of(&["reviewer"])),
        _ => keeper_refuses(Code::LogUnavailable),
    });
    let seen = house.page(SOURCES).await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (503, "Sorry, the service is unavailable")
    );
}
