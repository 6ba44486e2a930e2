//! What the gate asks on a person's behalf. The same bytes go to the keeper,
//! which decides and logs, and to the store, which answers.

use firebox_contract::record::{Postcode, Uprn};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::permit::Action;

/// Most visits in one question.
pub const MAX_VISITS: usize = 60;
/// Longest typed address in characters.
pub const MAX_ADDRESS_CHARACTERS: usize = 200;
/// Longest reference of a visit or call in characters.
pub const MAX_REFERENCE_CHARACTERS: usize = 64;
/// Most rows of any answer for one address.
pub const MAX_MATCHES: u16 = 20;

/// One question, with why it is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Purpose code of the policy.
    pub purpose: String,
    /// Id of the visit or call, in the caller's own words.
    pub reference: Option<String>,
    /// What is asked.
    pub ask: Ask,
}

/// What can be asked of the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// One address.
    Property(PropertyBy),
    /// The addresses of an officer's own visits on a day.
    Visits {
        /// The day.
        date: Date,
        /// Up to 60, answered in this order.
        visits: Vec<Visit>,
    },
    /// The state of the sources.
    Sources,
    /// The sealed envelope of one record. Only the keeper makes this question
    /// ([`crate::gate_keeper::Request::Fetch`]); brought by the gate it is malformed.
    Envelope {
        /// The store's id of the record.
        record: i64,
    },
    /// Decide a held reading.
    DecideHold {
        /// Its id, from the state of the sources.
        hold: u64,
        /// True to apply it (two persons), false to throw it away.
        apply: bool,
    },
}

impl Ask {
    /// Gives the action a permit must be for.
    pub fn action(&self) -> Action {
        match self {
            Ask::Property(_) => Action::Property,
            Ask::Visits { .. } => Action::Visits,
            Ask::Sources => Action::Sources,
            Ask::Envelope { .. } => Action::Envelope,
            Ask::DecideHold { apply: true, .. } => Action::ApplyHold,
            Ask::DecideHold { apply: false, .. } => Action::RejectHold,
        }
    }
}

/// How an address is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PropertyBy {
    /// By its number.
    Uprn(Uprn),
    /// By postcode and house number or name.
    Place {
        /// The postcode.
        postcode: Postcode,
        /// Number or name of the house, trimmed.
        number: String,
    },
    /// As typed, at most 200 characters.
    Address(String),
}

/// One visit of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The officer's own reference of the visit.
    pub reference: String,
    /// Where.
    pub at: PropertyBy,
}

/// A query as both receive it: its postcard bytes.
pub fn to_bytes(query: &Query) -> Result<Vec<u8>, crate::frame::FrameError> {
    postcard::to_stdvec(query).map_err(|_| crate::frame::FrameError::Message)
}

/// Reads a query whole and exact.
pub fn from_bytes(bytes: &[u8]) -> Result<Query, crate::frame::FrameError> {
    crate::frame::decode(bytes)
}
