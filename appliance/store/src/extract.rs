//! Which columns of a record the search needs. Pure; the sweep computes them
//! again and compares.

use firebox_contract::record::{HazardFlag, Location, Property, Record, State, Subject};

use crate::line::{named, words_of};
use crate::people::columns::{PERSON, PersonColumns, fold_reference, of_person};

/// What stands in the tables beside the statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Columns {
    /// Of an address.
    Property(PropertyColumns),
    /// Of a person.
    Person(PersonColumns),
    /// Of a warning.
    Hazard(HazardColumns),
}

/// An address's columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PropertyColumns {
    pub(crate) uprn: u64,
    pub(crate) postcode: String,
    pub(crate) numbers: String,
    pub(crate) parent: Option<u64>,
    /// Folded words for the full-text index.
    pub(crate) words: String,
}

/// A warning's columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HazardColumns {
    pub(crate) uprn: Option<u64>,
    /// Postcode and numbers.
    pub(crate) place: Option<(String, String)>,
    /// The service's own id of the person it follows, folded.
    pub(crate) person: Option<String>,
    pub(crate) code: String,
    pub(crate) subject: i64,
    pub(crate) ended: bool,
    pub(crate) ends_on: Option<String>,
}

impl Columns {
    /// Gives the number a statement's kind is stored as.
    pub(crate) fn kind(&self) -> i64 {
        match self {
            Columns::Property(_) => PROPERTY,
            Columns::Person(_) => PERSON,
            Columns::Hazard(_) => HAZARD,
        }
    }
}

/// `statement.kind` of an address.
pub(crate) const PROPERTY: i64 = 1;
/// `statement.kind` of a warning.
pub(crate) const HAZARD: i64 = 3;

/// Takes the columns out of a record whose key is `key`.
pub(crate) fn columns(record: &Record, key: &str) -> Columns {
    match record {
        Record::Property(property) => Columns::Property(of_property(property)),
        Record::Person(person) => Columns::Person(of_person(person, key)),
        Record::Hazard(flag) => Columns::Hazard(of_hazard(flag)),
    }
}

fn of_property(property: &Property) -> PropertyColumns {
    let uprn = property.uprn.number();
    PropertyColumns {
        uprn,
        postcode: property.place.postcode.as_str().to_owned(),
        numbers: property.place.numbers(),
        // Some exports name a building as its own parent.
        parent: property
            .parent
            .map(|parent| parent.number())
            .filter(|parent| *parent != uprn),
        words: words_of(property),
    }
}

fn of_hazard(flag: &HazardFlag) -> HazardColumns {
    let mut columns = HazardColumns {
        uprn: None,
        place: None,
        person: None,
        code: flag.code.clone(),
        subject: match flag.subject {
            Subject::Property => 1,
            Subject::Person => 2,
            Subject::PersonAtProperty => 3,
        },
        ended: flag.state == State::Ended,
        ends_on: flag.end.as_ref().map(|end| end.on.to_string()),
    };
    match &flag.location {
        Location::Uprn(uprn) => columns.uprn = Some(uprn.number()),
        Location::Address(place) => columns.place = named(place),
        Location::Person(key) => columns.person = Some(fold_reference(key)),
    }
    columns
}
