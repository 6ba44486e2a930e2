//! The person on the line.

use super::adviser::ADVISER;
use super::steps::{answers, answers_one_of_family, is_told};
use super::{Picture, picture};
use crate::{Browser, Council};

pub(super) const PICTURES: &[Picture] = &[
    picture("caller", ADVISER, |council, browser| {
        answers(council, browser, "phone");
    }),
    picture("caller-confirmed", ADVISER, |council, browser| {
        answers(council, browser, "phone");
        browser.presses("Confirm who is calling");
        // 19 Mill Lane, as in the samples.
        is_told(browser, &council.sample("phone_born"), "19");
    }),
    picture("caller-proxy", ADVISER, |council, browser| {
        answers(council, browser, "phone");
        browser.presses("Confirm who is calling");
        browser.chooses("Someone speaking for them");
        browser.presses_at("label[for='speaker']");
        browser.presses("Continue");
    }),
    picture("caller-hidden", ADVISER, |council, browser| {
        answers(council, browser, "phone_hidden");
    }),
    picture("caller-deceased", ADVISER, |council, browser| {
        answers(council, browser, "phone_deceased");
    }),
    picture("caller-family", ADVISER, |council, browser| {
        answers_one_of_family(council, browser, 1);
    }),
    picture("caller-not-confirmed", ADVISER, |council, browser| {
        answers_one_of_family(council, browser, 3);
        for _ in 0..3 {
            if browser.heading().starts_with("We could not confirm") {
                break;
            }
            if browser.count("form[action$='/caller']") == 0 {
                browser.presses("Confirm who is calling");
            }
            is_told(browser, "1950-1-1", "12");
        }
    }),
    picture("who", ADVISER, |council, browser| {
        answers(council, browser, "phone");
        browser.presses("Confirm who is calling");
    }),
    picture("who-wrong", ADVISER, |council, browser| {
        answers(council, browser, "phone");
        browser.presses("Confirm who is calling");
        browser.presses("Continue");
    }),
    picture("who-partly", ADVISER, partly),
    picture("danger", ADVISER, |council, browser| {
        answers(council, browser, "phone");
        browser.follows("Someone is in danger");
    }),
    picture("find-recent", ADVISER, |council, browser| {
        answers(council, browser, "phone");
        browser.presses("Hide this");
    }),
];

/// One thing is right and one is wrong. It uses a try of somebody no other page needs.
fn partly(council: &Council, browser: &Browser) {
    answers_one_of_family(council, browser, 2);
    browser.presses("Confirm who is calling");
    is_told(browser, "1950-1-1", "12");
}
