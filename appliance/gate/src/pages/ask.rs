//! `/ask/{warning}`: a purpose and a reason, a look at both, and off to the
//! keeper; or the telephone instead.
//!
//! ```text
//! /ask/{warning} --303--> /ask/{request}/check --303--> /releases/{ref}
//!      |                         |
//!      +-- /ask/{warning}/phone  +-- a refusal, and what to do next
//! ```
//!
//! What it is not: the place where anything is decided. The invariant: a
//! request is sent once, however often its button is pressed.

mod already;
mod check;
mod draft;
mod id;
mod phone;
mod purpose;
mod refused;
mod subject;
mod why;

use axum::routing::get;

use super::desk::Desk;
use super::route::{OFFICERS_AND_ADVISERS, Route};
use super::visitor::Visitor;
use crate::answer::flag::{Detail, Flag};
use crate::handle::Kind;
use crate::problem::Problem;
use crate::rooms::Words;

pub(super) use id::Id;
pub(super) use refused::Refused;

pub(super) fn routes() -> Vec<Route> {
    let at = |path, methods| Route::new(path, OFFICERS_AND_ADVISERS, methods);
    vec![
        at("/ask/{id}", get(why::get).post(why::post)),
        at("/ask/{id}/check", get(check::get).post(check::post)),
        at("/ask/{id}/phone", get(phone::get).post(phone::post)),
    ]
}

/// A warning that was shown in this session: all that the pages about its
/// sealed note say of it, so that nothing is typed twice and no page of theirs
/// looks the address up once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Warning {
    /// Its handle: what stands in `/ask/{handle}` and `/emergency/{handle}`.
    pub(super) flag: String,
    /// The address in one line.
    pub(super) address: String,
    /// The page it was shown on, to go back to: a path of ours, such as
    /// `/address/{handle}`.
    pub(super) shown_on: String,
    /// What may be there, in words anybody may read.
    pub(super) hazard: String,
    /// What to do, each a sentence, the gravest first; never empty.
    pub(super) instructions: Vec<String>,
    /// The team that holds it.
    pub(super) team: String,
    /// The team's number in hours, as people read it aloud.
    pub(super) phone: String,
    /// The team's hours; may be empty.
    pub(super) hours: String,
    /// The team's number out of hours.
    pub(super) out_of_hours: Option<String>,
    /// The service that recorded it.
    pub(super) recorded_by: String,
    /// What it was looked up for: a purpose code of the policy.
    pub(super) purpose: &'static str,
    /// The reference that stands in the log entry of the look.
    pub(super) reference: String,
    /// Whether there is a sealed note, released or not.
    pub(super) sealed: bool,
    /// Whether the note was released to this person and can be shown again.
    pub(super) released: bool,
    /// How many warnings with a sealed note were shown of this address.
    pub(super) seals: usize,
}

/// Where and for what warnings were shown: the same for all of one address.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    /// The address in one line.
    pub(super) address: &'a str,
    /// The page they were shown on, a path of ours.
    pub(super) on: &'a str,
    /// What they were looked up for.
    pub(super) purpose: &'static str,
    /// The reference that stands in the log entry of the look.
    pub(super) reference: &'a str,
}

impl Warning {
    /// Takes what asking needs of a warning; `seals` is how many warnings with
    /// a sealed note were shown of its address.
    pub(super) fn of(flag: &Flag, shown: Shown<'_>, seals: usize) -> Self {
        let texts = flag.instructions.iter().map(|one| one.text.clone());
        Self {
            flag: flag.flag.clone(),
            address: shown.address.to_owned(),
            shown_on: shown.on.to_owned(),
            hazard: flag.hazard.label.clone(),
            instructions: texts.collect(),
            team: flag.owner.team.clone(),
            phone: flag.owner.phone.clone(),
            hours: flag.owner.hours.clone(),
            out_of_hours: flag.owner.out_of_hours.clone(),
            recorded_by: flag.recorded_by.clone(),
            purpose: shown.purpose,
            reference: shown.reference.to_owned(),
            sealed: !matches!(flag.detail, Detail::None),
            released: matches!(flag.detail, Detail::Released),
            seals,
        }
    }
}

/// Gives the name under which a warning lies on the desk (`desk.warnings`): the
/// store's id of the record, since a handle is another one on every page. Not
/// found: it is no handle of a warning in this session.
pub(super) fn name_of(words: &Words, visitor: &Visitor, flag: &str) -> Result<String, Problem> {
    let record = words.handles.open(Kind::Flag, flag, visitor.session())?;
    Ok(record.to_string())
}

/// Lays the warnings of one address on the desk. Call it whenever they are shown.
pub(super) fn lay(
    desk: &mut Desk,
    (words, visitor): (&Words, &Visitor),
    flags: &[Flag],
    shown: Shown<'_>,
) -> Result<(), Problem> {
    let sealed = |flag: &&Flag| !matches!(flag.detail, Detail::None);
    let seals = flags.iter().filter(sealed).count();
    for flag in flags {
        let name = name_of(words, visitor, &flag.flag)?;
        desk.warnings.put(name, Warning::of(flag, shown, seals));
    }
    Ok(())
}

/// What a token in `/ask/{token}` stands for.
pub(super) enum Ask {
    /// A request for a sealed note.
    Request(Box<draft::Draft>),
    /// A call that was entered.
    Told(phone::Told),
}
