//! One export: a file, its fingerprint, and its rows.
//!
//! The file is opened once and read through the same handle each time, and its
//! SHA-256 is taken again with every reading: a file that changes between two
//! readings ends in an error and not in half of each.

use std::cell::OnceCell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use aws_lc_rs::digest;
use jiff::Timestamp;

use crate::csv::encoding::{self, Decoded};
use crate::csv::{self, Charset};
use crate::fhir::{self, BundleError};
use crate::progress::Progress;
use crate::rows::Rows;
use crate::source::{Kind, Source};
use crate::stop::Exit;

/// Why an export was not read. Nothing is deleted on account of any of these.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExportError {
    #[error("no file in {} matches `match`: see whether the service's job ran", folder.display())]
    Missing { folder: std::path::PathBuf },
    #[error("the export cannot be read: check the folder and its permissions")]
    Unreadable(#[source] io::Error),
    #[error("the export is empty: see whether the service's job ran to its end")]
    Empty,
    #[error(
        "line {line} is not in the encoding of the file: set `encoding` to what the service writes"
    )]
    Encoding { line: u64 },
    #[error(
        "the file begins with the mark of another encoding than `encoding` says (a FHIR bundle is UTF-8): correct `encoding`, or have the file written so"
    )]
    EncodingMark,
    #[error(
        "a quote that opens in the row of line {line} is not closed: the file was cut short, or the row must be mended in the export"
    )]
    UnclosedQuote { line: u64 },
    #[error("the row of line {line} is over 512 KiB: mend it in the export")]
    RowTooLong { line: u64 },
    #[error("the header has a quote that is not escaped: mend it in the export")]
    HeaderUnreadable,
    #[error(
        "the column `{name}` stands twice in the header: rename one, or name the columns with `columns`"
    )]
    DuplicateColumn { name: String },
    #[error(
        "the export has no column {}: ask the service whether it was renamed, then correct the source file",
        quoted(names)
    )]
    MissingColumns { names: Vec<String> },
    #[error("the header has {found} columns and `columns` names {wanted}: correct the source file")]
    ColumnCount { wanted: usize, found: usize },
    #[error(
        "the export has a column the source file does not know: {}. Approve it, or set `new_column = \"tell\"`",
        quoted(names)
    )]
    NewColumns { names: Vec<String> },
    #[error("the last line is not the trailer: the file was cut short")]
    TrailerMissing,
    #[error("there are rows after the trailer: two exports were joined")]
    TrailerNotLast,
    #[error(
        "the trailer says {said} rows and the file has {found}: the file was cut short or damaged"
    )]
    TrailerCount { said: u64, found: u64 },
    #[error(
        "the trailer's control total is not the sum of its column: the file was cut short or damaged"
    )]
    ControlTotal,
    #[error("the `skip` patterns pass over more than 10 lines: make them match less")]
    SkippedTooMany,
    #[error(transparent)]
    Bundle(#[from] BundleError),
    #[error("the export changed while it was being read: it is read again when it has settled")]
    Changed,
    #[error("stopped")]
    Interrupted,
}

impl ExportError {
    /// Gives the code the box is told.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing-file",
            Self::Unreadable(_) => "unreadable",
            Self::Empty => "empty-file",
            Self::Encoding { .. } | Self::EncodingMark => "encoding",
            Self::UnclosedQuote { .. } => "unclosed-quote",
            Self::RowTooLong { .. } => "row-too-long",
            Self::HeaderUnreadable => "drift-header",
            Self::DuplicateColumn { .. } => "drift-duplicate-column",
            Self::MissingColumns { .. } => "drift-missing-column",
            Self::ColumnCount { .. } => "drift-column-count",
            Self::NewColumns { .. } => "drift-new-column",
            Self::TrailerMissing => "trailer-missing",
            Self::TrailerNotLast => "trailer-not-last",
            Self::TrailerCount { .. } => "trailer-count",
            Self::ControlTotal => "control-total",
            Self::SkippedTooMany => "skipped-too-many",
            Self::Bundle(error) => error.code(),
            Self::Changed => "changed-while-read",
            Self::Interrupted => "interrupted",
        }
    }

    /// Tells whether the same file would fail again.
    pub(crate) fn is_lasting(&self) -> bool {
        match self {
            Self::Missing { .. } | Self::Unreadable(_) | Self::Changed | Self::Interrupted => false,
            Self::Bundle(error) => error.is_lasting(),
            _ => true,
        }
    }

    /// Gives the exit code of `run --once`.
    pub(crate) fn exit(&self) -> Exit {
        if self.code().starts_with("drift-") {
            Exit::Drift
        } else {
            Exit::Failed
        }
    }
}

fn quoted(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// An export that was opened and fingerprinted.
pub(crate) struct Export {
    file: File,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// When it was last written, to the millisecond.
    pub(crate) modified: Timestamp,
    /// SHA-256 of its bytes, 64 hex digits.
    pub(crate) sha256: String,
    /// The encoding that was configured, or found.
    pub(crate) charset: Charset,
    skip_bytes: u64,
    /// Where the flags of a bundle stand, once that was looked up.
    flags: OnceCell<fhir::Index>,
}

impl Export {
    /// Opens a file, takes its SHA-256 and decides its encoding.
    pub(crate) fn open(path: &Path, configured: Option<Charset>) -> Result<Self, ExportError> {
        let mut file = File::open(path).map_err(ExportError::Unreadable)?;
        let metadata = file.metadata().map_err(ExportError::Unreadable)?;
        let modified = metadata.modified().map_err(ExportError::Unreadable)?;
        let mut first = Vec::with_capacity(3);
        (&file)
            .take(3)
            .read_to_end(&mut first)
            .map_err(ExportError::Unreadable)?;
        let mark = encoding::mark(&first);
        let charset = encoding::decide(configured, mark.map(|(charset, _)| charset), || {
            rewind(&mut file)?;
            encoding::is_utf8(&file)
        })
        .map_err(ExportError::Unreadable)?
        .ok_or(ExportError::EncodingMark)?;
        rewind(&mut file).map_err(ExportError::Unreadable)?;
        let mut hashing = Hashing::new(&file);
        io::copy(&mut hashing, &mut io::sink()).map_err(ExportError::Unreadable)?;
        Ok(Self {
            sha256: hashing.finish(),
            file,
            size: metadata.len(),
            modified: to_the_millisecond(modified),
            charset,
            skip_bytes: mark.map_or(0, |(_, length)| length),
            flags: OnceCell::new(),
        })
    }

    /// Reads the rows from the start, giving them to `take`; afterwards the
    /// bytes must be those that were fingerprinted.
    pub(crate) fn read<T, E: From<ExportError>>(
        &self,
        source: &Source,
        progress: &Progress,
        take: impl FnOnce(&mut Rows<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        match &source.format.kind {
            Kind::Csv(format) => self.pass(progress, |text| {
                let table = csv::Table::open(text, format, &source.columns)?;
                take(&mut Rows::Csv(table))
            }),
            Kind::FhirR4Bundle { flags } => {
                let index = self.flags(flags)?;
                self.pass(progress, |text| {
                    let table = fhir::Table::open(text, &self.file, index, self.day())?;
                    take(&mut Rows::Bundle(table))
                })
            }
        }
    }

    /// Goes over a bundle once, to know where its flags stand.
    fn flags(&self, accepted: &[String]) -> Result<&fhir::Index, ExportError> {
        if let Some(index) = self.flags.get() {
            return Ok(index);
        }
        let index = self.pass(&Progress::none(), |text| {
            fhir::Index::build(text, self.skip_bytes, accepted)
        })?;
        Ok(self.flags.get_or_init(|| index))
    }

    /// The day it was written, in UTC.
    fn day(&self) -> String {
        let written = self.modified.to_zoned(jiff::tz::TimeZone::UTC);
        written.date().to_string()
    }

    /// Gives the whole text to `take` and compares the bytes afterwards.
    fn pass<T, E: From<ExportError>>(
        &self,
        progress: &Progress,
        take: impl FnOnce(Text<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut file = &self.file;
        rewind(&mut file).map_err(ExportError::Unreadable)?;
        let mut hashing = Hashing::new(progress.reading(file));
        io::copy(&mut (&mut hashing).take(self.skip_bytes), &mut io::sink())
            .map_err(ExportError::Unreadable)?;
        let text = Decoded::new(Box::new(&mut hashing) as Box<dyn Read + '_>, self.charset);
        let taken = take(text)?;
        io::copy(&mut hashing, &mut io::sink()).map_err(ExportError::Unreadable)?;
        if hashing.finish() == self.sha256 {
            Ok(taken)
        } else {
            Err(ExportError::Changed.into())
        }
    }
}

/// Decoded text of an export.
pub(crate) type Text<'a> = Decoded<Box<dyn Read + 'a>>;

fn rewind(file: &mut impl Seek) -> io::Result<()> {
    file.seek(SeekFrom::Start(0)).map(drop)
}

fn to_the_millisecond(time: std::time::SystemTime) -> Timestamp {
    Timestamp::try_from(time)
        .ok()
        .and_then(|exact| Timestamp::from_millisecond(exact.as_millisecond()).ok())
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Passes bytes through and hashes them.
struct Hashing<R> {
    inner: R,
    context: digest::Context,
}

impl<R> Hashing<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            context: digest::Context::new(&digest::SHA256),
        }
    }

    fn finish(self) -> String {
        hex::encode(self.context.finish())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        self.context.update(&out[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
