//! `[[map.person.languages]]`: languages, and whether an interpreter is needed.

use firebox_contract::record::{FieldError, Language, LanguageMode};
use serde::Deserialize;

use super::fields::Fields;
use crate::map::code::Tables;
use crate::map::word::{Value, Word, YesNo, named};
use crate::source::{Judge, SourceError};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LanguageMap {
    tag: Word,
    mode: LanguageMode,
    interpreter: Option<YesNo>,
}

impl LanguageMap {
    /// Reads the language; none where its tag is empty.
    pub(super) fn read<'a>(
        &'a self,
        fields: &mut Fields<'a>,
    ) -> Result<Option<Language>, FieldError> {
        let interpreter = fields.is_yes("interpreter", self.interpreter.as_ref())?;
        let parse = |text: &str| Language::parse(text, self.mode, interpreter);
        let language = fields.value("language", Some(&self.tag), parse)?;
        if language.is_none() && interpreter {
            // An interpreter for a language nobody named: said by the count.
            fields.left_out += 1;
        }
        Ok(language)
    }

    pub(super) fn values(&self) -> Vec<(&'static str, Value<'_>)> {
        named([
            ("tag", Some(Value::Word(&self.tag))),
            ("interpreter", self.interpreter.as_ref().map(Value::YesNo)),
        ])
    }

    pub(super) fn check(
        &self,
        key: &str,
        tables: &Tables,
        judge: &Judge<'_>,
    ) -> Result<(), SourceError> {
        if !self.tag.is_fixed() {
            return Ok(());
        }
        self.tag.check_codes(&format!("{key}.tag"), tables, |code| {
            judge.vocabulary.language(code).is_some()
                && Language::parse(code, self.mode, false).is_ok()
        })
    }
}
