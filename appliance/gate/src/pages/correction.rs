//! What somebody was told or saw that a record does not say: corrections of a
//! person's record and of an address, new hazards, and how each stands.
//!
//! ```text
//! what is wrong -> check your answers -> sent: one COR- reference an item -> how it stands
//! ```
//!
//! What it is not: no page here changes a record; each service decides about
//! its own. The invariants: what was typed stands on the desk and on the pages
//! that ask for it, in no target, title or log; nothing is sent twice by
//! sending a page twice; and no correction hides a warning.

mod answer;
mod check;
mod field;
mod hazard;
mod hazard_form;
mod item;
mod letter;
mod question;
mod raise;
mod read;
mod send;
mod sent;
mod stands;
mod subject;
mod told;
mod typed;

use axum::routing::get;

use super::route::{ADVISERS, OFFICERS_AND_ADVISERS, Route};

pub(super) use letter::Draft;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::new(
            "/address/{token}/hazard",
            OFFICERS_AND_ADVISERS,
            get(hazard::get).post(hazard::post),
        ),
        Route::new(
            "/corrections/{ref}",
            OFFICERS_AND_ADVISERS,
            get(stands::get),
        ),
    ];
    let forms = [
        (subject::PERSON, ADVISERS),
        (subject::ADDRESS, OFFICERS_AND_ADVISERS),
    ];
    for ([first, check, change], who) in forms {
        routes.extend([
            Route::new(first, who, get(question::get).post(question::post)),
            Route::new(check, who, get(check::get).post(send::post)),
            Route::new(change, who, get(question::again).post(question::changed)),
        ]);
    }
    routes
}
