//! `POST /api/v1/sign-out`: ends the session it is sent with.

use axum::extract::State;
use axum::http::StatusCode;

use crate::bearer::Bearer;
use crate::call::Call;
use crate::keeper_client::KeeperClient;
use crate::problem::{Kind, Problem};

pub(crate) fn call() -> Call {
    Call::post("/api/v1/sign-out", "signOut", sign_out)
        .about("Ends the session. Its handles end with it.")
        .with_session()
        .giving_nothing("Signed out.")
        .refusing(&[Kind::LogUnavailable, Kind::NotReady, Kind::Unexpected])
}

async fn sign_out(
    State(keeper): State<KeeperClient>,
    bearer: Bearer,
) -> Result<StatusCode, Problem> {
    keeper.sign_out(bearer.token()).await?;
    Ok(StatusCode::NO_CONTENT)
}
