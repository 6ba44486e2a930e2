//! `GET /releases/{ref}/receipt/file`: the receipt to keep, byte for byte: what
//! was copied off a page may have lost its last line end, and is refused then.

use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};

use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::path::ReleaseReference;
use crate::problem::{Kind, Problem};

pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    reference: ReleaseReference,
) -> Result<Response, Problem> {
    let known = room.release(&visitor, reference.text());
    let release = known.ok_or(Problem::new(Kind::NotFound))?;
    let named = format!("attachment; filename=\"{}.receipt\"", release.reference);
    let headers: [(HeaderName, String); 2] = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".into()),
        (header::CONTENT_DISPOSITION, named),
    ];
    Ok((headers, release.receipt).into_response())
}
