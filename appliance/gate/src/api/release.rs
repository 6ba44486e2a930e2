//! `POST /api/v1/releases`: a purpose and a reason become the sealed detail of
//! one warning, and the receipt that says so.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use firebox_protocol::gate_keeper::Why;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::{purpose, reference, shown};
use crate::answer::Released;
use crate::bearer::Bearer;
use crate::call::Call;
use crate::json::Json;
use crate::keeper_client::KeeperClient;
use crate::line;
use crate::problem::{Kind, Problem};
use crate::rooms::Words;
use crate::sealed::{Errand, bring};
use crate::store_client::StoreClient;

/// Longest reason in characters. The shortest, the keeper knows.
const REASON_CHARACTERS: usize = 500;

pub(crate) fn call() -> Call {
    Call::post("/api/v1/releases", "askRelease", ask_release)
        .about(
            "Releases the sealed detail of a warning to whoever states a purpose and a \
            reason, as the policy says. It is logged before it is answered.",
        )
        .with_session()
        .taking::<Asked>()
        .giving::<Released<'_>>(201, "Released, with the receipt of its entry.")
        .refusing(Kind::OF_DETAIL)
        .refusing(Kind::OUTSIDE_EMERGENCIES)
        .refusing(&[
            Kind::UnknownPurpose,
            Kind::PurposeNotAllowed,
            Kind::ReferenceMissing,
            Kind::ReasonTooShort,
            Kind::ReasonRepeated,
        ])
}

/// What is asked for, and why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AskRelease")]
struct Asked {
    /// Handle of the warning, from a look-up in this session.
    flag: String,
    /// Purpose code of the policy, for example `visit`.
    purpose: String,
    /// Why it is needed, in one line or several: at most 500 characters. It is
    /// recorded, and the person it is about may read it.
    reason: String,
    /// Id of the visit or call this is for.
    reference: String,
    /// A passkey's assertion over the request. Leave it out: this box cannot
    /// check signatures yet.
    #[schemars(with = "Option<Map<String, Value>>")]
    signature: Option<IgnoredAny>,
}

impl Asked {
    fn why(&self) -> Result<Why, Problem> {
        if self.signature.is_some() {
            let must = "be left out: this box cannot check signatures yet, and nothing may \
                look signed that was not checked";
            return Err(Problem::unacceptable("signature", must));
        }
        Ok(Why::Stated {
            purpose: purpose(&self.purpose)?,
            reason: line::several("reason", &self.reason, REASON_CHARACTERS)?,
            reference: reference("reference", &self.reference)?,
        })
    }
}

async fn ask_release(
    State(keeper): State<KeeperClient>,
    State(store): State<StoreClient>,
    State(words): State<Arc<Words>>,
    bearer: Bearer,
    Json(body): Json<Asked>,
) -> Result<Response, Problem> {
    let why = body.why()?;
    let errand = Errand::release(&words.handles, &bearer, &body.flag, why)?;
    shown(
        StatusCode::CREATED,
        &bring(&keeper, &store, &bearer, &errand).await?,
    )
}
