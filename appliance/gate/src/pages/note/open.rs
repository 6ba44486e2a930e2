//! `POST /releases/{ref}/open`: the keeper decides anew, enters it, and the
//! note stands in this answer.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use firebox_protocol::gate_keeper::Released;
use jiff::Timestamp;

use super::{Release, ended, shown};
use crate::pages::ask::Refused;
use crate::pages::form::Form;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::path::ReleaseReference;
use crate::problem::{Kind, Problem};
use crate::sealed::Errand;

pub(super) async fn post(
    State(room): State<Room>,
    reference: ReleaseReference,
    form: Form,
) -> Result<Response, Problem> {
    let name = reference.text().to_owned();
    let visitor = &form.visitor;
    match again(&room, visitor, reference).await {
        Ok((released, release)) => {
            shown(&room, visitor, &released, &release).map(IntoResponse::into_response)
        }
        Err(problem) if problem.kind == Kind::ReleaseEnded => {
            let known = room.at(visitor, |desk| {
                let known = desk.releases.get_mut(&name)?;
                known.ended = true;
                Some(known.clone())
            });
            Ok(ended::page(&room, &name, known.as_ref()).into_response())
        }
        Err(problem) => {
            let known = room.release(visitor, &name);
            let warning = known.as_ref().and_then(|release| release.warning.as_ref());
            Refused::of(&problem, &room.council, visitor)
                .about(warning)
                .response()
        }
    }
}

/// Opens a release once more, and notes on the desk that it was.
pub(in crate::pages) async fn again(
    room: &Room,
    visitor: &Visitor,
    reference: ReleaseReference,
) -> Result<(Released, Release), Problem> {
    let released = room.bring(visitor, &Errand::Open(reference)).await?;
    let newly = Release::of(&released)?;
    let release = room.at(visitor, |desk| {
        if desk.releases.get(&released.release).is_none() {
            desk.releases.put(released.release.clone(), newly.clone());
        }
        let known = desk.releases.get_mut(&released.release)?;
        known.valid_until = newly.valid_until;
        known.review_open = newly.review_open;
        known.escalated = newly.escalated;
        known.opened.push(Timestamp::now());
        Some(known.clone())
    });
    Ok((released, release.unwrap_or(newly)))
}
