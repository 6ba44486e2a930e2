//! When somebody is in danger.

use super::{BY_PHONE, unconfirmed, views};
use crate::tests::house::{DUTY_LINE, House};

#[tokio::test]
async fn danger_is_one_page_with_999_the_silent_solution_and_safeguarding_and_looks_nobody_up() {
    let house = House::open().await;
    let path = house.finds_caller_by(BY_PHONE).await;
    let asked = house.knows_person(unconfirmed());
    let caller = house.page(&path).await;
    let danger = caller.link(&format!("{path}/danger"));
    let looks = views(&asked).len();
    let seen = house.page(&danger).await;
    assert_eq!(views(&asked).len(), looks);
    assert_eq!(
        (seen.status, seen.heading().as_str()),
        (200, "Someone is in danger")
    );
    let text = seen.text();
    let mut from = 0;
    for words in [
        "Call 999",
        "press 55 when asked",
        "Phone duty safeguarding",
        DUTY_LINE,
    ] {
        from += text[from..]
            .find(words)
            .unwrap_or_else(|| panic!("{words}: {text}"));
    }
    assert!(!text.contains("Sam"));
    assert!(seen.html.contains("tel:999") && seen.html.contains(&format!("href=\"{path}\"")));
}
