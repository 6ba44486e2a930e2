//! The calls of the public listener, one file each.

pub(crate) mod checkpoint;
pub(crate) mod consistency;
pub(crate) mod correct;
pub(crate) mod correction;
pub(crate) mod description;
pub(crate) mod emergency;
pub(crate) mod hazard;
pub(crate) mod health;
pub(crate) mod holds;
pub(crate) mod look_up_person;
pub(crate) mod look_up_property;
pub(crate) mod look_up_visits;
pub(crate) mod open_release;
pub(crate) mod proof;
pub(crate) mod release;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod sources;
pub(crate) mod view_person;

/// Purpose under which the state of the sources is read and held readings are
/// decided: these calls have no other.
const SYNC_ADMIN: &str = "sync-admin";
/// Purpose under which mistakes and hazards are reported and asked after.
const CORRECTION: &str = "correction";
/// Roles that report, the one a service is told first: whoever has both is on
/// the telephone more often than at a door.
const REPORTING_ROLES: [&str; 2] = ["adviser", "officer"];
/// Longest purpose code in characters.
const PURPOSE_CHARACTERS: usize = 32;

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use firebox_protocol::gate_keeper::Released;
use firebox_protocol::query::MAX_REFERENCE_CHARACTERS;

use crate::bearer::Bearer;
use crate::keeper_client::KeeperClient;
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

/// Reads the reference of a visit or call where the caller has one; the box makes one otherwise.
fn own_reference(text: Option<&str>) -> Result<Option<String>, Problem> {
    text.map(|text| reference("reference", text)).transpose()
}

/// Gives the role in which a session's person reports something. Whether that
/// role may, the keeper decides.
async fn reporting_role(keeper: &KeeperClient, bearer: &Bearer) -> Result<String, Problem> {
    role_of_report(&keeper.session(bearer.token()).await?.roles)
}

/// Gives the role in which somebody with these roles reports something.
pub(crate) fn role_of_report(roles: &[String]) -> Result<String, Problem> {
    let held = |role: &&str| roles.iter().any(|held| held == role);
    let reporting = REPORTING_ROLES.into_iter().find(held).map(str::to_owned);
    reporting
        .or_else(|| roles.first().cloned())
        .ok_or(Problem::new(Kind::NotAllowed))
}

/// Shows a released detail, out of bytes that are wiped once they are sent.
fn shown(status: StatusCode, released: &Released) -> Result<Response, Problem> {
    let body = Body::from(Bytes::from_owner(answer::written(released)?));
    let of_json = [(header::CONTENT_TYPE, json::MEDIA_TYPE)];
    Ok((status, of_json, body).into_response())
}
