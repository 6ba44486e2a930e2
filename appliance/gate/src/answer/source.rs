//! How fresh what the box knows is, service by service and feed by feed.

use firebox_protocol::answer::{FeedState, Freshness, Hold as HoldState, ServiceState};
use schemars::JsonSchema;
use serde::Serialize;

use crate::moment::rfc3339;

/// One service that could hold an answer.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Source {
    /// Its code.
    pub(crate) service: String,
    /// Its visible name.
    pub(crate) name: String,
    /// How it is. Anything but `fresh`: ring before you rely on "nothing found".
    pub(crate) state: State,
    /// Age of what it last sent, as an instant (RFC 3339); null: it never sent.
    pub(crate) last_synced: Option<String>,
    /// Its number, as people read it aloud.
    pub(crate) phone: String,
}

/// `late`: past its time. `stopped`: long past it, or never came. `held`: a
/// reading waits for a decision, or something in it could not be placed.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    Fresh,
    Late,
    Stopped,
    Held,
}

/// One feed of a service.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Feed {
    /// The service's code.
    pub(crate) service: String,
    /// The service's visible name.
    pub(crate) name: String,
    /// The feed's id.
    pub(crate) source: String,
    /// How it is.
    pub(crate) state: State,
    /// Age of what it last sent, as an instant (RFC 3339); null: it never sent.
    pub(crate) last_synced: Option<String>,
    /// The service's number.
    pub(crate) phone: String,
    /// Live statements.
    pub(crate) records: u64,
    /// Rows that could not be read and are announced as such.
    pub(crate) held_rows: u64,
    /// Sequence of the last batch.
    pub(crate) sequence: u64,
    /// When it was received (RFC 3339).
    pub(crate) received: Option<String>,
    /// Code of what holds or fails it.
    pub(crate) code: Option<String>,
    /// A reading that waits for two persons.
    pub(crate) hold: Option<Hold>,
}

/// A reading that waits for a decision.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Hold {
    /// Its id, for the decision.
    pub(crate) id: u64,
    /// Why it waits.
    pub(crate) code: String,
    /// Live statements it would take away.
    pub(crate) removes: u64,
    /// Live statements now.
    pub(crate) of: u64,
    /// Since when (RFC 3339).
    pub(crate) since: String,
}

impl From<ServiceState> for Source {
    fn from(service: ServiceState) -> Self {
        Self {
            service: service.service,
            name: service.name,
            state: service.state.into(),
            last_synced: service.last_synced.map(rfc3339),
            phone: service.phone.spoken(),
        }
    }
}

impl From<FeedState> for Feed {
    fn from(feed: FeedState) -> Self {
        let service = feed.service;
        Self {
            service: service.service,
            name: service.name,
            source: feed.source,
            state: service.state.into(),
            last_synced: service.last_synced.map(rfc3339),
            phone: service.phone.spoken(),
            records: feed.records,
            held_rows: feed.held_rows,
            sequence: feed.sequence,
            received: feed.received.map(rfc3339),
            code: feed.code,
            hold: feed.hold.map(Hold::from),
        }
    }
}

impl From<HoldState> for Hold {
    fn from(hold: HoldState) -> Self {
        Self {
            id: hold.id,
            code: hold.code,
            removes: hold.removes,
            of: hold.of,
            since: rfc3339(hold.since),
        }
    }
}

impl From<Freshness> for State {
    fn from(freshness: Freshness) -> Self {
        match freshness {
            Freshness::Fresh => State::Fresh,
            Freshness::Late => State::Late,
            Freshness::Stopped => State::Stopped,
            Freshness::Held => State::Held,
        }
    }
}
