//! A search for a person, as its session remembers it.

use std::cell::Cell;
use std::time::{Duration, Instant};

use firebox_protocol::PersonBy;
use firebox_protocol::query::Confirmed;
use zeroize::Zeroizing;

use super::looking::Looked;
use crate::pages::desk::{Once, Shelf};

/// How long after a search was last used its call still goes on: somebody who
/// rings again is asked again who they are.
const A_CALL: Duration = Duration::from_secs(30 * 60);

/// A search for a person.
pub(in crate::pages) struct Search {
    /// What the adviser typed of the person that a caller can be confirmed by:
    /// date of birth, postcode, house number. It is compared and never shown;
    /// with two of them given, nobody needs to be asked again.
    pub(in crate::pages) given: Confirmed,
    /// The call's reference, as it stands in the search's entry: a page the
    /// search leads to is of the same call.
    pub(in crate::pages) reference: String,
    /// How what was typed can be searched for, the likeliest first.
    pub(super) ways: Vec<PersonBy>,
    /// Which of them was.
    pub(super) way: usize,
    /// What was typed, to be put right when nobody is found.
    pub(super) typed: Zeroizing<String>,
    /// Whether it is ten digits whose last does not agree with the others.
    pub(super) no_nhs_number: bool,
    /// The store's ids of the people it found last.
    pub(super) found: Vec<u64>,
    /// The answer, until its page has shown it.
    pub(super) answer: Once<Looked>,
    /// When it, or a page it leads to, was last shown.
    pub(super) used: Cell<Instant>,
}

impl Search {
    /// Whether its call goes on; asking counts as use.
    fn goes_on(&self) -> bool {
        let now = Instant::now();
        let goes_on = now.duration_since(self.used.get()) < A_CALL;
        if goes_on {
            self.used.set(now);
        }
        goes_on
    }
}

/// Gives the newest search of a call that goes on that found somebody, by the
/// store's id of the person. Asking counts as use.
pub(in crate::pages) fn of_person(searches: &Shelf<Search>, person: u64) -> Option<&Search> {
    let mut newest = searches.iter().rev().map(|(_, search)| search);
    newest.find(|search| search.found.contains(&person) && search.goes_on())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::People;

    fn nothing() -> Looked {
        Looked {
            people: People {
                matches: Vec::new(),
                note: None,
                withheld: None,
                flags: Vec::new(),
                sources: Vec::new(),
                sources_note: None,
                complete: true,
            },
            exact: Vec::new(),
            more: false,
            reference: String::new(),
            found: Vec::new(),
        }
    }

    fn search(reference: &str, found: &[u64]) -> Search {
        Search {
            given: Confirmed::default(),
            reference: reference.into(),
            ways: Vec::new(),
            way: 0,
            typed: Zeroizing::default(),
            no_nhs_number: false,
            found: found.to_vec(),
            answer: Once::new(nothing()),
            used: Cell::new(Instant::now()),
        }
    }

    fn reference(searches: &Shelf<Search>, person: u64) -> Option<&str> {
        of_person(searches, person).map(|search| search.reference.as_str())
    }

    #[test]
    fn the_newest_search_that_found_somebody_is_theirs() {
        let mut searches = Shelf::default();
        searches.put("a", search("CALL-1", &[41, 42]));
        searches.put("b", search("CALL-2", &[41]));
        assert_eq!(reference(&searches, 41), Some("CALL-2"));
        assert_eq!(reference(&searches, 42), Some("CALL-1"));
        assert_eq!(reference(&searches, 43), None);
    }

    #[test]
    fn a_search_of_a_call_that_is_over_says_nothing_of_the_next() {
        let Some(long_ago) = Instant::now().checked_sub(A_CALL) else {
            return;
        };
        let mut searches = Shelf::default();
        searches.put("a", search("CALL-1", &[41]));
        searches.get("a").unwrap().used.set(long_ago);
        assert_eq!(reference(&searches, 41), None);
    }

    #[test]
    fn a_call_goes_on_while_its_pages_are_opened() {
        let almost = A_CALL - Duration::from_secs(60);
        let Some(almost) = Instant::now().checked_sub(almost) else {
            return;
        };
        let mut searches = Shelf::default();
        searches.put("a", search("CALL-1", &[41]));
        let used = || searches.get("a").unwrap().used.get();
        searches.get("a").unwrap().used.set(almost);
        assert_eq!(reference(&searches, 41), Some("CALL-1"));
        assert!(used() > almost);
    }
}
