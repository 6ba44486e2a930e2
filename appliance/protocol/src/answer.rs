//! What the store answers: codes, owners and ages. The gate makes the words.

use firebox_contract::correction::{Declined, Field};
use firebox_contract::record::{Class, Owner, Phone, Subject, Uprn};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Answer to one question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// To one address.
    Property(PropertyAnswer),
    /// To a day's visits, one a visit, in their order.
    Visits(Vec<PropertyAnswer>),
    /// To the state of the sources, one a feed.
    Sources(Vec<FeedState>),
    /// A hold was decided.
    HoldDecided,
    /// To the envelope of one record.
    Envelope(SealedDetail),
    /// To a search for a person.
    People(crate::person::PeopleAnswer),
    /// To one person.
    Person(Box<crate::person::PersonAnswer>),
    /// To a correction, a report, or a question how one stands.
    Correction(CorrectionState),
}

/// How a correction or a reported hazard stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionState {
    /// Its `COR-` reference.
    pub correction: String,
    /// What is wrong; none: a new hazard.
    pub field: Option<Field>,
    /// When it was raised.
    pub raised: Timestamp,
    /// One a service it was sent to.
    pub sent_to: Vec<SentTo>,
}

/// Where a correction stands with one service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentTo {
    /// The service's code.
    pub service: String,
    /// Its visible name.
    pub name: String,
    /// Its number.
    pub phone: Phone,
    /// How far it is.
    pub progress: Progress,
    /// Since when.
    pub since: Timestamp,
}

/// How far a correction is with one service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    /// On the box, waiting for the service's agent.
    Raised,
    /// In the service's work file.
    Delivered,
    /// The service said it is put right; its feed does not show it yet.
    Done,
    /// The service's feed shows a change.
    Settled,
    /// The service does not change its record.
    Declined(Declined),
}

impl Progress {
    /// Tells whether nothing more will come of it.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Settled | Self::Declined(_))
    }
}

/// A sealed detail and the store's word of what it belongs to, both under a
/// cover ([`crate::cover`]) that only the keeper opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedDetail {
    /// [`crate::Slip`] as sealed, covered.
    #[serde(with = "crate::bytes")]
    pub slip: Vec<u8>,
    /// [`firebox_contract::envelope::Envelope`] bytes, covered.
    #[serde(with = "crate::bytes")]
    pub envelope: Vec<u8>,
}

/// What the box holds about one question for an address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PropertyAnswer {
    /// None: no such address is known, which is never "no warning". Several:
    /// the caller must choose, and no warning is shown for any.
    pub matches: Vec<PropertyMatch>,
    /// Whether there were more than could be given.
    pub more: bool,
    /// One a service that could hold an answer.
    pub sources: Vec<ServiceState>,
    /// True only when one address matched, every source is fresh, and nothing
    /// unread is held about the address.
    pub complete: bool,
}

/// One address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PropertyMatch {
    /// The UPRN.
    pub uprn: Uprn,
    /// Address lines.
    pub lines: Vec<String>,
    /// The postcode.
    pub postcode: String,
    /// The building it is part of.
    pub parent: Option<Uprn>,
    /// Its warnings; none given (not: none held) when several addresses matched.
    pub flags: Option<Vec<FlagRow>>,
    /// What a service holds about it that could not be read.
    pub notices: Vec<Notice>,
    /// Hazards reported here and not yet settled or declined.
    pub reports: Vec<ReportRow>,
}

/// A hazard somebody reported and no service confirmed yet. Codes only: what
/// was seen is sealed to the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    /// Its `COR-` reference.
    pub correction: String,
    /// Hazard code.
    pub category: String,
    /// When it was reported.
    pub raised: Timestamp,
    /// Visible name of the service it was sent to.
    pub service: String,
    /// Its number.
    pub phone: Phone,
}

/// Where a warning shown at an address belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// The address itself.
    Property,
    /// A person there.
    Person,
    /// The building the address is part of.
    Building,
}

/// One warning, level 1, as codes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlagRow {
    /// The store's id of the record; leaves the gate only as a handle.
    pub record: i64,
    /// Version of the service's statement.
    pub version: u64,
    /// Hazard code, or `unmapped`.
    pub code: String,
    /// Control codes; empty means the hazard's own.
    pub controls: Vec<String>,
    /// Who can be asked.
    #[serde(with = "whole_owner")]
    pub owner: Owner,
    /// Visible name of the service that says so.
    pub recorded_by: String,
    /// Since when.
    pub recorded_on: Date,
    /// By when it must be looked at again.
    pub review_due: Date,
    /// How closely the detail is held.
    pub class: Class,
    /// Whether there is a sealed detail.
    pub sealed: bool,
    /// Whose it is at this address.
    pub scope: Scope,
    /// Who or what it is about.
    pub subject: Subject,
    /// Corrections of it that are not over.
    pub reported: Vec<CorrectionState>,
}

/// Something a service holds about an address that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Visible name of the service.
    pub service: String,
    /// Its number.
    pub phone: Phone,
    /// True when only the neighbourhood (postcode) is known.
    pub near: bool,
}

/// How a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Freshness {
    /// In date.
    Fresh,
    /// Past its time.
    Late,
    /// Never came, long past its time, or its agent cannot read it.
    Stopped,
    /// A reading waits for a decision, or something in it could not be placed.
    Held,
}

/// One service, the worst of its feeds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceState {
    /// Its code.
    pub service: String,
    /// Its visible name.
    pub name: String,
    /// How it is.
    pub state: Freshness,
    /// When the service made the oldest of the newest readings; none: never.
    pub last_synced: Option<Timestamp>,
    /// Its number.
    pub phone: Phone,
}

/// One feed, for a service admin or reviewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedState {
    /// The service it belongs to.
    pub service: ServiceState,
    /// The feed's id.
    pub source: String,
    /// Live statements.
    pub records: u64,
    /// Rows that could not be read and are announced as such.
    pub held_rows: u64,
    /// Sequence of the last batch.
    pub sequence: u64,
    /// When it was received.
    pub received: Option<Timestamp>,
    /// Code of what holds or fails it.
    pub code: Option<String>,
    /// A reading that waits for a decision.
    pub hold: Option<Hold>,
}

/// A reading that waits for two persons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its id.
    pub id: u64,
    /// Why, for example `drop-over-guard`.
    pub code: String,
    /// Live statements it would take away.
    pub removes: u64,
    /// Live statements now.
    pub of: u64,
    /// Since when.
    pub since: Timestamp,
}

/// Writes an owner with all its fields. The contract leaves an empty one out,
/// as JSON may; on a socket, where fields have no names, none may be missing.
pub(crate) mod whole_owner {
    use firebox_contract::record::{Owner, Phone};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    type Fields = (String, Phone, String, Option<Phone>);

    pub(crate) fn serialize<S: Serializer>(owner: &Owner, to: S) -> Result<S::Ok, S::Error> {
        (&owner.team, &owner.phone, &owner.hours, &owner.out_of_hours).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Owner, D::Error> {
        let (team, phone, hours, out_of_hours) = Fields::deserialize(from)?;
        Ok(Owner {
            team,
            phone,
            hours,
            out_of_hours,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame;

    #[test]
    fn a_warning_crosses_the_socket_with_and_without_a_number_out_of_hours() {
        for out_of_hours in ["", "07700 900123"] {
            let flag = FlagRow {
                record: 1,
                version: 2,
                code: "asbestos".into(),
                controls: Vec::new(),
                owner: Owner::parse("Duty desk", "01632 960100", "", out_of_hours)
                    .expect("an owner"),
                recorded_by: "Housing".into(),
                recorded_on: Date::constant(2026, 5, 3),
                review_due: Date::constant(2027, 5, 3),
                class: Class::Standard,
                sealed: true,
                scope: Scope::Property,
                subject: Subject::Property,
                reported: Vec::new(),
            };
            let sent = frame::encode(1, &flag).expect("encodes");
            assert_eq!(frame::decode(&sent[frame::HEADER_BYTES..]), Ok(flag));
        }
    }
}
