//! `POST /intake/v1/batches`: a sealed batch in, a signed receipt out.
//!
//! The receipt is the answer, also when it says `held` or `refused`: the agent
//! believes its signature and not our status. A 503 means that there is no
//! receipt, so the agent sends the same bytes again.

use axum::extract::{Request, State};
use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;

use super::BYTES;
use crate::body;
use crate::call::Call;
use crate::limits::BATCH_BYTES;
use crate::problem::{Kind, Problem};
use crate::rooms::BatchSlots;
use crate::store_client::StoreClient;
use crate::tls::Agent;

/// The media type of a receipt.
const RECEIPT: &str = "application/vnd.firebox.receipt";

pub(crate) fn call() -> Call {
    Call::post("/intake/v1/batches", "deliverBatch", deliver)
        .for_agents()
        .about(
            "Takes a sealed batch and gives the keeper's signed receipt: applied, held or refused.",
        )
        .taking_bytes(BYTES)
        .giving_raw("A signed receipt.", RECEIPT)
        .refusing(&[
            Kind::Malformed,
            Kind::BodyBroken,
            Kind::WrongContentType,
            Kind::TooLarge,
            Kind::NotAllowed,
            Kind::LogUnavailable,
            Kind::NotReady,
            Kind::Unexpected,
        ])
}

async fn deliver(
    State(store): State<StoreClient>,
    State(BatchSlots(slots)): State<BatchSlots>,
    Agent(service): Agent,
    request: Request,
) -> Result<([(HeaderName, &'static str); 1], Vec<u8>), Problem> {
    let _slot = slots
        .acquire()
        .await
        .map_err(|_| Problem::new(Kind::NotReady))?;
    let batch = body::read(request, BYTES, BATCH_BYTES).await?;
    let receipt = store.apply(service, batch).await?;
    Ok(([(CONTENT_TYPE, RECEIPT)], receipt))
}
