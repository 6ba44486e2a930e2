//! The token of an address, and what the page is of.

use firebox_protocol::answer::{Answer, PropertyMatch};
use jiff::Timestamp;

use super::{UPRN, plain, warned};
use crate::tests::house::House;
use crate::tests::look_ups::{answer, flag};

#[tokio::test]
async fn each_way_on_is_of_this_very_address() {
    let house = House::open().await;
    let seen = house.address(warned(Vec::new())).await;
    let path = house.page("/check").await.link("/address/");
    let here = house.page(&path).await;
    assert_eq!(here.status, 200);
    for (seen, end) in [(&here, "/hazard"), (&here, "/report"), (&seen, "/hazard")] {
        assert!(
            seen.links()
                .iter()
                .any(|link| link.starts_with("/address/") && link.ends_with(end))
        );
    }
    assert!(here.links().contains(&format!("{path}/hazard")));
}

#[tokio::test]
async fn a_token_that_is_no_property_of_this_session_is_not_found_and_asks_nobody() {
    let house = House::open().await;
    let seen = house.address(warned(vec![flag("asbestos", &[])])).await;
    let asked = house.tells(&["officer"], Answer::Property(warned(Vec::new())));
    let of_a_warning = seen.link("/ask/").replace("/ask/", "/address/");
    for path in [
        "/address/x",
        "/address/%FF",
        &of_a_warning,
        &format!("/address/{UPRN}"),
    ] {
        let seen = house.page(path).await;
        assert_eq!(
            (seen.status, seen.heading().as_str()),
            (404, "Page not found"),
            "{path}"
        );
    }
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_address_that_went_from_the_list_was_not_checked() {
    let house = House::open().await;
    house.address(warned(Vec::new())).await;
    let path = house.page("/check").await.link("/address/");
    house.tells(
        &["officer"],
        Answer::Property(answer(Vec::<PropertyMatch>::new())),
    );
    let seen = house.page(&path).await;
    assert_eq!(seen.heading(), "We could not find that address");
    assert!(
        seen.text()
            .contains("We have not checked this address for warnings.")
    );
}

#[tokio::test]
async fn an_address_in_no_list_has_its_uprn_for_a_heading_and_is_never_clear() {
    let house = House::open().await;
    let mut known = warned(vec![plain("asbestos", &[])]);
    known.matches[0].lines = Vec::new();
    known.matches[0].postcode = String::new();
    known.complete = false;
    let seen = house.address(known).await;
    assert_eq!(seen.heading(), format!("UPRN {UPRN}"));
    let text = seen.text();
    assert!(
        text.contains("We cannot say these are all the warnings"),
        "{text}"
    );
    assert!(
        text.contains(&format!("Our list of addresses does not have UPRN {UPRN}.")),
        "{text}"
    );
}

#[tokio::test]
async fn the_page_says_when_it_was_checked_and_prints_that_on_every_sheet() {
    let house = House::open().await;
    let before = Timestamp::now();
    let seen = house.address(warned(Vec::new())).await;
    let calendar = crate::moment::Calendar::london().unwrap();
    let said = [before, Timestamp::now()].map(|at| {
        let day = crate::moment::spoken_day(calendar.day(at));
        format!("{} on {day}", calendar.time(at))
    });
    let text = seen.text();
    assert!(
        said.iter()
            .any(|said| text.contains(&format!("Checked at {said}"))),
        "{text}"
    );
    assert!(
        said.iter()
            .any(|said| text.contains(&format!("Correct at {said}."))),
        "{text}"
    );
    assert!(seen.html.contains("fbx-print-footer") && seen.html.contains("data-print"));
}
