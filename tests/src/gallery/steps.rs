//! What several ways have in common.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::{Browser, Council};

/// An address that is in no list.
pub(super) const NOWHERE: &str = "99 Nowhere Street, NB9 9ZZ";

/// Checks one address.
pub(super) fn checks(browser: &Browser, what: &str) {
    browser.opens("/check");
    browser.types("Postcode, UPRN or address", what);
    browser.presses("Check address");
}

/// Comes to the form that asks for the sealed note at this sample's address.
pub(super) fn asks(council: &Council, browser: &Browser, sample: &str) {
    checks(browser, &council.sample(sample));
    browser.presses_at("a.govuk-button[href^='/ask/']");
}

/// Says why, and comes to the page that shows it once more.
pub(super) fn says_why(browser: &Browser) {
    let number = number();
    // A reason that was given before is asked for again.
    let reason = format!("The gate has two entrances, and visit {number} needs the right one.");
    browser.types("Why is the instruction not enough?", &reason);
    browser.presses("Continue");
}

/// Comes to a note that can be shown, released now or before in this session.
pub(super) fn is_released(council: &Council, browser: &Browser) {
    checks(browser, &council.sample("release_flag_uprn"));
    browser.opens(&way_of_warning(browser));
    if browser.heading().starts_with("You already asked") {
        browser.presses("Go to the note you asked for");
    } else {
        says_why(browser);
        browser.presses("Send");
    }
}

/// Comes to the emergency page of the warning with a sealed note. Where its note
/// can be shown once more no link leads there, but the page is.
pub(super) fn is_in_danger(council: &Council, browser: &Browser) {
    checks(browser, &council.sample("release_flag_uprn"));
    browser.opens(&way_of_warning(browser).replacen("/ask/", "/emergency/", 1));
}

/// Gives the path on which the sealed note of the open address is asked for.
pub(super) fn way_of_warning(browser: &Browser) -> String {
    let phone = browser.attribute("a[href^='/ask/'][href$='/phone']", "href");
    phone.unwrap().trim_end_matches("/phone").to_owned()
}

/// Searches for a caller.
pub(super) fn finds(browser: &Browser, what: &str) {
    browser.opens("/find");
    browser.types("#find", what);
    browser.presses("Find");
}

/// Opens the first caller that has this sample's number.
pub(super) fn answers(council: &Council, browser: &Browser, sample: &str) {
    finds(browser, &council.sample(sample));
    browser.presses_at("#results a[href^='/people/']");
}

/// Opens one of the family that shares a number.
pub(super) fn answers_one_of_family(council: &Council, browser: &Browser, place: usize) {
    finds(browser, &council.sample("phone_shared"));
    browser.presses_at(&format!(
        "#results li:nth-child({place}) a[href^='/people/']"
    ));
}

/// Says that the caller is the person, and what they say of themselves.
pub(super) fn is_told(browser: &Browser, born: &str, house: &str) {
    browser.presses_at("label[for='caller']");
    let parts: Vec<&str> = born.split('-').collect();
    for (label, part) in ["Year", "Month", "Day"].into_iter().zip(parts) {
        browser.types_in("Date of birth", label, part);
    }
    browser.types("House number or name", house);
    browser.presses("Continue");
}

/// Gives a number that was not given before.
pub(super) fn number() -> u32 {
    static NUMBERS: AtomicU32 = AtomicU32::new(1);
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}
