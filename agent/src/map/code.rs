//! Codes: the service's labels through the tables of its source file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use firebox_contract::record::fold;
use serde::Deserialize;
use serde::de::value::{Error as CodeError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};

use super::value::{View, one_of};
use crate::source::{SourceError, TablesFile};

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

/// Checks that a table that is named is there, and that `other` has one to go with.
pub(super) fn check_table(
    key: &str,
    table: Option<&str>,
    other: Option<&str>,
    tables: &Tables,
) -> Result<(), SourceError> {
    match (table, other) {
        (Some(table), _) => tables.codes(key, table).map(drop),
        (None, Some(_)) => Err(SourceError::key(key, "`other` goes with a `table`")),
        (None, None) => Ok(()),
    }
}

pub(super) fn check_codes<'a>(
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

    pub(super) fn find(&self, table: &str, label: &str) -> Option<&str> {
        self.0.get(table)?.get(&fold(label)).map(String::as_str)
    }

    pub(super) fn codes(
        &self,
        key: &str,
        table: &str,
    ) -> Result<impl Iterator<Item = &str>, SourceError> {
        let missing = || SourceError::key(key, format!("there is no [tables.{table}]"));
        Ok(self
            .0
            .get(table)
            .ok_or_else(missing)?
            .values()
            .map(String::as_str))
    }
}
