//! Single values: which column, what counts as empty, which table, which date
//! format. Every value is trimmed first, because old systems pad with blanks.

use std::borrow::Cow;
use std::collections::BTreeMap;

use firebox_contract::Reason;
use firebox_contract::record::{FieldError, date, fold};
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as CodeError, StrDeserializer};

use crate::csv::encoding::before_mojibake;
use crate::csv::{Columns, Row};
use crate::source::{Format, Mojibake, SourceError, TablesFile};

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
    fn settle<T>(
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

/// A code: a column's label through a table, or a constant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Code {
    from: Option<String>,
    #[serde(rename = "const")]
    constant: Option<String>,
    table: Option<String>,
    /// For a label the table does not have.
    other: Option<String>,
    /// For an empty label; `other` where it is not given.
    empty: Option<String>,
}

impl Code {
    /// Gives the label as the service writes it.
    pub(super) fn label<'r>(&'r self, view: &View<'r>) -> Cow<'r, str> {
        match &self.constant {
            Some(constant) => Cow::Borrowed(constant),
            None => self
                .from
                .as_deref()
                .map(|column| view.text(column))
                .unwrap_or_default(),
        }
    }

    /// Gives the code; none where neither table nor `other` knows one.
    pub(super) fn read(&self, view: &View<'_>, tables: &Tables) -> Option<String> {
        if let Some(constant) = &self.constant {
            return Some(constant.clone());
        }
        let label = self.label(view);
        let other = || self.other.clone();
        if label.is_empty() {
            return self.empty.clone().or_else(other);
        }
        match &self.table {
            Some(table) => tables.find(table, &label).map(str::to_owned).or_else(other),
            None => Some(label.into_owned()),
        }
    }

    pub(super) fn column(&self) -> Option<&str> {
        self.from.as_deref()
    }

    /// Checks the shape, and every code that can come out against `is_code`.
    pub(super) fn check(
        &self,
        key: &str,
        tables: &Tables,
        is_code: impl Fn(&str) -> bool,
    ) -> Result<(), SourceError> {
        one_of(key, &self.from, &self.constant)?;
        let own = [&self.constant, &self.other, &self.empty]
            .into_iter()
            .flatten()
            .map(String::as_str);
        let through = self
            .table
            .as_deref()
            .map(|table| tables.codes(key, table))
            .transpose()?;
        check_codes(key, own.chain(through.into_iter().flatten()), is_code)
    }
}

/// Codes from a column that holds several labels.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Codes {
    from: String,
    split: Option<String>,
    table: String,
}

impl Codes {
    /// Gives the codes in the order of the labels, each once; `other` stands
    /// for a label the table does not have.
    pub(super) fn read(&self, view: &View<'_>, tables: &Tables, other: &str) -> Vec<String> {
        let text = view.text(&self.from);
        let labels: Vec<&str> = match &self.split {
            Some(split) => text.split(split.as_str()).collect(),
            None => vec![&text],
        };
        let mut codes: Vec<String> = Vec::new();
        for label in labels
            .into_iter()
            .map(str::trim)
            .filter(|label| !label.is_empty())
        {
            let code = tables.find(&self.table, label).unwrap_or(other).to_owned();
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        codes
    }

    pub(super) fn column(&self) -> &str {
        &self.from
    }

    pub(super) fn check(
        &self,
        key: &str,
        tables: &Tables,
        is_code: impl Fn(&str) -> bool,
    ) -> Result<(), SourceError> {
        if self.split.as_deref() == Some("") {
            return Err(SourceError::key(
                key,
                "`split` is empty: leave it out for a single label",
            ));
        }
        check_codes(key, tables.codes(key, &self.table)?, is_code)
    }
}

fn one_of(key: &str, from: &Option<String>, constant: &Option<String>) -> Result<(), SourceError> {
    if from.is_some() == constant.is_some() {
        return Err(SourceError::key(
            key,
            "needs exactly one of `from` and `const`",
        ));
    }
    Ok(())
}

fn check_codes<'a>(
    key: &str,
    mut codes: impl Iterator<Item = &'a str>,
    is_code: impl Fn(&str) -> bool,
) -> Result<(), SourceError> {
    match codes.find(|code| !is_code(code)) {
        Some(code) => Err(SourceError::key(
            key,
            format!("`{code}` is no code that may stand here"),
        )),
        None => Ok(()),
    }
}

/// Tells whether a text is the code of a `T`, and gives it.
pub(super) fn named<T: DeserializeOwned>(code: &str) -> Option<T> {
    let code: StrDeserializer<'_, CodeError> = code.into_deserializer();
    T::deserialize(code).ok()
}

/// The tables of a source file. Labels are compared folded: case, accents and
/// punctuation do not matter.
#[derive(Debug)]
pub(super) struct Tables(BTreeMap<String, BTreeMap<String, String>>);

impl Tables {
    pub(super) fn build(file: TablesFile) -> Result<Self, SourceError> {
        let mut tables = BTreeMap::new();
        for (name, labels) in file {
            let mut folded = BTreeMap::new();
            for (label, code) in labels {
                let before = folded.insert(fold(&label), code.clone());
                if before.is_some_and(|before| before != code) {
                    let what = format!("`{label}` stands twice with different codes");
                    return Err(SourceError::key(format!("tables.{name}"), what));
                }
            }
            tables.insert(name, folded);
        }
        Ok(Self(tables))
    }

    fn find(&self, table: &str, label: &str) -> Option<&str> {
        self.0.get(table)?.get(&fold(label)).map(String::as_str)
    }

    fn codes(&self, key: &str, table: &str) -> Result<impl Iterator<Item = &str>, SourceError> {
        let missing = || SourceError::key(key, format!("there is no [tables.{table}]"));
        Ok(self
            .0
            .get(table)
            .ok_or_else(missing)?
            .values()
            .map(String::as_str))
    }
}
