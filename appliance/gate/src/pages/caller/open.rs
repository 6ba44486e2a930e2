//! `GET /people/{token}`.

use axum::extract::State;
use jiff::Timestamp;

use super::call::Opening;
use super::{path_of, refused, sheet};
use crate::pages::page::Page;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::path::PersonHandle;
use crate::problem::Problem;

/// Shows a person. What waits from the form is shown as it is; otherwise the
/// page asks, and is logged, for itself.
pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    PersonHandle(token): PersonHandle,
) -> Result<Page, Problem> {
    let person = room.person_of(&visitor, &token)?;
    let mut opening = room.at(&visitor, |desk| Opening::of(desk, person, Timestamp::now()));
    let seen = match opening.waiting.take() {
        Some(seen) => Ok(seen),
        None => {
            let reference = opening.reference.clone();
            room.look_at_person(&visitor, person, &opening.line, reference)
                .await
        }
    };
    let seen = match seen {
        Ok(seen) => seen,
        Err(problem) => return refused::page(&room, &visitor, person, problem),
    };
    let path = path_of(&token);
    room.at(&visitor, |desk| opening.kept(desk, person, &path, &seen));
    sheet::page(&room, &visitor, &path, &opening.line, &seen)
}
