//! `/people/{token}`: one person, as an adviser needs them before the greeting
//! ends, and `/people/{token}/caller`, where it is asked who is on the line.
//!
//! What it is not: a record. Nothing here says why, and what may be in the
//! address of somebody's note is another page's. The invariants: the page has
//! the same parts in the same order for everybody, so that none of them tells
//! that there is a safety marker; what a caller said is compared and never
//! shown; nothing of it prints.

mod call;
mod contact;
mod danger;
mod foot;
mod hours;
mod identity;
mod look;
mod open;
mod reach;
mod refused;
mod said;
mod sheet;
mod speakers;
mod talk;
mod teams;
mod who;
mod who_form;

use axum::routing::get;

use super::route::{ADVISERS, Route};

pub(super) use call::Call;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new("/people/{token}", ADVISERS, get(open::get)),
        Route::new(
            "/people/{token}/caller",
            ADVISERS,
            get(who::get).post(who::post),
        ),
        Route::new("/people/{token}/danger", ADVISERS, get(danger::get)),
    ]
}

/// What the pages are called, in the title and nowhere else.
const TITLE: &str = "Caller details";

/// Gives the path of a person's page, by their handle.
fn path_of(token: &str) -> String {
    format!("/people/{token}")
}
