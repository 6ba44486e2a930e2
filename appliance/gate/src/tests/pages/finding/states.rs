//! When nobody is shown, or not all of whom there may be.

use firebox_protocol::Code;
use firebox_protocol::answer::Freshness;
use firebox_protocol::gate_keeper::{Reply as KeeperReply, Request as KeeperRequest};
use firebox_protocol::person::Why;

use super::{one, people, references, sam, without_tokens};
use crate::tests::house::{DUTY_LINE, House};
use crate::tests::peers::keeper_refuses;
use crate::tests::person_play::{session_of, source};

const BY_NAME: &str = "sam okafor 4/3/1961";

#[tokio::test]
async fn nobody_found_says_what_to_try_and_is_never_nobody_known() {
    let house = House::open().await;
    let asked = house.finds_callers(people(Vec::new()));
    let seen = house.types(BY_NAME).await;
    assert_eq!(seen.heading(), "No match");
    let text = seen.text();
    assert!(
        text.contains("We searched for: name sam okafor, born 1961."),
        "{text}"
    );
    assert!(
        text.contains("We could not find anyone. Check the spelling"),
        "{text}"
    );
    assert!(text.contains("They may still be known to the council: 01632 960999"));
    // What was typed is there to be put right, and it is the same call.
    assert!(seen.html.contains(&format!("value=\"{BY_NAME}\"")));
    let (_, token) = seen.html.split_once("name=\"call\" value=\"").unwrap();
    let call = token.split('"').next().unwrap();
    house
        .sends("/find", &[("find", "sam okoro 4/3/1961"), ("call", call)])
        .await;
    assert_eq!(references(&asked), [None, Some("CALL-7".into())]);
}

#[tokio::test]
async fn somebody_withheld_is_by_name_the_same_page_as_nobody_to_the_byte() {
    let house = House::open().await;
    let mut withheld = people(Vec::new());
    withheld.withheld = true;
    for typed in [BY_NAME, "sam okafor NB1 4QX"] {
        let mut pages = Vec::new();
        for answer in [withheld.clone(), people(Vec::new())] {
            house.finds_callers(answer);
            let sent = house.sends("/find", &[("find", typed)]).await;
            let seen = house.page(&sent.leads_to()).await;
            assert_eq!((sent.status, seen.status), (303, 200));
            let headers = seen.headers.keys().cloned().collect::<Vec<_>>().join(" ");
            pages.push(without_tokens(&seen.html) + &headers);
        }
        assert_eq!(pages[0], pages[1]);
        assert!(pages[0].contains("We could not find anyone"));
    }
}

#[tokio::test]
async fn somebody_withheld_is_by_an_exact_number_put_through() {
    let house = House::open().await;
    let mut withheld = people(Vec::new());
    withheld.withheld = true;
    for typed in ["07700 900482", "999 000 0018", "P00000144"] {
        house.finds_callers(withheld.clone());
        let seen = house.types(typed).await;
        assert_eq!(seen.heading(), "We cannot show this record here");
        let text = seen.text();
        let through = format!("Put the call through to the duty manager on {DUTY_LINE}");
        assert!(text.contains(&through), "{text}");
        assert!(!text.contains("could not find anyone"));
    }
    let mut beside = one();
    beside.withheld = true;
    house.finds_callers(beside);
    let text = house.types("07700 900482").await.text();
    assert!(
        text.contains("There is also somebody we cannot show here."),
        "{text}"
    );
}

#[tokio::test]
async fn too_many_people_are_none_and_asked_for_one_more_thing() {
    let house = House::open().await;
    let mut many = people(vec![sam(vec![Why::Name, Why::Postcode]); 20]);
    many.more = true;
    house.finds_callers(many);
    let seen = house.types("okafor NB1 4QX").await;
    assert_eq!(seen.heading(), "Too many people match");
    let text = seen.text();
    assert!(text.contains("More than 20 people match. Add a date of birth or postcode."));
    assert!(!seen.links().iter().any(|link| link.starts_with("/people/")));
    assert!(!text.contains("could not find anyone"));
    assert!(!text.contains("could not be read"));
}

#[tokio::test]
async fn a_service_that_is_away_may_hide_somebody_and_whom_to_phone_is_said() {
    let house = House::open().await;
    for (state, words) in [
        (Freshness::Late, "Housing is late with its data"),
        (Freshness::Stopped, "Housing is not available"),
        (Freshness::Held, "Housing has data that waits to be checked"),
    ] {
        for mut answer in [one(), people(Vec::new())] {
            answer.sources = vec![source(state)];
            house.finds_callers(answer);
            let seen = house.types("07700 900482").await;
            let said = format!("{words}, so some people may be missing. Phone Housing on");
            assert!(seen.text().contains(&said), "{}", seen.text());
            assert!(seen.html.contains("Some information may be out of date."));
        }
    }
    let mut unread = people(Vec::new());
    unread.complete = false;
    house.finds_callers(unread);
    let seen = house.types("07700 900482").await;
    assert!(
        seen.text()
            .contains("Some records could not be read, so some people may be missing.")
    );
}

#[tokio::test]
async fn everything_in_date_says_nothing_of_people_missing() {
    let house = House::open().await;
    house.finds_callers(one());
    let seen = house.types("07700 900482").await;
    assert!(!seen.text().contains("may be missing"));
}

#[tokio::test]
async fn what_the_keeper_refuses_is_the_page_of_the_refusal_and_nobody_is_shown() {
    let house = House::open().await;
    for (code, status, words) in [
        (
            Code::PersonLimit,
            429,
            "You have looked up more records than usual",
        ),
        (
            Code::LogUnavailable,
            503,
            "Sorry, the service is unavailable",
        ),
        (Code::PurposeNotAllowed, 403, "Not for this purpose"),
    ] {
        house.keeper(move |request| match request {
            KeeperRequest::Session { .. } => KeeperReply::Session(session_of(&["adviser"])),
            _ => keeper_refuses(code),
        });
        let seen = house.sends("/find", &[("find", "07700 900482")]).await;
        assert_eq!((seen.status, seen.heading().as_str()), (status, words));
        assert!(!seen.html.contains("900482"));
    }
}
