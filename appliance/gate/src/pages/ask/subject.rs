//! What an `/ask/{id}` is about: a warning that was shown in this session, or
//! a request about one. Whatever else stands there is not there.

use super::draft::{Draft, Typed};
use super::{Ask, Warning, name_of};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};

/// A warning, and what is known of the request about it.
pub(super) struct Subject {
    /// The warning's handle.
    pub(super) flag: String,
    /// The warning's name on the desk.
    pub(super) record: String,
    /// The warning, as it was shown.
    pub(super) warning: Warning,
    /// What the form opens with.
    pub(super) typed: Typed,
    /// The request that is changed; none: a new one.
    pub(super) token: Option<String>,
}

impl Subject {
    /// Finds it.
    pub(super) fn find(room: &Room, visitor: &Visitor, id: &str) -> Result<Self, Problem> {
        if let Ok(draft) = request(room, visitor, id) {
            return Ok(Self {
                typed: Typed::of(&draft.answers),
                flag: draft.flag,
                record: draft.record,
                warning: draft.warning,
                token: Some(id.to_owned()),
            });
        }
        let (record, warning) = warning(room, visitor, id)?;
        if !warning.sealed {
            return Err(Problem::new(Kind::NotFound));
        }
        Ok(Self {
            typed: Typed::carried_forward(visitor, &warning),
            flag: id.to_owned(),
            record,
            warning,
            token: None,
        })
    }
}

/// Gives a warning that was shown, by its handle, and its name on the desk.
pub(super) fn warning(
    room: &Room,
    visitor: &Visitor,
    flag: &str,
) -> Result<(String, Warning), Problem> {
    let record = name_of(&room.words, visitor, flag)?;
    let warning = room.at(visitor, |desk| desk.warnings.get(&record).cloned());
    let warning = warning.ok_or(Problem::new(Kind::NotFound))?;
    Ok((record, warning))
}

/// Gives a request of this session by its token.
pub(super) fn request(room: &Room, visitor: &Visitor, token: &str) -> Result<Draft, Problem> {
    let found = room.at(visitor, |desk| match desk.asks.get(token) {
        Some(Ask::Request(draft)) => Some(draft.as_ref().clone()),
        _ => None,
    });
    found.ok_or(Problem::new(Kind::NotFound))
}
