//! Releases as they stand in entries: who, as what, for which record, why, and
//! what was decided. Never what was in the detail, only which members it had.

use firebox_contract::envelope::Context;
use firebox_protocol::Slip;
use firebox_protocol::gate_keeper::Why;
use jiff::Timestamp;
use serde::Serialize;

use crate::log::database::stored;
use crate::people::Who;
use crate::release::Wish;
use crate::release_judge::ground_code;

/// How we know that this person asked: the gate says so, and the session is
/// theirs. A signature of their own key will be another word.
const ASSERTED: &str = "gate";

/// Who wishes what of which record.
#[derive(Serialize)]
pub(crate) struct Asking<'a> {
    #[serde(flatten)]
    whose: Whose<'a>,
    #[serde(flatten)]
    why: Words<'a>,
    record: Record<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uprn: Option<String>,
}

/// Who asks, and how we know.
#[derive(Serialize)]
struct Whose<'a> {
    person: &'a str,
    roles: Vec<&'static str>,
    session: String,
    auth: &'static str,
    asserted_by: &'static str,
}

/// Why, in the words of whoever asks.
#[derive(Serialize)]
#[serde(untagged)]
enum Words<'a> {
    Stated {
        purpose: &'a str,
        reason: &'a str,
        reference: &'a str,
    },
    Emergency {
        ground: &'static str,
        happening: &'a str,
    },
    Again {
        release: &'a str,
    },
}

/// The record whose detail it is.
#[derive(Serialize)]
struct Record<'a> {
    /// The store's id, as `shown` has it.
    id: i64,
    service: &'a str,
    source: &'a str,
    /// The service's own id.
    key: &'a str,
    version: u64,
    class: &'static str,
    /// SHA-256(salt || padded payload): proves later what was in it.
    commitment: &'a str,
}

/// A wish that is granted.
#[derive(Serialize)]
pub(crate) struct Granting<'a> {
    #[serde(flatten)]
    pub(crate) asking: &'a Asking<'a>,
    pub(crate) decision: &'static str,
    /// The role that is granted it.
    pub(crate) by: &'static str,
    pub(crate) release: &'a str,
    /// Entry of the release that is shown again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_entry: Option<u64>,
    /// Members of the detail that were in it.
    pub(crate) fields: &'a [&'static str],
    pub(crate) valid_until: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) review: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) escalated: Option<bool>,
}

/// A try at a release that was refused before its record was known.
#[derive(Serialize)]
pub(crate) struct FetchRefused<'a> {
    #[serde(flatten)]
    whose: Whose<'a>,
    /// The release that was to be shown again.
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<&'a str>,
}

impl<'a> FetchRefused<'a> {
    pub(crate) fn new(who: &'a Who, release: Option<&'a str>) -> Self {
        Self {
            whose: Whose::of(who),
            release,
        }
    }
}

/// Something that was not what it should be.
#[derive(Serialize)]
pub(crate) struct Alarm<'a> {
    #[serde(flatten)]
    whose: Whose<'a>,
    #[serde(flatten)]
    why: Words<'a>,
    alarm: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    slip: Option<OnSlip<'a>>,
}

/// What the store said it was.
#[derive(Serialize)]
struct OnSlip<'a> {
    id: i64,
    source: &'a str,
    key: &'a str,
    version: u64,
}

impl<'a> Asking<'a> {
    pub(crate) fn new(who: &'a Who, wish: &'a Wish, slip: &'a Slip, context: &'a Context) -> Self {
        Self {
            whose: Whose::of(who),
            why: Words::of(wish),
            record: Record {
                id: slip.record,
                service: &context.service,
                source: &context.source,
                key: &context.record,
                version: context.version,
                class: context.class.code(),
                commitment: &context.commitment,
            },
            uprn: slip.uprn.map(|uprn| uprn.to_string()),
        }
    }

    /// Gives the stated purpose; '' where there is none.
    pub(crate) fn purpose(&self) -> &str {
        match self.why {
            Words::Stated { purpose, .. } => purpose,
            Words::Emergency { .. } | Words::Again { .. } => "",
        }
    }
}

impl<'a> Alarm<'a> {
    pub(crate) fn new(
        who: &'a Who,
        wish: &'a Wish,
        slip: Option<&'a Slip>,
        alarm: &'static str,
    ) -> Self {
        Self {
            whose: Whose::of(who),
            why: Words::of(wish),
            alarm,
            slip: slip.map(|slip| OnSlip {
                id: slip.record,
                source: &slip.source,
                key: &slip.key,
                version: slip.version,
            }),
        }
    }
}

impl<'a> Whose<'a> {
    fn of(who: &'a Who) -> Self {
        Self {
            person: &who.person.name,
            roles: who.person.role_codes(),
            session: who.session_hex(),
            auth: who.auth.code(),
            asserted_by: ASSERTED,
        }
    }
}

impl<'a> Words<'a> {
    fn of(wish: &'a Wish) -> Self {
        match wish {
            Wish::Release(Why::Stated {
                purpose,
                reason,
                reference,
            }) => Self::Stated {
                purpose,
                reason,
                reference,
            },
            Wish::Release(Why::Emergency { ground, happening }) => Self::Emergency {
                ground: ground_code(*ground),
                happening,
            },
            Wish::Again(release) => Self::Again { release },
        }
    }
}

/// Writes a moment as people read it in entries.
pub(crate) fn rfc3339(wall_ms: u64) -> String {
    Timestamp::from_millisecond(stored(wall_ms))
        .unwrap_or(Timestamp::MAX)
        .to_string()
}
