//! The form "Who is calling?" as it was sent, and what it says of who is on the
//! line. What was typed is kept for the form alone.

use firebox_contract::record::Postcode;
use firebox_protocol::query::{self, Confirmed, MAX_HOUSE_CHARACTERS};
use jiff::civil::Date;

use super::call::{ENOUGH, OnTheLine};
use crate::components::Errors;
use crate::handle::{Handles, Kind as HandleKind, proxy_of};
use crate::line;
use crate::pages::form::Fields;

/// The names of the form's fields.
pub(super) const CALLER: &str = "caller";
pub(super) const SPEAKER: &str = "speaker";
pub(super) const BORN: &str = "born";
pub(super) const POSTCODE: &str = "postcode";
pub(super) const HOUSE: &str = "house";
/// What is wrong with the three of them together.
pub(super) const SAID: &str = "said";
/// Where the summary leads to then.
const FIRST_OF_SAID: &str = "born-day";

/// The values of its choices.
pub(super) const PERSON: &str = "self";
pub(super) const PROXY: &str = "proxy";
pub(super) const UNSURE: &str = "unsure";
pub(super) const NOBODY_LISTED: &str = "none";

const TWO_OF_THESE: &str = "Enter 2 of these: date of birth, postcode, house number";

/// What a form is read with.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    /// What opens handles, and the session they are bound to.
    pub(super) handles: &'a Handles,
    pub(super) session: &'a [u8; 32],
    /// The council's day.
    pub(super) today: Date,
    /// Whether anybody is listed who can be chosen.
    pub(super) any_listed: bool,
}

impl Reader<'_> {
    /// Reads who is on the line.
    pub(super) fn read(self, fields: &Fields) -> Result<OnTheLine, Errors> {
        match fields.get(CALLER) {
            PERSON => {
                let said = self.said(fields)?;
                (said.given() >= ENOUGH)
                    .then(|| OnTheLine::new(query::Caller::Person, said))
                    .ok_or_else(too_few)
            }
            PROXY => self.proxy(fields),
            UNSURE => Ok(OnTheLine::unsure()),
            _ => Err(Errors::one(CALLER, "Select who is calling")),
        }
    }

    /// Somebody who is on no list is told nothing, whatever they know; for one
    /// who is, the two things are asked where they are known.
    fn proxy(self, fields: &Fields) -> Result<OnTheLine, Errors> {
        let chosen = match fields.get(SPEAKER) {
            NOBODY_LISTED => None,
            "" if !self.any_listed => None,
            handle => {
                let number = self.handles.open(HandleKind::Proxy, handle, self.session);
                let number = number.map_err(|_| Errors::one(SPEAKER, NO_SPEAKER))?;
                Some(proxy_of(number))
            }
        };
        let caller = query::Caller::Proxy(chosen);
        if chosen.is_none() {
            return Ok(OnTheLine::new(caller, Confirmed::default()));
        }
        let said = self.said(fields)?;
        match said.given() {
            0 | ENOUGH.. => Ok(OnTheLine::new(caller, said)),
            _ => Err(too_few()),
        }
    }

    /// Reads what the caller said, everything that is wrong at once.
    fn said(self, fields: &Fields) -> Result<Confirmed, Errors> {
        let mut errors = Errors::default();
        let said = Confirmed {
            date_of_birth: self.born(fields, &mut errors),
            postcode: postcode(fields.get(POSTCODE), &mut errors),
            house_number: house(fields.get(HOUSE), &mut errors),
        };
        if errors.is_empty() {
            Ok(said)
        } else {
            Err(errors)
        }
    }

    fn born(self, fields: &Fields, errors: &mut Errors) -> Option<Date> {
        let parts = [(DAY, "day"), (MONTH, "month"), (YEAR, "year")];
        let typed = parts.map(|(field, name)| (field, name, fields.get(field)));
        if typed.iter().all(|(.., text)| text.is_empty()) {
            return None;
        }
        if let Some((field, name, _)) = typed.iter().find(|(.., text)| text.is_empty()) {
            errors.add_at(BORN, *field, format!("Date of birth must include a {name}"));
            return None;
        }
        let [(.., day), (.., month), (.., year)] = typed;
        if year.len() != 4 {
            errors.add_at(BORN, YEAR, "Year of birth must have 4 numbers");
            return None;
        }
        let date = date(day, month, year);
        match date {
            None => errors.add_at(BORN, DAY, "Date of birth must be a real date"),
            Some(date) if date >= self.today => {
                errors.add_at(BORN, DAY, "Date of birth must be in the past");
            }
            Some(_) => return date,
        }
        None
    }
}

/// The parts of the date.
pub(super) const DAY: &str = "born-day";
pub(super) const MONTH: &str = "born-month";
pub(super) const YEAR: &str = "born-year";

const NO_SPEAKER: &str = "Select who is speaking, or that they are not on the list";

/// Says of all three together what is wrong: never of one of them.
pub(super) fn of_all(words: impl Into<String>) -> Errors {
    let mut errors = Errors::default();
    errors.add_at(SAID, FIRST_OF_SAID, words.into());
    errors
}

fn too_few() -> Errors {
    of_all(TWO_OF_THESE)
}

fn date(day: &str, month: &str, year: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn postcode(typed: &str, errors: &mut Errors) -> Option<Postcode> {
    if typed.is_empty() {
        return None;
    }
    let read = Postcode::parse(typed);
    if read.is_err() {
        errors.add(POSTCODE, "Enter a full postcode, like NB1 4QX");
    }
    read.ok()
}

fn house(typed: &str, errors: &mut Errors) -> Option<String> {
    if typed.is_empty() {
        return None;
    }
    let read = line::filled(HOUSE, typed, MAX_HOUSE_CHARACTERS);
    if read.is_err() {
        let words = "House number or name must be 60 letters and numbers or fewer";
        errors.add(HOUSE, words);
    }
    read.ok()
}
