//! A telephone system that says who rings.

use firebox_contract::record::Phone;
use firebox_protocol::PersonBy;

use super::{TYPED, by, one, people, references};
use crate::tests::house::House;
use crate::tests::pages::play::{Seen, with_session};
use crate::tests::people::Request;

const POP: &str = "/pop?ani=%2B447700900482&dnis=4355&callid=99-12&type=phonecall";

#[tokio::test]
async fn a_number_that_rings_fills_the_box_and_searches_for_nobody() {
    let house = House::open().await;
    let asked = house.finds_callers(one());
    let popped = house.page(POP).await;
    assert_eq!((popped.status, popped.leads_to().as_str()), (303, "/find"));
    assert_eq!(popped.html, "");
    let seen = house.page("/find").await;
    assert!(seen.html.contains("value=\"07700 900482\""));
    assert!(seen.text().contains("Press Find to search for it"));
    for typed in TYPED {
        assert!(!seen.title().contains(typed));
    }
    assert_eq!(by(&asked), []);
    // Once it is pressed, the number is searched for under the call's own id.
    let found = house.types("07700 900482").await;
    assert_eq!(found.heading(), "1 match");
    let number = PersonBy::Phone(Phone::parse("+447700900482").unwrap());
    assert_eq!(by(&asked), [number]);
    assert_eq!(references(&asked), [Some("99-12".into())]);
    assert!(!house.page("/find").await.html.contains("07700"));
}

#[tokio::test]
async fn the_call_has_its_id_once_and_then_the_box_makes_one() {
    let house = House::open().await;
    let asked = house.finds_callers(one());
    house.page(POP).await;
    house.types("sam okafor 4/3/1961").await;
    house.types("sam okafor 4/3/1961").await;
    assert_eq!(references(&asked), [Some("99-12".into()), None]);
}

#[tokio::test]
async fn a_caller_who_withholds_their_number_is_said_to_do_so() {
    let house = House::open().await;
    let asked = house.finds_callers(people(Vec::new()));
    house.page("/pop?ani=anonymous&callid=99-13").await;
    let seen = house.page("/find").await;
    assert!(seen.text().contains("The caller withheld their number."));
    assert!(!seen.html.contains("anonymous"));
    house.types("sam okafor 4/3/1961").await;
    assert_eq!(references(&asked), [Some("99-13".into())]);
}

#[tokio::test]
async fn what_is_no_number_is_left_out() {
    let house = House::open().await;
    house.finds_callers(one());
    for query in [
        "",
        "?dnis=07700900482",
        "?ani=4999",
        "?ani=%3Cscript%3E&name=okafor",
    ] {
        let popped = house.page(&format!("/pop{query}")).await;
        assert_eq!((popped.status, popped.leads_to().as_str()), (303, "/find"));
        let seen = house.page("/find").await;
        for left_out in [
            "07700",
            "4999",
            "script&gt;",
            "okafor\"",
            "telephone system gave",
        ] {
            assert!(!seen.html.contains(left_out), "{query}: {left_out}");
        }
    }
}

#[tokio::test]
async fn a_number_that_rings_comes_from_a_link_on_any_page_but_a_search_does_not() {
    let house = House::open().await;
    let asked = house.finds_callers(one());
    let elsewhere = |request: Request| {
        let request = with_session(request).header("Origin", "https://telephony.example");
        request.header("Sec-Fetch-Site", "cross-site")
    };
    let popped = Seen::of(elsewhere(Request::get(POP)).send(&house).await);
    assert_eq!(popped.status, 303);
    let token = house.page("/find").await.token();
    let body = format!("csrf={token}&find=07700900482");
    let search = elsewhere(Request::new("POST", "/find"));
    let search = search.body("application/x-www-form-urlencoded", body);
    assert_eq!(Seen::of(search.send(&house).await).status, 403);
    assert_eq!(by(&asked), []);
}

#[tokio::test]
async fn a_number_that_rings_somebody_not_signed_in_goes_nowhere() {
    let house = House::open().await;
    house.finds_callers(one());
    let stranger = house.page_of_a_stranger(POP).await;
    assert_eq!(
        (stranger.status, stranger.leads_to().as_str()),
        (303, "/sign-in")
    );
    assert!(!house.page("/find").await.html.contains("07700"));
}
