//! Several labels in one column, each with a code of its own.

use firebox_contract::Reason;
use firebox_contract::record::FieldError;
use serde::Deserialize;

use super::code::{Tables, check_codes, check_table};
use super::value::{IfBad, View};
use crate::source::SourceError;

/// Labels of one column.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    from: String,
    split: Option<String>,
    table: Option<String>,
    /// For a label the table does not have.
    other: Option<String>,
    /// Labels that count as empty.
    #[serde(default)]
    null: Vec<String>,
    #[serde(default)]
    if_bad: IfBad,
}

impl List {
    /// Gives the labels as the service writes them, each once.
    pub(super) fn labels(&self, view: &View<'_>) -> Vec<String> {
        let text = view.text(&self.from);
        let parts: Vec<&str> = match &self.split {
            Some(split) => text.split(split.as_str()).collect(),
            None => vec![&text],
        };
        let mut labels: Vec<String> = Vec::new();
        for part in parts.into_iter().map(str::trim) {
            let is_empty = part.is_empty() || self.null.iter().any(|null| null == part);
            if !is_empty && labels.iter().all(|label| label != part) {
                labels.push(part.to_owned());
            }
        }
        labels
    }

    /// Gives a label's code; none where neither table nor `other` knows it.
    pub(super) fn code<'t>(&'t self, label: &'t str, tables: &'t Tables) -> Option<&'t str> {
        match &self.table {
            Some(table) => tables.find(table, label).or(self.other.as_deref()),
            None => Some(label),
        }
    }

    /// Gives what `parse` makes of each code, each once. A code that does not
    /// read is refused or left out, as the list says.
    pub(super) fn read<T: PartialEq>(
        &self,
        field: &'static str,
        view: &View<'_>,
        tables: &Tables,
        left_out: &mut u64,
        parse: impl Fn(&str) -> Result<T, FieldError>,
    ) -> Result<Vec<T>, FieldError> {
        let mut values: Vec<T> = Vec::new();
        for label in self.labels(view) {
            let code = self.code(&label, tables);
            let value = code
                .ok_or(FieldError::new(field, Reason::Malformed))
                .and_then(&parse);
            let value = self.if_bad.settle(value, left_out)?;
            values.extend(value.filter(|value| !values.contains(value)));
        }
        Ok(values)
    }

    pub(super) fn column(&self) -> &str {
        &self.from
    }

    /// Checks the shape.
    pub(super) fn check(&self, key: &str, tables: &Tables) -> Result<(), SourceError> {
        if self.split.as_deref() == Some("") {
            return Err(SourceError::key(
                key,
                "`split` is empty: leave it out for a single label",
            ));
        }
        check_table(key, self.table.as_deref(), self.other.as_deref(), tables)
    }

    /// Checks every code that can come out.
    pub(super) fn check_codes(
        &self,
        key: &str,
        tables: &Tables,
        is_code: impl Fn(&str) -> bool,
    ) -> Result<(), SourceError> {
        let Some(table) = &self.table else {
            return Err(SourceError::key(
                key,
                "needs a `table` from the service's labels to our codes",
            ));
        };
        let other = self.other.as_deref().into_iter();
        check_codes(key, other.chain(tables.codes(key, table)?), is_code)
    }

    /// Checks that codes come straight out of the column.
    pub(super) fn check_plain(&self, key: &str) -> Result<(), SourceError> {
        match self.table {
            Some(_) => Err(SourceError::key(
                key,
                "takes codes as they are, without a `table`",
            )),
            None => Ok(()),
        }
    }
}
