//! A question in the words in which it stands in the log.
//!
//! What was searched for is there, so that a reviewer can say what was asked.
//! What a caller said to prove who they are, what somebody says a record should
//! be, and what they saw, is not: those words go to the store and the services
//! alone, and the log says only that they were given.

use firebox_protocol::query::{About, Caller, Confirmed, NameAnd, View};
use firebox_protocol::{Ask, PersonBy, PropertyBy};
use jiff::civil::Date;
use serde::Serialize;

use crate::question::Question;

/// A question as it stands in an entry.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Asked<'a> {
    Property(Place<'a>),
    Visits {
        date: Date,
        visits: Vec<VisitAsked<'a>>,
    },
    Person(Searched<'a>),
    View(Viewed),
    Correct(Corrected<'a>),
    Report(Reported<'a>),
    /// How one stands, by its reference.
    Correction(&'a str),
    Sources {},
    Hold {
        hold: u64,
        apply: bool,
    },
}

impl Question {
    /// Puts the question into the log's words.
    pub(crate) fn in_words(&self) -> Asked<'_> {
        let correction = self.correction.as_deref();
        match &self.ask {
            Ask::Property(at) => Asked::Property(Place::of(at)),
            Ask::Visits { date, visits } => Asked::Visits {
                date: *date,
                visits: visits
                    .iter()
                    .map(|visit| VisitAsked {
                        reference: &visit.reference,
                        at: Place::of(&visit.at),
                    })
                    .collect(),
            },
            Ask::Person(by) => Asked::Person(Searched::of(by)),
            Ask::View(view) => Asked::View(Viewed::of(view)),
            Ask::Correct(correct) => Asked::Correct(Corrected {
                about: Subject::of(correct.about),
                field: correct.field.code(),
                how_known: correct.how_known.code(),
                correction,
            }),
            Ask::Report(report) => Asked::Report(Reported {
                uprn: report.uprn.to_string(),
                category: &report.category,
                to: &report.to,
                correction,
            }),
            Ask::Correction(reference) => Asked::Correction(reference),
            Ask::Sources | Ask::Envelope { .. } => Asked::Sources {},
            Ask::DecideHold { hold, apply } => Asked::Hold {
                hold: *hold,
                apply: *apply,
            },
        }
    }
}

/// One visit as it stands in an entry.
#[derive(Serialize)]
pub(crate) struct VisitAsked<'a> {
    reference: &'a str,
    #[serde(flatten)]
    at: Place<'a>,
}

/// How an address was named.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Place<'a> {
    Uprn { uprn: String },
    House { postcode: &'a str, number: &'a str },
    Address { address: &'a str },
}

impl<'a> Place<'a> {
    fn of(at: &'a PropertyBy) -> Self {
        match at {
            PropertyBy::Uprn(uprn) => Self::Uprn {
                uprn: uprn.to_string(),
            },
            PropertyBy::Place { postcode, number } => Self::House {
                postcode: postcode.as_str(),
                number,
            },
            PropertyBy::Address(address) => Self::Address { address },
        }
    }
}

/// How a person was searched for.
#[derive(Default, Serialize)]
pub(crate) struct Searched<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nhs_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_of_birth: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postcode: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_reference: Option<&'a str>,
}

impl<'a> Searched<'a> {
    fn of(by: &'a PersonBy) -> Self {
        let mut searched = Self::default();
        match by {
            PersonBy::Phone(phone) => searched.phone = Some(phone.as_str()),
            PersonBy::NhsNumber(number) => searched.nhs_number = Some(String::from(*number)),
            PersonBy::Reference(reference) => searched.service_reference = Some(reference),
            PersonBy::Name { name, and } => {
                searched.name = Some(name);
                match and {
                    NameAnd::DateOfBirth(date) => searched.date_of_birth = Some(*date),
                    NameAnd::Postcode(postcode) => searched.postcode = Some(postcode.as_str()),
                }
            }
        }
        searched
    }
}

/// Whose record was opened, for whom, and what was given to prove it.
#[derive(Serialize)]
pub(crate) struct Viewed {
    person: i64,
    caller: &'static str,
    /// Which values were given; none of them.
    given: Vec<&'static str>,
}

impl Viewed {
    fn of(view: &View) -> Self {
        Self {
            person: view.person,
            caller: match view.caller {
                Caller::Person => "person",
                Caller::Proxy(Some(_)) => "proxy",
                Caller::Proxy(None) => "not-listed",
                Caller::Unsure => "unsure",
            },
            given: given(&view.confirmed),
        }
    }
}

fn given(confirmed: &Confirmed) -> Vec<&'static str> {
    let Confirmed {
        date_of_birth,
        postcode,
        house_number,
    } = confirmed;
    [
        (date_of_birth.is_some(), "date_of_birth"),
        (postcode.is_some(), "postcode"),
        (house_number.is_some(), "house_number"),
    ]
    .into_iter()
    .filter_map(|(given, name)| given.then_some(name))
    .collect()
}

/// What was said to be wrong, without what it should be.
#[derive(Serialize)]
pub(crate) struct Corrected<'a> {
    about: Subject,
    field: &'static str,
    how_known: &'static str,
    /// None: it was refused, and there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    correction: Option<&'a str>,
}

/// Whom or what a correction is about.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Subject {
    Person(i64),
    Flag(i64),
    Uprn(String),
}

impl Subject {
    fn of(about: About) -> Self {
        match about {
            About::Person(id) => Self::Person(id),
            About::Flag(id) => Self::Flag(id),
            About::Property(uprn) => Self::Uprn(uprn.to_string()),
        }
    }
}

/// A hazard that was reported, without what was seen and when.
#[derive(Serialize)]
pub(crate) struct Reported<'a> {
    uprn: String,
    category: &'a str,
    to: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    correction: Option<&'a str>,
}

#[cfg(test)]
mod tests;
