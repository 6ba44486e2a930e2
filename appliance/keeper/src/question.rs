//! A question as the keeper reads it: decoded whole, its lengths checked
//! ([`crate::question_check`]), and put into the words in which it stands in the
//! log ([`crate::question_words`]).

use firebox_contract::canonical::sha256;
use firebox_protocol::permit::fields;
use firebox_protocol::query::{self, MAX_MATCHES, correction_reference};
use firebox_protocol::{Action, Ask, Code};

use crate::policy::AskKind;
use crate::question_check::{check_ask, check_reference, line};
use crate::role::Role;

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
    /// Reference of the correction it raises, once its permit has an id.
    pub(crate) correction: Option<String>,
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
            correction: None,
        })
    }

    /// Gives what the policy calls it.
    pub(crate) fn kind(&self) -> AskKind {
        match self.ask {
            Ask::Property(_) => AskKind::Property,
            Ask::Visits { .. } => AskKind::Visits,
            Ask::Person(_) => AskKind::Person,
            Ask::View(_) => AskKind::View,
            Ask::Correct(_) | Ask::Report(_) | Ask::Correction(_) => AskKind::Correction,
            // Read never gives the second: see check_ask.
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

    /// Gives the permit's action, field set and most rows, for the role that allows it.
    pub(crate) fn scope(&self, by: Role) -> (Action, u8, u16) {
        let (fields, rows) = match self.ask {
            Ask::Property(_) | Ask::Visits { .. } => (fields::WARNINGS, MAX_MATCHES),
            // Only an adviser is shown who a person may be; everybody else gets
            // the warnings and nobody's name.
            Ask::Person(_) if by == Role::Adviser => (fields::HINTS, MAX_MATCHES),
            Ask::Person(_) => (fields::WARNINGS, MAX_MATCHES),
            Ask::View(_) => (fields::PERSON, 1),
            Ask::Correct(_) | Ask::Report(_) | Ask::Correction(_) => (fields::CORRECTIONS, 1),
            Ask::Sources | Ask::DecideHold { .. } | Ask::Envelope { .. } => {
                (fields::SOURCES, MAX_SOURCES)
            }
        };
        (self.ask.action(), fields, rows)
    }

    /// Tells whether the store will say what it showed.
    pub(crate) fn shows_records(&self) -> bool {
        matches!(
            self.ask,
            Ask::Property(_) | Ask::Visits { .. } | Ask::Person(_) | Ask::View(_)
        )
    }

    /// Tells whether it sends something to a service: a correction or a reported hazard.
    pub(crate) fn raises(&self) -> bool {
        self.by_role().is_some()
    }

    /// Gives the role that the service is told of.
    pub(crate) fn by_role(&self) -> Option<&str> {
        match &self.ask {
            Ask::Correct(correct) => Some(&correct.by_role),
            Ask::Report(report) => Some(&report.by_role),
            _ => None,
        }
    }

    /// Gives the only service that what it raises may go to; none: whoever owns the field.
    pub(crate) fn only_to(&self) -> Option<&str> {
        match &self.ask {
            Ask::Report(report) => Some(&report.to),
            _ => None,
        }
    }

    /// Names what it raises after the permit's id.
    pub(crate) fn name_correction(&mut self, permit: &[u8; 16]) {
        if self.raises() {
            self.correction = Some(correction_reference(permit));
        }
    }
}

#[cfg(test)]
mod tests {
    use firebox_contract::correction::{Field, HowKnown};
    use firebox_contract::record::{Phone, Uprn};
    use firebox_protocol::query::{About, Caller, Confirmed, Correct, View};
    use firebox_protocol::{PersonBy, PropertyBy, Query, Visit};
    use proptest::prelude::*;

    use super::*;

    fn read(ask: Ask) -> Question {
        let query = Query {
            purpose: "visit".into(),
            reference: None,
            ask,
        };
        let bytes = query::to_bytes(&query).unwrap();
        Question::read(&bytes).ok().unwrap()
    }

    fn visits(count: usize) -> Ask {
        let visit = || Visit {
            reference: "V".into(),
            at: PropertyBy::Uprn(Uprn::parse("100").unwrap()),
        };
        Ask::Visits {
            date: jiff::civil::date(2026, 3, 2),
            visits: std::iter::repeat_with(visit).take(count).collect(),
        }
    }

    #[test]
    fn a_visit_list_costs_what_it_holds() {
        assert_eq!(read(visits(17)).cost(), 17);
        assert_eq!(read(Ask::Sources).cost(), 1);
    }

    #[test]
    fn a_permit_lets_out_what_the_role_may_see_and_no_more() {
        let person = || Ask::Person(PersonBy::Phone(Phone::parse("07700 900482").unwrap()));
        let fields = |ask, by| {
            let (_, fields, rows) = read(ask).scope(by);
            (fields, rows)
        };
        assert_eq!(fields(person(), Role::Adviser), (fields::HINTS, 20));
        assert_eq!(fields(person(), Role::Officer), (fields::WARNINGS, 20));
        let view = Ask::View(View {
            person: 1,
            caller: Caller::Unsure,
            confirmed: Confirmed::default(),
        });
        assert_eq!(fields(view, Role::Adviser), (fields::PERSON, 1));
        let correction = Ask::Correction("COR-0000000000".into());
        assert_eq!(fields(correction, Role::Officer), (fields::CORRECTIONS, 1));
    }

    #[test]
    fn only_what_goes_to_a_service_is_named_after_its_permit() {
        let mut correct = read(Ask::Correct(Correct {
            about: About::Person(1),
            field: Field::Phone,
            should_be: "+447700900483".into(),
            how_known: HowKnown::PersonToldMe,
            by_role: "adviser".into(),
        }));
        correct.name_correction(&[0xff; 16]);
        assert_eq!(correct.correction.as_deref(), Some("COR-ZZZZZZZZZZ"));
        for ask in [Ask::Sources, Ask::Correction("COR-0000000000".into())] {
            let mut other = read(ask);
            other.name_correction(&[0xff; 16]);
            assert_eq!(other.correction, None);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Question::read(&bytes);
        }
    }
}
