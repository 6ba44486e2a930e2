//! `GET /intake/v1/recipients`: the keys an agent seals to, signed by the keeper.

use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;

use super::BYTES;
use crate::call::Call;
use crate::keeper_client::KeeperClient;
use crate::problem::{Kind, Problem};
use crate::tls::Agent;

pub(crate) fn call() -> Call {
    Call::get("/intake/v1/recipients", "readRecipients", recipients)
        .for_agents()
        .about("Gives the keys to seal to, with their validity, signed by the keeper.")
        .giving_raw("A signed document.", BYTES)
        .refusing(&[Kind::NotAllowed, Kind::NotReady, Kind::Unexpected])
}

async fn recipients(
    State(keeper): State<KeeperClient>,
    _agent: Agent,
) -> Result<([(HeaderName, &'static str); 1], Vec<u8>), Problem> {
    Ok(([(CONTENT_TYPE, BYTES)], keeper.recipients().await?))
}
