//! Pages for anybody, signed in or not.

use super::{Picture, picture};

const NOBODY: Option<&str> = None;

pub(super) const PICTURES: &[Picture] = &[
    picture("sign-in", NOBODY, |_, browser| browser.opens("/sign-in")),
    picture("sign-in-wrong", NOBODY, |_, browser| {
        // Nobody's name, so that nobody's tries are used.
        browser.signs_in_with("nobody.here", "not a password", None);
    }),
    picture("signed-out", NOBODY, |_, browser| {
        browser.signs_in("ade.adviser");
        // On a phone with scripts the way out lies in the menu.
        if browser.says("Menu") {
            browser.presses("Menu");
        }
        browser.presses("Sign out");
    }),
    picture("signed-out-time", NOBODY, |_, browser| {
        browser.opens("/signed-out?why=time");
    }),
    picture("help", NOBODY, |_, browser| browser.opens("/help")),
    picture("accessibility", NOBODY, |_, browser| {
        browser.opens("/accessibility");
    }),
    picture("privacy", NOBODY, |_, browser| browser.opens("/privacy")),
    picture("problem-not-found", NOBODY, |_, browser| {
        browser.opens("/nowhere");
    }),
];
