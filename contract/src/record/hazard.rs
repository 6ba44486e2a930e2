//! Hazard flags: the open part (level 1) and the detail that is sealed (level 2).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{FieldError, Phone, Place, Reason, Uprn, line};

/// The hazard code of a warning whose own code the vocabulary does not know.
pub const UNMAPPED: &str = "unmapped";

/// Who or what a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// The place itself.
    Property,
    /// A person, wherever they are.
    Person,
    /// A person at one address; lapses there when the occupancy ends.
    PersonAtProperty,
}

/// Where a warning applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Location {
    /// At a UPRN.
    Uprn(Uprn),
    /// At an address the service knows only as text; the store finds its UPRN.
    Address(Place),
    /// At no address: it follows a person, named by the service's own key.
    Person(String),
}

/// How closely a detail is held; names the keys it is sealed to and the row of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Most warnings.
    Standard,
    /// Police-sourced and the like.
    NeedToKnow,
    /// Opened only after a custodian unlocked the class.
    Restricted,
}

impl Class {
    /// Gives the code used in contexts, policy and recipients.
    pub fn code(self) -> &'static str {
        match self {
            Class::Standard => "standard",
            Class::NeedToKnow => "need-to-know",
            Class::Restricted => "restricted",
        }
    }

    /// Lists every class, mildest first.
    pub fn all() -> [Class; 3] {
        [Class::Standard, Class::NeedToKnow, Class::Restricted]
    }
}

/// Who can be asked. Required: a warning nobody answers for is quarantined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// The team's visible name.
    pub team: String,
    /// Its number in hours.
    pub phone: Phone,
    /// Its hours, as people say them.
    pub hours: String,
    /// Its number out of hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_of_hours: Option<Phone>,
}

impl Owner {
    /// Builds an owner; a missing team or phone is `owner-missing`.
    pub fn parse(
        team: &str,
        phone: &str,
        hours: &str,
        out_of_hours: &str,
    ) -> Result<Self, FieldError> {
        let missing = |error: FieldError| match error.reason {
            Reason::Missing => FieldError::new("owner", Reason::OwnerMissing),
            _ => error,
        };
        Ok(Self {
            team: line("owner_team", team).map_err(missing)?,
            phone: Phone::parse(phone).map_err(missing)?,
            hours: if hours.trim().is_empty() {
                String::new()
            } else {
                line("owner_hours", hours)?
            },
            out_of_hours: match out_of_hours.trim() {
                "" => None,
                text => Some(Phone::parse(text)?),
            },
        })
    }
}

/// Where a warning is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Decided, not yet approved by a second person.
    Provisional,
    /// In force.
    #[default]
    Active,
    /// Being looked at again; still in force.
    UnderReview,
    /// No longer in force.
    Ended,
}

/// Why a warning ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndReason {
    /// The risk is gone.
    NoLongerApplies,
    /// It never was right.
    EnteredInError,
    /// The person moved away.
    OccupantLeft,
    /// Nobody reviewed it in time.
    ExpiredUnreviewed,
    /// The person appealed and was right.
    AppealUpheld,
}

/// The end of a warning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Last day it applied.
    pub on: Date,
    /// Why.
    pub reason: EndReason,
}

/// A warning, level 1: codes, owner and dates. No free text but names of teams
/// and the service's own code, which is kept and never shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardFlag {
    /// Who or what it is about.
    pub subject: Subject,
    /// Where it applies.
    pub location: Location,
    /// A hazard code of the vocabulary, or [`UNMAPPED`].
    pub code: String,
    /// The service's own code or label, kept for the owner and for later mapping.
    pub source_code: String,
    /// Control codes of the vocabulary; empty means the hazard's default ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<String>,
    /// Who can be asked.
    pub owner: Owner,
    /// How closely the detail is held.
    pub class: Class,
    /// First day in force.
    pub recorded_on: Date,
    /// Day by which the owner must look again.
    pub review_due: Date,
    /// Services whose officers this is for; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relevant_services: Vec<String>,
    /// Whether it lapses at the address when the occupancy ends.
    #[serde(default)]
    pub occupancy_bound: bool,
    /// Where it is in its life.
    #[serde(default)]
    pub state: State,
    /// Its end, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
}

/// The detail of a warning. Exists in the clear only in the agent, before it is
/// sealed, and in the keeper, after it is opened.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// What happened, triggers, what to do.
    pub note: String,
    /// Day of the incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident_date: Option<Date>,
    /// The service's reference of the incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident_reference: Option<String>,
    /// Whom it is about, as the service names them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// Who approved; never the same person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// When and how the person was told, or why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notified: Option<String>,
}

impl Detail {
    /// Refuses a decision approved by the person who made it.
    pub fn check(&self) -> Result<(), FieldError> {
        match (&self.decided_by, &self.approved_by) {
            (Some(decided), Some(approved)) if super::fold(decided) == super::fold(approved) => {
                Err(FieldError::new("approved_by", Reason::SamePersonApproved))
            }
            _ => Ok(()),
        }
    }
}

impl Drop for Detail {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        self.note.zeroize();
        self.person.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_without_an_owner_is_refused_as_owner_missing() {
        let refused = Owner::parse("Duty desk", " ", "", "").map_err(|e| e.reason);
        assert_eq!(refused, Err(Reason::OwnerMissing));
    }
}
