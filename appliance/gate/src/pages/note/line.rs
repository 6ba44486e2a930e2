//! The line on every sheet and screen of a note: to whom, when, which release.
//! Real text, for it is the evidence; the mark across the note is decoration.

use jiff::Timestamp;

use super::{Release, words};
use crate::moment::Calendar;
use crate::pages::visitor::Visitor;

/// Says to whom a note was released, and when. Where only the showing is known
/// to this session, it says when it was shown.
pub(super) fn said(
    release: &Release,
    visitor: &Visitor,
    calendar: &Calendar,
    now: Timestamp,
) -> String {
    let roles: Vec<&str> = visitor
        .roles()
        .iter()
        .map(|code| words::role(code))
        .collect();
    let (what, when) = match release.released_at {
        Some(then) => ("Released", then),
        None => ("Shown", now),
    };
    format!(
        "{what} to {}, {}, on {}. {}. Do not share or copy.",
        visitor.person(),
        roles.join(" and "),
        calendar.said(when),
        release.reference
    )
}

/// Says the same in few words, for the mark across a note.
pub(super) fn mark(release: &Release, visitor: &Visitor) -> String {
    format!("{} {}", release.reference, visitor.person())
}
