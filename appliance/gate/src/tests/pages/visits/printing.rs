//! The list on paper.

use super::{PATH, at, care, either, nowhere, pairs, rows};
use crate::tests::house::{DUTY_LINE, House};
use crate::tests::look_ups::flag;

const PRINT: &str = "/visits/2026-11-22/print";

#[tokio::test]
async fn the_sheet_says_until_when_it_was_correct_and_leads_nowhere() {
    let house = House::open().await;
    let answers = vec![at(1, vec![flag("asbestos", &[])]), either(), nowhere()];
    house.checks(answers).await;
    let seen = house.sends_and_follows(PRINT, &[]).await;
    assert_eq!(seen.heading(), "Visits on Sunday 22 November");
    let footer = seen.html.split_once("fbx-print-footer\">").unwrap().1;
    assert!(footer.starts_with("Correct at "), "{footer}");
    assert!(footer.contains(" Check again before you go. Reference CALL-7.</p>"));
    let rows = rows(&seen);
    let words = "1 Mill Lane, Newbridge, NB1 4QX Reference Visit 1 ";
    assert!(rows[0].starts_with(words), "{}", rows[0]);
    assert!(rows[0].ends_with("There is a sealed note about this warning."));
    let words = format!("Several addresses match. Phone {DUTY_LINE} before you go.");
    assert!(rows[1].ends_with(&words), "{}", rows[1]);
    assert!(rows[2].contains("We could not check this address."));
    for link in seen.links() {
        assert!(link.starts_with("tel:"), "{link}");
    }
}

#[tokio::test]
async fn printing_asks_again_and_reloading_the_sheet_too() {
    let house = House::open().await;
    let asked = house.answers_visits(vec![at(1, Vec::new())]);
    house.opens("1 Mill Lane").await;
    house.sends_and_follows(PRINT, &[]).await;
    assert_eq!(asked.lock().unwrap().len(), 2);
    assert_eq!(house.page(PRINT).await.status, 200);
    assert_eq!(asked.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn what_changed_since_it_was_printed_is_said_until_it_is_printed_again() {
    let house = House::open().await;
    house
        .checks(vec![at(1, Vec::new()), at(2, vec![care()])])
        .await;
    let sheet = house.sends_and_follows(PRINT, &[]).await;
    assert!(!sheet.html.contains("govuk-notification-banner"));
    house.answers_visits(vec![at(1, vec![pairs()]), at(2, vec![care()])]);
    let words = "1 Mill Lane, Newbridge, NB1 4QX has changed since you printed this at ";
    for path in [PATH, PATH, PRINT] {
        let seen = house.page(path).await;
        assert!(seen.text().contains(words), "{path}: {}", seen.text());
    }
    let sheet = house.sends_and_follows(PRINT, &[]).await;
    assert!(!sheet.text().contains("has changed since you printed"));
    assert!(
        !house
            .page(PATH)
            .await
            .text()
            .contains("has changed since you printed")
    );
}

#[tokio::test]
async fn a_list_that_is_sent_anew_does_not_hide_what_changed_on_the_paper() {
    let house = House::open().await;
    house.checks(vec![at(1, Vec::new())]).await;
    house.sends_and_follows(PRINT, &[]).await;
    let seen = house
        .checks(vec![at(1, vec![care()]), at(2, vec![care()])])
        .await;
    let words = "1 Mill Lane, Newbridge, NB1 4QX has changed since you printed this at ";
    assert!(seen.text().contains(words), "{}", seen.text());
    assert!(
        !seen
            .text()
            .contains("2 Mill Lane, Newbridge, NB1 4QX has changed")
    );
}
