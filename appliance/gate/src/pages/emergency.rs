//! `/emergency/{warning}`: the sealed note at once, because waiting could put
//! someone in danger.
//!
//! ```text
//! stop and think -> which ground, what is happening -> the note
//! ```
//!
//! What it is not: a shorter way. It is entered as an emergency and stays open
//! until a reviewer has judged it. The invariant: nothing of the desk is needed
//! for it, only the warning's handle.

mod ground;
mod stop;

use axum::routing::get;

use super::ask::{Id, Warning, name_of};
use super::route::{OFFICERS, Route};
use super::visitor::Visitor;
use crate::pages::room::Room;
use crate::problem::Problem;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(
            "/emergency/{id}",
            OFFICERS,
            get(stop::get).post(ground::post),
        ),
        Route::new("/emergency/{id}/ground", OFFICERS, get(ground::get)),
    ]
}

/// What an emergency is about.
struct Subject {
    /// The warning's handle.
    flag: String,
    /// The warning's name on the desk.
    record: String,
    /// The warning, where the desk still has it.
    warning: Option<Warning>,
}

impl Subject {
    fn find(room: &Room, visitor: &Visitor, Id(flag): Id) -> Result<Self, Problem> {
        let record = name_of(&room.words, visitor, &flag)?;
        let warning = room.at(visitor, |desk| desk.warnings.get(&record).cloned());
        Ok(Self {
            flag,
            record,
            warning,
        })
    }
}
