//! `[map.person.safety]`: a wellbeing and safety marker. What to do, never why,
//! and whom to ask. It is never left out: a marker that does not read holds its row.

use firebox_contract::record::{FieldError, Owner, Safety, UNMAPPED, line};
use serde::Deserialize;

use super::fields::Fields;
use crate::map::code::Tables;
use crate::map::value::Day;
use crate::map::word::{Value, Word, YesNo, named};
use crate::source::{Judge, SourceError};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SafetyMap {
    instruction: Word,
    withheld: Option<YesNo>,
    team: Word,
    phone: Word,
    hours: Option<Word>,
    out_of_hours: Option<Word>,
    since: Option<Day>,
    until: Option<Day>,
}

impl SafetyMap {
    /// Reads the marker; none where the instruction is empty and nothing is withheld.
    pub(super) fn read<'a>(
        &'a self,
        fields: &mut Fields<'a>,
    ) -> Result<Option<Safety>, FieldError> {
        let withheld = fields.is_yes("safety_withheld", self.withheld.as_ref())?;
        let read = fields.text("safety_instruction", Some(&self.instruction));
        let code = read.unwrap_or(UNMAPPED.into());
        if code.is_empty() && !withheld {
            return Ok(None);
        }
        let instruction = if code.is_empty() { UNMAPPED } else { &*code };
        // The label of a known marker may name the cause; it stays at the service.
        let label = self.instruction.label(fields.view);
        let source_code = (instruction == UNMAPPED).then(|| line("source_code", &label).ok());
        Ok(Some(Safety {
            instruction: instruction.to_owned(),
            source_code: source_code.flatten(),
            withheld,
            owner: Owner::parse(
                &fields.text("owner_team", Some(&self.team))?,
                &fields.text("owner_phone", Some(&self.phone))?,
                &fields.text("owner_hours", self.hours.as_ref())?,
                &fields.text("owner_out_of_hours", self.out_of_hours.as_ref())?,
            )?,
            since: fields.day("safety_since", self.since.as_ref())?,
            until: fields.day("safety_until", self.until.as_ref())?,
        }))
    }

    pub(super) fn values(&self) -> Vec<(&'static str, Value<'_>)> {
        named([
            ("instruction", Some(Value::Word(&self.instruction))),
            ("withheld", self.withheld.as_ref().map(Value::YesNo)),
            ("team", Some(Value::Word(&self.team))),
            ("phone", Some(Value::Word(&self.phone))),
            ("hours", self.hours.as_ref().map(Value::Word)),
            ("out_of_hours", self.out_of_hours.as_ref().map(Value::Word)),
            ("since", self.since.as_ref().map(Value::Day)),
            ("until", self.until.as_ref().map(Value::Day)),
        ])
    }

    pub(super) fn check(
        &self,
        key: &str,
        tables: &Tables,
        judge: &Judge<'_>,
    ) -> Result<(), SourceError> {
        let words = [Some(&self.instruction), Some(&self.team), Some(&self.phone)];
        let optional = [self.hours.as_ref(), self.out_of_hours.as_ref()];
        let mut all = words.into_iter().chain(optional).flatten();
        if all.any(Word::is_left_out_if_bad) {
            return Err(SourceError::key(
                key,
                "takes no `if_bad`: it is never left out",
            ));
        }
        let key = format!("{key}.instruction");
        self.instruction.check_codes(&key, tables, |code| {
            code == UNMAPPED || judge.vocabulary.knows_safety(code)
        })
    }
}
