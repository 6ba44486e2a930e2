//! "None", "not known" and "not loaded" are three screens.

use firebox_protocol::answer::{Answer, Freshness, Notice, PropertyAnswer, ServiceState};
use jiff::{SignedDuration, Timestamp};

use super::{UPRN, plain, report, warned};
use crate::tests::house::{DUTY_LINE, House};
use crate::tests::look_ups::{phone, place};

const CLEAR: &str = "No warnings recorded";
const UNSURE: &str = "We cannot say this address is clear";

const STATES: [Freshness; 4] = [
    Freshness::Fresh,
    Freshness::Late,
    Freshness::Stopped,
    Freshness::Held,
];

fn service(name: &str, state: Freshness, hours_ago: Option<i64>) -> ServiceState {
    let read = |hours| Timestamp::now() - SignedDuration::from_hours(hours);
    ServiceState {
        service: name.to_lowercase(),
        name: name.into(),
        state,
        last_synced: hours_ago.map(read),
        phone: phone("01632 960100"),
    }
}

fn of(sources: Vec<ServiceState>) -> PropertyAnswer {
    let complete = sources
        .iter()
        .all(|source| source.state == Freshness::Fresh);
    PropertyAnswer {
        sources,
        complete,
        ..warned(Vec::new())
    }
}

fn unread(near: bool) -> Notice {
    Notice {
        service: "Housing".into(),
        phone: phone("01632 960100"),
        near,
    }
}

#[tokio::test]
async fn a_clear_address_says_how_many_services_said_so() {
    let house = House::open().await;
    let fresh = |name| service(name, Freshness::Fresh, Some(2));
    let seen = house
        .address(of(vec![fresh("Housing"), fresh("Planning")]))
        .await;
    assert_eq!(seen.second_headings()[0], CLEAR);
    assert!(
        seen.text()
            .contains("2 services told us they hold no warning for this address.")
    );
    let text = seen.text();
    for absent in ["What to do", "sealed", "cannot say", "out of date"] {
        assert!(!text.contains(absent), "{absent}: {text}");
    }
    let seen = house.address(of(vec![fresh("Housing")])).await;
    assert!(
        seen.text()
            .contains("1 service told us it holds no warning for this address.")
    );
}

#[tokio::test]
async fn without_any_service_nothing_is_clear() {
    let house = House::open().await;
    let seen = house.address(of(Vec::new())).await;
    assert_eq!(seen.second_headings()[0], UNSURE);
    assert!(
        seen.text()
            .contains(&format!("Phone {DUTY_LINE} before you go."))
    );
}

#[tokio::test]
async fn a_service_that_is_not_in_date_is_named_with_its_number_and_its_age() {
    let house = House::open().await;
    for (state, hours_ago, words) in [
        (
            Freshness::Late,
            Some(72),
            "Planning last sent data 3 days ago.",
        ),
        (
            Freshness::Stopped,
            Some(72),
            "Planning data has stopped arriving. It last came 3 days ago.",
        ),
        (
            Freshness::Held,
            Some(3),
            "Newer data from Planning waits to be checked.",
        ),
        (Freshness::Stopped, None, "Planning has never sent us data."),
    ] {
        let sources = vec![
            service("Housing", Freshness::Fresh, Some(2)),
            service("Planning", state, hours_ago),
        ];
        let seen = house.address(of(sources)).await;
        assert_eq!(seen.second_headings()[0], UNSURE);
        let text = seen.text();
        assert!(text.contains(words), "{words}: {text}");
        assert!(
            text.contains("Phone them on 01632 960100 before you go."),
            "{text}"
        );
        assert!(!text.contains(CLEAR));
        assert!(
            seen.html
                .contains("Some information may be out of date. Phone Planning on 01632 960100.")
        );
    }
}

#[tokio::test]
async fn warnings_of_a_service_that_stopped_say_of_which_day_they_are() {
    let house = House::open().await;
    let mut known = warned(vec![plain("asbestos", &[])]);
    known.complete = false;
    known.sources[0].state = Freshness::Stopped;
    let seen = house.address(known).await;
    let words =
        "What to do Housing data has stopped arriving. The warnings below are from 3 May 2026.";
    assert!(seen.text().contains(words), "{}", seen.text());
    assert_eq!(
        seen.second_headings()[..2],
        ["What to do", "We cannot say these are all the warnings"]
    );
}

#[tokio::test]
async fn what_is_held_unread_is_said_with_whom_to_phone() {
    let house = House::open().await;
    for (near, words) in [
        (
            false,
            "Housing holds something about this address that we could not read.",
        ),
        (
            true,
            "Housing holds something near this address, at a place we could not find.",
        ),
    ] {
        let mut known = warned(Vec::new());
        known.complete = false;
        known.matches[0].notices = vec![unread(near)];
        let seen = house.address(known).await;
        assert_eq!(seen.second_headings()[0], UNSURE);
        let words = format!("{words} Phone them on 01632 960100 before you go.");
        assert!(seen.text().contains(&words), "{}", seen.text());
        seen.link("tel:01632960100");
    }
}

/// Every answer of two services, whatever the store claims it is worth.
fn every_answer() -> Vec<PropertyAnswer> {
    let mut all = Vec::new();
    for number in 0..4 * 4 * 64 {
        let (first, second, bits) = (STATES[number % 4], STATES[number / 4 % 4], number / 16);
        let is = |bit: usize| bits >> bit & 1 == 1;
        let mut known = of(vec![
            service("Housing", first, Some(2)),
            service("Planning", second, Some(2)),
        ]);
        known.complete = is(0);
        known.more = is(1);
        if is(2) {
            known.matches[0].notices = vec![unread(false)];
        }
        if is(3) {
            known.matches[0].flags = Some(vec![plain("asbestos", &[])]);
        }
        if is(4) {
            known.matches[0].reports = vec![report()];
        }
        if is(5) {
            known.matches.push(place("7", Vec::new()));
        }
        all.push(known);
    }
    all
}

/// P06.
#[tokio::test]
async fn no_warnings_recorded_is_said_only_where_every_service_said_so() {
    let house = House::open().await;
    house.address(warned(Vec::new())).await;
    let path = house.page("/check").await.link("/address/");
    let mut clear = 0;
    for known in every_answer() {
        let may = known.complete
            && !known.more
            && known.matches.len() == 1
            && known.matches[0].flags.as_ref().is_some_and(Vec::is_empty)
            && known.matches[0].notices.is_empty()
            && known.matches[0].reports.is_empty()
            && known
                .sources
                .iter()
                .all(|source| source.state == Freshness::Fresh);
        house.tells(&["officer"], Answer::Property(known.clone()));
        let seen = house.page(&path).await;
        assert_eq!(seen.status, 200);
        assert_eq!(seen.html.contains(CLEAR), may, "{known:?}");
        assert!(!may || seen.text().contains("2 services told us"));
        clear += usize::from(may);
    }
    assert_eq!(clear, 1, "of {UPRN}");
}
