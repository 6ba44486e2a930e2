//! Teams that know the person, and why records are one person.

use firebox_protocol::person::{self, JoinRule, Said, TeamRow};
use schemars::JsonSchema;
use serde::Serialize;

use super::By;
use super::talk::SOME_TEAM;
use crate::answer::writer::Writer;

/// A team that knows them.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Team {
    /// The name by which it may be named to a caller.
    pub(crate) team: String,
    /// What it does for them.
    pub(crate) role: Option<String>,
    /// The worker.
    pub(crate) worker: Option<String>,
    /// Where the call is put through to, as people read it aloud.
    pub(crate) phone: Option<String>,
    /// Its hours, as people say them.
    pub(crate) hours: Option<String>,
    #[serde(flatten)]
    pub(crate) by: By,
}

/// Why records of several services are shown as one person.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JoinedRecords")]
pub(crate) struct Joined {
    /// Visible names of the services.
    pub(crate) services: Vec<String>,
    /// Why, in a sentence.
    pub(crate) why: String,
}

impl Writer<'_> {
    pub(super) fn teams(&self, said: Vec<Said<TeamRow>>) -> Vec<Team> {
        let teams = said.into_iter().map(|said| {
            let by = By::of(&said);
            let row = said.value;
            Team {
                team: self
                    .line(Some(row.team))
                    .or_else(|| self.line(Some(said.by)))
                    .unwrap_or_else(|| SOME_TEAM.to_owned()),
                role: self.line(row.role),
                worker: row.worker,
                phone: row.transfer.as_ref().map(|phone| phone.spoken()),
                hours: self.line(row.hours),
                by,
            }
        });
        teams.collect()
    }
}

impl From<person::Joined> for Joined {
    fn from(joined: person::Joined) -> Self {
        let [one, other] = joined.services;
        let why = match joined.rule {
            JoinRule::SameReference => format!("{one} gives both records the same reference."),
            JoinRule::NhsNumber => "Both records have the same NHS number and date of birth, and \
                names that agree."
                .to_owned(),
        };
        let services = if one == other {
            vec![one]
        } else {
            vec![one, other]
        };
        Self { services, why }
    }
}
