//! The calls of the public listener, one file each.

pub(crate) mod checkpoint;
pub(crate) mod consistency;
pub(crate) mod description;
pub(crate) mod emergency;
pub(crate) mod health;
pub(crate) mod holds;
pub(crate) mod look_up_property;
pub(crate) mod look_up_visits;
pub(crate) mod open_release;
pub(crate) mod proof;
pub(crate) mod release;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod sources;

/// Purpose under which the state of the sources is read and held readings are
/// decided: these calls have no other.
const SYNC_ADMIN: &str = "sync-admin";
/// Longest purpose code in characters.
const PURPOSE_CHARACTERS: usize = 32;

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use firebox_protocol::gate_keeper::Released;
use firebox_protocol::query::MAX_REFERENCE_CHARACTERS;

use crate::problem::{Kind, Problem};
use crate::{answer, json, line};

/// Reads a purpose; whether the policy knows it, the keeper says.
fn purpose(text: &str) -> Result<String, Problem> {
    line::filled("purpose", text, PURPOSE_CHARACTERS)
        .map_err(|_| Problem::new(Kind::UnknownPurpose))
}

/// Reads the reference of a visit or call.
fn reference(member: &str, text: &str) -> Result<String, Problem> {
    line::filled(member, text, MAX_REFERENCE_CHARACTERS)
}

/// Shows a released detail, out of bytes that are wiped once they are sent.
fn shown(status: StatusCode, released: &Released) -> Result<Response, Problem> {
    let body = Body::from(Bytes::from_owner(answer::written(released)?));
    let of_json = [(header::CONTENT_TYPE, json::MEDIA_TYPE)];
    Ok((status, of_json, body).into_response())
}
