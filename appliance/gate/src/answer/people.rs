//! Who may be meant: hints, and never more than a hint.

use firebox_protocol::PersonBy;
use firebox_protocol::person::{PeopleAnswer, PersonHint, Why};
use schemars::JsonSchema;
use serde::Serialize;

use super::flag::Flag;
use super::source::Source;
use super::writer::{Writer, all_fresh, not_in_date};
use crate::handle::Kind;
use crate::problem::Problem;

/// Stands where a hint is not known or not to be shown.
const NOT_SHOWN: &str = "Not shown";
/// Stands for the last two letters of a postcode.
const COVERED: &str = "••";

const NOBODY: &str = "We could not find anyone. Check what you typed, or try their phone number, \
    date of birth or postcode. They may still be known to the council.";
const TOO_MANY: &str = "More than 20 people match. Add a date of birth or postcode.";

/// Who may be meant.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FoundPeople")]
pub(crate) struct People {
    /// At most 20, exact matches first. Empty for whoever is shown warnings and
    /// not who anybody is.
    pub(crate) matches: Vec<Match>,
    /// What to do next, when it is not to choose; null otherwise.
    pub(crate) note: Option<String>,
    /// Set when somebody was found who may not be shown here; null otherwise.
    pub(crate) withheld: Option<Withheld>,
    /// Warnings that follow the person found, for whoever is shown warnings only.
    pub(crate) flags: Vec<Flag>,
    /// The services that could hold an answer.
    pub(crate) sources: Vec<Source>,
    /// Which of them may know more than they sent, and their numbers; null when
    /// all are in date.
    pub(crate) sources_note: Option<String>,
    /// False when any source is not fresh, something unread could be about the
    /// people found, or not all of them are given. Then nobody found is not
    /// the same as nobody known.
    pub(crate) complete: bool,
}

/// One person, as a hint.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PersonMatch")]
pub(crate) struct Match {
    /// Handle of the person, for this session.
    pub(crate) person: String,
    /// What to call them.
    pub(crate) preferred_name: String,
    /// First letter of the surname.
    pub(crate) surname_initial: String,
    /// Year of birth, where it is known.
    pub(crate) year_of_birth: Option<i16>,
    /// Outward postcode and first sign of the rest, for example `NB1 4••`.
    pub(crate) postcode_hint: String,
    /// Why they are here, most telling first.
    pub(crate) why: Vec<String>,
}

/// Somebody who may not be shown here.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WithheldPerson")]
pub(crate) struct Withheld {
    /// What to do.
    pub(crate) instruction: &'static str,
    /// The duty line, as people read it aloud.
    pub(crate) phone: String,
}

/// What a search was, as far as its answer's words depend on it.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    /// Whether it was by name.
    pub(crate) by_name: bool,
    /// Whether the one who asked is shown warnings only.
    pub(crate) warnings_only: bool,
}

impl Asked {
    /// A search by somebody who is shown who people are.
    pub(crate) fn of(by: &PersonBy) -> Self {
        Self {
            by_name: matches!(by, PersonBy::Name { .. }),
            warnings_only: false,
        }
    }
}

impl Writer<'_> {
    /// Writes the answer to a search for a person.
    pub(crate) fn people(&self, answer: PeopleAnswer, asked: Asked) -> Result<People, Problem> {
        // Whoever may not be shown is not there for a search by name, whatever
        // the store says.
        let withheld = answer.withheld && !asked.by_name;
        // More than can be given is none at all: there is no browsing.
        let hints = if answer.more {
            Vec::new()
        } else {
            answer.matches
        };
        let flags = if answer.more {
            Vec::new()
        } else {
            answer.flags
        };
        Ok(People {
            note: self.note(&hints, !flags.is_empty() || withheld, answer.more, asked),
            withheld: withheld.then(|| Withheld {
                instruction: "We cannot show this record here. Put the call through to the \
                    duty line.",
                phone: self.words.duty_line.clone(),
            }),
            complete: answer.complete && !answer.more && all_fresh(&answer.sources),
            matches: hints
                .into_iter()
                .map(|hint| self.hint(hint))
                .collect::<Result<_, _>>()?,
            flags: flags
                .into_iter()
                .map(|row| self.flag(row))
                .collect::<Result<_, _>>()?,
            sources_note: not_in_date(&answer.sources),
            sources: answer.sources.into_iter().map(Source::from).collect(),
        })
    }

    fn note(
        &self,
        hints: &[PersonHint],
        something: bool,
        more: bool,
        asked: Asked,
    ) -> Option<String> {
        let shared = hints.iter().flat_map(|hint| &hint.why).find_map(|why| {
            let Why::SharedPhone(people) = why else {
                return None;
            };
            Some(*people)
        });
        match (shared, asked.warnings_only) {
            (_, true) if more => {
                Some("Several people match. Add a date of birth or postcode.".to_owned())
            }
            (_, false) if more => Some(TOO_MANY.to_owned()),
            (Some(people), _) => Some(format!(
                "{people} people use this number. Ask who is calling."
            )),
            (None, _) if something || !hints.is_empty() => None,
            // Of whom nothing is shown, it is not said whether they are known.
            (None, true) => Some(format!(
                "We have no warning to show. That is not the same as safe: we may not know this \
                 person. If you are unsure, phone the duty line on {}.",
                self.words.duty_line
            )),
            (None, false) => Some(NOBODY.to_owned()),
        }
    }

    fn hint(&self, hint: PersonHint) -> Result<Match, Problem> {
        let person = hint.person.cast_unsigned();
        let why = hint.why.into_iter().filter_map(|why| self.why(why));
        Ok(Match {
            person: self
                .words
                .handles
                .seal(Kind::Person, person, self.session)?,
            preferred_name: hint.preferred_name,
            surname_initial: hint.surname_initial,
            year_of_birth: hint.year_of_birth,
            postcode_hint: hint
                .postcode_hint
                .map_or_else(|| NOT_SHOWN.to_owned(), |hint| format!("{hint}{COVERED}")),
            why: why.collect(),
        })
    }

    fn why(&self, why: Why) -> Option<String> {
        let plain = match why {
            Why::OwnPhone(ending) => return Some(format!("Phone ending {ending}")),
            Why::PhoneOf(whose) => {
                let belongs = format!("Number belongs to {}", whose.name);
                let relationship = self.line(Some(whose.relationship));
                return Some(match relationship {
                    Some(relationship) => format!("{belongs}, {relationship}"),
                    None => belongs,
                });
            }
            // Said once, in the note.
            Why::SharedPhone(_) => return None,
            Why::NhsNumber => "NHS number",
            Why::Reference => "Reference",
            Why::Name => "Name",
            Why::KnownAs => "Known by this name",
            Why::NearName => "Name is spelled nearly so",
            Why::SoundsLike => "Name sounds similar",
            Why::DateOfBirth => "Date of birth",
            Why::Postcode => "Postcode",
            Why::OldPostcode => "Old address",
        };
        Some(plain.to_owned())
    }
}
