//! `POST /intake/v1/enrol`: an agent's answer to its bundle. The one-time code
//! is judged by the keeper; the gate sees only that the message is whole.

use axum::extract::State;
use axum::http::StatusCode;
use firebox_contract::enrolment::Request;
use firebox_contract::signing::PublicKey;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::call::Call;
use crate::json::Json;
use crate::keeper_client::KeeperClient;
use crate::problem::{Kind, Problem};
use crate::tls::Agent;

pub(crate) fn call() -> Call {
    Call::post("/intake/v1/enrol", "enrolAgent", enrol)
        .for_agents()
        .about(
            "Binds an agent's own signing key to its service, once, with the code of its bundle.",
        )
        .taking::<Enrol>()
        .giving_nothing("Enrolled.")
        .refusing(&[
            Kind::NotAllowed,
            Kind::EnrolmentRefused,
            Kind::AlreadyThere,
            Kind::Malformed,
            Kind::LogUnavailable,
            Kind::NotReady,
            Kind::Unexpected,
        ])
}

/// An agent's answer to its bundle. No `Debug`: it holds a code.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EnrolAgent")]
struct Enrol {
    /// The service it speaks for.
    service: String,
    /// The bundle's one-time code.
    code: String,
    /// Its Ed25519 signing key, base64 of 32 bytes.
    signing_key: String,
    /// age recipient to which corrections are sealed.
    correction_recipient: String,
}

async fn enrol(
    State(keeper): State<KeeperClient>,
    Agent(service): Agent,
    Json(body): Json<Enrol>,
) -> Result<StatusCode, Problem> {
    let signing_key = PublicKey::try_from(body.signing_key).map_err(|_| {
        Problem::unacceptable("signing_key", "be an Ed25519 key, base64 of 32 bytes")
    })?;
    let request = Request {
        service: body.service,
        code: body.code,
        signing_key,
        correction_recipient: body.correction_recipient,
    };
    let request = serde_json::to_vec(&request).map_err(|_| Problem::new(Kind::Unexpected))?;
    keeper.enrol(service, request).await?;
    Ok(StatusCode::NO_CONTENT)
}
