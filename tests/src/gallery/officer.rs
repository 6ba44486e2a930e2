//! An address before a visit.

use super::steps::{NOWHERE, checks, number};
use super::{Picture, picture};
use crate::{Browser, Council};

pub(super) const OFFICER: Option<&str> = Some("olu.officer");

pub(super) const PICTURES: &[Picture] = &[
    picture("check", OFFICER, |_, browser| browser.opens("/check")),
    picture("check-wrong", OFFICER, |_, browser| checks(browser, "NB1")),
    picture("check-choose", OFFICER, |council, browser| {
        checks(browser, &council.sample("phone_postcode"));
    }),
    picture("check-none", OFFICER, |_, browser| checks(browser, NOWHERE)),
    picture("check-recent", OFFICER, |council, browser| {
        checks(browser, &council.sample("uprn_clear"));
        browser.follows("Check another address");
    }),
    picture("address-stop", OFFICER, |council, browser| {
        checks(browser, &council.sample("uprn_pairs"));
    }),
    picture("address-care", OFFICER, |council, browser| {
        checks(browser, &council.sample("uprn_building"));
    }),
    picture("address-clear", OFFICER, |council, browser| {
        checks(browser, &council.sample("uprn_clear"));
    }),
    picture("address-building", OFFICER, |council, browser| {
        checks(browser, &council.sample("uprn_flat"));
    }),
    picture("address-overdue", OFFICER, |council, browser| {
        checks(browser, &council.sample("uprn_overdue"));
    }),
    picture("address-unmapped", OFFICER, |council, browser| {
        checks(browser, &council.sample("uprn_unmapped"));
    }),
    picture("address-cause", OFFICER, |council, browser| {
        checks(browser, &council.sample("uprn_cause"));
    }),
    picture("address-two-services", OFFICER, |council, browser| {
        checks(browser, &council.sample("uprn_two_services"));
    }),
    picture("address-reported", OFFICER, |council, browser| {
        reports_hazard(council, browser);
        checks(browser, &council.sample("phone_uprn"));
    }),
    picture("problem-role", OFFICER, |_, browser| browser.opens("/find")),
    picture("problem-not-found-signed-in", OFFICER, |_, browser| {
        browser.opens("/address/AAAA");
    }),
    picture("problem-form-outdated", OFFICER, |council, browser| {
        browser.opens("/check");
        let forget = "for (const one of document.querySelectorAll('form[action=\"/check\"] \
            input[type=hidden]')) one.value = 'of another session'";
        browser.script(forget, &[]);
        let box_label = "Postcode, UPRN or address";
        browser.types(box_label, &council.sample("uprn_clear"));
        browser.presses("Check address");
    }),
];

/// Opens the form about a new hazard, where no other page looks.
pub(super) fn opens_hazard(council: &Council, browser: &Browser) {
    checks(browser, &council.sample("phone_uprn"));
    browser.follows("Tell us about a new hazard");
}

/// Reports a hazard.
pub(super) fn reports_hazard(council: &Council, browser: &Browser) {
    opens_hazard(council, browser);
    browser.presses_at("label[for='kind']");
    let saw = format!("A large dog without a lead, seen {} times.", number());
    browser.types("What did you see?", &saw);
    browser.types("When?", "Today at 2:30pm");
    browser.presses_at("label[for='to']");
    browser.presses("Send");
}
