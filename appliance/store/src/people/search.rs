//! The search for a person.
//!
//! ```text
//! index --> candidates --> joined --> fitting --> withheld? yes: left out
//!                                                           no:  hint, at most 20 people
//! ```
//!
//! What it is not: it shows no record. The invariants: a name alone finds
//! nobody; an address that must not be told finds nobody; a person who is
//! withheld goes the same way as everybody until the last step, and by a name
//! leaves no trace in the answer.

use std::collections::BTreeSet;

use firebox_contract::record::{Postcode, fold};
use firebox_protocol::PersonBy;
use firebox_protocol::answer::Freshness;
use firebox_protocol::permit::fields;
use firebox_protocol::person::{PeopleAnswer, PersonHint, Why};
use firebox_protocol::query::NameAnd;
use rusqlite::{Connection, Params};

use super::columns::{born, fold_reference, nhs, phone_number};
use super::found::{Found, is_current, load};
use super::person_of;
use super::unread::is_all;
use super::words::{Fit, Typed};
use crate::corrections;
use crate::database::DatabaseError;
use crate::permits::Permitted;
use crate::property::Known;
use crate::sources;
use crate::warnings::Look;

/// Rows looked at for one search.
const MAX_ROWS_READ: usize = 20_000;

/// Statements an index gave.
#[derive(Default)]
struct Candidates {
    statements: BTreeSet<i64>,
    /// Whether there were more than are looked at.
    more: bool,
}

/// A search, ready to be held against people.
struct Search<'a> {
    reader: &'a Connection,
    known: &'a Known<'a>,
    by: &'a PersonBy,
    typed: Option<Typed>,
    /// Properties of the postcode that was asked for.
    uprns: BTreeSet<i64>,
}

/// Searches for a person.
pub(crate) fn search(
    reader: &Connection,
    known: &Known<'_>,
    permitted: &Permitted,
    by: &PersonBy,
) -> Result<PeopleAnswer, DatabaseError> {
    let mut search = Search {
        reader,
        known,
        by,
        typed: match by {
            PersonBy::Name { name, .. } => Some(Typed::new(name)),
            _ => None,
        },
        uprns: BTreeSet::new(),
    };
    let candidates = search.candidates()?;
    let warnings_only = permitted.permit.fields & fields::HINTS == 0;
    // A warning names nobody, so it is kept from nobody at a door.
    let shows_withheld = warnings_only;
    let mut people = search.people(&candidates.statements, permitted.rows(), shows_withheld)?;
    people.more |= candidates.more;
    if people.more {
        people.found.clear();
    }
    let complete = !people.more && is_all(reader, known, &people.found)?;
    let mut answer = PeopleAnswer {
        matches: Vec::new(),
        more: people.more,
        withheld: people.withheld && !people.more,
        flags: Vec::new(),
        sources: sources::services(known.settings, &known.feeds, known.now),
        complete,
    };
    answer.complete &= answer
        .sources
        .iter()
        .all(|service| service.state == Freshness::Fresh);
    if warnings_only {
        search.warnings(&people.found, &mut answer)?;
    } else {
        answer.matches = search.hints(people.found)?;
    }
    Ok(answer)
}

/// The people a search found.
#[derive(Default)]
struct People {
    found: Vec<(Found, Vec<Why>)>,
    more: bool,
    withheld: bool,
}

impl Search<'_> {
    fn candidates(&mut self) -> Result<Candidates, DatabaseError> {
        let mut candidates = Candidates::default();
        let by = self.by;
        match by {
            PersonBy::Phone(phone) => {
                let sql = "SELECT statement FROM person_phone WHERE phone = ?1";
                if let Some(number) = phone_number(phone.as_str()) {
                    self.add(&mut candidates, sql, [number])?;
                }
            }
            PersonBy::NhsNumber(number) => {
                let sql = "SELECT statement FROM person WHERE nhs = ?1";
                if let Some(number) = nhs(*number) {
                    self.add(&mut candidates, sql, [number])?;
                }
            }
            PersonBy::Reference(reference) => {
                let sql = "SELECT statement FROM person WHERE reference = ?1";
                self.add(&mut candidates, sql, [fold_reference(reference)])?;
            }
            PersonBy::Name { and, .. } => match and {
                NameAnd::DateOfBirth(date) => {
                    let sql = "SELECT statement FROM person WHERE born = ?1";
                    if let Some(day) = born(*date) {
                        self.add(&mut candidates, sql, [day])?;
                    }
                }
                NameAnd::Postcode(postcode) => self.at(postcode, &mut candidates)?,
            },
        }
        Ok(candidates)
    }

    fn at(
        &mut self,
        postcode: &Postcode,
        candidates: &mut Candidates,
    ) -> Result<(), DatabaseError> {
        if postcode.is_pseudo() {
            return Ok(());
        }
        let sql = "SELECT statement FROM person_place WHERE postcode = ?1 AND hidden = 0";
        self.add(candidates, sql, [postcode.as_str()])?;
        let mut properties = Candidates::default();
        let sql = "SELECT uprn FROM property WHERE postcode = ?1";
        self.add(&mut properties, sql, [postcode.as_str()])?;
        candidates.more |= properties.more;
        self.uprns = properties.statements;
        let sql = "SELECT statement FROM person_place WHERE uprn = ?1 AND hidden = 0";
        for uprn in &self.uprns {
            self.add(candidates, sql, [uprn])?;
        }
        Ok(())
    }

    fn add(
        &self,
        candidates: &mut Candidates,
        sql: &str,
        params: impl Params,
    ) -> Result<(), DatabaseError> {
        let mut query = self.reader.prepare_cached(sql)?;
        let mut rows = query.query(params)?;
        while let Some(row) = rows.next()? {
            if candidates.statements.len() == MAX_ROWS_READ {
                candidates.more = true;
                break;
            }
            candidates.statements.insert(row.get(0)?);
        }
        Ok(())
    }

    /// Gives the people whom the search means and who may be shown.
    fn people(
        &self,
        statements: &BTreeSet<i64>,
        most: usize,
        shows_withheld: bool,
    ) -> Result<People, DatabaseError> {
        let today = self.known.today();
        let by_number = !matches!(self.by, PersonBy::Name { .. });
        let mut seen = BTreeSet::new();
        let mut people = People::default();
        for statement in statements {
            if seen.contains(statement) {
                continue;
            }
            let joined = person_of(self.reader, *statement)?;
            seen.extend(joined.iter().copied());
            let fit = self.fit(&joined)?;
            if self.typed.is_some() && fit.is_none() {
                continue;
            }
            let found = load(self.reader, &joined)?;
            let Some(why) = self.why(&found, fit) else {
                continue;
            };
            if found.is_withheld(today) && !shows_withheld {
                people.withheld |= by_number;
                continue;
            }
            if people.found.len() == most {
                people.more = true;
                break;
            }
            people.found.push((found, why));
        }
        Ok(people)
    }

    /// Tells how well the typed name fits the best of a person's records.
    fn fit(&self, joined: &[i64]) -> Result<Option<Fit>, DatabaseError> {
        let Some(typed) = &self.typed else {
            return Ok(None);
        };
        let mut query = self
            .reader
            .prepare_cached("SELECT names FROM person WHERE statement = ?1")?;
        let mut best: Option<Fit> = None;
        for statement in joined {
            let mut rows = query.query([statement])?;
            let row = rows.next()?.ok_or(DatabaseError::Row("person"))?;
            let names = row.get_ref(0)?.as_str().unwrap_or_default();
            let fit = typed.fit(names, self.known.vocabulary);
            best = best.into_iter().chain(fit).min();
        }
        Ok(best)
    }

    /// Gives why a person is found; none when it is by what must not be told.
    fn why(&self, found: &Found, fit: Option<Fit>) -> Option<Vec<Why>> {
        let second = match self.by {
            PersonBy::Phone(phone) => {
                let why = found.why_phone(phone, self.known.today());
                return Some(why).filter(|why| !why.is_empty());
            }
            PersonBy::NhsNumber(_) => return Some(vec![Why::NhsNumber]),
            PersonBy::Reference(_) => return Some(vec![Why::Reference]),
            PersonBy::Name { and, .. } => match and {
                NameAnd::DateOfBirth(_) => Why::DateOfBirth,
                NameAnd::Postcode(postcode) => self.why_postcode(found, postcode)?,
            },
        };
        Some(vec![fit?.why(), second])
    }

    fn why_postcode(&self, found: &Found, postcode: &Postcode) -> Option<Why> {
        let today = self.known.today();
        if found.hides_addresses(today) {
            return None;
        }
        let there = found.addresses().filter(|address| {
            let written = address
                .place
                .as_ref()
                .is_some_and(|p| p.postcode == *postcode);
            let uprn = address.uprn.map(|uprn| uprn.number().cast_signed());
            written || uprn.is_some_and(|uprn| self.uprns.contains(&uprn))
        });
        let mut current: Vec<bool> = there.map(|one| is_current(one, today)).collect();
        current.sort_unstable();
        match current.last()? {
            true => Some(Why::Postcode),
            false => Some(Why::OldPostcode),
        }
    }

    fn hints(&self, found: Vec<(Found, Vec<Why>)>) -> Result<Vec<PersonHint>, DatabaseError> {
        let shared = matches!(self.by, PersonBy::Phone(_)) && found.len() > 1;
        let people = u16::try_from(found.len()).unwrap_or(u16::MAX);
        let mut hints = Vec::with_capacity(found.len());
        for (one, mut why) in found {
            if shared {
                why.push(Why::SharedPhone(people));
            }
            hints.push(one.hint(self.reader, self.known, why)?);
        }
        let guessed = [Why::KnownAs, Why::NearName, Why::SoundsLike];
        hints.sort_by_cached_key(|hint| {
            let is_guess = hint.why.first().is_some_and(|why| guessed.contains(why));
            (is_guess, fold(&hint.preferred_name), hint.person)
        });
        Ok(hints)
    }

    /// Gives the warnings that follow the one person found; who it is, is not said.
    fn warnings(
        &self,
        found: &[(Found, Vec<Why>)],
        answer: &mut PeopleAnswer,
    ) -> Result<(), DatabaseError> {
        match found {
            [] => {}
            [(one, _)] => {
                let statements: Vec<i64> = one.records.iter().map(|held| held.statement).collect();
                let look = Look::new(self.reader, self.known.settings, self.known.today());
                answer.flags = look.following(&statements)?;
                corrections::of_flags(self.reader, &mut answer.flags)?;
            }
            _ => {
                answer.more = true;
                answer.complete = false;
            }
        }
        Ok(())
    }
}
