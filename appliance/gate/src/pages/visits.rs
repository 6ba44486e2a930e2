//! `/visits`: an officer's visits of a day, all checked with one question.
//!
//! ```text
//! /visits --303--> /visits/{day} --POST .../recheck--303--> /visits/{day}
//!                       |
//!                       +-- .../choose/{place} --303--> /visits/{day}
//!                       |
//!                       +--POST .../print--303--> /visits/{day}/print
//! ```
//!
//! What it is not: a diary; the list lies on the session's desk and goes with
//! it. The invariant: a visit is called clear only where the page of its
//! address would call it so, and whatever could not be checked says that.

mod add;
mod add_form;
mod banner;
mod choose;
mod clock;
mod csv;
mod day;
mod facts;
mod lead;
mod look;
mod read;
mod row;
mod sheet;
mod show;
mod standing;
mod write;

use axum::routing::{get, post};

use super::route::{OFFICERS, Route};

pub(super) use day::Day;

pub(super) fn routes() -> Vec<Route> {
    let at = |path, methods| Route::new(path, OFFICERS, methods);
    vec![
        at("/visits", get(add::get).post(add::post)),
        at("/visits/{day}", get(show::get)),
        at("/visits/{day}/change", get(add::change)),
        at("/visits/{day}/recheck", post(show::recheck)),
        at(
            "/visits/{day}/choose/{place}",
            get(choose::get).post(choose::post),
        ),
        at("/visits/{day}/print", get(sheet::get).post(sheet::post)),
    ]
}
