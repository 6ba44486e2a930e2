//! What the box found for one address.

use firebox_protocol::answer::{Notice as NoticeRow, PropertyAnswer, PropertyMatch};
use schemars::JsonSchema;
use serde::Serialize;

use super::correction::Reported;
use super::flag::Flag;
use super::source::Source;
use super::writer::{Writer, all_fresh};
use crate::handle::Kind;
use crate::problem::Problem;

/// What was found for one address.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Found {
    /// The addresses that match. None: the box does not know the address, and
    /// has checked nothing about it.
    pub(crate) matches: Vec<Match>,
    /// True when several addresses match: ask again with the `uprn` of the
    /// right one. No warning is given for any of them before that.
    pub(crate) choose: bool,
    /// Whether more addresses match than are given.
    pub(crate) more: bool,
    /// The services that could hold an answer.
    pub(crate) sources: Vec<Source>,
    /// False when any source is not fresh, something unread is held about the
    /// address, or not exactly one address matches. Then ring before you go.
    pub(crate) complete: bool,
}

/// One address.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Match {
    /// Handle of the property, for this session.
    pub(crate) property: String,
    /// UPRN, as text.
    pub(crate) uprn: String,
    /// The address in one line.
    pub(crate) address: String,
    /// Its warnings; null when several addresses match.
    pub(crate) flags: Option<Vec<Flag>>,
    /// What services hold about it and could not be read.
    pub(crate) notices: Vec<Notice>,
    /// Hazards that were reported here and that no service has confirmed yet.
    pub(crate) reports: Vec<Reported>,
}

/// Something a service holds that could not be read.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Notice {
    /// The service.
    pub(crate) service: String,
    /// What to do.
    pub(crate) text: String,
    /// Its number, as people read it aloud.
    pub(crate) phone: String,
}

impl Writer<'_> {
    /// Writes the answer for one address.
    pub(crate) fn found(&self, answer: PropertyAnswer) -> Result<Found, Problem> {
        let complete = answer.complete && nothing_is_missing(&answer);
        let choose = answer.matches.len() > 1;
        let one = |found| self.one(found, choose);
        Ok(Found {
            matches: answer
                .matches
                .into_iter()
                .map(one)
                .collect::<Result<_, _>>()?,
            choose,
            more: answer.more,
            sources: answer.sources.into_iter().map(Source::from).collect(),
            complete,
        })
    }

    fn one(&self, found: PropertyMatch, choose: bool) -> Result<Match, Problem> {
        // With several addresses there is no browsing: nobody learns the
        // warnings of a whole street from one question.
        let rows = found.flags.filter(|_| !choose);
        let flags = rows.map(|rows| rows.into_iter().map(|row| self.flag(row)).collect());
        let reports = found.reports.into_iter().filter(|_| !choose);
        let reports = reports.map(|row| self.reported(row));
        let lines = found
            .lines
            .iter()
            .chain([&found.postcode])
            .map(String::as_str);
        Ok(Match {
            property: self
                .words
                .handles
                .seal(Kind::Property, found.uprn.number(), self.session)?,
            uprn: found.uprn.to_string(),
            address: lines.collect::<Vec<_>>().join(", "),
            flags: flags.transpose()?,
            notices: found.notices.into_iter().map(Notice::from).collect(),
            reports: reports.collect(),
        })
    }
}

/// The store says whether an answer is complete; this is the gate's own proof,
/// so that a mistake in either shows as "ring before you go".
fn nothing_is_missing(answer: &PropertyAnswer) -> bool {
    let [one] = answer.matches.as_slice() else {
        return false;
    };
    !answer.more && one.flags.is_some() && one.notices.is_empty() && all_fresh(&answer.sources)
}

impl From<NoticeRow> for Notice {
    fn from(row: NoticeRow) -> Self {
        let NoticeRow {
            service,
            phone,
            near,
        } = row;
        let phone = phone.spoken();
        let held = if near {
            format!("{service} holds something near this address, at a place we could not find.")
        } else {
            format!("{service} holds something about this address that we could not read.")
        };
        Self {
            text: format!("{held} Phone them on {phone} before you go."),
            service,
            phone,
        }
    }
}
