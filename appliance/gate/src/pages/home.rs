//! `GET /`: leads to the first page of whoever comes. Not found is here too,
//! for it needs the same frame.

use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::page::see_other;
use super::route::{Route, Who};
use super::visitor::Visitor;
use crate::problem::{Kind, Problem};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new("/", Who::SignedIn, get(first)),
        // Whatever else is asked for, outside the calls.
        Route::new("/{*other}", Who::Anyone, get(nowhere).post(nowhere)),
    ]
}

async fn first(visitor: Visitor) -> Response {
    see_other(path(&visitor))
}

/// Gives the first page of somebody, by the roles they hold.
pub(super) fn path(visitor: &Visitor) -> &'static str {
    let first = [
        ("officer", "/check"),
        ("adviser", "/find"),
        ("service-admin", "/admin/sources"),
        ("reviewer", "/admin/sources"),
    ];
    let held = first.into_iter().find(|(role, _)| visitor.is(role));
    held.map_or("/help", |(_, path)| path)
}

async fn nowhere() -> Response {
    Problem::new(Kind::NotFound).into_response()
}
