//! Rows to records: what the mapping of a source file says, done to one row.
//!
//! What it is: functions from a row to a record, or to the field that did not
//! read and why. What it is not: it reads no file and keeps nothing. The
//! invariant it keeps: a column no key names is never looked at, free text
//! goes into a sealed detail or nowhere, and a row that fails still gives its
//! key and its place where these read.

mod code;
mod detail;
mod hazard;
mod list;
mod person;
mod place;
mod property;
mod shape;
mod value;
mod word;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod whole_exports;

use firebox_contract::record::{Class, Detail, FieldError, fold, line};
use firebox_contract::{Reason, Record, Vocabulary};
use serde::Deserialize;

pub(crate) use detail::DetailMap;
pub(crate) use place::Spot;
pub(crate) use shape::{Shapes, shape};
pub(crate) use value::View;

use crate::source::{Judge, SourceError};
use code::Tables;
use hazard::HazardMap;
use person::{Aids, PersonMap};
use property::PropertyMap;

/// `[map]` of a source file: exactly one of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MapFile {
    property: Option<PropertyMap>,
    hazard: Option<HazardMap>,
    person: Option<PersonMap>,
}

/// Rows to records of one kind.
#[derive(Debug)]
pub(crate) struct Mapping {
    kind: Kind,
    tables: Tables,
    test_identifiers: bool,
}

#[derive(Debug)]
enum Kind {
    Property(Box<PropertyMap>),
    Hazard(Box<HazardMap>, Option<Box<DetailMap>>),
    Person(Box<PersonMap>, Box<Vocabulary>),
}

/// What one row came to.
pub(crate) enum Mapped {
    /// No record: the mapping says that such rows carry none.
    Nothing,
    /// A record.
    Good(Box<Good>),
    /// A row that did not read.
    Bad(Bad),
}

/// A record and what belongs to it.
pub(crate) struct Good {
    /// The service's own id.
    pub(crate) key: String,
    /// The record.
    pub(crate) record: Record,
    /// What is to be sealed, and how closely.
    pub(crate) detail: Option<(Detail, Class)>,
    /// Where it is.
    pub(crate) spot: Spot,
    /// Optional values that did not read and were left out.
    pub(crate) left_out: u64,
}

/// A row that did not read.
pub(crate) struct Bad {
    /// The service's own id, where it reads.
    pub(crate) key: Option<String>,
    /// Where it is, as far as that reads.
    pub(crate) spot: Spot,
    /// The field, by its name in the contract.
    pub(crate) field: &'static str,
    /// Why.
    pub(crate) reason: Reason,
}

impl Mapping {
    /// Checks `[map]`, `[detail]` and `[tables]` against the code lists.
    pub(crate) fn build(
        map: MapFile,
        detail: Option<DetailMap>,
        tables: crate::source::TablesFile,
        judge: &Judge<'_>,
    ) -> Result<Self, SourceError> {
        let tables = Tables::build(tables)?;
        let kind = match (map.property, map.hazard, map.person) {
            (Some(map), None, None) => Kind::Property(Box::new(map)),
            (None, Some(map), None) => Kind::Hazard(Box::new(map), detail.map(Box::new)),
            (None, None, Some(map)) => {
                Kind::Person(Box::new(map), Box::new(judge.vocabulary.clone()))
            }
            _ => {
                return Err(SourceError::key(
                    "map",
                    "needs exactly one of property, hazard and person",
                ));
            }
        };
        let mapping = Self {
            kind,
            tables,
            test_identifiers: judge.test_identifiers,
        };
        match &mapping.kind {
            Kind::Property(map) => map.check(&mapping.tables)?,
            Kind::Hazard(map, detail) => {
                map.check(&mapping.tables, judge)?;
                detail.as_ref().map_or(Ok(()), |detail| detail.check())?;
            }
            Kind::Person(map, _) => map.check(&mapping.tables, judge)?,
        }
        Ok(mapping)
    }

    /// Names the columns the mapping reads.
    pub(crate) fn columns(&self) -> Vec<String> {
        match &self.kind {
            Kind::Property(map) => map.columns(),
            Kind::Hazard(map, detail) => {
                let mut columns = map.columns();
                columns.extend(detail.iter().flat_map(|detail| detail.columns()));
                columns
            }
            Kind::Person(map, _) => map.columns(),
        }
    }

    /// Tells whether the code lists decide, row by row, what a code becomes.
    pub(crate) fn looks_up_codes(&self) -> bool {
        matches!(&self.kind, Kind::Person(map, _) if map.looks_up_codes())
    }

    /// Names the columns that say where a row is, most telling first.
    pub(crate) fn uprn_column(&self) -> Option<&str> {
        match &self.kind {
            Kind::Property(map) => map.uprn.column(),
            Kind::Hazard(map, _) => map.uprn.as_ref().and_then(value::Text::column),
            Kind::Person(map, _) => map.uprn_column(),
        }
    }

    /// Maps one row; `key` are the columns of its key.
    pub(crate) fn map(&self, view: &View<'_>, key: &[String]) -> Mapped {
        let read_key = read_key(view, key);
        if let Some(reason) = view.flaw() {
            return self.bad(view, read_key.ok(), FieldError::new("row", reason));
        }
        if matches!(&self.kind, Kind::Hazard(map, _) if map.skips(view)) {
            return Mapped::Nothing;
        }
        match read_key.clone().and_then(|key| self.good(view, key)) {
            Ok(good) => Mapped::Good(Box::new(good)),
            Err(error) => self.bad(view, read_key.ok(), error),
        }
    }

    fn good(&self, view: &View<'_>, key: String) -> Result<Good, FieldError> {
        let mut left_out = 0;
        let (record, detail) = match &self.kind {
            Kind::Property(map) => (Record::Property(map.read(view, &self.tables)?), None),
            Kind::Hazard(map, detail) => {
                let flag = map.read(view, &self.tables)?;
                let class = flag.class;
                let detail = detail
                    .as_ref()
                    .map(|detail| detail.read(view))
                    .transpose()?
                    .flatten();
                (
                    Record::Hazard(Box::new(flag)),
                    detail.map(|detail| (detail, class)),
                )
            }
            Kind::Person(map, vocabulary) => {
                let aids = Aids {
                    tables: &self.tables,
                    vocabulary,
                    test_identifiers: self.test_identifiers,
                };
                let person = map.read(view, &aids, &mut left_out)?;
                (Record::Person(Box::new(person)), None)
            }
        };
        Ok(Good {
            key,
            record,
            detail,
            spot: self.spot(view),
            left_out,
        })
    }

    fn bad(&self, view: &View<'_>, key: Option<String>, error: FieldError) -> Mapped {
        let FieldError { field, reason } = error;
        Mapped::Bad(Bad {
            key,
            spot: self.spot(view),
            field,
            reason,
        })
    }

    /// Reads where a row is, without asking whether the rest of it reads.
    fn spot(&self, view: &View<'_>) -> Spot {
        match &self.kind {
            Kind::Property(map) => map.spot(view),
            Kind::Hazard(map, _) => map.spot(view),
            Kind::Person(map, _) => map.spot(view, &self.tables),
        }
    }
}

/// Joins the key's columns; every one of them must be filled.
fn read_key(view: &View<'_>, columns: &[String]) -> Result<String, FieldError> {
    let parts = columns
        .iter()
        .map(|column| line("key", &view.text(column)))
        .collect::<Result<Vec<_>, _>>()?;
    line("key", &parts.join("|"))
}

impl Mapped {
    /// Gives the row's own key, where it reads.
    pub(crate) fn key(&self) -> Option<&str> {
        match self {
            Self::Nothing => None,
            Self::Good(good) => Some(&good.key),
            Self::Bad(bad) => bad.key.as_deref(),
        }
    }

    /// Gives where the row is.
    pub(crate) fn spot(&self) -> Spot {
        match self {
            Self::Nothing => Spot::default(),
            Self::Good(good) => good.spot.clone(),
            Self::Bad(bad) => bad.spot.clone(),
        }
    }
}

impl Good {
    /// Gives what tells one person from another, for noticing a key that was
    /// given to somebody else: folded name, date of birth. None for records
    /// that are no person, or where either is unknown.
    pub(crate) fn identity(&self) -> Option<(String, String)> {
        let Record::Person(person) = &self.record else {
            return None;
        };
        let name = fold(&format!("{} {}", person.name.forename, person.name.surname));
        person.date_of_birth.map(|born| (name, born.to_string()))
    }
}
