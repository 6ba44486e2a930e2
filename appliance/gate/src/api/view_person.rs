//! `POST /api/v1/people/{person}/view`: one person, as an adviser needs them
//! before the greeting ends.

use std::sync::Arc;

use axum::extract::State;
use firebox_protocol::answer::Answer;
use firebox_protocol::query::{self, Confirmed, View};
use firebox_protocol::{Ask, Query};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{own_reference, purpose};
use crate::answer::{Person, Writer};
use crate::ask::ask;
use crate::bearer::Bearer;
use crate::call::{Call, Form, Parameter};
use crate::handle::{Handles, Kind as HandleKind, proxy_of};
use crate::json::{self, Json, Written};
use crate::keeper_client::KeeperClient;
use crate::moment::rfc3339;
use crate::path::PersonHandle;
use crate::person;
use crate::problem::{Kind, Problem};
use crate::rooms::Words;
use crate::store_client::StoreClient;

pub(crate) fn call() -> Call {
    Call::post("/api/v1/people/{person}/view", "viewPerson", view)
        .about(
            "Gives what to call a person, how to communicate with them, who knows them and \
            who may speak for them. For advisers; logged before it is answered.",
        )
        .with_session()
        .with_parameters(&[Parameter {
            place: "path",
            name: "person",
            about: "Handle of the person, from a look-up in this session.",
            form: Form::Text(PersonHandle::PATTERN),
        }])
        .taking::<Asked>()
        .giving::<Viewed>(200, "The person, as much of them as this caller allows.")
        .refusing(Kind::OF_QUESTION)
        .refusing(&[
            Kind::NotFound,
            Kind::NotConfirmed,
            Kind::UnknownPurpose,
            Kind::ReferenceMissing,
        ])
}

/// Who is on the line, and what they said.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ViewPerson")]
struct Asked {
    /// Purpose code of the policy, for example `call`.
    purpose: String,
    /// Id of the call or case; without it the box makes a `CALL-` reference.
    reference: Option<String>,
    /// Who is on the line.
    #[serde(deserialize_with = "json::code")]
    caller: Caller,
    /// Handle of the one who speaks for them, from `who_may_speak`; only with
    /// the caller `proxy`. Left out: they are not on the list.
    proxy: Option<String>,
    /// What the caller said, to be compared and never shown.
    confirmed: Option<Given>,
}

/// `self`: the person. `proxy`: somebody who speaks for them. `unsure`: not known.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "CallerIs")]
enum Caller {
    #[serde(rename = "self")]
    Person,
    Proxy,
    Unsure,
}

/// What the caller said about the person. Two or more that are all right
/// confirm them; wrong ones count.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CallerSaid")]
struct Given {
    /// Date of birth, `YYYY-MM-DD` or `d/m/YYYY`.
    date_of_birth: Option<String>,
    /// Full postcode.
    postcode: Option<String>,
    /// House number or name, at most 60 characters.
    house_number: Option<String>,
}

/// One person.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ViewedPerson")]
struct Viewed {
    /// Index of the log entry that was made before this was answered.
    entry: u64,
    /// When (RFC 3339).
    checked_at: String,
    /// The reference that stands in the entry.
    reference: String,
    #[serde(flatten)]
    person: Person,
}

impl Asked {
    fn query(
        &self,
        PersonHandle(handle): &PersonHandle,
        handles: &Handles,
        session: &[u8; 32],
    ) -> Result<Query, Problem> {
        let view = View {
            caller: self.caller(handles, session)?,
            confirmed: self
                .confirmed
                .as_ref()
                .map_or(Ok(Confirmed::default()), Given::read)?,
            person: handles
                .open(HandleKind::Person, handle, session)?
                .cast_signed(),
        };
        Ok(Query {
            purpose: purpose(&self.purpose)?,
            reference: own_reference(self.reference.as_deref())?,
            ask: Ask::View(view),
        })
    }

    fn caller(&self, handles: &Handles, session: &[u8; 32]) -> Result<query::Caller, Problem> {
        match (self.caller, self.proxy.as_deref()) {
            (Caller::Person, None) => Ok(query::Caller::Person),
            (Caller::Unsure, None) => Ok(query::Caller::Unsure),
            (Caller::Proxy, None) => Ok(query::Caller::Proxy(None)),
            (Caller::Proxy, Some(handle)) => {
                let number = handles.open(HandleKind::Proxy, handle, session)?;
                Ok(query::Caller::Proxy(Some(proxy_of(number))))
            }
            (Caller::Person | Caller::Unsure, Some(_)) => {
                let must = "be left out unless `caller` is `proxy`";
                Err(Problem::unacceptable("proxy", must))
            }
        }
    }
}

impl Given {
    fn read(&self) -> Result<Confirmed, Problem> {
        person::confirmed(
            self.date_of_birth.as_deref(),
            self.postcode.as_deref(),
            self.house_number.as_deref(),
        )
    }
}

/// One person as they were viewed, and the entry that was made before.
pub(crate) struct Seen {
    /// Index of the entry.
    pub(crate) entry: u64,
    /// When.
    pub(crate) at: Timestamp,
    /// The reference that stands in the entry.
    pub(crate) reference: String,
    /// The person.
    pub(crate) person: Person,
}

async fn view(
    State(keeper): State<KeeperClient>,
    State(store): State<StoreClient>,
    State(words): State<Arc<Words>>,
    bearer: Bearer,
    handle: PersonHandle,
    Json(body): Json<Asked>,
) -> Result<Written<Viewed>, Problem> {
    let query = body.query(&handle, &words.handles, &bearer.hash())?;
    let seen = look_at(&keeper, &store, &words, &bearer, &query).await?;
    Ok(Written(Viewed {
        entry: seen.entry,
        checked_at: rfc3339(seen.at),
        reference: seen.reference,
        person: seen.person,
    }))
}

/// Asks one question about one person and puts the answer into words.
pub(crate) async fn look_at(
    keeper: &KeeperClient,
    store: &StoreClient,
    words: &Words,
    bearer: &Bearer,
    query: &Query,
) -> Result<Seen, Problem> {
    let Ask::View(View { caller, .. }) = &query.ask else {
        return Err(Problem::new(Kind::Unexpected));
    };
    let answered = ask(keeper, store, bearer, query).await?;
    let Answer::Person(answer) = answered.answer else {
        return Err(Problem::new(Kind::Unexpected));
    };
    let at = Timestamp::now();
    let session = bearer.hash();
    let writer = Writer::new(words, &session, at, &answered.standing);
    let person = writer.person(*answer, caller)?;
    Ok(Seen {
        entry: answered.entry,
        at,
        reference: answered.reference,
        person: person.ok_or(Problem::new(Kind::Unexpected))?,
    })
}
