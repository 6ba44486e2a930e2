//! `/find` and `/pop`: who is on the line. One box takes whatever the adviser
//! hears first; the answer is a list of hints, also when it is one person.
//!
//! What it is not: it opens nobody, and a telephone system's number is searched
//! for by nobody until the adviser presses Find. The invariant: what was typed
//! lies on the session's desk and in the bodies of pages, never in a target or
//! a title; whoever may not be shown is, by name, the same page as nobody.

mod asked;
mod boxes;
mod fields;
mod looking;
mod opened;
mod pop;
mod recognise;
mod results;
mod rows;
mod said;
mod search;

pub(super) use boxes::another;
pub(super) use pop::Popped;
pub(super) use search::{Search, of_person};

use axum::routing::get;

use super::route::{ADVISERS, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new("/find", ADVISERS, get(opened::get).post(looking::post)),
        Route::new("/find/{token}", ADVISERS, get(results::get)),
        Route::new("/pop", ADVISERS, get(pop::get)),
    ]
}
