//! `GET /api/v1/corrections/{ref}`: how a correction or a reported hazard
//! stands with each service it was sent to.

use std::sync::Arc;

use axum::extract::State;
use firebox_protocol::answer::Answer;
use firebox_protocol::{Ask, Query};
use jiff::Timestamp;

use super::CORRECTION;
use crate::answer::{Standing, Writer};
use crate::ask::ask;
use crate::bearer::Bearer;
use crate::call::{Call, Form, Parameter};
use crate::json::Written;
use crate::keeper_client::KeeperClient;
use crate::path::CorrectionReference;
use crate::problem::{Kind, Problem};
use crate::rooms::Words;
use crate::store_client::StoreClient;

pub(crate) fn call() -> Call {
    Call::get("/api/v1/corrections/{ref}", "readCorrection", read)
        .about(
            "Gives how a correction or a reported hazard stands with each service: no word of \
            what is wrong. For advisers and officers; logged.",
        )
        .with_session()
        .with_parameters(&[Parameter {
            place: "path",
            name: "ref",
            about: "Its reference, from the answer when it was sent.",
            form: Form::Text(CorrectionReference::PATTERN),
        }])
        .giving::<Standing>(200, "How it stands.")
        .refusing(Kind::OF_QUESTION)
        .refusing(&[Kind::NotFound])
}

async fn read(
    State(keeper): State<KeeperClient>,
    State(store): State<StoreClient>,
    State(words): State<Arc<Words>>,
    bearer: Bearer,
    reference: CorrectionReference,
) -> Result<Written<Standing>, Problem> {
    standing(&keeper, &store, &words, &bearer, &reference)
        .await
        .map(Written)
}

/// Asks how a correction or a reported hazard stands.
pub(crate) async fn standing(
    keeper: &KeeperClient,
    store: &StoreClient,
    words: &Words,
    bearer: &Bearer,
    reference: &CorrectionReference,
) -> Result<Standing, Problem> {
    let query = Query {
        purpose: CORRECTION.to_owned(),
        reference: None,
        ask: Ask::Correction(reference.text().to_owned()),
    };
    let answered = ask(keeper, store, bearer, &query).await?;
    let Answer::Correction(state) = answered.answer else {
        return Err(Problem::new(Kind::Unexpected));
    };
    if state.correction != reference.text() {
        return Err(Problem::new(Kind::Unexpected));
    }
    let session = bearer.hash();
    let writer = Writer::new(words, &session, Timestamp::now(), &answered.standing);
    Ok(writer.standing_of(state))
}
