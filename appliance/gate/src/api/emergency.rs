//! `POST /api/v1/releases/emergency`: the sealed detail of one warning at once,
//! because waiting could put someone in danger. Open until it is judged.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use firebox_protocol::gate_keeper::{self, Why};
use schemars::JsonSchema;
use serde::Deserialize;

use super::shown;
use crate::answer::Released;
use crate::bearer::Bearer;
use crate::call::Call;
use crate::json::{self, Json};
use crate::keeper_client::KeeperClient;
use crate::line;
use crate::problem::{Kind, Problem};
use crate::rooms::Words;
use crate::sealed::{Errand, bring};
use crate::store_client::StoreClient;

/// Longest account of what is happening, in characters: one line, typed in haste.
const HAPPENING_CHARACTERS: usize = 200;

pub(crate) fn call() -> Call {
    Call::post(
        "/api/v1/releases/emergency",
        "askEmergencyRelease",
        ask_emergency_release,
    )
    .about(
        "Releases the sealed detail of a warning at once, when waiting could put someone \
        in danger. For officers; logged, told to others and judged by a reviewer.",
    )
    .with_session()
    .taking::<Asked>()
    .giving::<Released<'_>>(
        201,
        "Released, with the receipt of its entry; its review is open.",
    )
    .refusing(Kind::OF_DETAIL)
    .refusing(&[Kind::ReasonTooShort, Kind::ReasonRepeated])
}

/// What is asked for, and what is happening.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AskEmergencyRelease")]
struct Asked {
    /// Handle of the warning, from a look-up in this session.
    flag: String,
    /// On which ground.
    #[serde(deserialize_with = "json::code")]
    ground: Ground,
    /// What is happening, in one line of at most 200 characters.
    happening: String,
}

/// `immediate-danger`: somebody is in danger now. `at-the-door`: the officer is
/// at or near the property. `court-order`: a court orders it. `person-agrees`:
/// the person it is about agrees.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Ground {
    ImmediateDanger,
    AtTheDoor,
    CourtOrder,
    PersonAgrees,
}

impl From<Ground> for gate_keeper::Ground {
    fn from(ground: Ground) -> Self {
        match ground {
            Ground::ImmediateDanger => Self::ImmediateDanger,
            Ground::AtTheDoor => Self::AtTheDoor,
            Ground::CourtOrder => Self::CourtOrder,
            Ground::PersonAgrees => Self::PersonAgrees,
        }
    }
}

async fn ask_emergency_release(
    State(keeper): State<KeeperClient>,
    State(store): State<StoreClient>,
    State(words): State<Arc<Words>>,
    bearer: Bearer,
    Json(body): Json<Asked>,
) -> Result<Response, Problem> {
    let why = Why::Emergency {
        ground: body.ground.into(),
        happening: line::filled("happening", &body.happening, HAPPENING_CHARACTERS)?,
    };
    let errand = Errand::release(&words.handles, &bearer, &body.flag, why)?;
    shown(
        StatusCode::CREATED,
        &bring(&keeper, &store, &bearer, &errand).await?,
    )
}
