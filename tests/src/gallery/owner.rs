//! For whoever owns a feed, and for reviewers.

use super::{Picture, picture};

pub(super) const ADMIN: Option<&str> = Some("sian.admin");

pub(super) const PICTURES: &[Picture] = &[
    picture("sources", ADMIN, |_, browser| {
        browser.opens("/admin/sources");
    }),
    picture("sources-sorted", ADMIN, |_, browser| {
        browser.opens("/admin/sources");
        browser.presses_at("thead a");
    }),
    picture("sources-reviewer", Some("rhys.reviewer"), |_, browser| {
        browser.opens("/admin/sources");
    }),
];
