//! `POST /api/v1/corrections`: somebody was told that a record is wrong, and
//! the services that own it get to know.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use firebox_contract::correction::{Field, HowKnown};
use firebox_contract::record::{Reason, Uprn};
use firebox_protocol::answer::{Answer, CorrectionState};
use firebox_protocol::query::{About, Correct};
use firebox_protocol::{Ask, Query};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CORRECTION, reporting_role};
use crate::ask::ask;
use crate::bearer::Bearer;
use crate::call::Call;
use crate::handle::{Handles, Kind as HandleKind};
use crate::json::{self, Json, Written};
use crate::keeper_client::KeeperClient;
use crate::path::CorrectionReference;
use crate::problem::{Kind, Problem};
use crate::rooms::Words;
use crate::store_client::StoreClient;

pub(crate) fn call() -> Call {
    Call::post("/api/v1/corrections", "correctRecord", correct)
        .about(
            "Tells the services that own a field that it is wrong. For advisers and \
            officers; logged without the words, which only the services can read.",
        )
        .with_session()
        .taking::<Asked>()
        .giving::<Sent>(201, "Sent to the services named.")
        .refusing(Kind::OF_QUESTION)
        .refusing(&[Kind::NotFound, Kind::NobodyToTell, Kind::AlreadyThere])
}

/// What is wrong, and what it should be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CorrectRecord")]
struct Asked {
    /// Handle of the person, property or warning, from an answer in this session.
    about: String,
    /// Code of what is wrong.
    #[serde(deserialize_with = "json::code")]
    #[schemars(with = "String", extend("enum" = Field::ALL.map(|(_, code)| code)))]
    field: Field,
    /// What it should be: a telephone number, a date as `YYYY-MM-DD` or
    /// `d/m/YYYY`, an e-mail address, or one line of at most 500 characters.
    should_be: String,
    /// How the one who reports it knows.
    #[serde(deserialize_with = "json::code")]
    #[schemars(with = "String", extend("enum" = HowKnown::ALL.map(|(_, code)| code)))]
    how_known: HowKnown,
}

/// Where it was sent.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SentCorrection")]
struct Sent {
    /// Its reference, under which it can be asked after.
    correction: String,
    /// Visible names of the services that were told.
    sent_to: Vec<String>,
    /// Index of the log entry that was made before it was sent.
    entry: u64,
}

impl Asked {
    /// Reads it; the role comes last, since only the keeper knows it.
    fn correct(&self, handles: &Handles, session: &[u8; 32]) -> Result<Correct, Problem> {
        Ok(Correct {
            about: about(&self.about, handles, session)?,
            field: self.field,
            should_be: should_be(self.field, &self.should_be)?,
            how_known: self.how_known,
            by_role: String::new(),
        })
    }
}

/// Opens a handle as whichever of the three it is; it is of one kind only.
fn about(handle: &str, handles: &Handles, session: &[u8; 32]) -> Result<About, Problem> {
    if let Ok(person) = handles.open(HandleKind::Person, handle, session) {
        return Ok(About::Person(person.cast_signed()));
    }
    if let Ok(record) = handles.open(HandleKind::Flag, handle, session) {
        return Ok(About::Flag(record.cast_signed()));
    }
    property(handle, handles, session).map(About::Property)
}

/// Opens the handle of a property.
pub(super) fn property(
    handle: &str,
    handles: &Handles,
    session: &[u8; 32],
) -> Result<Uprn, Problem> {
    let number = handles.open(HandleKind::Property, handle, session)?;
    Uprn::parse(&number.to_string()).map_err(|_| Problem::new(Kind::NotFound))
}

fn should_be(field: Field, text: &str) -> Result<String, Problem> {
    field.should_be(text).map_err(|error| {
        let must = match (error.reason, field) {
            (Reason::Missing, _) => "not be blank",
            (Reason::TooLong, _) => "be at most 500 characters",
            (Reason::ControlCharacters, _) => "hold no control characters",
            (_, Field::Phone) => "be a whole telephone number",
            (_, Field::DateOfBirth) => "be a date as YYYY-MM-DD or d/m/YYYY",
            (_, Field::Email) => "be an e-mail address",
            _ => "be what the field should say, in one line",
        };
        Problem::unacceptable("should_be", must)
    })
}

/// What was raised with at least one service, under a reference that can be
/// asked after.
pub(crate) struct Raised {
    /// How it stands.
    pub(crate) state: CorrectionState,
    /// Index of the log entry that was made before it was sent.
    pub(crate) entry: u64,
}

impl Raised {
    /// Gives the visible names of the services that were told.
    pub(crate) fn sent_to(&self) -> Vec<String> {
        let told = self.state.sent_to.iter();
        told.map(|sent| sent.name.clone()).collect()
    }
}

/// Raises a correction or reports a hazard.
pub(crate) async fn raise(
    keeper: &KeeperClient,
    store: &StoreClient,
    bearer: &Bearer,
    what: Ask,
) -> Result<Raised, Problem> {
    let query = Query {
        purpose: CORRECTION.to_owned(),
        reference: None,
        ask: what,
    };
    let answered = ask(keeper, store, bearer, &query).await?;
    match answered.answer {
        Answer::Correction(state)
            if CorrectionReference::read(&state.correction).is_some()
                && !state.sent_to.is_empty() =>
        {
            Ok(Raised {
                state,
                entry: answered.entry,
            })
        }
        _ => Err(Problem::new(Kind::Unexpected)),
    }
}

async fn correct(
    State(keeper): State<KeeperClient>,
    State(store): State<StoreClient>,
    State(words): State<Arc<Words>>,
    bearer: Bearer,
    Json(body): Json<Asked>,
) -> Result<(StatusCode, Written<Sent>), Problem> {
    let mut correct = body.correct(&words.handles, &bearer.hash())?;
    correct.by_role = reporting_role(&keeper, &bearer).await?;
    let raised = raise(&keeper, &store, &bearer, Ask::Correct(correct)).await?;
    let sent = Sent {
        sent_to: raised.sent_to(),
        correction: raised.state.correction,
        entry: raised.entry,
    };
    Ok((StatusCode::CREATED, Written(sent)))
}
