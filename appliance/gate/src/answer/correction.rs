//! Corrections and reported hazards: which service has them, and how far they
//! are. No word of what is wrong is known here.

use firebox_contract::correction::Declined;
use firebox_protocol::answer::{CorrectionState, Progress, ReportRow, SentTo};
use schemars::JsonSchema;
use serde::Serialize;

use super::flag::Hazard;
use super::writer::{Writer, listed};
use crate::moment::rfc3339;

/// How a correction or a reported hazard stands.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CorrectionStanding")]
pub(crate) struct Standing {
    /// Its reference.
    pub(crate) correction: String,
    /// Code of what is said to be wrong; null: a new hazard.
    pub(crate) field: Option<&'static str>,
    /// When it was raised (RFC 3339).
    pub(crate) raised: String,
    /// The services it was sent to. Each decides by itself whether it changes
    /// its record.
    pub(crate) services: Vec<AtService>,
}

/// Where it stands with one service.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CorrectionAtService")]
pub(crate) struct AtService {
    /// The service's code.
    pub(crate) service: String,
    /// Its visible name.
    pub(crate) name: String,
    /// Its number, as people read it aloud.
    pub(crate) phone: String,
    /// How far it is.
    pub(crate) state: Stage,
    /// Since when (RFC 3339).
    pub(crate) since: String,
    /// Code of why the service does not change its record; null unless `declined`.
    pub(crate) reason: Option<&'static str>,
    /// The same in a sentence.
    pub(crate) say: String,
}

/// `raised`: waits for the service's agent. `delivered`: staff of the service
/// have it. `done`: they put it right, and their data does not show it yet.
/// `settled`: their data shows a change. `declined`: they do not change it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "CorrectionStage")]
pub(crate) enum Stage {
    Raised,
    Delivered,
    Done,
    Settled,
    Declined,
}

/// A hazard somebody reported and no service confirmed yet.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReportedHazard")]
pub(crate) struct Reported {
    /// Its reference.
    pub(crate) correction: String,
    /// Which hazard.
    pub(crate) category: Hazard,
    /// What to read, and to do.
    pub(crate) say: String,
    /// The service it was sent to.
    pub(crate) service: String,
    /// Its number, as people read it aloud.
    pub(crate) phone: String,
    /// The day it was reported, `YYYY-MM-DD`.
    pub(crate) reported_on: String,
}

/// A correction of a warning.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReportedWrong")]
pub(crate) struct Wrong {
    /// Its reference.
    pub(crate) correction: String,
    /// Since when, and with whom.
    pub(crate) say: String,
}

impl Writer<'_> {
    /// Writes how a correction stands.
    pub(crate) fn standing_of(&self, state: CorrectionState) -> Standing {
        let services = state.sent_to.into_iter();
        Standing {
            correction: state.correction,
            field: state.field.map(firebox_contract::correction::Field::code),
            raised: rfc3339(state.raised),
            services: services.map(|sent| self.at_service(sent)).collect(),
        }
    }

    fn at_service(&self, sent: SentTo) -> AtService {
        AtService {
            say: self.say(&sent),
            state: Stage::from(sent.progress),
            reason: match sent.progress {
                Progress::Declined(reason) => Some(reason.code()),
                _ => None,
            },
            service: sent.service,
            name: sent.name,
            phone: sent.phone.spoken(),
            since: rfc3339(sent.since),
        }
    }

    fn say(&self, sent: &SentTo) -> String {
        let (name, day) = (&sent.name, self.day_of(sent.since));
        match sent.progress {
            Progress::Raised => format!("Sent to {name} on {day}. They have not fetched it yet."),
            Progress::Delivered => format!("{name} received it on {day}."),
            Progress::Done => {
                format!("{name} put it right on {day}. Their data does not show it yet.")
            }
            Progress::Settled => format!("{name} changed their record on {day}."),
            Progress::Declined(reason) => {
                let why = match reason {
                    Declined::RecordIsRight => "they say their record is right",
                    Declined::NotConfirmed => "they could not confirm it",
                    Declined::NotOurs => "it is another service's to change",
                    Declined::AlreadyDone => "it was put right before, or was reported twice",
                };
                let phone = sent.phone.spoken();
                format!(
                    "{name} did not change their record on {day}: {why}. Phone them on {phone}."
                )
            }
        }
    }

    /// Writes a hazard that was reported at an address.
    pub(super) fn reported(&self, row: ReportRow) -> Reported {
        let (category, _) = self.hazard(row.category, &[], &row.service);
        let day = self.day_of(row.raised);
        Reported {
            correction: row.correction,
            category,
            say: format!(
                "Reported on {day}, not yet confirmed by {}. Phone them.",
                row.service
            ),
            service: row.service,
            phone: row.phone.spoken(),
            reported_on: self.words.calendar.day(row.raised).to_string(),
        }
    }

    /// Writes that a warning was reported wrong.
    pub(super) fn wrong(&self, state: &CorrectionState) -> Wrong {
        let with = state.sent_to.iter().filter(|sent| !sent.progress.is_over());
        let names: Vec<String> = with.map(|sent| sent.name.clone()).collect();
        let day = self.day_of(state.raised);
        Wrong {
            correction: state.correction.clone(),
            say: if names.is_empty() {
                format!("Reported wrong on {day}.")
            } else {
                format!("Reported wrong on {day}, with {}.", listed(&names))
            },
        }
    }
}

impl From<Progress> for Stage {
    fn from(progress: Progress) -> Self {
        match progress {
            Progress::Raised => Stage::Raised,
            Progress::Delivered => Stage::Delivered,
            Progress::Done => Stage::Done,
            Progress::Settled => Stage::Settled,
            Progress::Declined(_) => Stage::Declined,
        }
    }
}
