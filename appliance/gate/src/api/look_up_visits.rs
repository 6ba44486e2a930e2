//! `POST /api/v1/look-ups/visits`: an officer's visits of a day, one result a
//! visit, in order.

use std::sync::Arc;

use axum::extract::State;
use firebox_contract::record;
use firebox_protocol::answer::Answer;
use firebox_protocol::query::MAX_VISITS;
use firebox_protocol::{Ask, Query, Visit};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{purpose, reference};
use crate::address::{self, Named};
use crate::answer::{Found, Writer};
use crate::ask::ask;
use crate::bearer::Bearer;
use crate::call::Call;
use crate::json::{Json, Written};
use crate::keeper_client::KeeperClient;
use crate::moment::rfc3339;
use crate::problem::{Kind, Problem};
use crate::rooms::Words;
use crate::store_client::StoreClient;

pub(crate) fn call() -> Call {
    Call::post("/api/v1/look-ups/visits", "lookUpVisits", look_up)
        .about(
            "Gives the warnings of the addresses of an officer's own visits of a day, at \
            most 60. The look is logged before it is answered.",
        )
        .with_session()
        .taking::<LookUp>()
        .giving::<LookedUp>(200, "One result a visit, in the order they were asked.")
        .refusing(Kind::OF_QUESTION)
        .refusing(&[
            Kind::AddressMissing,
            Kind::UnknownPurpose,
            Kind::ReferenceMissing,
        ])
}

/// A day's visits.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LookUpVisits")]
struct LookUp {
    /// Purpose code of the policy, for example `visit`.
    purpose: String,
    /// The day, `YYYY-MM-DD`.
    date: String,
    /// The visits, 1 to 60.
    visits: Vec<Asked>,
}

/// One visit, its address named by exactly one of `uprn` or `address`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Visit")]
struct Asked {
    /// The officer's own id of the visit.
    reference: String,
    /// UPRN, 1 to 12 digits as text.
    uprn: Option<String>,
    /// The address as typed, at most 200 characters.
    address: Option<String>,
}

/// What was found.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LookedUpVisits")]
struct LookedUp {
    /// Index of the log entry that was made before this was answered.
    entry: u64,
    /// When (RFC 3339).
    checked_at: String,
    /// One a visit, in the order they were asked.
    visits: Vec<OneVisit>,
}

/// What was found for one visit.
#[derive(Serialize, JsonSchema)]
struct OneVisit {
    /// The officer's own id of the visit.
    reference: String,
    #[serde(flatten)]
    found: Found,
}

impl LookUp {
    fn query(&self) -> Result<Query, Problem> {
        if self.visits.is_empty() || self.visits.len() > MAX_VISITS {
            return Err(Problem::unacceptable("visits", "hold 1 to 60 visits"));
        }
        let date = record::date("date", &self.date, "%Y-%m-%d")
            .map_err(|_| Problem::unacceptable("date", "be a date as YYYY-MM-DD"))?;
        let visits = self.visits.iter().enumerate();
        let visits = visits
            .map(|(at, visit)| visit.read(at))
            .collect::<Result<_, _>>()?;
        let ask = Ask::Visits { date, visits };
        Ok(Query {
            purpose: purpose(&self.purpose)?,
            reference: None,
            ask,
        })
    }
}

impl Asked {
    fn read(&self, at: usize) -> Result<Visit, Problem> {
        let within = format!("visits[{at}].");
        let named = Named {
            within: &within,
            uprn: self.uprn.as_deref(),
            address: self.address.as_deref(),
            ..Named::default()
        };
        Ok(Visit {
            reference: reference(&format!("{within}reference"), &self.reference)?,
            at: address::read(named)?,
        })
    }
}

/// A day's visits as they were looked up, and the entry that was made before.
pub(crate) struct LookedDay {
    /// Index of the entry.
    pub(crate) entry: u64,
    /// When.
    pub(crate) at: Timestamp,
    /// The reference of the look, which stands in the entry beside each visit's own.
    pub(crate) reference: String,
    /// What was found, one a visit, in the order they were asked.
    pub(crate) visits: Vec<Found>,
}

async fn look_up(
    State(keeper): State<KeeperClient>,
    State(store): State<StoreClient>,
    State(words): State<Arc<Words>>,
    bearer: Bearer,
    Json(body): Json<LookUp>,
) -> Result<Written<LookedUp>, Problem> {
    let looked = look_at(&keeper, &store, &words, &bearer, &body.query()?).await?;
    let visits = body.visits.into_iter().zip(looked.visits);
    let visits = visits.map(|(visit, found)| OneVisit {
        reference: visit.reference,
        found,
    });
    Ok(Written(LookedUp {
        entry: looked.entry,
        checked_at: rfc3339(looked.at),
        visits: visits.collect(),
    }))
}

/// Asks one question for a day's visits and puts the answers into words.
pub(crate) async fn look_at(
    keeper: &KeeperClient,
    store: &StoreClient,
    words: &Words,
    bearer: &Bearer,
    query: &Query,
) -> Result<LookedDay, Problem> {
    let answered = ask(keeper, store, bearer, query).await?;
    let (Ask::Visits { visits, .. }, Answer::Visits(answers)) = (&query.ask, answered.answer)
    else {
        return Err(Problem::new(Kind::Unexpected));
    };
    // One result too few would put a warning on the wrong visit.
    if answers.len() != visits.len() {
        return Err(Problem::new(Kind::Unexpected));
    }
    let at = Timestamp::now();
    let session = bearer.hash();
    let writer = Writer::new(words, &session, at, &answered.standing);
    let found = answers.into_iter().map(|answer| writer.found(answer));
    Ok(LookedDay {
        entry: answered.entry,
        at,
        reference: answered.reference,
        visits: found.collect::<Result<_, _>>()?,
    })
}
