//! A service's CSV export, edited the way a service would.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The community-safety list: UTF-8 with a byte order mark, CRLF.
pub struct Export {
    path: PathBuf,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Export {
    /// Reads an export whole.
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let mut rows = records(text.trim_start_matches('\u{feff}'));
        let header = rows.remove(0);
        Self {
            path: path.to_owned(),
            header,
            rows,
        }
    }

    /// Reads an export whose bytes are taken for Latin-1, to look into; without a trailer.
    pub fn read_latin(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap();
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let mut rows = records(&text);
        let header = rows.remove(0);
        rows.retain(|row| row.len() == header.len());
        Self {
            path: path.to_owned(),
            header,
            rows,
        }
    }

    /// Gives the number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Gives the values of a column.
    pub fn column(&self, name: &str) -> Vec<String> {
        let at = self.at(name);
        self.rows.iter().map(|row| row[at].clone()).collect()
    }

    /// Gives the value of `column` in the first row whose column `by` holds `value`.
    pub fn value(&self, by: &str, value: &str, column: &str) -> String {
        let (by, column) = (self.at(by), self.at(column));
        let row = self.rows.iter().find(|row| row[by] == value);
        row.unwrap_or_else(|| panic!("no row has {value}"))[column].clone()
    }

    /// Sets a value in the rows whose column `by` holds `value`.
    pub fn set(&mut self, by: &str, value: &str, column: &str, to: &str) -> &mut Self {
        let (by, column) = (self.at(by), self.at(column));
        let mut found = false;
        for row in self.rows.iter_mut().filter(|row| row[by] == value) {
            row[column] = to.to_owned();
            found = true;
        }
        assert!(found, "no row has {value}");
        self
    }

    /// Adds a copy of the first row whose column `by` holds `value`, with these cells changed.
    pub fn copy(&mut self, by: &str, value: &str, cells: &[(&str, &str)]) -> &mut Self {
        let at = self.at(by);
        let row = self.rows.iter().find(|row| row[at] == value);
        let mut row = row.unwrap_or_else(|| panic!("no row has {value}")).clone();
        for (column, text) in cells {
            let at = self.at(column);
            row[at] = (*text).to_owned();
        }
        self.rows.push(row);
        self
    }

    /// Keeps the first `n` rows.
    pub fn truncate(&mut self, n: usize) -> &mut Self {
        self.rows.truncate(n);
        self
    }

    /// Takes the rows away whose column holds `value`.
    pub fn remove(&mut self, by: &str, value: &str) -> &mut Self {
        let by = self.at(by);
        self.rows.retain(|row| row[by] != value);
        self
    }

    /// Renames a column.
    pub fn rename(&mut self, from: &str, to: &str) -> &mut Self {
        let at = self.at(from);
        self.header[at] = to.to_owned();
        self
    }

    /// Drops the export: written beside, then renamed over the old one.
    ///
    /// A note in a column that is never read makes every export differ, as
    /// services' exports do: one that the agent applied before is held as old.
    pub fn drop_off(&self) {
        static EXPORTS: AtomicU32 = AtomicU32::new(1);
        let number = EXPORTS.fetch_add(1, Ordering::Relaxed);
        let mut rows = self.rows.clone();
        let notes = self.at("Officer Notes");
        if let Some(first) = rows.first_mut() {
            first[notes] = format!("export number {number}");
        }
        self.write(&rows);
    }

    /// Drops exactly what was read, as when yesterday's file comes again.
    pub fn drop_off_again(&self) {
        self.write(&self.rows);
    }

    fn write(&self, rows: &[Vec<String>]) {
        let mut text = String::from("\u{feff}");
        for row in std::iter::once(&self.header).chain(rows) {
            let fields: Vec<String> = row
                .iter()
                .map(|field| format!("\"{}\"", field.replace('"', "\"\"")))
                .collect();
            text.push_str(&fields.join(","));
            text.push_str("\r\n");
        }
        let part = self.path.with_extension("csv.part");
        fs::write(&part, text).unwrap();
        fs::rename(part, &self.path).unwrap();
    }

    fn at(&self, name: &str) -> usize {
        self.header
            .iter()
            .position(|h| h == name)
            .unwrap_or_else(|| panic!("no column {name}"))
    }
}

/// Splits CSV text into records; quotes may hold separators and line ends.
fn records(text: &str) -> Vec<Vec<String>> {
    let mut records = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let record = records.last_mut().unwrap();
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                record.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\r' if !quoted => {}
            '\n' if !quoted => records.push(vec![String::new()]),
            c => record.last_mut().unwrap().push(c),
        }
    }
    records.retain(|record| record.len() > 1);
    records
}
