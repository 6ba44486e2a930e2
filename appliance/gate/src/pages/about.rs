//! `/help`, `/accessibility` and `/privacy`: what everybody may read, signed in
//! or not, while the keeper is away too. No page of these asks anything of
//! keeper or store.

mod accessibility;
mod help;
mod privacy;

use axum::routing::get;

use super::route::{Route, Who};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new("/help", Who::Anyone, get(help::get)),
        Route::new("/accessibility", Who::Anyone, get(accessibility::get)),
        Route::new("/privacy", Who::Anyone, get(privacy::get)),
    ]
}
