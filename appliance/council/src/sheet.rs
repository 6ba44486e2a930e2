//! Writes rows of comma-separated text as a service's own export would: its encoding, its line end.
//!
//! Only what the sample exports need; reading exports is the agent's work.

use std::io::{self, BufWriter, Write};

/// How the characters are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Windows1252,
}

/// An export being written. Call [`Sheet::finish`], or the last rows may not arrive.
pub(crate) struct Sheet<W: Write> {
    out: BufWriter<W>,
    encoding: Encoding,
    line_end: &'static str,
    line: String,
    rows: u32,
}

impl<W: Write> Sheet<W> {
    pub(crate) fn new(out: W, encoding: Encoding, line_end: &'static str) -> Self {
        Self {
            out: BufWriter::new(out),
            encoding,
            line_end,
            line: String::new(),
            rows: 0,
        }
    }

    /// Writes the mark with which spreadsheets begin UTF-8.
    pub(crate) fn byte_order_mark(&mut self) -> io::Result<()> {
        self.out.write_all("\u{feff}".as_bytes())
    }

    /// Writes a line as it stands: a `sep=` line, a header, a trailer.
    pub(crate) fn plain(&mut self, text: &str) -> io::Result<()> {
        self.line.clear();
        self.line.push_str(text);
        self.end_line()
    }

    /// Writes a row of fields and counts it.
    pub(crate) fn row(&mut self, fields: &[&str]) -> io::Result<()> {
        self.line.clear();
        for (position, field) in fields.iter().enumerate() {
            if position > 0 {
                self.line.push(',');
            }
            push_field(&mut self.line, field);
        }
        self.rows += 1;
        self.end_line()
    }

    /// How many rows were written so far.
    pub(crate) fn rows(&self) -> u32 {
        self.rows
    }

    /// Hands the last bytes on and says how many rows there were.
    pub(crate) fn finish(mut self) -> io::Result<u32> {
        self.out.flush()?;
        Ok(self.rows)
    }

    fn end_line(&mut self) -> io::Result<()> {
        self.line.push_str(self.line_end);
        if self.encoding == Encoding::Utf8 {
            return self.out.write_all(self.line.as_bytes());
        }
        let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(&self.line);
        if unmappable {
            let problem = "a name of the pool does not exist in windows-1252: choose another";
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        self.out.write_all(&bytes)
    }
}

/// Quotes a field where it must be, doubling the quotes inside.
fn push_field(line: &mut String, field: &str) {
    if !field.contains([',', '"', '\r', '\n']) {
        line.push_str(field);
        return;
    }
    line.push('"');
    line.push_str(&field.replace('"', "\"\""));
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Sheet};

    #[test]
    fn a_field_is_quoted_only_where_it_must_be() {
        let mut bytes = Vec::new();
        let mut sheet = Sheet::new(&mut bytes, Encoding::Utf8, "\r\n");
        sheet
            .row(&["plain", "a, b", "the \"big\" dog", "two\nlines"])
            .unwrap();
        assert_eq!(sheet.finish().unwrap(), 1);
        assert_eq!(
            bytes,
            b"plain,\"a, b\",\"the \"\"big\"\" dog\",\"two\nlines\"\r\n"
        );
    }

    #[test]
    fn windows_1252_refuses_what_it_cannot_hold() {
        let mut bytes = Vec::new();
        let mut sheet = Sheet::new(&mut bytes, Encoding::Windows1252, "\n");
        sheet.row(&["Queen’s Court", "Café"]).unwrap();
        assert!(sheet.row(&["Łukasz"]).is_err());
        drop(sheet);
        assert_eq!(bytes, b"Queen\x92s Court,Caf\xe9\n");
    }
}
