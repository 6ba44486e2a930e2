//! Pages while a delivery waits to be checked: half a list came, and its agent's
//! owner let it pass, so that it waits for two persons at the box.

use super::adviser::ADVISER;
use super::officer::OFFICER;
use super::owner::ADMIN;
use super::steps::{answers, checks, finds};
use super::visits::adds_a_day;
use super::{Picture, picture};
use crate::{Council, agent_program, run, wait_for};

pub(super) const PICTURES: &[Picture] = &[
    picture("held-address", OFFICER, |council, browser| {
        checks(browser, &council.sample("uprn_clear"));
    }),
    picture("held-address-stop", OFFICER, |council, browser| {
        checks(browser, &council.sample("uprn_pairs"));
    }),
    picture("held-visits", OFFICER, adds_a_day),
    picture("held-visits-sheet", OFFICER, |council, browser| {
        adds_a_day(council, browser);
        browser.presses("Print this list");
    }),
    picture("held-found", ADVISER, |council, browser| {
        finds(browser, &council.sample("phone_shared"));
    }),
    picture("held-caller", ADVISER, |council, browser| {
        answers(council, browser, "phone");
    }),
    picture("held-sources", ADMIN, |_, browser| {
        browser.opens("/admin/sources");
    }),
];

/// Drops half of the caution list.
pub(super) fn prepares(council: &Council) {
    let officer = council.officer();
    let address = council.sample("uprn_pairs");
    let list = council.caution_list().len();
    council.caution_list().truncate(list / 2).drop_off();
    let state = || officer.source(&address, "community-safety")["state"].clone();
    wait_for("the list to be held", || state() == "held");
    let config = council.file("agent/agent.toml").display().to_string();
    let approved = run(
        agent_program(),
        ["--config", &config, "approve", "caution-list"],
    );
    assert_eq!(approved.code, Some(0), "{}", approved.said());
    let admin = council.signs_in("sian.admin");
    wait_for("the box to hold it too", || {
        let feeds = admin.client().get("/api/v1/sources").ok();
        let feeds = feeds["sources"].as_array().unwrap();
        feeds.iter().any(|feed| !feed["hold"].is_null())
    });
}
