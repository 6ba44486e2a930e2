//! "Check again", and what changed since.

use super::{PATH, at, care, pairs};
use crate::tests::house::House;

const AGAIN: &str = "/visits/2026-11-22/recheck";

#[tokio::test]
async fn each_later_look_is_asked_for_and_the_one_after_the_form_is_not() {
    let house = House::open().await;
    let asked = house.answers_visits(vec![at(1, Vec::new())]);
    house.opens("1 Mill Lane").await;
    assert_eq!(asked.lock().unwrap().len(), 1);
    house.sends_and_follows(AGAIN, &[]).await;
    assert_eq!(asked.lock().unwrap().len(), 2);
    house.page(PATH).await;
    assert_eq!(asked.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn check_again_says_that_nothing_changed() {
    let house = House::open().await;
    let seen = house.checks(vec![at(1, vec![care()])]).await;
    assert!(!seen.html.contains("govuk-notification-banner"));
    let seen = house.sends_and_follows(AGAIN, &[]).await;
    let text = seen.text();
    assert!(text.contains("Checked again at "), "{text}");
    assert!(
        text.contains("Nothing has changed since you last looked at "),
        "{text}"
    );
    let seen = house.page(PATH).await;
    assert!(!seen.html.contains("govuk-notification-banner"));
}

#[tokio::test]
async fn check_again_names_the_visit_that_changed() {
    let house = House::open().await;
    house
        .checks(vec![at(1, Vec::new()), at(2, vec![care()])])
        .await;
    house.answers_visits(vec![at(1, vec![pairs()]), at(2, vec![care()])]);
    let seen = house.sends_and_follows(AGAIN, &[]).await;
    let words = "1 Mill Lane, Newbridge, NB1 4QX has changed since you last looked at ";
    assert!(seen.text().contains(words), "{}", seen.text());
    assert!(!seen.text().contains("Nothing has changed"));
    assert!(
        !seen
            .text()
            .contains("2 Mill Lane, Newbridge, NB1 4QX has changed")
    );
}

#[tokio::test]
async fn of_many_that_changed_five_are_named() {
    let house = House::open().await;
    house
        .checks((1..=7).map(|number| at(number, Vec::new())).collect())
        .await;
    house.answers_visits((1..=7).map(|number| at(number, vec![care()])).collect());
    let seen = house.sends_and_follows(AGAIN, &[]).await;
    let text = seen.text();
    assert!(
        text.contains("7 visits have changed since you last looked at "),
        "{text}"
    );
    assert!(text.contains("and 2 more"), "{text}");
}
