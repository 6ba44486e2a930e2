//! Whether a query may be answered: the store's own half of the keeper's decision.
//!
//! The invariant: one permit lets one query pass once, within its ten seconds,
//! in this start of the store.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use firebox_contract::correction::{MAX_SAW_CHARACTERS, MAX_SHOULD_BE_CHARACTERS};
use firebox_protocol::mac::MacKey;
use firebox_protocol::permit::{PermitError, fields};
use firebox_protocol::query::{
    self, MAX_ADDRESS_CHARACTERS, MAX_HOUSE_CHARACTERS, MAX_MATCHES, MAX_NAME_CHARACTERS,
    MAX_REFERENCE_CHARACTERS, MAX_VISITS,
};
use firebox_protocol::{Action, Ask, Code, Permit, PersonBy, PropertyBy, Query};

/// Permits remembered at once: ten seconds at fifty thousand look-ups a second.
const MAX_USED: usize = 500_000;

/// Ids used and not yet expired.
#[derive(Default)]
struct Used {
    ids: HashSet<[u8; 16]>,
    ends: VecDeque<(u64, [u8; 16])>,
}

/// Checks permits.
pub(crate) struct Permits {
    key: std::sync::Arc<MacKey>,
    nonce: [u8; 16],
    used: Mutex<Used>,
}

/// A query that may be answered, with its permit.
#[derive(Debug)]
pub(crate) struct Permitted {
    pub(crate) permit: Permit,
    pub(crate) query: Query,
}

impl Permitted {
    /// Gives the most addresses one question may be answered with.
    pub(crate) fn rows(&self) -> usize {
        usize::from(self.permit.max_rows.min(MAX_MATCHES))
    }
}

impl Permits {
    /// Checks permits for this start of the store.
    pub(crate) fn new(key: std::sync::Arc<MacKey>, nonce: [u8; 16]) -> Self {
        Self {
            key,
            nonce,
            used: Mutex::default(),
        }
    }

    /// Lets a query pass, once.
    pub(crate) fn admit(
        &self,
        permit: &[u8],
        query: &[u8],
        now_ms: u64,
    ) -> Result<Permitted, Code> {
        let permit = Permit::open(permit, &self.key).map_err(refused)?;
        let read = query::from_bytes(query).map_err(|_| Code::Malformed)?;
        let action = read.ask.action();
        permit
            .covers(query, action, &self.nonce, now_ms)
            .map_err(refused)?;
        if !allows(permit.fields, action) {
            return Err(refused(PermitError::OtherAction));
        }
        if !within_bounds(&read.ask) {
            return Err(Code::Malformed);
        }
        self.used
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(permit.id, permit.expires_boottime_ms, now_ms)?;
        Ok(Permitted {
            permit,
            query: read,
        })
    }
}

impl Used {
    fn insert(&mut self, id: [u8; 16], end: u64, now_ms: u64) -> Result<(), Code> {
        // An expired permit is refused before it gets here, so its id may be forgotten.
        while self.ends.front().is_some_and(|(end, _)| *end <= now_ms) {
            if let Some((_, id)) = self.ends.pop_front() {
                self.ids.remove(&id);
            }
        }
        if self.ids.len() >= MAX_USED {
            return Err(Code::NotReady);
        }
        if !self.ids.insert(id) {
            return Err(refused(PermitError::Replayed));
        }
        self.ends.push_back((end, id));
        Ok(())
    }
}

fn allows(held: u8, action: Action) -> bool {
    let needed = match action {
        Action::Property | Action::Visits => fields::WARNINGS,
        Action::Sources => fields::SOURCES,
        Action::Envelope => fields::ENVELOPE,
        // Hints for who may know who somebody is, warnings alone for who may not.
        Action::Person => return held & (fields::HINTS | fields::WARNINGS) != 0,
        Action::View => fields::PERSON,
        Action::Correct | Action::Report | Action::Correction => fields::CORRECTIONS,
        // Decisions about holds show no field.
        Action::ApplyHold | Action::RejectHold => 0,
    };
    held & needed == needed
}

/// The keeper checks the same; a store that trusts nobody checks again.
fn within_bounds(ask: &Ask) -> bool {
    let fits = |by: &PropertyBy| match by {
        PropertyBy::Uprn(_) => true,
        PropertyBy::Place { number: text, .. } | PropertyBy::Address(text) => {
            text.chars().count() <= MAX_ADDRESS_CHARACTERS
        }
    };
    let short = |text: &str, most: usize| text.chars().count() <= most;
    match ask {
        Ask::Property(by) => fits(by),
        Ask::Person(PersonBy::Name { name: text, .. } | PersonBy::Reference(text)) => {
            short(text, MAX_NAME_CHARACTERS)
        }
        Ask::View(view) => {
            let house = view.confirmed.house_number.as_deref();
            house.is_none_or(|text| short(text, MAX_HOUSE_CHARACTERS))
        }
        Ask::Correct(correct) => short(&correct.should_be, MAX_SHOULD_BE_CHARACTERS),
        Ask::Report(report) => {
            short(&report.saw, MAX_SAW_CHARACTERS) && short(&report.when, MAX_NAME_CHARACTERS)
        }
        Ask::Correction(reference) => short(reference, MAX_REFERENCE_CHARACTERS),
        Ask::Visits { visits, .. } => {
            visits.len() <= MAX_VISITS && visits.iter().all(|v| fits(&v.at))
        }
        Ask::Person(PersonBy::Phone(_) | PersonBy::NhsNumber(_))
        | Ask::Sources
        | Ask::Envelope { .. }
        | Ask::DecideHold { .. } => true,
    }
}

fn refused(error: PermitError) -> Code {
    log::warn!("a query was refused: {error}");
    Code::PermitRefused
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testbed::{permit_for, permit_key, query_for};

    const NONCE: [u8; 16] = [4; 16];

    fn permits() -> Permits {
        Permits::new(std::sync::Arc::new(permit_key()), NONCE)
    }

    fn query() -> Vec<u8> {
        query::to_bytes(&query_for(Ask::Sources)).unwrap()
    }

    fn permit(id: u8) -> Permit {
        permit_for([id; 16], &query(), Action::Sources, NONCE, 10_000)
    }

    #[test]
    fn a_permit_is_good_once() {
        let permits = permits();
        let sealed = permit(1).seal(&permit_key());
        assert!(permits.admit(&sealed, &query(), 0).is_ok());
        assert_eq!(
            permits.admit(&sealed, &query(), 1).unwrap_err(),
            Code::PermitRefused
        );
        assert!(
            permits
                .admit(&permit(2).seal(&permit_key()), &query(), 1)
                .is_ok()
        );
    }

    #[test]
    fn an_old_permit_is_refused_also_after_its_id_was_forgotten() {
        let permits = permits();
        let sealed = permit(1).seal(&permit_key());
        assert!(permits.admit(&sealed, &query(), 9_999).is_ok());
        let later =
            permit_for([2; 16], &query(), Action::Sources, NONCE, 99_000).seal(&permit_key());
        assert!(permits.admit(&later, &query(), 20_000).is_ok());
        assert_eq!(
            permits.admit(&sealed, &query(), 20_000).unwrap_err(),
            Code::PermitRefused
        );
    }

    #[test]
    fn a_permit_for_other_fields_another_start_or_by_another_key_is_refused() {
        let permits = permits();
        let mut warnings = permit(1);
        warnings.fields = fields::WARNINGS;
        let other_start = permit_for([2; 16], &query(), Action::Sources, [5; 16], 10_000);
        let forged = permit(3).seal(&MacKey::new([1; 32]));
        for sealed in [
            warnings.seal(&permit_key()),
            other_start.seal(&permit_key()),
            forged,
            Vec::new(),
        ] {
            assert_eq!(
                permits.admit(&sealed, &query(), 0).unwrap_err(),
                Code::PermitRefused
            );
        }
    }

    #[test]
    fn more_visits_than_a_question_may_hold_are_refused() {
        let visit = firebox_protocol::Visit {
            reference: "r".into(),
            at: PropertyBy::Address("a".into()),
        };
        let ask = Ask::Visits {
            date: "2026-06-01".parse().unwrap(),
            visits: vec![visit; 61],
        };
        let bytes = query::to_bytes(&query_for(ask)).unwrap();
        let sealed = permit_for([1; 16], &bytes, Action::Visits, NONCE, 10_000).seal(&permit_key());
        assert_eq!(
            permits().admit(&sealed, &bytes, 0).unwrap_err(),
            Code::Malformed
        );
    }
}
