//! Every state of a row, and of the page around the rows.

use firebox_contract::correction::Field;
use firebox_protocol::answer::{
    Freshness, Notice, Progress, PropertyAnswer, ReportRow, ServiceState,
};
use jiff::civil::date;

use super::{PATH, at, care, nowhere, pairs, plain, read, rows, stop};
use crate::tests::corrections::{sent, state};
use crate::tests::house::{DUTY_LINE, House};
use crate::tests::look_ups::{flag, phone};

const CLEAR: &str = "No warnings recorded by the 1 service that sends us data.";

fn late(mut known: PropertyAnswer, state: Freshness) -> PropertyAnswer {
    known.sources.push(ServiceState {
        service: "planning".into(),
        name: "Planning".into(),
        state,
        last_synced: None,
        phone: phone("01632 960200"),
    });
    known.complete = false;
    known
}

fn report() -> ReportRow {
    ReportRow {
        correction: "COR-0189ABHJKZ".into(),
        category: "asbestos".into(),
        raised: "2026-05-03T10:00:00Z".parse().unwrap(),
        service: "Housing".into(),
        phone: phone("01632 960100"),
    }
}

#[tokio::test]
async fn the_page_counts_first_and_lists_in_the_order_of_the_diary() {
    let house = House::open().await;
    let answers = vec![
        at(1, Vec::new()),
        at(2, vec![pairs()]),
        nowhere(),
        at(4, vec![care()]),
    ];
    let seen = house.checks(answers).await;
    assert_eq!(seen.heading(), "Visits on Sunday 22 November");
    assert!(
        seen.title().starts_with("Visits: 3 need action – "),
        "{}",
        seen.title()
    );
    let text = read(&seen);
    let lead = "1 of 4 needs two people. 1 needs care. 1 could not be checked. \
        1 has no warning on record. Newest data: ";
    assert!(text.contains(lead), "{text}");
    let rows = rows(&seen);
    assert_eq!(rows.len(), 4);
    for (row, address) in rows.iter().zip(["1 Mill", "2 Mill", "3 Mill", "4 Mill"]) {
        assert!(row.starts_with(address), "{row}");
    }
    for words in [
        "Check again",
        "Print this list",
        "Show only visits that need action",
    ] {
        assert!(text.contains(words), "{text}");
    }
}

#[tokio::test]
async fn a_warning_says_what_to_do_whom_to_ask_and_that_there_is_a_note() {
    let house = House::open().await;
    let mut warning = flag("dangerous-animal", &["animals-secured", "visit-in-pairs"]);
    warning.owner.out_of_hours = Some(phone("07700 900123"));
    warning.review_due = date(2001, 1, 1);
    let seen = house.checks(vec![at(1, vec![warning])]).await;
    let row = &rows(&seen)[0];
    let words = "1 Mill Lane, Newbridge, NB1 4QX \
        Do not visit alone. Visit in pairs. \
        Dog at the property. Ask for it to be shut away before you go in. \
        Ask first: Housing duty desk, 01632 960100 (8am to 6pm). \
        Outside these hours: 07700 900123. Review overdue \
        Ask to see the sealed note, visit 1";
    assert_eq!(row, words);
    seen.link("tel:01632960100");
    assert_eq!(seen.link("/ask/").len(), "/ask/".len() + 48);
    assert_eq!(seen.link("/address/").len(), "/address/".len() + 48);
    assert!(seen.html.contains("class=\"fbx-stop\""));
}

#[tokio::test]
async fn stop_stands_before_care_within_a_visit_and_without_a_note_none_is_mentioned() {
    let house = House::open().await;
    let seen = house.checks(vec![at(1, vec![care(), stop()])]).await;
    let row = &rows(&seen)[0];
    let first = row.find("Seek advice.").unwrap();
    assert!(first < row.find("Dog at the property.").unwrap(), "{row}");
    assert!(!row.contains("sealed"), "{row}");
    assert!(read(&seen).contains("1 of 1 needs something done before you go."));
}

#[tokio::test]
async fn an_address_that_was_not_found_was_not_checked() {
    let house = House::open().await;
    let seen = house.checks(vec![at(1, Vec::new()), nowhere()]).await;
    let words = format!(
        "2 Mill Lane, Newbridge, NB1 4QX We could not check this address. We did not find it. \
        Check the spelling or use the UPRN. Phone {DUTY_LINE} before you go."
    );
    assert_eq!(rows(&seen)[1], words);
    assert!(seen.html.contains("class=\"fbx-unchecked\""));
}

#[tokio::test]
async fn where_nothing_matched_nothing_has_been_checked() {
    let house = House::open().await;
    let seen = house.checks(vec![nowhere(), nowhere()]).await;
    let words = "We could not match any of these addresses. Nothing has been checked.";
    assert!(seen.text().contains(words), "{}", seen.text());
}

#[tokio::test]
async fn a_service_that_is_late_is_named_in_the_row_with_its_number() {
    let house = House::open().await;
    let known = late(at(1, Vec::new()), Freshness::Stopped);
    let warned = late(at(2, vec![care()]), Freshness::Stopped);
    let seen = house.checks(vec![known, warned]).await;
    let rows = rows(&seen);
    let late = "Phone before you go: Planning (has never sent data), 01632 960200.";
    assert_eq!(
        rows[0],
        format!("1 Mill Lane, Newbridge, NB1 4QX We cannot say this address is clear. {late}")
    );
    assert!(rows[1].ends_with(&format!("These may not be all the warnings. {late}")));
    assert!(seen.text().contains("1 cannot be called clear."));
    assert!(
        seen.html
            .contains("Some information may be out of date. Phone Planning on")
    );
}

#[tokio::test]
async fn what_is_held_unread_and_what_was_only_reported_are_said() {
    let house = House::open().await;
    let mut held = at(1, Vec::new());
    held.complete = false;
    held.matches[0].notices = vec![Notice {
        service: "Housing".into(),
        phone: phone("01632 960100"),
        near: false,
    }];
    let mut reported = at(2, Vec::new());
    reported.matches[0].reports = vec![report()];
    let seen = house.checks(vec![held, reported]).await;
    let rows = rows(&seen);
    let words = "Housing holds something about this address that we could not read. \
        Phone them on 01632 960100 before you go.";
    assert!(rows[0].contains(words), "{}", rows[0]);
    let words = "Reported, not confirmed: ";
    assert!(
        rows[1].contains(words) && rows[1].contains("01632 960100"),
        "{}",
        rows[1]
    );
    assert!(!seen.text().contains("No warnings recorded"));
}

#[tokio::test]
async fn a_warning_that_was_reported_wrong_stands() {
    let house = House::open().await;
    let mut warning = plain("asbestos", &[]);
    let wrong = state(
        Some(Field::Warning),
        vec![sent("Housing", Progress::Raised)],
    );
    warning.reported = vec![wrong];
    let seen = house.checks(vec![at(1, vec![warning])]).await;
    assert!(rows(&seen)[0].contains("The warning stands until they change it."));
}

#[tokio::test]
async fn only_the_visits_that_need_action_are_shown_on_request() {
    let house = House::open().await;
    house
        .checks(vec![at(1, Vec::new()), at(2, vec![care()])])
        .await;
    let seen = house.page(&format!("{PATH}?show=action")).await;
    let shown = rows(&seen);
    assert_eq!(shown.len(), 1);
    assert!(shown[0].starts_with("2 Mill Lane"), "{}", shown[0]);
    assert!(seen.text().contains("1 of 2 needs care.") && seen.text().contains("Show all visits"));
    house.checks(vec![at(1, Vec::new())]).await;
    let seen = house.page(&format!("{PATH}?show=action")).await;
    assert!(seen.text().contains("None of these visits needs action."));
}

#[tokio::test]
async fn a_day_without_a_list_says_so_and_what_is_no_day_is_not_there() {
    let house = House::open().await;
    house.answers_visits(Vec::new());
    let seen = house.page(PATH).await;
    assert_eq!(seen.status, 200);
    let words = "You have no visits for this day. Add visits or check one address";
    assert!(seen.text().contains(words), "{}", seen.text());
    for path in ["/visits/2026-02-30", "/visits/20261122", "/visits/x"] {
        assert_eq!(house.page(path).await.status, 404, "{path}");
    }
    for form in ["recheck", "print"] {
        let sent = house.sends(&format!("{PATH}/{form}"), &[]).await;
        assert_eq!((sent.status, sent.leads_to().as_str()), (303, PATH));
    }
}

#[tokio::test]
async fn the_same_address_twice_is_told_apart_by_the_place_of_the_visit() {
    let house = House::open().await;
    let seen = house
        .checks(vec![at(1, Vec::new()), at(1, Vec::new())])
        .await;
    assert!(rows(&seen)[1].starts_with("1 Mill Lane, Newbridge, NB1 4QX, visit 2"));
}

/// P08.
#[tokio::test]
async fn sixty_visits_with_a_warning_each_weigh_less_than_thirty_kilobytes() {
    let house = House::open().await;
    let answers = (1..=60).map(|number| {
        let mut warning = flag("violence-physical", &["visit-in-pairs"]);
        warning.record = 100 + i64::try_from(number).unwrap();
        at(number, vec![warning])
    });
    let lines: Vec<String> = (1..=60)
        .map(|n| format!("9:30 {n} Mill Lane NB1 4QX"))
        .collect();
    house.answers_visits(answers.collect());
    let seen = house.opens(&lines.join("\n")).await;
    assert_eq!(rows(&seen).len(), 60);
    assert!(seen.html.len() < 30_000, "{}", seen.html.len());
    let sheet = house.sends_and_follows(&format!("{PATH}/print"), &[]).await;
    assert!(sheet.html.len() < 30_000, "{}", sheet.html.len());
    let late = (1..=60).map(|number| late(at(number, Vec::new()), Freshness::Late));
    house.answers_visits(late.collect());
    let seen = house.page(PATH).await;
    assert!(seen.html.len() < 30_000, "{}", seen.html.len());
}

/// P06, for every row by itself.
#[tokio::test]
async fn a_row_says_no_warnings_only_where_every_service_said_so() {
    let house = House::open().await;
    let states = [
        Freshness::Fresh,
        Freshness::Late,
        Freshness::Stopped,
        Freshness::Held,
    ];
    let mut answers: Vec<(PropertyAnswer, bool)> = Vec::new();
    for (number, freshness) in (0..4 * 32).map(|number| (number, states[number % 4])) {
        let is = |bit: usize| (number / 4) >> bit & 1 == 1;
        let flags = if is(0) { vec![care()] } else { Vec::new() };
        let mut known = at(number, flags);
        known.sources[0].state = freshness;
        known.complete = is(1);
        known.more = is(2);
        if is(3) {
            known.matches[0].reports = vec![report()];
        }
        if is(4) {
            known.matches.push(at(500, Vec::new()).matches.remove(0));
        }
        let may = number / 4 == 0b10 && freshness == Freshness::Fresh;
        answers.push((known, may));
    }
    let mut clear = 0;
    for some in answers.chunks(16) {
        let seen = house
            .checks(some.iter().map(|(known, _)| known.clone()).collect())
            .await;
        for (row, (known, may)) in rows(&seen).iter().zip(some) {
            assert_eq!(
                row.contains("No warnings recorded"),
                *may,
                "{row}\n{known:?}"
            );
            clear += usize::from(row.contains(CLEAR));
        }
    }
    assert_eq!(clear, 1);
}
