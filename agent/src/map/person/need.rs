//! `[[map.person.needs]]`: communication needs and reasonable adjustments, by
//! SNOMED CT code or by the service's own label. A code nobody knows is kept.

use firebox_contract::record::{FieldError, Need, Snomed, UNMAPPED, line};
use serde::Deserialize;

use super::fields::Fields;
use crate::map::code::Tables;
use crate::map::list::List;
use crate::map::value::Day;
use crate::map::word::{Value, Word, named};
use crate::source::{Judge, SourceError};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NeedMap {
    snomed: Option<List>,
    group: Option<List>,
    words: Option<Word>,
    confirmed_on: Option<Day>,
}

impl NeedMap {
    /// Reads as many needs as the column has.
    pub(super) fn read<'a>(&'a self, fields: &mut Fields<'a>) -> Result<Vec<Need>, FieldError> {
        let mut needs = match (&self.snomed, &self.group) {
            (Some(list), _) => by_snomed(list, fields)?,
            (None, Some(list)) => by_label(list, fields),
            (None, None) => Vec::new(),
        };
        let confirmed_on = fields.day("confirmed_on", self.confirmed_on.as_ref())?;
        for need in &mut needs {
            need.confirmed_on = confirmed_on;
        }
        let words = fields.words("need_words", self.words.as_ref())?.line();
        match (&mut needs[..], words) {
            (_, None) => {}
            ([only], words) => only.words = words,
            // Of several needs, nobody can tell which the words are about.
            (_, Some(_)) => fields.left_out += 1,
        }
        Ok(needs)
    }

    pub(super) fn is_by_snomed(&self) -> bool {
        self.snomed.is_some()
    }

    pub(super) fn values(&self) -> Vec<(&'static str, Value<'_>)> {
        named([
            ("snomed", self.snomed.as_ref().map(Value::List)),
            ("group", self.group.as_ref().map(Value::List)),
            ("words", self.words.as_ref().map(Value::Word)),
            ("confirmed_on", self.confirmed_on.as_ref().map(Value::Day)),
        ])
    }

    pub(super) fn check(
        &self,
        key: &str,
        tables: &Tables,
        judge: &Judge<'_>,
    ) -> Result<(), SourceError> {
        match (&self.snomed, &self.group) {
            (Some(list), None) => list.check_plain(&format!("{key}.snomed")),
            (None, Some(list)) => list.check_codes(&format!("{key}.group"), tables, |code| {
                code == UNMAPPED || judge.vocabulary.need(code).is_some()
            }),
            _ => Err(SourceError::key(
                key,
                "needs exactly one of `snomed` and `group`",
            )),
        }
    }
}

fn by_snomed(list: &List, fields: &mut Fields<'_>) -> Result<Vec<Need>, FieldError> {
    let vocabulary = fields.vocabulary;
    let codes = list.read(
        "snomed",
        fields.view,
        fields.tables,
        &mut fields.left_out,
        Snomed::parse,
    )?;
    let need = |code| Need {
        snomed: Some(code),
        ..Need::of(vocabulary.need_group(code).unwrap_or(UNMAPPED))
    };
    Ok(codes.into_iter().map(need).collect())
}

fn by_label(list: &List, fields: &Fields<'_>) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    for label in list.labels(fields.view) {
        let group = list.code(&label, fields.tables).unwrap_or(UNMAPPED);
        let mut need = Need::of(group);
        if need.is_unmapped() {
            // One that is no short line is no label but a story.
            need.source_code = line("source_code", &label).ok();
        }
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    needs
}
