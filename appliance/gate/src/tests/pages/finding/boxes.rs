//! The page with the box.

use firebox_protocol::Ask;
use firebox_protocol::answer::Answer;

use super::{by, one, people};
use crate::tests::house::House;
use crate::tests::person_play::nobody_much;

#[tokio::test]
async fn the_page_has_one_box_with_the_focus_and_separate_fields_behind_a_line() {
    let house = House::open().await;
    house.knows_session(&["adviser"]);
    let seen = house.page("/find").await;
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (200, "Find a caller")
    );
    let text = seen.text();
    for words in [
        "Phone number, name, postcode, NHS number or reference",
        "You can combine them, for example jones 27/3/1984 AB1 2CD",
        "Search by separate fields",
        "Date of birth",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(seen.html.matches(" autofocus").count(), 1);
    assert!(seen.html.contains("id=\"find\" name=\"find\""));
    assert!(!text.contains("Recent callers"));
}

#[tokio::test]
async fn what_finds_nobody_is_said_beside_the_box_and_nobody_is_asked() {
    let house = House::open().await;
    let asked = house.finds_callers(people(Vec::new()));
    let long = "a ".repeat(150);
    for (typed, words) in [
        (
            " ",
            "Enter a phone number, name, postcode, NHS number or reference",
        ),
        (long.as_str(), "Enter fewer words"),
        (
            "sam okafor",
            "Add one more thing: a date of birth, postcode or phone number",
        ),
        (
            "4/3/1961 NB1 4QX",
            "Add a name to the date of birth or postcode",
        ),
        ("okafor NB1", "Enter a full postcode, like NB1 4QX"),
        (
            "okafor 1961",
            "Enter the whole date of birth, like 4/3/1961",
        ),
        (
            "okafor 31/2/1961",
            "Enter a real date of birth, like 4/3/1961",
        ),
    ] {
        let seen = house.sends("/find", &[("find", typed)]).await;
        assert_eq!((seen.status, seen.errors()), (422, vec![words.to_owned()]));
        assert!(seen.html.contains("href=\"#find\""));
        assert!(seen.title().starts_with("Error: Find a caller"));
        let kept = format!("value=\"{}\"", typed.trim());
        assert!(
            typed.trim().is_empty() || seen.html.contains(&kept),
            "{typed}"
        );
    }
    assert_eq!(by(&asked), []);
}

#[tokio::test]
async fn what_was_typed_is_escaped() {
    let house = House::open().await;
    house.finds_callers(people(Vec::new()));
    let typed = "<b>\"okafor\" NB1 4QX";
    let seen = house.types(typed).await;
    assert!(!seen.html.contains("<b>"));
    let seen = house.sends("/find", &[("find", "<b>x")]).await;
    assert!(seen.html.contains("value=\"&lt;b&gt;x\""));
}

#[tokio::test]
async fn officers_find_nobody_here() {
    let house = House::open().await;
    house.knows_session(&["officer"]);
    for path in ["/find", "/find/abc", "/pop?ani=07700900482"] {
        assert_eq!(house.page(path).await.status, 403, "{path}");
    }
    let seen = house.sends("/find", &[("find", "07700 900482")]).await;
    assert_eq!(seen.status, 403);
}

#[tokio::test]
async fn a_search_nobody_made_here_is_not_found() {
    let house = House::open().await;
    let asked = house.finds_callers(one());
    for path in ["/find/abc", "/find/%FF", "/find/a%2Fb"] {
        assert_eq!(house.page(path).await.status, 404, "{path}");
    }
    for again in [
        [("again", "abc"), ("way", "0")],
        [("again", "abc"), ("way", "x")],
    ] {
        assert_eq!(house.sends("/find", &again).await.status, 404);
    }
    assert_eq!(by(&asked), []);
}

#[tokio::test]
async fn whoever_was_opened_today_is_listed_by_preferred_name_and_time() {
    let house = House::open().await;
    house.finds_callers(one());
    let person = house.types("07700 900482").await.link("/people/");
    house.tells(&["adviser"], Answer::Person(Box::new(nobody_much())));
    assert_eq!(house.page(&person).await.status, 200);
    let seen = house.page("/find").await;
    assert!(
        seen.second_headings()
            .contains(&"Recent callers".to_owned())
    );
    let link = seen.link("/people/");
    assert!(seen.text().contains("Sam"), "{}", seen.text());
    assert_eq!(house.page(&link).await.status, 200);
}

#[tokio::test]
async fn two_things_typed_to_find_somebody_go_on_to_their_page_with_the_calls_reference() {
    let house = House::open().await;
    house.finds_callers(one());
    let typed = house.types("okafor 4/3/1961 NB1 4QX").await;
    let asked = house.tells(&["adviser"], Answer::Person(Box::new(nobody_much())));
    house.page(&typed.link("/people/")).await;
    let asked = asked.lock().unwrap();
    let [query] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    let Ask::View(view) = &query.ask else {
        panic!("{query:?}")
    };
    assert_eq!(query.reference.as_deref(), Some("CALL-7"));
    assert_eq!(view.confirmed.given(), 2);
}
