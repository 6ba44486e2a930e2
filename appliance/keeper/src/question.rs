//! A question as the keeper reads it: decoded whole, its lengths checked, and
//! the words in which it stands in the log.

use firebox_contract::canonical::sha256;
use firebox_protocol::permit::fields;
use firebox_protocol::query::{
    self, MAX_ADDRESS_CHARACTERS, MAX_MATCHES, MAX_REFERENCE_CHARACTERS, MAX_VISITS,
};
use firebox_protocol::{Action, Ask, Code, PropertyBy};
use jiff::civil::Date;
use serde::Serialize;

use crate::policy::AskKind;

/// Longest purpose code in characters; a longer one is in no policy.
pub(crate) const MAX_PURPOSE_CHARACTERS: usize = 32;
/// Most feeds in one answer about the sources.
const MAX_SOURCES: u16 = 1_000;
/// Largest whole number that canonical JSON can write without rounding.
pub(crate) const MAX_EXACT: u64 = (1 << 53) - 1;

/// One question.
pub(crate) struct Question {
    /// SHA-256 of the query's bytes: what the permit is bound to.
    pub(crate) hash: [u8; 32],
    pub(crate) purpose: String,
    pub(crate) reference: Option<String>,
    pub(crate) ask: Ask,
}

impl Question {
    /// Reads a query's bytes.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Code> {
        let query = query::from_bytes(bytes).map_err(|_| Code::Malformed)?;
        line(&query.purpose, MAX_PURPOSE_CHARACTERS)?;
        if let Some(reference) = &query.reference {
            check_reference(reference)?;
        }
        check_ask(&query.ask)?;
        let query::Query {
            purpose,
            reference,
            ask,
        } = query;
        Ok(Self {
            hash: sha256(&[bytes]),
            purpose,
            reference,
            ask,
        })
    }

    /// Gives what the policy calls it.
    pub(crate) fn kind(&self) -> AskKind {
        match self.ask {
            Ask::Property(_) => AskKind::Property,
            Ask::Visits { .. } => AskKind::Visits,
            // Read never gives one: see check_ask.
            Ask::Sources | Ask::Envelope { .. } => AskKind::Sources,
            Ask::DecideHold { .. } => AskKind::Hold,
        }
    }

    /// Gives what it takes of the limits: each address of a visit list counts.
    pub(crate) fn cost(&self) -> u64 {
        match &self.ask {
            Ask::Visits { visits, .. } => (visits.len() as u64).max(1),
            _ => 1,
        }
    }

    /// Gives the permit's action, field set and most rows.
    pub(crate) fn scope(&self) -> (Action, u8, u16) {
        let (fields, rows) = match self.ask {
            Ask::Property(_) | Ask::Visits { .. } => (fields::WARNINGS, MAX_MATCHES),
            Ask::Sources | Ask::DecideHold { .. } | Ask::Envelope { .. } => {
                (fields::SOURCES, MAX_SOURCES)
            }
        };
        (self.ask.action(), fields, rows)
    }

    /// Tells whether the store will say what it showed.
    pub(crate) fn shows_records(&self) -> bool {
        matches!(self.ask, Ask::Property(_) | Ask::Visits { .. })
    }

    /// Puts the question into the log's words.
    pub(crate) fn in_words(&self) -> Asked<'_> {
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
            Ask::Sources | Ask::Envelope { .. } => Asked::Sources {},
            Ask::DecideHold { hold, apply } => Asked::Hold {
                hold: *hold,
                apply: *apply,
            },
        }
    }
}

/// A question as it stands in an entry.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Asked<'a> {
    Property(Place<'a>),
    Visits {
        date: Date,
        visits: Vec<VisitAsked<'a>>,
    },
    Sources {},
    Hold {
        hold: u64,
        apply: bool,
    },
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

fn check_ask(ask: &Ask) -> Result<(), Code> {
    match ask {
        Ask::Property(at) => check_place(at),
        Ask::Visits { visits, .. } => {
            if !(1..=MAX_VISITS).contains(&visits.len()) {
                return Err(Code::Malformed);
            }
            visits.iter().try_for_each(|visit| {
                check_reference(&visit.reference)?;
                check_place(&visit.at)
            })
        }
        // The keeper makes this question itself.
        Ask::Envelope { .. } => Err(Code::Malformed),
        Ask::DecideHold { hold, .. } if *hold > MAX_EXACT => Err(Code::Malformed),
        Ask::Sources | Ask::DecideHold { .. } => Ok(()),
    }
}

fn check_place(at: &PropertyBy) -> Result<(), Code> {
    match at {
        PropertyBy::Uprn(_) => Ok(()),
        PropertyBy::Place { number: text, .. } | PropertyBy::Address(text) => {
            line(text, MAX_ADDRESS_CHARACTERS)
        }
    }
}

fn check_reference(reference: &str) -> Result<(), Code> {
    if reference.trim().is_empty() {
        return Err(Code::ReferenceMissing);
    }
    line(reference, MAX_REFERENCE_CHARACTERS)
}

/// Requires one line of text: not empty, not too long, no control characters.
pub(crate) fn line(text: &str, most_characters: usize) -> Result<(), Code> {
    let fits = !text.trim().is_empty() && text.chars().count() <= most_characters;
    if fits && !text.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(Code::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use firebox_contract::canonical;
    use firebox_contract::record::{Postcode, Uprn};
    use firebox_protocol::{Query, Visit};
    use proptest::prelude::*;

    use super::*;

    fn read(reference: Option<&str>, ask: Ask) -> Result<Question, Code> {
        let query = Query {
            purpose: "visit".into(),
            reference: reference.map(str::to_owned),
            ask,
        };
        Question::read(&query::to_bytes(&query).unwrap())
    }

    fn uprn() -> PropertyBy {
        PropertyBy::Uprn(Uprn::parse("100").unwrap())
    }

    fn visits(count: usize, reference: &str) -> Ask {
        let visit = || Visit {
            reference: reference.into(),
            at: uprn(),
        };
        let date = jiff::civil::date(2026, 3, 2);
        Ask::Visits {
            date,
            visits: std::iter::repeat_with(visit).take(count).collect(),
        }
    }

    #[test]
    fn lengths_are_checked_before_anything_is_logged() {
        let address = |text: String| read(None, Ask::Property(PropertyBy::Address(text))).err();
        assert_eq!(address("1 Mill Lane".into()), None);
        assert_eq!(address("x".repeat(200)), None);
        assert_eq!(address("x".repeat(201)), Some(Code::Malformed));
        assert_eq!(address(" ".into()), Some(Code::Malformed));
        assert_eq!(address("1 Mill\nLane".into()), Some(Code::Malformed));
        let reference = |text: &str| read(Some(text), Ask::Sources).err();
        assert_eq!(reference(&"x".repeat(64)), None);
        assert_eq!(reference(&"x".repeat(65)), Some(Code::Malformed));
        assert_eq!(reference("a\u{7}"), Some(Code::Malformed));
        assert_eq!(reference(" "), Some(Code::ReferenceMissing));
        assert_eq!(read(None, visits(60, "V")).err(), None);
        assert_eq!(read(None, visits(61, "V")).err(), Some(Code::Malformed));
        assert_eq!(read(None, visits(0, "V")).err(), Some(Code::Malformed));
        assert_eq!(
            read(None, visits(1, "")).err(),
            Some(Code::ReferenceMissing)
        );
        let hold = |hold| read(None, Ask::DecideHold { hold, apply: true }).err();
        assert_eq!(hold(MAX_EXACT), None);
        assert_eq!(hold(MAX_EXACT + 1), Some(Code::Malformed));
    }

    #[test]
    fn a_visit_list_costs_what_it_holds() {
        assert_eq!(
            read(None, visits(17, "V")).map(|question| question.cost()),
            Ok(17)
        );
        assert_eq!(
            read(None, Ask::Sources).map(|question| question.cost()),
            Ok(1)
        );
    }

    #[test]
    fn a_question_stands_in_the_log_in_plain_words() {
        let words = |ask| {
            let question = read(None, ask).ok().unwrap();
            String::from_utf8(canonical::to_bytes(&question.in_words()).unwrap()).unwrap()
        };
        let postcode = Postcode::parse("nb14qx").unwrap();
        let place = PropertyBy::Place {
            postcode,
            number: "14".into(),
        };
        assert_eq!(
            words(Ask::Property(uprn())),
            r#"{"property":{"uprn":"100"}}"#
        );
        assert_eq!(
            words(Ask::Property(place)),
            r#"{"property":{"number":"14","postcode":"NB1 4QX"}}"#
        );
        let list = r#"{"visits":{"date":"2026-03-02","visits":[{"reference":"V","uprn":"100"}]}}"#;
        assert_eq!(words(visits(1, "V")), list);
        assert_eq!(words(Ask::Sources), r#"{"sources":{}}"#);
        let hold = Ask::DecideHold {
            hold: 3,
            apply: true,
        };
        assert_eq!(words(hold), r#"{"hold":{"apply":true,"hold":3}}"#);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Question::read(&bytes);
        }
    }
}
