//! The values a person is made of: texts that may go through a table, answers
//! of yes and no, and what a source file may fix or read from a column.

use std::borrow::Cow;
use std::marker::PhantomData;

use firebox_contract::Reason;
use firebox_contract::record::FieldError;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};

use super::code::{Tables, check_codes, check_table};
use super::list::List;
use super::value::{Day, IfBad, View, one_of};
use crate::source::SourceError;

/// A text from a column or from the source file itself, through a table where
/// one is named.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Word {
    from: Option<String>,
    #[serde(rename = "const")]
    constant: Option<String>,
    #[serde(default)]
    null: Vec<String>,
    #[serde(default)]
    if_bad: IfBad,
    table: Option<String>,
    /// For a label the table does not have.
    other: Option<String>,
    /// For an empty label.
    empty: Option<String>,
}

impl Word {
    /// Gives the label as the service writes it; empty for a placeholder.
    pub(super) fn label<'r>(&'r self, view: &View<'r>) -> Cow<'r, str> {
        if let Some(constant) = &self.constant {
            return Cow::Borrowed(constant);
        }
        let text = self.from.as_deref().map(|column| view.text(column));
        text.filter(|text| !self.null.iter().any(|null| null == text))
            .unwrap_or_default()
    }

    /// Gives the text; a label that neither table nor `other` knows is malformed.
    pub(super) fn read<'r>(
        &'r self,
        field: &'static str,
        view: &View<'r>,
        tables: &'r Tables,
    ) -> Result<Cow<'r, str>, FieldError> {
        let label = self.label(view);
        if label.is_empty() {
            return Ok(Cow::Borrowed(self.empty.as_deref().unwrap_or_default()));
        }
        let table = self.table.as_deref();
        let Some(table) = table.filter(|_| self.constant.is_none()) else {
            return Ok(label);
        };
        let code = tables.find(table, &label).or(self.other.as_deref());
        code.map(Cow::Borrowed)
            .ok_or(FieldError::new(field, Reason::Malformed))
    }

    /// Says what happens to a value that does not read.
    pub(super) fn if_bad(&self) -> IfBad {
        self.if_bad
    }

    /// Tells whether a value that does not read is left out.
    pub(super) fn is_left_out_if_bad(&self) -> bool {
        self.if_bad == IfBad::LeaveOut
    }

    /// Tells whether all that can come out stands in the source file.
    pub(super) fn is_fixed(&self) -> bool {
        self.table.is_some() || self.constant.is_some()
    }

    /// Tells whether labels the table does not have become `code`.
    pub(super) fn other_is(&self, code: &str) -> bool {
        self.other.as_deref() == Some(code)
    }

    pub(super) fn column(&self) -> Option<&str> {
        self.from.as_deref()
    }

    /// Checks the shape.
    pub(super) fn check(&self, key: &str, tables: &Tables) -> Result<(), SourceError> {
        one_of(key, &self.from, &self.constant)?;
        check_table(key, self.table.as_deref(), self.other.as_deref(), tables)
    }

    /// Checks every code that can come out; one that comes straight out of a
    /// column cannot be checked and is refused.
    pub(super) fn check_codes(
        &self,
        key: &str,
        tables: &Tables,
        is_code: impl Fn(&str) -> bool,
    ) -> Result<(), SourceError> {
        let own = [&self.constant, &self.other, &self.empty];
        let own = own.into_iter().flatten().map(String::as_str);
        match (&self.table, &self.constant) {
            (Some(table), _) => check_codes(key, own.chain(tables.codes(key, table)?), is_code),
            (None, Some(_)) => check_codes(key, own, is_code),
            (None, None) => Err(SourceError::key(
                key,
                "needs a `table` from the service's labels to our codes",
            )),
        }
    }
}

/// An answer of yes or no.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct YesNo {
    from: String,
    #[serde(default)]
    yes: Vec<String>,
    #[serde(default)]
    no: Vec<String>,
    /// For a value in neither list.
    other: Option<Answer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    Yes,
    No,
}

impl YesNo {
    /// Gives the answer; none for an empty column, unless a list has it.
    pub(super) fn read(
        &self,
        field: &'static str,
        view: &View<'_>,
    ) -> Result<Option<bool>, FieldError> {
        let text = view.text(&self.from);
        let is_in = |list: &[String]| list.iter().any(|value| value.eq_ignore_ascii_case(&text));
        if is_in(&self.yes) {
            return Ok(Some(true));
        }
        if is_in(&self.no) {
            return Ok(Some(false));
        }
        if text.is_empty() {
            return Ok(None);
        }
        let other = self.other.map(|other| Some(other == Answer::Yes));
        other.ok_or(FieldError::new(field, Reason::Malformed))
    }

    pub(super) fn column(&self) -> &str {
        &self.from
    }

    pub(super) fn check(&self, key: &str) -> Result<(), SourceError> {
        let stands_twice =
            |value: &&String| self.no.iter().any(|no| no.eq_ignore_ascii_case(value));
        if let Some(value) = self.yes.iter().find(stands_twice) {
            let what = format!("`{value}` stands in `yes` and in `no`");
            return Err(SourceError::key(key, what));
        }
        if self.yes.is_empty() && self.other != Some(Answer::Yes) {
            return Err(SourceError::key(key, "names no value that means yes"));
        }
        Ok(())
    }
}

/// What a source file fixes for every row, or reads from a column.
#[derive(Debug)]
pub(super) enum OrWord<T> {
    /// Fixed.
    Fixed(T),
    /// From a column.
    Word(Word),
}

impl<T> OrWord<T> {
    pub(super) fn word(&self) -> Option<&Word> {
        match self {
            Self::Fixed(_) => None,
            Self::Word(word) => Some(word),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OrWord<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OrWordVisitor(PhantomData))
    }
}

struct OrWordVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OrWordVisitor<T> {
    type Value = OrWord<T>;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a value, or { from = \"COLUMN\" }")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<OrWord<T>, E> {
        T::deserialize(text.into_deserializer()).map(OrWord::Fixed)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<OrWord<T>, E> {
        T::deserialize(number.into_deserializer()).map(OrWord::Fixed)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<OrWord<T>, A::Error> {
        Word::deserialize(MapAccessDeserializer::new(map)).map(OrWord::Word)
    }
}

/// Any value, for what is done to all of them: checking their shape and naming
/// their columns.
pub(super) enum Value<'a> {
    /// A text.
    Word(&'a Word),
    /// A day.
    Day(&'a Day),
    /// An answer.
    YesNo(&'a YesNo),
    /// Several codes.
    List(&'a List),
    /// Lines, each joined of columns.
    Lines(&'a [Vec<String>]),
}

impl<'a> Value<'a> {
    pub(super) fn columns(&self) -> Vec<&'a str> {
        match *self {
            Self::Word(word) => word.column().into_iter().collect(),
            Self::Day(day) => vec![day.column()],
            Self::YesNo(answer) => vec![answer.column()],
            Self::List(list) => vec![list.column()],
            Self::Lines(lines) => lines.iter().flatten().map(String::as_str).collect(),
        }
    }

    pub(super) fn check(&self, key: &str, tables: &Tables) -> Result<(), SourceError> {
        match self {
            Self::Word(word) => word.check(key, tables),
            Self::Day(day) => day.check(key),
            Self::YesNo(answer) => answer.check(key),
            Self::List(list) => list.check(key, tables),
            Self::Lines(_) => Ok(()),
        }
    }
}

/// Lists the values that a source file names, each with its key.
pub(super) fn named<'a, const N: usize>(
    values: [(&'static str, Option<Value<'a>>); N],
) -> Vec<(&'static str, Value<'a>)> {
    values
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name, value)))
        .collect()
}
