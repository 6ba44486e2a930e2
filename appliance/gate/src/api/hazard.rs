//! `POST /api/v1/hazards`: somebody saw a hazard that nobody recorded, and one
//! service gets to know. Until it confirms it, the address says "reported".

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use firebox_contract::correction::MAX_SAW_CHARACTERS;
use firebox_protocol::Ask;
use firebox_protocol::query::Report;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::correct::{property, raise};
use super::reporting_role;
use crate::bearer::Bearer;
use crate::call::Call;
use crate::json::{Json, Written};
use crate::keeper_client::KeeperClient;
use crate::line;
use crate::problem::{Kind, Problem};
use crate::rooms::Words;
use crate::store_client::StoreClient;

/// Longest text of when it was seen, in characters.
pub(crate) const WHEN_CHARACTERS: usize = 120;
/// Longest code of a service, in characters.
const SERVICE_CHARACTERS: usize = 64;

pub(crate) fn call() -> Call {
    Call::post("/api/v1/hazards", "reportHazard", report_hazard)
        .about(
            "Tells one service of a hazard that nobody recorded. For officers and advisers; \
            logged without the words, which only the service can read.",
        )
        .with_session()
        .taking::<Asked>()
        .giving::<Sent>(
            201,
            "Sent to the service; shown at the address as reported.",
        )
        .refusing(Kind::OF_QUESTION)
        .refusing(&[Kind::NotFound, Kind::NobodyToTell, Kind::AlreadyThere])
}

/// What was seen.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReportHazard")]
struct Asked {
    /// Handle of the property, from a look-up in this session.
    about: String,
    /// A hazard code of the vocabulary.
    category: String,
    /// What was seen, in one line or several: at most 2,000 characters.
    saw: String,
    /// When, in one line of at most 120 characters.
    when: String,
    /// Code of the service that should know.
    to: String,
}

/// Where it was sent.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SentReport")]
struct Sent {
    /// Its reference, under which it can be asked after.
    correction: String,
    /// Visible name of the service that was told.
    sent_to: Vec<String>,
    /// Index of the log entry that was made before it was sent.
    entry: u64,
    /// How it stands until the service has answered.
    say: String,
}

impl Asked {
    /// Reads it; the role comes last, since only the keeper knows it.
    fn report(&self, words: &Words, session: &[u8; 32]) -> Result<Report, Problem> {
        let today = words.calendar.day(Timestamp::now());
        if !words.vocabulary.knows_hazard(&self.category, today) {
            let must = "be a hazard code of the vocabulary";
            return Err(Problem::unacceptable("category", must));
        }
        Ok(Report {
            uprn: property(&self.about, &words.handles, session)?,
            category: self.category.clone(),
            saw: line::several("saw", &self.saw, MAX_SAW_CHARACTERS)?,
            when: line::filled("when", &self.when, WHEN_CHARACTERS)?,
            to: line::filled("to", &self.to, SERVICE_CHARACTERS)?,
            by_role: String::new(),
        })
    }
}

async fn report_hazard(
    State(keeper): State<KeeperClient>,
    State(store): State<StoreClient>,
    State(words): State<Arc<Words>>,
    bearer: Bearer,
    Json(body): Json<Asked>,
) -> Result<(StatusCode, Written<Sent>), Problem> {
    let mut report = body.report(&words, &bearer.hash())?;
    report.by_role = reporting_role(&keeper, &bearer).await?;
    let raised = raise(&keeper, &store, &bearer, Ask::Report(report)).await?;
    let sent_to = raised.sent_to();
    let sent = Sent {
        say: format!(
            "Reported, not yet confirmed by {}. Phone them.",
            sent_to.join(" and ")
        ),
        sent_to,
        correction: raised.state.correction,
        entry: raised.entry,
    };
    Ok((StatusCode::CREATED, Written(sent)))
}
