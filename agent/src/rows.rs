//! Rows of an export, whatever it is made of.
//!
//! To add a format: its keys in `source::format`, a module like `csv` or
//! `fhir` that gives rows under columns, and its arms here and in `export`.

use crate::csv::{self, Columns, Row};
use crate::export::{ExportError, Text};
use crate::fhir;

/// Rows of an export, under their columns.
pub(crate) enum Rows<'a> {
    /// Rows of a CSV file.
    Csv(csv::Table<'a, Text<'a>>),
    /// Patients of a FHIR bundle.
    Bundle(fhir::Table<'a, Text<'a>>),
}

impl Rows<'_> {
    /// Gives the columns.
    pub(crate) fn columns(&self) -> &Columns {
        match self {
            Self::Csv(table) => table.columns(),
            Self::Bundle(table) => table.columns(),
        }
    }

    /// Counts the rows given so far.
    pub(crate) fn rows(&self) -> u64 {
        match self {
            Self::Csv(table) => table.rows(),
            Self::Bundle(table) => table.rows(),
        }
    }

    /// Counts the flags of a bundle that may not be read.
    pub(crate) fn foreign_flags(&self) -> u64 {
        match self {
            Self::Csv(_) => 0,
            Self::Bundle(table) => table.foreign_flags(),
        }
    }

    /// Reads the next row; false after the last.
    pub(crate) fn next(&mut self, row: &mut Row) -> Result<bool, ExportError> {
        match self {
            Self::Csv(table) => table.next(row),
            Self::Bundle(table) => table.next(row),
        }
    }
}
