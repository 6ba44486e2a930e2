//! `GET /intake/v1/corrections`: what waits for a service's agent, sealed to
//! it. `POST /intake/v1/corrections/{ref}`: what the service says to one.
//!
//! The gate reads neither. The reference in the path is a name only: the one
//! that counts stands in the answer, under the agent's signature, which the
//! store checks.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Serialize;

use super::BYTES;
use crate::body;
use crate::call::{Call, Form, Parameter};
use crate::json::Written;
use crate::limits::CORRECTION_ANSWER_BYTES;
use crate::path::CorrectionReference;
use crate::problem::{Kind, Problem};
use crate::store_client::StoreClient;
use crate::tls::Agent;

pub(crate) fn waiting() -> Call {
    Call::get("/intake/v1/corrections", "readCorrections", read_waiting)
        .for_agents()
        .about("Gives the corrections that wait for a service, each sealed to its agent.")
        .giving::<Waiting>(200, "The corrections, oldest first; at most 200.")
        .refusing(&[
            Kind::NotAllowed,
            Kind::LogUnavailable,
            Kind::NotReady,
            Kind::Unexpected,
        ])
}

pub(crate) fn answer() -> Call {
    Call::post(
        "/intake/v1/corrections/{ref}",
        "answerCorrection",
        take_answer,
    )
    .for_agents()
    .about("Takes what a service says to a correction, signed by its agent.")
    .with_parameters(&[Parameter {
        place: "path",
        name: "ref",
        about: "The correction's reference, from its header.",
        form: Form::Text(CorrectionReference::PATTERN),
    }])
    .taking_bytes(BYTES)
    .giving_nothing("Kept. The same answer again is kept once.")
    .refusing(&[
        Kind::Malformed,
        Kind::BodyBroken,
        Kind::WrongContentType,
        Kind::TooLarge,
        Kind::NotAllowed,
        Kind::NotFound,
        Kind::AlreadyThere,
        Kind::LogUnavailable,
        Kind::NotReady,
        Kind::Unexpected,
    ])
}

/// Corrections for one service, as the contract's type of the same shape reads them.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WaitingCorrections")]
struct Waiting {
    /// Each a sealed correction with the keeper's signature, in base64.
    corrections: Vec<String>,
}

async fn read_waiting(
    State(store): State<StoreClient>,
    Agent(service): Agent,
) -> Result<Written<Waiting>, Problem> {
    let corrections = store.corrections(service).await?;
    Ok(Written(Waiting {
        corrections: corrections
            .iter()
            .map(|bytes| STANDARD.encode(bytes))
            .collect(),
    }))
}

async fn take_answer(
    State(store): State<StoreClient>,
    Agent(service): Agent,
    _named: CorrectionReference,
    request: Request,
) -> Result<StatusCode, Problem> {
    let answer = body::read(request, BYTES, CORRECTION_ANSWER_BYTES).await?;
    store.answer_correction(service, answer).await?;
    Ok(StatusCode::NO_CONTENT)
}
