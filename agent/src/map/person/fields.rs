//! Reading the values of one row: what is empty is none, what does not read is
//! refused or left out as its key says, and what is left out is counted.

use std::borrow::Cow;

use firebox_contract::record::{FieldError, line};
use firebox_contract::{Reason, Vocabulary};
use jiff::civil::Date;

use crate::map::code::Tables;
use crate::map::value::{Day, View};
use crate::map::word::{Word, YesNo};

/// One row while a person is read out of it.
pub(super) struct Fields<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) tables: &'a Tables,
    pub(super) vocabulary: &'a Vocabulary,
    /// Optional values that did not read and were left out.
    pub(super) left_out: u64,
}

impl<'a> Fields<'a> {
    /// Gives a text as it stands; empty where no key names one.
    pub(super) fn text(
        &self,
        field: &'static str,
        word: Option<&'a Word>,
    ) -> Result<Cow<'a, str>, FieldError> {
        word.map_or(Ok(Cow::Borrowed("")), |word| {
            word.read(field, self.view, self.tables)
        })
    }

    /// Reads an optional value.
    pub(super) fn value<T>(
        &mut self,
        field: &'static str,
        word: Option<&'a Word>,
        parse: impl FnOnce(&str) -> Result<T, FieldError>,
    ) -> Result<Option<T>, FieldError> {
        let Some(word) = word else {
            return Ok(None);
        };
        let read = word.read(field, self.view, self.tables);
        let value = match read {
            Ok(text) if text.is_empty() => return Ok(None),
            Ok(text) => parse(&text),
            Err(error) => Err(error),
        };
        word.if_bad().settle(value, &mut self.left_out)
    }

    /// Reads an optional line: a name, an hour, an office.
    pub(super) fn line(
        &mut self,
        field: &'static str,
        word: Option<&'a Word>,
    ) -> Result<Option<String>, FieldError> {
        self.value(field, word, |text| line(field, text))
    }

    /// Reads an optional line of somebody's own words. One that is too long is
    /// a story: it is left out and counted, never cut.
    pub(super) fn words(
        &mut self,
        field: &'static str,
        word: Option<&'a Word>,
    ) -> Result<Words, FieldError> {
        let read = self.value(field, word, |text| match line(field, text) {
            Err(error) if error.reason == Reason::TooLong => Ok(Words::TooLong),
            other => other.map(Words::Line),
        })?;
        if read == Some(Words::TooLong) {
            self.left_out += 1;
        }
        Ok(read.unwrap_or(Words::None))
    }

    /// Reads an optional day.
    pub(super) fn day(
        &mut self,
        field: &'static str,
        day: Option<&Day>,
    ) -> Result<Option<Date>, FieldError> {
        day.map_or(Ok(None), |day| {
            day.read(field, self.view, &mut self.left_out)
        })
    }

    /// Reads an answer; an empty column means no.
    pub(super) fn is_yes(
        &self,
        field: &'static str,
        answer: Option<&YesNo>,
    ) -> Result<bool, FieldError> {
        self.answer(field, answer)
            .map(|answer| answer.unwrap_or(false))
    }

    /// Reads an answer; an empty column means that nobody knows.
    pub(super) fn answer(
        &self,
        field: &'static str,
        answer: Option<&YesNo>,
    ) -> Result<Option<bool>, FieldError> {
        answer.map_or(Ok(None), |answer| answer.read(field, self.view))
    }
}

/// Somebody's own words, as far as they are a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// None were given.
    None,
    /// A line.
    Line(String),
    /// A story, left out.
    TooLong,
}

impl Words {
    pub(super) fn line(self) -> Option<String> {
        match self {
            Self::Line(text) => Some(text),
            Self::None | Self::TooLong => None,
        }
    }
}
