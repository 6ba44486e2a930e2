//! Something is wrong, or new.

use super::adviser::ADVISER;
use super::officer::{OFFICER, opens_hazard, reports_hazard};
use super::steps::{answers_one_of_family, checks, number};
use super::{Picture, picture};
use crate::{Browser, Council};

/// What officers say of an address.
pub(super) const HAZARDS: &[Picture] = &[
    picture("hazard", OFFICER, opens_hazard),
    picture("hazard-wrong", OFFICER, |council, browser| {
        opens_hazard(council, browser);
        browser.presses("Send");
    }),
    picture("hazard-sent", OFFICER, reports_hazard),
    picture("hazard-tracked", OFFICER, |council, browser| {
        reports_hazard(council, browser);
        browser.follows("See what each service does");
    }),
    picture("correct-address", OFFICER, |council, browser| {
        checks(browser, &council.sample("uprn_pairs"));
        browser.follows("Something here is wrong");
    }),
];

/// What advisers say of a person.
pub(super) const PICTURES: &[Picture] = &[
    picture("correct", ADVISER, opens_correct),
    picture("correct-wrong", ADVISER, |council, browser| {
        opens_correct(council, browser);
        browser.chooses("Preferred name");
        browser.chooses("Date of birth");
        browser.presses("Continue");
    }),
    picture("correct-check", ADVISER, tells),
    picture("correct-sent", ADVISER, |council, browser| {
        tells(council, browser);
        browser.presses("Send");
    }),
    picture("correct-tracked", ADVISER, |council, browser| {
        tells(council, browser);
        browser.presses("Send");
        browser.presses_at("main a[href^='/corrections/']");
    }),
];

/// Of somebody whom no other page shows: what was reported stands on theirs.
fn opens_correct(council: &Council, browser: &Browser) {
    answers_one_of_family(council, browser, 4);
    browser.follows("Something here is wrong");
}

/// Nothing that a service of the demo changes by itself, so that nobody's page
/// differs afterwards.
fn tells(council: &Council, browser: &Browser) {
    opens_correct(council, browser);
    browser.chooses("Something is missing");
    let missing = format!("They moved here after {} years abroad", number());
    browser.types("What is missing?", &missing);
    browser.chooses("The person told me");
    browser.presses("Continue");
}
