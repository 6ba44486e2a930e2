//! Text to records, strictly.
//!
//! ```text
//! Start --"--> Quoted --"--> Closing --"--> Quoted      (an escaped quote)
//!   |            |              |--delimiter, line end--> Start
//!   |            `--end of file: the file fails
//!   |--other--> Bare --delimiter, line end--> Start
//! a quote in Bare, anything else in Closing --> Broken --line end--> Start
//! ```
//!
//! Common readers mend a stray quote in silence and let an open one swallow
//! the rest of the file. Here a stray quote marks its row, and one that follows
//! a line end inside the same field fails the file: that is what a swallowed
//! row looks like.

use std::io::{BufRead, ErrorKind};

use firebox_contract::Reason;

use crate::export::ExportError;

/// Most line ends inside one row. A note of 60 KiB has a few hundred; a row with
/// more has swallowed the rows after it.
const FIELD_NEWLINES: u64 = 1_000;
/// Most bytes of one row: eight times the largest note that can be sealed.
const ROW_BYTES: usize = 512 * 1024;

/// One record, reused for the next.
#[derive(Default)]
pub(crate) struct Row {
    /// Line of the file on which it begins, or its place among the entries of a
    /// bundle; the first is 1.
    pub(crate) line: u64,
    /// What is wrong with its shape; none for a sound row.
    pub(crate) flaw: Option<Reason>,
    /// How many leading fields stand where the header says, when `flaw` is set.
    pub(crate) sound: usize,
    text: Vec<u8>,
    ends: Vec<usize>,
    raw: Vec<u8>,
}

impl Row {
    /// How many fields it has.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Gives a field as it stands in the file, quotes resolved.
    pub(crate) fn field(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        // The decoder gives valid UTF-8 and fields are cut at ASCII bytes.
        std::str::from_utf8(&self.text[start..end]).ok()
    }

    /// Gives the record's bytes as they stand in the file (in UTF-8).
    pub(crate) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Gives the record's text as it stands in the file.
    pub(crate) fn raw_text(&self) -> &str {
        std::str::from_utf8(&self.raw).unwrap_or_default()
    }

    /// Makes it a row of another format: its fields, and its number in the file.
    pub(crate) fn fill<'f>(&mut self, number: u64, fields: impl IntoIterator<Item = &'f str>) {
        self.clear(number);
        for field in fields {
            self.text.extend_from_slice(field.as_bytes());
            self.end_field();
            self.raw.extend_from_slice(field.as_bytes());
            self.raw.push(b'\n');
        }
    }

    fn clear(&mut self, line: u64) {
        self.line = line;
        self.flaw = None;
        self.sound = 0;
        self.text.clear();
        self.ends.clear();
        self.raw.clear();
    }

    fn end_field(&mut self) {
        self.ends.push(self.text.len());
    }

    /// Marks the row from the field that is being read.
    fn break_here(&mut self) {
        if self.flaw.is_none() {
            self.flaw = Some(Reason::Quoting);
            self.sound = self.ends.len();
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Bare,
    Quoted,
    Closing,
    Broken,
}

/// Cuts decoded text into records. Blank lines between records are passed over.
pub(crate) struct Records<R> {
    inner: R,
    delimiter: u8,
    line: u64,
    after_return: bool,
    newlines: u64,
}

impl<R: BufRead> Records<R> {
    pub(crate) fn new(inner: R, delimiter: u8) -> Self {
        Self {
            inner,
            delimiter,
            line: 1,
            after_return: false,
            newlines: 0,
        }
    }

    /// Reads the next record into `row`; false at the end of the file.
    pub(crate) fn next(&mut self, row: &mut Row) -> Result<bool, ExportError> {
        self.skip_blank_lines()?;
        row.clear(self.line);
        self.newlines = 0;
        let mut state = State::Start;
        loop {
            let chunk = fill(&mut self.inner, row.line)?;
            if chunk.is_empty() {
                return finish(state, row);
            }
            let mut used = 0;
            let mut ended = false;
            for &byte in chunk {
                used += 1;
                count_line(byte, &mut self.line, &mut self.after_return);
                if is_line_end(byte) && state != State::Quoted {
                    row.end_field();
                    ended = true;
                    break;
                }
                row.raw.push(byte);
                state = step(state, byte, self.delimiter, row);
                if is_line_end(byte) {
                    self.newlines = self.line - row.line;
                }
            }
            self.inner.consume(used);
            self.check(row)?;
            if ended {
                return Ok(true);
            }
        }
    }

    fn check(&self, row: &Row) -> Result<(), ExportError> {
        if row.raw.len() > ROW_BYTES {
            return Err(ExportError::RowTooLong { line: row.line });
        }
        let swallowed = row.flaw.is_some() && self.newlines > 0;
        if swallowed || self.newlines > FIELD_NEWLINES {
            return Err(ExportError::UnclosedQuote { line: row.line });
        }
        Ok(())
    }

    fn skip_blank_lines(&mut self) -> Result<(), ExportError> {
        loop {
            let chunk = fill(&mut self.inner, self.line)?;
            let blank = chunk.iter().take_while(|byte| is_line_end(**byte)).count();
            if blank == 0 {
                return Ok(());
            }
            for &byte in &chunk[..blank] {
                count_line(byte, &mut self.line, &mut self.after_return);
            }
            self.inner.consume(blank);
        }
    }
}

/// Takes one byte that is not the record's end.
fn step(state: State, byte: u8, delimiter: u8, row: &mut Row) -> State {
    match (state, byte) {
        (State::Quoted, b'"') => State::Closing,
        (State::Quoted, _) => push(row, byte, State::Quoted),
        (_, byte) if byte == delimiter => {
            row.end_field();
            if state == State::Broken {
                State::Broken
            } else {
                State::Start
            }
        }
        (State::Start, b'"') => State::Quoted,
        (State::Closing, b'"') => push(row, byte, State::Quoted),
        (State::Start | State::Bare, byte) if byte != b'"' => push(row, byte, State::Bare),
        (State::Broken, _) => push(row, byte, State::Broken),
        (State::Start | State::Bare | State::Closing, _) => {
            row.break_here();
            push(row, byte, State::Broken)
        }
    }
}

fn push(row: &mut Row, byte: u8, next: State) -> State {
    row.text.push(byte);
    next
}

/// Ends the last record of a file without a final line end.
fn finish(state: State, row: &mut Row) -> Result<bool, ExportError> {
    if state == State::Quoted {
        return Err(ExportError::UnclosedQuote { line: row.line });
    }
    if row.raw.is_empty() {
        return Ok(false);
    }
    row.end_field();
    Ok(true)
}

fn fill<R: BufRead>(inner: &mut R, line: u64) -> Result<&[u8], ExportError> {
    inner.fill_buf().map_err(|e| match e.kind() {
        ErrorKind::InvalidData => ExportError::Encoding { line },
        _ => ExportError::Unreadable(e),
    })
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

/// Counts lines of all three kinds: LF, CRLF and CR alone.
fn count_line(byte: u8, line: &mut u64, after_return: &mut bool) {
    if byte == b'\r' || (byte == b'\n' && !*after_return) {
        *line += 1;
    }
    *after_return = byte == b'\r';
}

#[cfg(test)]
mod tests;
