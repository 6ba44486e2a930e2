//! Sealed notes: asking, seeing, hiding, and what is kept.

use super::officer::OFFICER;
use super::steps::{asks, checks, is_in_danger, is_released, says_why, way_of_warning};
use super::{Picture, picture};
use crate::{Browser, Council};

pub(super) const PICTURES: &[Picture] = &[
    picture("ask", OFFICER, |council, browser| {
        asks(council, browser, "uprn_pairs");
    }),
    picture("ask-wrong", OFFICER, |council, browser| {
        asks(council, browser, "uprn_pairs");
        browser.presses("Continue");
    }),
    picture("ask-check", OFFICER, |council, browser| {
        asks(council, browser, "uprn_pairs");
        says_why(browser);
    }),
    picture("ask-phone", OFFICER, opens_phone),
    picture("ask-phone-wrong", OFFICER, |council, browser| {
        opens_phone(council, browser);
        browser.presses("Record the call");
    }),
    picture("ask-phone-recorded", OFFICER, |council, browser| {
        opens_phone(council, browser);
        browser.chooses("No");
        browser.presses("Record the call");
    }),
    picture("release", OFFICER, is_released),
    picture("ask-already", OFFICER, |council, browser| {
        is_released(council, browser);
        browser.follows("Back to the warnings");
        browser.opens(&way_of_warning(browser));
    }),
    picture("address-released", OFFICER, |council, browser| {
        is_released(council, browser);
        checks(browser, &council.sample("release_flag_uprn"));
    }),
    picture("note", OFFICER, |council, browser| {
        is_released(council, browser);
        browser.presses("Show the note");
    }),
    picture("note-hidden", OFFICER, |council, browser| {
        is_released(council, browser);
        let released = browser.path();
        browser.presses("Show the note");
        browser.opens(&format!("{released}/hidden"));
    }),
    picture("receipt", OFFICER, |council, browser| {
        is_released(council, browser);
        browser.presses_at("a[href$='/receipt']");
    }),
    picture("emergency", OFFICER, is_in_danger),
    picture("emergency-ground", OFFICER, |council, browser| {
        is_in_danger(council, browser);
        browser.presses("Continue");
    }),
    picture("emergency-wrong", OFFICER, |council, browser| {
        is_in_danger(council, browser);
        browser.presses("Continue");
        browser.presses("Show the note now");
    }),
    picture("note-emergency", OFFICER, |council, browser| {
        is_in_danger(council, browser);
        browser.presses("Continue");
        browser.presses_at("label[for='ground']");
        browser.types("What is happening?", "Shouting behind the door");
        browser.presses("Show the note now");
    }),
];

fn opens_phone(council: &Council, browser: &Browser) {
    checks(browser, &council.sample("uprn_pairs"));
    browser.presses_at("a[href^='/ask/'][href$='/phone']");
}
