//! `GET /healthz` and `GET /readyz`: one word for whoever watches the machine.
//! What is missing is said on the operator's socket, not to the network.

use axum::extract::State;
use axum::http::StatusCode;

use crate::call::Call;
use crate::keeper_client::KeeperClient;
use crate::store_client::StoreClient;

pub(crate) fn alive() -> Call {
    Call::get("/healthz", "isAlive", || async { "ok" })
        .about("Says that the gate runs. For anyone.")
        .giving_raw("The word `ok`.", "text/plain")
}

pub(crate) fn ready() -> Call {
    Call::get("/readyz", "isReady", is_ready)
        .about("Says whether gate, store and keeper serve. For anyone; 503 when one does not.")
        .giving_raw("The word `ready`.", "text/plain")
        .failing_raw("The word `not-ready`.", "text/plain")
}

async fn is_ready(
    State(keeper): State<KeeperClient>,
    State(store): State<StoreClient>,
) -> (StatusCode, &'static str) {
    match tokio::join!(keeper.ready(), store.ready()) {
        (Ok(()), Ok(())) => (StatusCode::OK, "ready"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "not-ready"),
    }
}
