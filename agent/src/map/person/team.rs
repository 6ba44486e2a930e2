//! `[[map.person.teams]]`: teams of the service that know a person.

use firebox_contract::record::{FieldError, Involvement, Phone};
use serde::Deserialize;

use super::fields::Fields;
use crate::map::value::Day;
use crate::map::word::{Value, Word, named};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamMap {
    team: Word,
    role: Option<Word>,
    worker: Option<Word>,
    transfer: Option<Word>,
    hours: Option<Word>,
    since: Option<Day>,
    until: Option<Day>,
}

impl TeamMap {
    /// Reads the team; none where its name is empty.
    pub(super) fn read<'a>(
        &'a self,
        fields: &mut Fields<'a>,
    ) -> Result<Option<Involvement>, FieldError> {
        let Some(team) = fields.line("team", Some(&self.team))? else {
            return Ok(None);
        };
        Ok(Some(Involvement {
            team,
            role: fields.words("team_role", self.role.as_ref())?.line(),
            worker: fields.line("team_worker", self.worker.as_ref())?,
            transfer: fields.value("team_transfer", self.transfer.as_ref(), Phone::parse)?,
            hours: fields.line("team_hours", self.hours.as_ref())?,
            since: fields.day("team_since", self.since.as_ref())?,
            until: fields.day("team_until", self.until.as_ref())?,
        }))
    }

    pub(super) fn values(&self) -> Vec<(&'static str, Value<'_>)> {
        named([
            ("team", Some(Value::Word(&self.team))),
            ("role", self.role.as_ref().map(Value::Word)),
            ("worker", self.worker.as_ref().map(Value::Word)),
            ("transfer", self.transfer.as_ref().map(Value::Word)),
            ("hours", self.hours.as_ref().map(Value::Word)),
            ("since", self.since.as_ref().map(Value::Day)),
            ("until", self.until.as_ref().map(Value::Day)),
        ])
    }
}
