//! What a session has on its desk: the searches, visits and requests it is in
//! the middle of. It lies in memory only, is bounded, and goes with the session
//! or with the gate; losing it costs a person one more search and nothing else.
//! It is no cache of answers: what is looked at again is asked for again, and
//! logged again (but see [`Once`]).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::problem::{Kind, Problem};

/// Desks at a time: more than the sessions of a working day. The longest
/// untouched one goes first.
const MOST_DESKS: usize = 2_000;
/// A desk untouched for so long is cleared: no session stays unused longer.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(2 * 3600);
/// Things of one kind on one desk, more than the warnings of a day of visits;
/// the oldest goes first.
const MOST_THINGS: usize = 250;
/// How long the answer to a form waits for the page it leads to.
const ONCE_WITHIN: Duration = Duration::from_secs(30);

/// All desks, by the hash of the session's token.
#[derive(Default)]
pub(crate) struct Desks(Mutex<HashMap<[u8; 32], Laid>>);

struct Laid {
    touched: Instant,
    desk: Desk,
}

/// What a session is in the middle of.
#[derive(Default)]
pub(crate) struct Desk {
    /// Searches for an address, by the token in `/check/{token}`.
    pub(super) checks: Shelf<super::check::Check>,
    /// Answers about one address that wait for their page, by UPRN.
    pub(super) addresses: Shelf<super::address::Waiting>,
    /// Addresses checked, newest last.
    pub(super) checked: Vec<super::check::Checked>,
    /// Warnings shown, by the store's id of the record.
    pub(super) warnings: Shelf<super::ask::Warning>,
    /// Requests for a sealed note that are not sent yet, by token.
    pub(super) asks: Shelf<super::ask::Ask>,
    /// Releases of this session, by reference.
    pub(super) releases: Shelf<super::note::Release>,
    /// Days of visits, by `YYYY-MM-DD`.
    pub(super) days: Shelf<super::visits::Day>,
    /// Searches for a person, by the token in `/find/{token}`.
    pub(super) searches: Shelf<super::find::Search>,
    /// People opened, by the store's id of the person.
    pub(super) callers: Shelf<super::caller::Call>,
    /// The number a telephone system gave and nobody searched for yet.
    pub(super) popped: Option<super::find::Popped>,
    /// Corrections and reports that are not sent yet, by token.
    pub(super) corrections: Shelf<super::correction::Draft>,
}

impl Desks {
    /// Works at a session's desk. Quick: every other session waits.
    pub(super) fn at<T>(&self, session: &[u8; 32], work: impl FnOnce(&mut Desk) -> T) -> T {
        let mut desks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if !desks.contains_key(session) {
            make_room(&mut desks, now);
        }
        let laid = desks.entry(*session).or_insert_with(|| Laid {
            touched: now,
            desk: Desk::default(),
        });
        laid.touched = now;
        work(&mut laid.desk)
    }

    /// Clears a session's desk.
    pub(super) fn clear(&self, session: &[u8; 32]) {
        let mut desks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        desks.remove(session);
    }
}

fn make_room(desks: &mut HashMap<[u8; 32], Laid>, now: Instant) {
    desks.retain(|_, laid| now.duration_since(laid.touched) < FORGOTTEN_AFTER);
    while desks.len() >= MOST_DESKS {
        let oldest = desks.iter().min_by_key(|(_, laid)| laid.touched);
        let Some(oldest) = oldest.map(|(session, _)| *session) else {
            return;
        };
        desks.remove(&oldest);
    }
}

/// Some things of one kind by name, the newest last; the oldest gives way.
pub(super) struct Shelf<T>(Vec<(String, T)>);

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Shelf<T> {
    /// Puts a thing under a name, in place of what was there.
    pub(super) fn put(&mut self, name: impl Into<String>, thing: T) {
        let name = name.into();
        self.0.retain(|(known, _)| *known != name);
        if self.0.len() >= MOST_THINGS {
            self.0.remove(0);
        }
        self.0.push((name, thing));
    }

    /// Puts a thing under a new name that nobody can guess, and gives the name.
    pub(super) fn add(&mut self, thing: T) -> Result<String, Problem> {
        let name = new_token()?;
        self.put(name.clone(), thing);
        Ok(name)
    }

    /// Gives the thing of this name.
    pub(super) fn get(&self, name: &str) -> Option<&T> {
        self.0
            .iter()
            .find_map(|(known, thing)| (known == name).then_some(thing))
    }

    /// Gives the thing of this name, to change it.
    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.0
            .iter_mut()
            .find_map(|(known, thing)| (known == name).then_some(thing))
    }

    /// Takes the thing of this name away.
    pub(super) fn take(&mut self, name: &str) -> Option<T> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    /// Gives all of them with their names, oldest first.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &T)> {
        self.0.iter().map(|(name, thing)| (name.as_str(), thing))
    }
}

/// An answer that was asked for by a form and is shown by the page the form
/// leads to: one look, one entry. It serves once and within half a minute;
/// after that the page asks, and is logged, for itself.
pub(super) struct Once<T> {
    answer: Option<T>,
    until: Instant,
}

impl<T> Once<T> {
    /// Lays an answer ready.
    pub(super) fn new(answer: T) -> Self {
        Self {
            answer: Some(answer),
            until: Instant::now() + ONCE_WITHIN,
        }
    }

    /// Takes it, if it is still there and still new.
    pub(super) fn take(&mut self) -> Option<T> {
        let answer = self.answer.take();
        answer.filter(|_| Instant::now() < self.until)
    }
}

/// Draws a token for a target: 16 random bytes in base64url.
pub(super) fn new_token() -> Result<String, Problem> {
    let mut bytes = [0u8; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Problem::new(Kind::Unexpected))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shelf_is_bounded_and_the_oldest_gives_way() {
        let mut shelf = Shelf::default();
        for number in 0..=MOST_THINGS {
            shelf.put(number.to_string(), number);
        }
        assert_eq!(shelf.iter().count(), MOST_THINGS);
        assert_eq!(shelf.get("0"), None);
        shelf.put("5", 500);
        assert_eq!(shelf.get("5"), Some(&500));
        assert_eq!(shelf.iter().next_back(), Some(("5", &500)));
        assert_eq!(shelf.take("5"), Some(500));
        assert_eq!(shelf.get("5"), None);
    }

    #[test]
    fn an_answer_that_waits_serves_once() {
        let mut once = Once::new(7);
        assert_eq!(once.take(), Some(7));
        assert_eq!(once.take(), None);
        let mut late = Once {
            answer: Some(7),
            until: Instant::now(),
        };
        assert_eq!(late.take(), None);
    }

    #[test]
    fn one_session_finds_nothing_on_anothers_desk() {
        let desks = Desks::default();
        desks.at(&[1; 32], |desk| desk.popped = None);
        let token = desks.at(&[1; 32], |desk| {
            desk.days.put("2026-11-23", Default::default());
            desk.days.iter().count()
        });
        assert_eq!(token, 1);
        assert_eq!(desks.at(&[2; 32], |desk| desk.days.iter().count()), 0);
        desks.clear(&[1; 32]);
        assert_eq!(desks.at(&[1; 32], |desk| desk.days.iter().count()), 0);
    }

    #[test]
    fn there_are_so_many_desks_and_the_longest_untouched_goes() {
        let desks = Desks::default();
        for number in 0..=MOST_DESKS {
            let mut session = [0; 32];
            session[..8].copy_from_slice(&number.to_be_bytes());
            desks.at(&session, |_| ());
        }
        assert_eq!(desks.0.lock().unwrap().len(), MOST_DESKS);
    }
}
