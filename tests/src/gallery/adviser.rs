//! Who is on the line.

use super::steps::finds;
use super::{Picture, picture};

pub(super) const ADVISER: Option<&str> = Some("ade.adviser");

pub(super) const PICTURES: &[Picture] = &[
    picture("find", ADVISER, |_, browser| browser.opens("/find")),
    picture("find-pop", ADVISER, |council, browser| {
        browser.opens(&format!("/pop?ani={}", council.sample("phone")));
    }),
    picture("find-pop-withheld", ADVISER, |_, browser| {
        browser.opens("/pop?ani=anonymous");
    }),
    picture("find-wrong", ADVISER, |_, browser| finds(browser, "okafor")),
    picture("find-fields", ADVISER, |_, browser| {
        browser.opens("/find");
        browser.presses("Search by separate fields");
    }),
    picture("find-fields-wrong", ADVISER, |_, browser| {
        browser.opens("/find");
        browser.presses("Search by separate fields");
        browser.types_in("Date of birth", "Day", "32");
        browser.presses("Find by these");
    }),
    picture("found-one", ADVISER, |council, browser| {
        finds(browser, &council.sample("phone"));
    }),
    picture("found-shared", ADVISER, |council, browser| {
        finds(browser, &council.sample("phone_shared"));
    }),
    picture("found-number", ADVISER, |council, browser| {
        finds(browser, &council.sample("sample_nhs_number"));
    }),
    picture("found-none", ADVISER, |_, browser| {
        finds(browser, "Quillon Zarathustrix 4/3/1961");
    }),
    picture("found-withheld", ADVISER, |council, browser| {
        finds(browser, &council.sample("phone_withheld"));
    }),
];
