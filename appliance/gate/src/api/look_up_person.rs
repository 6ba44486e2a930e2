//! `POST /api/v1/look-ups/person`: who may be meant, as hints.

use std::sync::Arc;

use axum::extract::State;
use firebox_protocol::answer::Answer;
use firebox_protocol::{Ask, Query};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{own_reference, purpose};
use crate::answer::{self, People, Writer};
use crate::ask::ask;
use crate::bearer::Bearer;
use crate::call::Call;
use crate::json::{Json, Written};
use crate::keeper_client::KeeperClient;
use crate::moment::rfc3339;
use crate::person::{self, Named};
use crate::problem::{Kind, Problem};
use crate::rooms::Words;
use crate::store_client::StoreClient;

/// The role that is shown who people are.
const SHOWN_PEOPLE: &str = "adviser";

pub(crate) fn call() -> Call {
    Call::post("/api/v1/look-ups/person", "lookUpPerson", look_up)
        .about(
            "Gives who may be meant, as hints. For advisers; officers are given the warnings \
            that follow a person and not who anybody is. The look is logged before it is \
            answered.",
        )
        .with_session()
        .taking::<LookUp>()
        .giving::<LookedUp>(
            200,
            "Who was found, which services were asked, and how fresh each is.",
        )
        .refusing(Kind::OF_QUESTION)
        .refusing(&[
            Kind::PersonMissing,
            Kind::PersonUnclear,
            Kind::OneMoreThing,
            Kind::UnknownPurpose,
            Kind::ReferenceMissing,
        ])
}

/// One person, named by exactly one of `phone`, `nhs_number`, `name` with
/// either `date_of_birth` or `postcode`, or `service_reference`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LookUpPerson")]
struct LookUp {
    /// Purpose code of the policy, for example `call`.
    purpose: String,
    /// Id of the call or case; without it the box makes a `CALL-` reference.
    reference: Option<String>,
    /// A telephone number, with a country code or as dialled in the UK.
    phone: Option<String>,
    /// NHS number, ten digits.
    nhs_number: Option<String>,
    /// Words of the name in any order, at most 120 characters.
    name: Option<String>,
    /// Date of birth, `YYYY-MM-DD` or `d/m/YYYY`; with a name.
    date_of_birth: Option<String>,
    /// Full postcode of where they are or were; with a name.
    postcode: Option<String>,
    /// A service's own id of the person, at most 120 characters.
    service_reference: Option<String>,
}

/// Who was found.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LookedUpPerson")]
struct LookedUp {
    /// Index of the log entry that was made before this was answered.
    entry: u64,
    /// When (RFC 3339).
    checked_at: String,
    /// The reference that stands in the entry.
    reference: String,
    #[serde(flatten)]
    people: People,
}

impl LookUp {
    fn query(&self) -> Result<Query, Problem> {
        let named = Named {
            phone: self.phone.as_deref(),
            nhs_number: self.nhs_number.as_deref(),
            name: self.name.as_deref(),
            date_of_birth: self.date_of_birth.as_deref(),
            postcode: self.postcode.as_deref(),
            service_reference: self.service_reference.as_deref(),
        };
        Ok(Query {
            purpose: purpose(&self.purpose)?,
            reference: own_reference(self.reference.as_deref())?,
            ask: Ask::Person(person::read(named)?),
        })
    }
}

async fn look_up(
    State(keeper): State<KeeperClient>,
    State(store): State<StoreClient>,
    State(words): State<Arc<Words>>,
    bearer: Bearer,
    Json(body): Json<LookUp>,
) -> Result<Written<LookedUp>, Problem> {
    let query = body.query()?;
    let Ask::Person(by) = &query.ask else {
        return Err(Problem::new(Kind::Unexpected));
    };
    let mut asked = answer::Asked::of(by);
    let answered = ask(&keeper, &store, &bearer, &query).await?;
    let Answer::People(found) = answered.answer else {
        return Err(Problem::new(Kind::Unexpected));
    };
    // Nobody given can mean nobody found, or somebody of whom this role is
    // shown nothing: "we could not find anyone" would be untrue then.
    if found.matches.is_empty() {
        let roles = keeper.session(bearer.token()).await?.roles;
        asked.warnings_only = !roles.iter().any(|role| role == SHOWN_PEOPLE);
    }
    let now = Timestamp::now();
    let session = bearer.hash();
    let writer = Writer::new(&words, &session, now, &answered.standing);
    Ok(Written(LookedUp {
        entry: answered.entry,
        checked_at: rfc3339(now),
        reference: answered.reference,
        people: writer.people(found, asked)?,
    }))
}
