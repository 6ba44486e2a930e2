//! `GET /api/v1/log/entries/{n}/proof`: the receipt of one entry, for whoever
//! made it or a reviewer.

use axum::extract::State;

use crate::bearer::Bearer;
use crate::call::{Call, Form, Parameter};
use crate::keeper_client::KeeperClient;
use crate::path::Number;
use crate::problem::{Kind, Problem};

pub(crate) fn call() -> Call {
    Call::get("/api/v1/log/entries/{n}/proof", "readProof", proof)
        .about(
            "Gives the receipt of one entry of the log. For whoever made it, and \
            reviewers; the reading is logged.",
        )
        .with_session()
        .with_parameters(&[Parameter {
            place: "path",
            name: "n",
            about: "The entry's index.",
            form: Form::Number,
        }])
        .giving_raw("A C2SP tlog-proof.", "text/plain")
        .refusing(&[
            Kind::NotFound,
            Kind::PersonLimit,
            Kind::BoxLimit,
            Kind::LogUnavailable,
            Kind::ReserveOnly,
            Kind::NotReady,
            Kind::Unexpected,
        ])
}

async fn proof(
    State(keeper): State<KeeperClient>,
    bearer: Bearer,
    Number(entry): Number,
) -> Result<String, Problem> {
    Ok(keeper.proof(bearer.token(), entry).await?)
}
