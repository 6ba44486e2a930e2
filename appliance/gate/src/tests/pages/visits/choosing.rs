//! A visit that may mean several addresses.

use firebox_contract::record::Uprn;
use firebox_protocol::{Ask, PropertyBy};

use super::{PATH, at, care, either, rows};
use crate::tests::house::House;

const CHOOSE: &str = "/visits/2026-11-22/choose/1";
const PRINT: &str = "/visits/2026-11-22/print";

#[tokio::test]
async fn of_several_addresses_one_is_chosen_before_a_warning_shows() {
    let house = House::open().await;
    let seen = house.checks(vec![either(), either()]).await;
    let words = "1 Mill Lane, Newbridge, NB1 4QX We could not check this address. \
        Several addresses match. Choose the address of visit 1";
    assert_eq!(rows(&seen)[0], words);
    assert_eq!(seen.link("/visits/2026-11-22/choose"), CHOOSE);
    assert!(seen.text().contains("2 of 2 could not be checked."));
    let seen = house.page(CHOOSE).await;
    assert_eq!(seen.heading(), "Which address is visit 1?");
    let text = seen.text();
    assert!(
        text.contains("Your list says: 1 Mill Lane, Newbridge, NB1 4QX"),
        "{text}"
    );
    for address in ["1 Mill Lane, Newbridge, NB1 4QX UPRN 1001", "2 Mill Lane"] {
        assert!(text.contains(address), "{text}");
    }
}

#[tokio::test]
async fn the_address_that_is_chosen_stands_in_the_list_from_then_on() {
    let house = House::open().await;
    house.checks(vec![either(), at(3, Vec::new())]).await;
    let asked = house.answers_visits(vec![at(2, vec![care()]), at(3, Vec::new())]);
    house.page(CHOOSE).await;
    assert!(
        asked.lock().unwrap().is_empty(),
        "choosing looks nothing up"
    );
    let seen = house
        .sends_and_follows(CHOOSE, &[("address", "1002")])
        .await;
    assert!(
        rows(&seen)[0].contains("Dog at the property."),
        "{}",
        rows(&seen)[0]
    );
    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 1);
    let Ask::Visits { visits, .. } = &asked[0].ask else {
        panic!("no visits");
    };
    assert_eq!(visits[0].at, PropertyBy::Uprn(Uprn::parse("1002").unwrap()));
    assert!(matches!(visits[1].at, PropertyBy::Address(_)));
}

#[tokio::test]
async fn only_an_address_that_matched_can_be_chosen() {
    let house = House::open().await;
    house.checks(vec![either()]).await;
    for chosen in ["", "999", "x"] {
        let seen = house.sends(CHOOSE, &[("address", chosen)]).await;
        assert_eq!(seen.status, 422);
        assert_eq!(seen.errors(), ["Select the address"]);
    }
    for path in ["choose/2", "choose/0", "choose/x"] {
        assert_eq!(
            house.page(&format!("{PATH}/{path}")).await.status,
            404,
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_is_on_paper_as_not_checked_has_changed_once_it_is_chosen() {
    let house = House::open().await;
    house.checks(vec![either()]).await;
    house.sends_and_follows(PRINT, &[]).await;
    house.page(PATH).await;
    house.answers_visits(vec![at(2, vec![care()])]);
    let seen = house
        .sends_and_follows(CHOOSE, &[("address", "1002")])
        .await;
    let words = "2 Mill Lane, Newbridge, NB1 4QX has changed since you printed this at ";
    assert!(seen.text().contains(words), "{}", seen.text());
}
