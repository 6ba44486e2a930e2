//! `POST /api/v1/holds/{id}/decision`: applies a held reading, which two
//! persons must agree to, or throws it away.
//!
//! ```text
//! held --apply, first person--> waiting --apply, second person--> applied
//!   |                              |
//!   +-----------reject-------------+--> rejected
//! ```

use axum::extract::State;
use axum::http::StatusCode;
use firebox_protocol::answer::Answer;
use firebox_protocol::{Ask, Query};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SYNC_ADMIN;
use crate::ask::ask;
use crate::bearer::Bearer;
use crate::call::{Call, Form, Parameter};
use crate::json::{self, Json, Written};
use crate::keeper_client::KeeperClient;
use crate::path::Number;
use crate::problem::{Kind, Problem};
use crate::store_client::StoreClient;

pub(crate) fn call() -> Call {
    Call::post("/api/v1/holds/{id}/decision", "decideHold", decide)
        .about(
            "Applies a held reading, which takes two persons, or throws it away. For \
            service admins and reviewers; logged.",
        )
        .with_session()
        .with_parameters(&[Parameter {
            place: "path",
            name: "id",
            about: "The hold's id, from the state of the sources.",
            form: Form::Number,
        }])
        .taking::<Decide>()
        .giving::<Decided>(200, "Decided: `applied` or `rejected`.")
        .giving::<Decided>(202, "Kept; `waiting` for a second person.")
        .refusing(Kind::OF_QUESTION)
        .refusing(&[Kind::NotFound, Kind::SamePerson])
}

/// What to do with a held reading.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DecideHold")]
struct Decide {
    /// `apply` or `reject`.
    #[serde(deserialize_with = "json::code")]
    decision: Decision,
}

/// A decision.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Decision {
    Apply,
    Reject,
}

/// What became of it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DecidedHold")]
struct Decided {
    /// The state of the reading.
    state: Outcome,
}

/// The state of a held reading.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "HoldState")]
enum Outcome {
    Waiting,
    Applied,
    Rejected,
}

async fn decide(
    State(keeper): State<KeeperClient>,
    State(store): State<StoreClient>,
    bearer: Bearer,
    Number(hold): Number,
    Json(body): Json<Decide>,
) -> Result<(StatusCode, Written<Decided>), Problem> {
    let query = Query {
        purpose: SYNC_ADMIN.to_owned(),
        reference: None,
        ask: Ask::DecideHold {
            hold,
            apply: body.decision == Decision::Apply,
        },
    };
    let asked = ask(&keeper, &store, &bearer, &query).await;
    let (status, state) = outcome(asked.map(|answered| answered.answer), body.decision)?;
    Ok((status, Written(Decided { state })))
}

fn outcome(
    asked: Result<Answer, Problem>,
    decision: Decision,
) -> Result<(StatusCode, Outcome), Problem> {
    match asked {
        Ok(Answer::HoldDecided) => match decision {
            Decision::Apply => Ok((StatusCode::OK, Outcome::Applied)),
            Decision::Reject => Ok((StatusCode::OK, Outcome::Rejected)),
        },
        Ok(_) => Err(Problem::new(Kind::Unexpected)),
        // Not a refusal: the first of two persons has done their part.
        Err(problem) if problem.kind == Kind::SecondPersonNeeded => {
            Ok((StatusCode::ACCEPTED, Outcome::Waiting))
        }
        Err(problem) => Err(problem),
    }
}
