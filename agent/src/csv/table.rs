//! Records under a header: which line is which column, what is no row at all
//! (`sep=,`, dashes, a trailer), and whether the trailer agrees.

use std::collections::HashMap;
use std::io::BufRead;

use firebox_contract::Reason;

use super::records::{Records, Row};
use crate::export::ExportError;
use crate::source::{Csv, Header, Trailer};

/// Most lines the `skip` patterns may pass over. A pattern that matches more
/// is passing over data.
const SKIPPED_LINES: u64 = 10;
/// Longest line a `skip` or `trailer` pattern is tried on, in bytes.
const PATTERN_BYTES: usize = 256;

/// The names of the columns, in the order of the file.
#[derive(Debug)]
pub(crate) struct Columns {
    names: Vec<String>,
    index: HashMap<String, usize>,
}

impl Columns {
    pub(crate) fn new(names: Vec<String>) -> Result<Self, ExportError> {
        let mut index = HashMap::new();
        for (position, name) in names.iter().enumerate() {
            if index.insert(name.clone(), position).is_some() {
                return Err(ExportError::DuplicateColumn { name: name.clone() });
            }
        }
        Ok(Self { names, index })
    }

    /// Gives the names in the order of the file.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Gives a column's place.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }
}

/// Rows under their header.
pub(crate) struct Table<'a, R> {
    records: Records<R>,
    format: &'a Csv,
    columns: Columns,
    rows: u64,
    skipped: u64,
    total: u64,
    trailer: Option<Said>,
}

/// What the trailer says.
#[derive(Clone, Copy)]
struct Said {
    rows: Option<u64>,
    total: Option<u64>,
}

impl<'a, R: BufRead> Table<'a, R> {
    /// Reads up to the header; `needed` are the columns the mapping names.
    pub(crate) fn open(text: R, format: &'a Csv, needed: &[String]) -> Result<Self, ExportError> {
        let mut records = Records::new(text, format.delimiter);
        let mut row = Row::default();
        let mut skipped = 0;
        loop {
            if !records.next(&mut row)? {
                return Err(ExportError::Empty);
            }
            if !skips(format, &row) {
                break;
            }
            skipped += 1;
        }
        let columns = header(&row, &format.header)?;
        let missing: Vec<_> = needed
            .iter()
            .filter(|name| columns.position(name).is_none())
            .cloned()
            .collect();
        if !missing.is_empty() {
            return Err(ExportError::MissingColumns { names: missing });
        }
        Ok(Self {
            records,
            format,
            columns,
            rows: 0,
            skipped,
            total: 0,
            trailer: None,
        })
    }

    /// Gives the header.
    pub(crate) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Counts the rows given so far.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Reads the next row; false after the last, when the trailer has agreed.
    pub(crate) fn next(&mut self, row: &mut Row) -> Result<bool, ExportError> {
        while self.records.next(row)? {
            if self
                .format
                .trailer
                .as_ref()
                .is_some_and(|trailer| self.read_trailer(trailer, row))
            {
                continue;
            }
            if skips(self.format, row) {
                self.skipped += 1;
                if self.skipped > SKIPPED_LINES {
                    return Err(ExportError::SkippedTooMany);
                }
                continue;
            }
            if self.trailer.is_some() {
                return Err(ExportError::TrailerNotLast);
            }
            self.take(row);
            return Ok(true);
        }
        self.check_trailer().map(|()| false)
    }

    fn take(&mut self, row: &mut Row) {
        self.rows += 1;
        if row.flaw.is_none() && row.len() != self.columns.names.len() {
            row.flaw = Some(Reason::Ragged);
            row.sound = 0;
        }
        let column = self
            .format
            .trailer
            .as_ref()
            .and_then(|trailer| trailer.total_of.as_deref());
        if let Some(position) = column.and_then(|name| self.columns.position(name)) {
            let value: u64 = row
                .field(position)
                .and_then(|text| text.trim().parse().ok())
                .unwrap_or(0);
            self.total = self.total.saturating_add(value);
        }
    }

    /// Takes the row for the trailer if it is one.
    fn read_trailer(&mut self, trailer: &Trailer, row: &Row) -> bool {
        if row.raw().len() > PATTERN_BYTES {
            return false;
        }
        let Some(found) = trailer.pattern.captures(row.raw_text()) else {
            return false;
        };
        let number = |group| found.name(group).and_then(|m| m.as_str().parse().ok());
        self.trailer = Some(Said {
            rows: number("rows"),
            total: number("total"),
        });
        true
    }

    fn check_trailer(&self) -> Result<(), ExportError> {
        let Some(wanted) = &self.format.trailer else {
            return Ok(());
        };
        let Some(said) = self.trailer else {
            return Err(ExportError::TrailerMissing);
        };
        if said.rows != Some(self.rows) {
            return Err(ExportError::TrailerCount {
                said: said.rows.unwrap_or(0),
                found: self.rows,
            });
        }
        if wanted.total_of.is_some() && said.total != Some(self.total) {
            return Err(ExportError::ControlTotal);
        }
        Ok(())
    }
}

fn skips(format: &Csv, row: &Row) -> bool {
    row.raw().len() <= PATTERN_BYTES
        && format
            .skip
            .iter()
            .any(|pattern| pattern.is_match(row.raw_text()))
}

/// Reads the header, or checks its width where columns go by position.
fn header(row: &Row, kind: &Header) -> Result<Columns, ExportError> {
    if row.flaw.is_some() {
        return Err(ExportError::HeaderUnreadable);
    }
    match kind {
        Header::ByName => Columns::new(
            (0..row.len())
                .map(|i| row.field(i).unwrap_or_default().trim().to_owned())
                .collect(),
        ),
        Header::ByPosition(names) if names.len() == row.len() => Columns::new(names.clone()),
        Header::ByPosition(names) => Err(ExportError::ColumnCount {
            wanted: names.len(),
            found: row.len(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    fn format(skip: &[&str], trailer: Option<&str>) -> Csv {
        Csv {
            skip: skip.iter().map(|text| Regex::new(text).unwrap()).collect(),
            trailer: trailer.map(|text| Trailer {
                pattern: Regex::new(text).unwrap(),
                total_of: None,
            }),
            ..Csv::default()
        }
    }

    fn rows(text: &str, format: &Csv, needed: &[&str]) -> Result<Vec<Option<Reason>>, ExportError> {
        let needed: Vec<_> = needed.iter().map(|&name| name.to_owned()).collect();
        let mut table = Table::open(text.as_bytes(), format, &needed)?;
        let mut row = Row::default();
        let mut flaws = Vec::new();
        while table.next(&mut row)? {
            flaws.push(row.flaw);
        }
        Ok(flaws)
    }

    #[test]
    fn e8_sep_lines_dashes_and_row_counts_are_no_rows() {
        let sql = format(
            &["^sep=.$", "^-+(,-+)*$"],
            Some(r"^\((?<rows>\d+) rows? affected\)$"),
        );
        let text = "sep=,\na,b\n---,---\n1,2\n3,4\n\n(2 rows affected)\n";
        assert_eq!(rows(text, &sql, &["a"]).unwrap(), [None, None]);
    }

    #[test]
    fn e8_a_trailer_that_disagrees_is_missing_or_is_not_last_fails_the_file() {
        let eof = format(&[], Some(r"^EOF\|(?<rows>\d+)$"));
        assert_eq!(rows("a,b\n1,2\nEOF|1\n", &eof, &[]).unwrap(), [None]);
        let failed = |text| rows(text, &eof, &[]).unwrap_err().code();
        assert_eq!(failed("a,b\n1,2\nEOF|2\n"), "trailer-count");
        assert_eq!(failed("a,b\n1,2\n"), "trailer-missing");
        assert_eq!(failed("a,b\nEOF|1\n1,2\n"), "trailer-not-last");
    }

    #[test]
    fn e6_a_control_total_that_disagrees_fails_the_file() {
        let pattern = Regex::new(r"^EOF\|(?<rows>\d+)\|(?<total>\d+)$").unwrap();
        let trailer = Some(Trailer {
            pattern,
            total_of: Some("b".into()),
        });
        let summed = Csv {
            trailer,
            ..Csv::default()
        };
        assert!(rows("a,b\n1,2\n3,40\nEOF|2|42\n", &summed, &[]).is_ok());
        assert_eq!(
            rows("a,b\n1,2\n3,4\nEOF|2|42\n", &summed, &[])
                .unwrap_err()
                .code(),
            "control-total"
        );
    }

    #[test]
    fn a_skip_pattern_that_passes_over_data_fails_the_file() {
        let text = format!("a,b\n{}", "1,2\n".repeat(11));
        assert_eq!(
            rows(&text, &format(&["^1"], None), &[]).unwrap_err().code(),
            "skipped-too-many"
        );
    }

    #[test]
    fn e9_a_column_name_that_stands_twice_is_refused_unless_columns_go_by_position() {
        assert_eq!(
            rows("a,a\n1,2\n", &format(&[], None), &[])
                .unwrap_err()
                .code(),
            "drift-duplicate-column"
        );
        let positional = Csv {
            header: Header::ByPosition(vec!["first".into(), "second".into()]),
            ..Csv::default()
        };
        assert!(rows("a,a\n1,2\n", &positional, &["second"]).is_ok());
        assert_eq!(
            rows("a,a,a\n", &positional, &[]).unwrap_err().code(),
            "drift-column-count"
        );
    }

    #[test]
    fn e10_a_ragged_row_is_marked_and_the_file_goes_on() {
        let flaws = rows("a,b\n1\n1,2\n1,2,3\n", &format(&[], None), &[]).unwrap();
        assert_eq!(flaws, [Some(Reason::Ragged), None, Some(Reason::Ragged)]);
    }

    #[test]
    fn e11_columns_go_by_name_and_a_renamed_one_is_named() {
        let plain = format(&[], None);
        let mut table = Table::open(
            &b"b,extra,a\n2,x,1\n"[..],
            &plain,
            &["a".into(), "b".into()],
        )
        .unwrap();
        let mut row = Row::default();
        table.next(&mut row).unwrap();
        assert_eq!(
            table.columns().position("a").and_then(|i| row.field(i)),
            Some("1")
        );
        let failed = rows("A,b\n1,2\n", &plain, &["a"]).unwrap_err();
        assert_eq!(failed.code(), "drift-missing-column");
        assert!(failed.to_string().contains("`a`"));
    }
}
