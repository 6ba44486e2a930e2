//! `/check`: from what is typed to one address, a choice, or nothing.

use firebox_contract::record::Uprn;
use firebox_protocol::answer::{Answer, Freshness, PropertyAnswer};
use firebox_protocol::gate_keeper::{Reply as KeeperReply, Request as KeeperRequest};
use firebox_protocol::{Ask, Code, PropertyBy};

use super::play::Seen;
use crate::tests::house::{DUTY_LINE, House};
use crate::tests::look_ups::{answer, place};
use crate::tests::peers::keeper_refuses;
use crate::tests::people::TOKEN;
use crate::tests::person_play::{Asked, session_of};

const UPRN: &str = "100023336956";

/// An officer, and a box that knows this.
async fn officer(known: PropertyAnswer) -> (House, Asked) {
    let house = House::open().await;
    let asked = house.tells(&["officer"], Answer::Property(known));
    (house, asked)
}

fn one() -> PropertyAnswer {
    answer(vec![place(UPRN, Vec::new())])
}

/// What the store says of several: no warnings of any.
fn several(addresses: &[&str]) -> PropertyAnswer {
    let matches = addresses.iter().enumerate().map(|(number, line)| {
        let mut found = place(&(number + 1).to_string(), Vec::new());
        found.lines = vec![(*line).to_owned()];
        found.flags = None;
        found
    });
    PropertyAnswer {
        complete: false,
        ..answer(matches.collect())
    }
}

async fn types(house: &House, text: &str) -> Seen {
    house.sends("/check", &[("address", text)]).await
}

/// What the store was asked, of whatever.
fn places(asked: &Asked) -> Vec<PropertyBy> {
    let asked = asked.lock().unwrap();
    let place = |ask: &Ask| match ask {
        Ask::Property(by) => by.clone(),
        other => panic!("{other:?}"),
    };
    asked.iter().map(|query| place(&query.ask)).collect()
}

#[tokio::test]
async fn the_first_page_asks_for_one_address_and_nothing_else() {
    let (house, asked) = officer(one()).await;
    let seen = house.page("/check").await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (200, "Check an address before you visit")
    );
    assert!(
        seen.title().starts_with("Check an address – "),
        "{}",
        seen.title()
    );
    assert!(
        seen.text()
            .contains("Postcode, UPRN or address For example, NB1 4QX or 14 Mill Lane")
    );
    assert!(seen.html.contains("autofocus") && seen.html.contains("autocomplete=\"off\""));
    assert!(seen.links().contains(&"/visits".to_owned()));
    assert!(!seen.text().contains("Checked recently"));
    assert!(places(&asked).is_empty());
}

#[tokio::test]
async fn what_will_not_do_is_said_kept_and_not_asked() {
    let (house, asked) = officer(one()).await;
    let long = "mill ".repeat(50);
    for (typed, words) in [
        ("", "Enter a postcode, UPRN or address"),
        ("NB1", "Enter a full postcode, like NB1 4QX"),
        (long.as_str(), "Enter fewer words"),
    ] {
        let seen = types(&house, typed).await;
        assert_eq!((seen.status, seen.errors()), (422, vec![words.to_owned()]));
        assert!(seen.title().starts_with("Error: "));
        assert!(seen.html.contains(&format!("value=\"{}\"", typed.trim())) || typed.is_empty());
        assert_eq!(seen.heading(), "Check an address before you visit");
    }
    assert!(places(&asked).is_empty());
}

#[tokio::test]
async fn a_uprn_a_postcode_and_an_address_are_asked_as_what_they_are_for_a_visit() {
    let (house, asked) = officer(one()).await;
    for typed in ["1000 2333 6956", "nb14qx", "14 Mill Lane NB1 4QX"] {
        assert_eq!(types(&house, typed).await.status, 303);
    }
    assert_eq!(
        places(&asked),
        [
            PropertyBy::Uprn(Uprn::parse(UPRN).unwrap()),
            PropertyBy::Address("NB1 4QX".into()),
            PropertyBy::Address("14 Mill Lane NB1 4QX".into()),
        ]
    );
    for query in asked.lock().unwrap().iter() {
        assert_eq!((query.purpose.as_str(), &query.reference), ("visit", &None));
    }
}

#[tokio::test]
async fn one_address_leads_to_its_page_with_one_look_and_a_reload_is_another() {
    let (house, asked) = officer(one()).await;
    let sent = types(&house, UPRN).await;
    let path = sent.leads_to();
    assert_eq!(sent.status, 303);
    let handle = path.strip_prefix("/address/").unwrap();
    assert_eq!(handle.len(), 48);
    assert!(!path.contains(UPRN));
    let seen = house.page(&path).await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (200, "14 Mill Lane, Newbridge, NB1 4QX")
    );
    assert_eq!(places(&asked).len(), 1);
    house.page(&path).await;
    assert_eq!(places(&asked).len(), 2);
}

#[tokio::test]
async fn several_addresses_are_chosen_from_in_the_order_of_their_numbers() {
    let lines = [
        "Flat 10, Tower House",
        "10 Mill Lane",
        "Flat 2, Tower House",
        "2 Mill Lane",
    ];
    let (house, asked) = officer(several(&lines)).await;
    let sent = types(&house, "Mill Lane").await;
    let path = sent.leads_to();
    assert!(
        path.starts_with("/check/") && !path.to_lowercase().contains("mill"),
        "{path}"
    );
    let seen = house.page(&path).await;
    assert_eq!(seen.heading(), "Choose the address");
    let text = seen.text();
    let at = |line: &str| text.find(line).unwrap_or_else(|| panic!("{line}: {text}"));
    assert!(at("2 Mill Lane") < at("10 Mill Lane"));
    assert!(at("10 Mill Lane") < at("Flat 2, Tower House"));
    assert!(at("Flat 2, Tower House") < at("Flat 10, Tower House"));
    let links = seen.links();
    assert_eq!(
        links
            .iter()
            .filter(|link| link.starts_with("/address/"))
            .count(),
        4
    );
    assert!(!text.contains("Showing the first") && !text.contains("warnings"));
    assert!(
        seen.html.contains("value=\"Mill Lane\""),
        "the box is filled"
    );
    assert_eq!(places(&asked).len(), 1, "one look");
    assert_eq!(house.page(&path).await.heading(), "Choose the address");
    assert_eq!(places(&asked).len(), 2, "a reload looks again");
}

#[tokio::test]
async fn more_than_can_be_shown_asks_for_a_number() {
    let mut known = several(&["1 Mill Lane", "2 Mill Lane"]);
    known.more = true;
    let (house, _) = officer(known).await;
    let seen = house
        .sends_and_follows("/check", &[("address", "Mill Lane")])
        .await;
    assert!(
        seen.text()
            .contains("Showing the first 2. Add a house number to narrow this.")
    );
}

#[tokio::test]
async fn addresses_that_read_alike_are_told_apart_by_their_uprn() {
    let (house, _) = officer(several(&["1 Mill Lane", "1 Mill Lane"])).await;
    let seen = house
        .sends_and_follows("/check", &[("address", "1 Mill Lane")])
        .await;
    let text = seen.text();
    assert!(
        text.contains("1 Mill Lane, NB1 4QX, UPRN 1") && text.contains("UPRN 2"),
        "{text}"
    );
}

#[tokio::test]
async fn one_address_of_more_that_were_not_given_is_chosen_and_not_shown() {
    let mut known = several(&["1 Mill Lane"]);
    known.more = true;
    let (house, _) = officer(known).await;
    let seen = house
        .sends_and_follows("/check", &[("address", "Mill Lane")])
        .await;
    assert_eq!(seen.heading(), "Choose the address");
}

#[tokio::test]
async fn no_address_is_never_no_warning() {
    let (house, _) = officer(answer(Vec::new())).await;
    let seen = house
        .sends_and_follows("/check", &[("address", "14 Mil Lane")])
        .await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (200, "We could not find that address")
    );
    let text = seen.text();
    for words in [
        "We have not checked this address for warnings.",
        &format!("Phone {DUTY_LINE} if you are about to visit."),
        "Check the spelling or use the UPRN.",
        "We searched for the address 14 Mil Lane.",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("No warnings") && !seen.title().contains("Mil"));
    let seen = house
        .sends_and_follows("/check", &[("address", "14")])
        .await;
    assert!(
        seen.text().contains("We searched for the UPRN 14."),
        "{}",
        seen.text()
    );
}

#[tokio::test]
async fn a_search_that_now_finds_one_address_leads_to_it() {
    let (house, _) = officer(several(&["1 Mill Lane", "2 Mill Lane"])).await;
    let path = types(&house, "Mill Lane").await.leads_to();
    house.page(&path).await;
    let asked = house.tells(&["officer"], Answer::Property(one()));
    let sent = house.page(&path).await;
    assert_eq!(sent.status, 303);
    assert_eq!(house.page(&sent.leads_to()).await.status, 200);
    assert_eq!(places(&asked).len(), 1);
}

#[tokio::test]
async fn a_search_that_is_not_on_the_desk_is_not_found_and_asks_nobody() {
    let (house, asked) = officer(one()).await;
    for path in ["/check/AAAAAAAAAAAAAAAAAAAAAA", "/check/%FF", "/check/x"] {
        let seen = house.page(path).await;
        assert_eq!(
            (seen.status, seen.heading().as_str()),
            (404, "Page not found"),
            "{path}"
        );
    }
    assert!(places(&asked).is_empty());
}

#[tokio::test]
async fn the_last_five_addresses_are_remembered_each_once_the_newest_first() {
    let (house, _) = officer(one()).await;
    for number in [1, 2, 3, 4, 5, 6, 4] {
        let mut found = place(&number.to_string(), Vec::new());
        found.lines = vec![format!("{number} Mill Lane")];
        house.tells(&["officer"], Answer::Property(answer(vec![found])));
        house
            .sends_and_follows("/check", &[("address", &number.to_string())])
            .await;
    }
    let seen = house.page("/check").await;
    let (_, listed) = seen
        .text()
        .split_once("Checked recently")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let numbers: Vec<&str> = listed.split(" Mill Lane, NB1 4QX").map(str::trim).collect();
    assert_eq!(numbers, ["4", "6", "5", "3", "2", ""]);
    let again = house.page(&seen.link("/address/")).await;
    assert_eq!(again.status, 200);
}

#[tokio::test]
async fn a_service_that_is_late_is_named_above_a_choice_and_above_nothing() {
    for matches in [several(&["1 Mill Lane", "2 Mill Lane"]), answer(Vec::new())] {
        let mut known = matches;
        known.sources[0].state = Freshness::Late;
        let (house, _) = officer(known).await;
        let seen = house
            .sends_and_follows("/check", &[("address", "Mill Lane")])
            .await;
        assert!(
            seen.html
                .contains("Some information may be out of date. Phone Housing on 01632 960100.")
        );
    }
}

#[tokio::test]
async fn who_takes_calls_does_not_check_addresses_here() {
    let house = House::open().await;
    let asked = house.tells(&["adviser"], Answer::Property(one()));
    assert_eq!(house.page("/check").await.status, 403);
    assert_eq!(types(&house, UPRN).await.status, 403);
    assert!(places(&asked).is_empty());
}

#[tokio::test]
async fn while_nothing_can_be_entered_nothing_is_shown_and_whom_to_phone_is_said() {
    let (house, _) = officer(one()).await;
    house.keeper(|request| match request {
        KeeperRequest::Session { session } if session.expose() == TOKEN => {
            KeeperReply::Session(session_of(&["officer"]))
        }
        _ => keeper_refuses(Code::LogUnavailable),
    });
    let seen = types(&house, UPRN).await;
    assert_eq!(seen.status, 503);
    assert!(seen.text().contains(DUTY_LINE) && !seen.text().contains("Mill"));
}
