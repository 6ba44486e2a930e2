//! `/releases/{ref}`: a note that was released, and its receipt.
//!
//! What it is: the pages of one release, made of what the keeper answered and of
//! what lies on the session's desk. What it is not: a place where a note is
//! kept. The invariant: the words of a note stand in the answer to the POST
//! that opened it and nowhere else; each such POST is decided and entered anew.

mod bring;
mod ended;
mod file;
mod hide;
mod line;
mod open;
mod proof;
mod receipt;
mod sealed;
mod shown;
mod standing;
mod words;

use axum::routing::{get, post};
use firebox_protocol::gate_keeper::Released;
use jiff::Timestamp;

pub(super) use open::again;
pub(super) use shown::page as shown;
pub(super) use words::{GROUNDS, until};

use super::ask::Warning;
use super::desk::Desk;
use super::route::{OFFICERS_AND_ADVISERS, Route};
use crate::problem::{Kind, Problem};

pub(super) fn routes() -> Vec<Route> {
    let who = OFFICERS_AND_ADVISERS;
    let at = |path, methods| Route::new(path, who, methods);
    vec![
        at("/releases/{release}", get(standing::get)),
        at(
            "/releases/{release}/open",
            get(standing::again).post(open::post),
        ),
        at("/releases/{release}/hide", post(hide::post)),
        at("/releases/{release}/hidden", get(hide::hidden)),
        at("/releases/{release}/receipt", get(receipt::get)),
        at("/releases/{release}/receipt/file", get(file::get)),
    ]
}

/// A release of this session's person. Nothing of the note is in it.
#[derive(Clone)]
pub(super) struct Release {
    /// Its reference, which names it and authorises nothing.
    pub(super) reference: String,
    /// The name of its warning on the desk; none: it was asked for in another session.
    pub(super) record: Option<String>,
    /// Its warning, as it was shown when the note was asked for.
    pub(super) warning: Option<Warning>,
    /// When it was released; none: in another session.
    pub(super) released_at: Option<Timestamp>,
    /// Until when it can be opened.
    pub(super) valid_until: Timestamp,
    /// Whether it ended earlier, because its record changed or went.
    pub(super) ended: bool,
    /// What an emergency was asked for on; none: it was no emergency, or is not known.
    pub(super) emergency: Option<Emergency>,
    /// Whether it was past the person's quota of emergencies.
    pub(super) escalated: bool,
    /// Whether a reviewer has still to judge it.
    pub(super) review_open: bool,
    /// When it was opened in this session, oldest first.
    pub(super) opened: Vec<Timestamp>,
    /// Index of its entry, or of its first opening in this session.
    pub(super) entry: u64,
    /// The proof of that entry.
    pub(super) receipt: String,
}

/// On what an emergency was asked for.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Emergency {
    /// Code of the ground.
    pub(super) ground: String,
    /// What was happening.
    pub(super) happening: String,
}

impl Release {
    /// Takes a release from the keeper's answer, without its note.
    pub(super) fn of(released: &Released) -> Result<Self, Problem> {
        let valid_until = Timestamp::from_millisecond(released.valid_until_ms)
            .map_err(|_| Problem::new(Kind::Unexpected))?;
        Ok(Self {
            reference: released.release.clone(),
            record: None,
            warning: None,
            released_at: None,
            valid_until,
            ended: false,
            emergency: None,
            escalated: released.escalated,
            review_open: released.review_open,
            opened: Vec::new(),
            entry: released.entry,
            receipt: released.receipt.clone(),
        })
    }

    /// Says when it was released, and of which warning.
    pub(super) fn about(self, record: String, warning: Option<Warning>, now: Timestamp) -> Self {
        Self {
            record: Some(record),
            warning,
            released_at: Some(now),
            ..self
        }
    }

    /// Whether it cannot be opened any more.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.ended || now >= self.valid_until
    }

    /// Gives the page of this release.
    pub(super) fn path(&self) -> String {
        format!("/releases/{}", self.reference)
    }
}

/// Gives the newest release of a warning that can still be opened, by the name
/// of the warning on the desk ([`super::ask::name_of`]).
pub(super) fn standing<'a>(desk: &'a Desk, record: &str, now: Timestamp) -> Option<&'a Release> {
    let mut newest = desk.releases.iter().rev().map(|(_, release)| release);
    newest.find(|release| release.record.as_deref() == Some(record) && !release.is_over(now))
}
