//! A bundle's patients as rows.

use std::fs::File;
use std::io::BufRead;

use firebox_contract::Reason;

use super::cutter::Cutter;
use super::entry::{Head, Holds, inside};
use super::flag::Carried;
use super::index::Index;
use super::patient::{Patient, Values};
use super::{BundleError, COLUMNS};
use crate::csv::{Columns, Row};
use crate::export::ExportError;

/// Most bytes of one row, as of a CSV file.
const ROW_BYTES: usize = super::cutter::ENTRY_BYTES;

/// Patients under the columns of a bundle.
pub(crate) struct Table<'a, R> {
    cutter: Cutter<R>,
    index: &'a Index,
    file: &'a File,
    today: String,
    columns: Columns,
    rows: u64,
}

impl<'a, R: BufRead> Table<'a, R> {
    /// Starts a bundle anew. `text` is that of `file`, of which `index` was
    /// built; `today` (YYYY-MM-DD) is the day it was written.
    pub(crate) fn open(
        text: R,
        file: &'a File,
        index: &'a Index,
        today: String,
    ) -> Result<Self, ExportError> {
        Ok(Self {
            cutter: Cutter::new(text),
            index,
            file,
            today,
            columns: Columns::new(COLUMNS.map(str::to_owned).to_vec())?,
            rows: 0,
        })
    }

    /// Gives the columns.
    pub(crate) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Counts the rows given so far.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Counts the flags that may not be read.
    pub(crate) fn foreign_flags(&self) -> u64 {
        self.index.foreign()
    }

    /// Reads the next patient; false after the last.
    pub(crate) fn next(&mut self, row: &mut Row) -> Result<bool, ExportError> {
        while let Some(cut) = self.cutter.next()? {
            let head = Head::read(self.cutter.bytes(), cut.number)?;
            if head.holds() != Holds::Patient {
                continue;
            }
            self.rows += 1;
            let patient: Option<Patient> = inside(self.cutter.bytes());
            let Some(patient) = patient else {
                // Whose it is can still be said, and no more.
                row.fill(cut.number, [head.name()]);
                row.flaw = Some(Reason::Malformed);
                row.sound = 1;
                return Ok(true);
            };
            let flags = self.index.flags_of(self.file, &head, cut.number)?;
            let values = patient.values(&self.today);
            fill(row, cut.number, head.name(), &values, &flags);
            if row.raw().len() > ROW_BYTES {
                let entry = cut.number;
                return Err(BundleError::EntryTooLong { entry }.into());
            }
            return Ok(true);
        }
        Ok(false)
    }
}

/// Writes the values in the order of [`COLUMNS`].
fn fill(row: &mut Row, number: u64, id: &str, values: &Values, flags: &[Carried]) {
    let [line1, line2, line3] = &values.lines;
    let (adjustments, period_end) = (adjustments(flags), period_end(flags));
    let fields: [&str; COLUMNS.len()] = [
        id,
        &values.nhs_number,
        &values.title,
        &values.family,
        &values.given,
        &values.middle,
        &values.usual,
        &values.birth_date,
        &values.deceased,
        &values.phone,
        &values.sms,
        &values.email,
        line1,
        line2,
        line3,
        &values.postcode,
        &values.language,
        &values.interpreter,
        &values.last_updated,
        &adjustments,
        &period_end,
    ];
    row.fill(number, fields);
}

fn adjustments(flags: &[Carried]) -> String {
    let mut codes: Vec<&str> = Vec::new();
    for code in flags.iter().flat_map(|flag| &flag.codes) {
        if !codes.contains(&code.as_str()) {
            codes.push(code);
        }
    }
    codes.join("|")
}

/// The last day of all flags; empty while one of them has no end.
fn period_end(flags: &[Carried]) -> String {
    let ends: Option<Vec<&str>> = flags.iter().map(|flag| flag.end.as_deref()).collect();
    let last = ends.and_then(|ends| ends.into_iter().max());
    last.and_then(|end| end.get(..10))
        .unwrap_or_default()
        .to_owned()
}
