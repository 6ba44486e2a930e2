//! `POST /api/v1/look-ups/property`: what is there to know before knocking at
//! one address.

use std::sync::Arc;

use axum::extract::State;
use firebox_protocol::answer::Answer;
use firebox_protocol::{Ask, Query};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{own_reference, purpose};
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
    Call::post("/api/v1/look-ups/property", "lookUpProperty", look_up)
        .about(
            "Gives the warnings of one address. For officers and advisers; the look is \
            logged before it is answered.",
        )
        .with_session()
        .taking::<LookUp>()
        .giving::<LookedUp>(
            200,
            "What the box found, which services it asked, and how fresh each is.",
        )
        .refusing(Kind::OF_QUESTION)
        .refusing(&[
            Kind::AddressMissing,
            Kind::UnknownPurpose,
            Kind::ReferenceMissing,
        ])
}

/// One address, named by exactly one of `uprn`, `postcode` with `number`, or `address`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LookUpProperty")]
struct LookUp {
    /// Purpose code of the policy, for example `visit`.
    purpose: String,
    /// Id of the visit or call; without it the box makes a `CALL-` reference.
    reference: Option<String>,
    /// UPRN, 1 to 12 digits as text.
    uprn: Option<String>,
    /// Full postcode.
    postcode: Option<String>,
    /// House number or name.
    number: Option<String>,
    /// The address as typed, at most 200 characters.
    address: Option<String>,
}

/// What was found.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LookedUpProperty")]
struct LookedUp {
    /// Index of the log entry that was made before this was answered.
    entry: u64,
    /// When (RFC 3339).
    checked_at: String,
    /// The reference that stands in the entry.
    reference: String,
    #[serde(flatten)]
    found: Found,
}

impl LookUp {
    fn query(&self) -> Result<Query, Problem> {
        let named = Named {
            within: "",
            uprn: self.uprn.as_deref(),
            postcode: self.postcode.as_deref(),
            number: self.number.as_deref(),
            address: self.address.as_deref(),
        };
        Ok(Query {
            purpose: purpose(&self.purpose)?,
            reference: own_reference(self.reference.as_deref())?,
            ask: Ask::Property(address::read(named)?),
        })
    }
}

/// One address as it was looked up, and the entry that was made before.
pub(crate) struct Looked {
    /// Index of the entry.
    pub(crate) entry: u64,
    /// When.
    pub(crate) at: Timestamp,
    /// The reference that stands in the entry.
    pub(crate) reference: String,
    /// What was found.
    pub(crate) found: Found,
}

async fn look_up(
    State(keeper): State<KeeperClient>,
    State(store): State<StoreClient>,
    State(words): State<Arc<Words>>,
    bearer: Bearer,
    Json(body): Json<LookUp>,
) -> Result<Written<LookedUp>, Problem> {
    let looked = look_at(&keeper, &store, &words, &bearer, &body.query()?).await?;
    Ok(Written(LookedUp {
        entry: looked.entry,
        checked_at: rfc3339(looked.at),
        reference: looked.reference,
        found: looked.found,
    }))
}

/// Asks one question for an address and puts the answer into words.
pub(crate) async fn look_at(
    keeper: &KeeperClient,
    store: &StoreClient,
    words: &Words,
    bearer: &Bearer,
    query: &Query,
) -> Result<Looked, Problem> {
    let answered = ask(keeper, store, bearer, query).await?;
    let Answer::Property(answer) = answered.answer else {
        return Err(Problem::new(Kind::Unexpected));
    };
    let at = Timestamp::now();
    let session = bearer.hash();
    let writer = Writer::new(words, &session, at, &answered.standing);
    Ok(Looked {
        entry: answered.entry,
        at,
        reference: answered.reference,
        found: writer.found(answer)?,
    })
}
