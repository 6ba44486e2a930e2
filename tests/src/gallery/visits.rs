//! A day of visits.

use super::officer::OFFICER;
use super::steps::NOWHERE;
use super::{Picture, picture};
use crate::{Browser, Council};

pub(super) const PICTURES: &[Picture] = &[
    picture("visits", OFFICER, |_, browser| browser.opens("/visits")),
    picture("visits-wrong", OFFICER, |_, browser| {
        browser.opens("/visits");
        browser.types_in("Day of the visits", "Day", "32");
        browser.presses("Check visits");
    }),
    picture("visits-lines-wrong", OFFICER, |council, browser| {
        browser.opens("/visits");
        let list = format!("9:30 {}\n25:70 NB1\nNB1", council.sample("uprn_clear"));
        browser.types("Addresses", &list);
        browser.presses("Check visits");
    }),
    picture("visits-none-today", OFFICER, |_, browser| {
        browser.opens("/visits/2031-03-27");
    }),
    picture("visits-day", OFFICER, adds_a_day),
    picture("visits-none-matched", OFFICER, |_, browser| {
        adds(browser, NOWHERE);
    }),
    picture("visits-action", OFFICER, |council, browser| {
        adds_a_day(council, browser);
        browser.follows("Show only visits that need action");
    }),
    picture("visits-checked-again", OFFICER, |council, browser| {
        adds_a_day(council, browser);
        browser.presses("Check again");
    }),
    picture("visits-choose", OFFICER, |council, browser| {
        adds_a_day(council, browser);
        browser.presses_at("a[href*='/choose/']");
    }),
    picture("visits-choose-wrong", OFFICER, |council, browser| {
        adds_a_day(council, browser);
        browser.presses_at("a[href*='/choose/']");
        browser.presses_at("main form button");
    }),
    picture("visits-change", OFFICER, |council, browser| {
        adds_a_day(council, browser);
        browser.follows("Change this list");
    }),
    picture("visits-sheet", OFFICER, |council, browser| {
        adds_a_day(council, browser);
        browser.presses("Print this list");
    }),
    picture("visits-sixty", OFFICER, adds_sixty),
    picture("visits-sheet-sixty", OFFICER, |council, browser| {
        adds_sixty(council, browser);
        browser.presses("Print this list");
    }),
];

/// Adds as many visits as a day may have.
fn adds_sixty(council: &Council, browser: &Browser) {
    adds(browser, &vec![council.sample("uprn_pairs"); 60].join("\n"));
}

/// Adds a day on which every kind of visit is.
pub(super) fn adds_a_day(council: &Council, browser: &Browser) {
    let samples = [
        ("9:00", "uprn_pairs"),
        ("9:45", "uprn_overdue"),
        ("10:30", "uprn_flat"),
        ("11:15", "uprn_clear"),
        ("13:00", "uprn_two_services"),
        ("13:45", "phone_postcode"),
    ];
    let lines = samples.map(|(time, sample)| format!("{time} {}", council.sample(sample)));
    let list = [lines.join("\n"), format!("15:00 {NOWHERE}")].join("\n");
    adds(browser, &list);
}

fn adds(browser: &Browser, list: &str) {
    browser.opens("/visits");
    browser.types("Addresses", list);
    browser.presses("Check visits");
}
