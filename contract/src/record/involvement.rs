//! Which teams know a person, and what staff must do before they talk.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Owner, Phone};

/// A team that works with a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Involvement {
    /// The name by which the team may be named to a caller: the name of a
    /// service can itself disclose.
    pub team: String,
    /// What the team does for them, one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The worker, where the service lets them be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker: Option<String>,
    /// Where a call is put through to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Phone>,
    /// Its hours, as people say them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// Last day; none means still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// A wellbeing and safety marker: what to do, never why. It hides addresses,
/// telephone numbers but the safe ones, and everybody who may speak.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Safety {
    /// Code of the vocabulary's safety instructions, or [`super::UNMAPPED`].
    pub instruction: String,
    /// The service's own code or label, kept and never shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_code: Option<String>,
    /// Whether the person is left out of every search by name, and shown to
    /// nobody who has an exact number either.
    #[serde(default)]
    pub withheld: bool,
    /// Who can be asked.
    pub owner: Owner,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// Last day; none means still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}
