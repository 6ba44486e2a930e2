//! `GET /api/v1/log/checkpoint`: the newest signed statement of the log's size
//! and root, for anybody who keeps watch.

use axum::extract::State;

use crate::call::Call;
use crate::keeper_client::KeeperClient;
use crate::problem::{Kind, Problem};

pub(crate) fn call() -> Call {
    Call::get("/api/v1/log/checkpoint", "readCheckpoint", checkpoint)
        .about("Gives the newest checkpoint of the log. For anyone.")
        .giving_raw("A C2SP signed note.", "text/plain")
        .refusing(&[Kind::LogUnavailable, Kind::NotReady, Kind::Unexpected])
}

async fn checkpoint(State(keeper): State<KeeperClient>) -> Result<String, Problem> {
    Ok(keeper.checkpoint().await?)
}
