//! Single values: which column, what counts as empty, which table, which date
//! format. Every value is trimmed first, because old systems pad with blanks.

use std::borrow::Cow;

use firebox_contract::Reason;
use firebox_contract::record::{FieldError, date};
use jiff::civil::Date;
use serde::Deserialize;

use crate::csv::encoding::before_mojibake;
use crate::csv::{Columns, Row};
use crate::source::{Format, Mojibake, SourceError};

/// One row under its header, as the mapping sees it.
pub(crate) struct View<'a> {
    row: &'a Row,
    columns: &'a Columns,
    format: &'a Format,
}

impl<'a> View<'a> {
    pub(crate) fn new(row: &'a Row, columns: &'a Columns, format: &'a Format) -> Self {
        Self {
            row,
            columns,
            format,
        }
    }

    /// Gives a column's text, trimmed; empty for what the format calls null
    /// and for a field of a broken row that may stand in the wrong column.
    pub(crate) fn text(&self, column: &str) -> Cow<'a, str> {
        let position = self.columns.position(column);
        let believed = position.filter(|index| self.row.flaw.is_none() || *index < self.row.sound);
        let text = believed
            .and_then(|index| self.row.field(index))
            .unwrap_or_default()
            .trim();
        if self.format.null.iter().any(|null| null == text) {
            return Cow::Borrowed("");
        }
        match self.format.mojibake {
            Mojibake::Repair => before_mojibake(text).map_or(Cow::Borrowed(text), Cow::Owned),
            Mojibake::Tell => Cow::Borrowed(text),
        }
    }

    /// Says what is wrong with the row's shape. Control characters of the C1
    /// block never stand in real text: the file was read in the wrong encoding.
    pub(super) fn flaw(&self) -> Option<Reason> {
        let strange = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
        let control = || self.row.raw_text().chars().any(strange);
        self.row
            .flaw
            .or_else(|| control().then_some(Reason::ControlCharacters))
    }
}

/// What happens to an optional value that does not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum IfBad {
    /// The row is quarantined.
    #[default]
    Quarantine,
    /// The value is left out, and counted.
    LeaveOut,
}

/// A text from a column or from the source file itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    from: Option<String>,
    #[serde(rename = "const")]
    constant: Option<String>,
    #[serde(default)]
    null: Vec<String>,
    #[serde(default)]
    if_bad: IfBad,
}

impl Text {
    pub(super) fn read<'r>(&'r self, view: &View<'r>) -> Cow<'r, str> {
        if let Some(constant) = &self.constant {
            return Cow::Borrowed(constant);
        }
        let text = self
            .from
            .as_deref()
            .map(|column| view.text(column))
            .unwrap_or_default();
        if self.null.iter().any(|null| *null == text) {
            Cow::Borrowed("")
        } else {
            text
        }
    }

    /// Reads an optional value: none where the column is empty.
    pub(super) fn optional<T>(
        &self,
        view: &View<'_>,
        left_out: &mut u64,
        parse: impl FnOnce(&str) -> Result<T, FieldError>,
    ) -> Result<Option<T>, FieldError> {
        let text = self.read(view);
        if text.is_empty() {
            return Ok(None);
        }
        self.if_bad.settle(parse(&text), left_out)
    }

    pub(super) fn column(&self) -> Option<&str> {
        self.from.as_deref()
    }

    pub(super) fn check(&self, key: &str) -> Result<(), SourceError> {
        one_of(key, &self.from, &self.constant)
    }
}

impl IfBad {
    pub(super) fn settle<T>(
        self,
        read: Result<T, FieldError>,
        left_out: &mut u64,
    ) -> Result<Option<T>, FieldError> {
        match (read, self) {
            (Ok(value), _) => Ok(Some(value)),
            (Err(_), Self::LeaveOut) => {
                *left_out += 1;
                Ok(None)
            }
            (Err(error), Self::Quarantine) => Err(error),
        }
    }
}

/// A date in the one format the source file names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Day {
    from: String,
    date: String,
    #[serde(default)]
    null: Vec<String>,
    #[serde(default)]
    open: Vec<String>,
    #[serde(default)]
    if_bad: IfBad,
}

impl Day {
    /// Reads the date; none for an empty value, a placeholder or an open end.
    pub(super) fn read(
        &self,
        field: &'static str,
        view: &View<'_>,
        left_out: &mut u64,
    ) -> Result<Option<Date>, FieldError> {
        let text = view.text(&self.from);
        if text.is_empty() || self.null.iter().chain(&self.open).any(|none| *none == text) {
            return Ok(None);
        }
        self.if_bad.settle(date(field, &text, &self.date), left_out)
    }

    pub(super) fn column(&self) -> &str {
        &self.from
    }

    /// Tells whether a day that does not read counts as none.
    pub(super) fn may_be_left_out(&self) -> bool {
        self.if_bad == IfBad::LeaveOut
    }

    pub(super) fn check(&self, key: &str) -> Result<(), SourceError> {
        let sample = jiff::civil::date(2031, 12, 30);
        let written = jiff::fmt::strtime::format(&self.date, sample).ok();
        match written.and_then(|text| date("date", &text, &self.date).ok()) {
            Some(read) if read == sample => Ok(()),
            _ => Err(SourceError::key(
                key,
                "`date` must give day, month and four-digit year, for example \"%d/%m/%Y\"",
            )),
        }
    }
}

pub(super) fn one_of(
    key: &str,
    from: &Option<String>,
    constant: &Option<String>,
) -> Result<(), SourceError> {
    if from.is_some() == constant.is_some() {
        return Err(SourceError::key(
            key,
            "needs exactly one of `from` and `const`",
        ));
    }
    Ok(())
}
