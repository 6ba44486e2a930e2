//! The form of an export: encoding, delimiter, lines that are no rows, trailer.

use regex::Regex;
use serde::Deserialize;

use super::SourceError;
use crate::csv::Charset;

/// The form of an export.
#[derive(Debug)]
pub(crate) struct Format {
    /// What it is made of.
    pub(crate) kind: Kind,
    /// The encoding; none to find out.
    pub(crate) charset: Option<Charset>,
    /// Values that stand for an empty field.
    pub(crate) null: Vec<String>,
    /// What is done about UTF-8 that was once read as windows-1252.
    pub(crate) mojibake: Mojibake,
}

/// What an export is made of.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Rows of fields.
    Csv(Csv),
    /// A FHIR R4 Bundle of patients and flags.
    FhirR4Bundle {
        /// Codes of the flags that are read; all others are passed over unread.
        flags: Vec<String>,
    },
}

/// The form of a CSV file.
#[derive(Debug)]
pub(crate) struct Csv {
    /// What stands between fields.
    pub(crate) delimiter: u8,
    /// How columns are told apart.
    pub(crate) header: Header,
    /// Lines that are no rows.
    pub(crate) skip: Vec<Regex>,
    /// The last line.
    pub(crate) trailer: Option<Trailer>,
}

impl Default for Csv {
    fn default() -> Self {
        Self {
            delimiter: b',',
            header: Header::ByName,
            skip: Vec::new(),
            trailer: None,
        }
    }
}

/// How columns are told apart.
#[derive(Debug)]
pub(crate) enum Header {
    /// By the names in the file's first row.
    ByName,
    /// By their place; these are their names, the first row's are ignored.
    ByPosition(Vec<String>),
}

/// The last line of a complete export.
#[derive(Debug)]
pub(crate) struct Trailer {
    /// Has a group `rows`, and `total` with `total_of`.
    pub(crate) pattern: Regex,
    /// The column of whole numbers whose sum the trailer gives.
    pub(crate) total_of: Option<String>,
}

/// What is done about mojibake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mojibake {
    /// Counted and said.
    #[default]
    Tell,
    /// Put right in the mapped columns.
    Repair,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum FormatFile {
    Csv(CsvFile),
    FhirR4Bundle(BundleFile),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CsvFile {
    encoding: Option<Charset>,
    #[serde(default = "comma")]
    delimiter: String,
    #[serde(default)]
    by: By,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    skip: Vec<String>,
    trailer: Option<String>,
    total_of: Option<String>,
    #[serde(default)]
    null: Vec<String>,
    #[serde(default)]
    mojibake: Mojibake,
}

/// A bundle says all else itself; FHIR allows no encoding but UTF-8.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BundleFile {
    flags: Vec<String>,
    #[serde(default)]
    null: Vec<String>,
    #[serde(default)]
    mojibake: Mojibake,
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum By {
    #[default]
    Name,
    Position,
}

fn comma() -> String {
    ",".to_owned()
}

impl Format {
    pub(super) fn build(file: FormatFile) -> Result<Self, SourceError> {
        match file {
            FormatFile::Csv(file) => Ok(Self {
                charset: file.encoding,
                null: file.null.clone(),
                mojibake: file.mojibake,
                kind: Kind::Csv(Csv::build(file)?),
            }),
            FormatFile::FhirR4Bundle(file) => {
                let blank = |code: &String| code.trim().is_empty();
                if file.flags.is_empty() || file.flags.iter().any(blank) {
                    let what = "names no flag: give the codes of those that may be read";
                    return Err(SourceError::key("format.flags", what));
                }
                Ok(Self {
                    charset: Some(Charset::Utf8),
                    null: file.null,
                    mojibake: file.mojibake,
                    kind: Kind::FhirR4Bundle { flags: file.flags },
                })
            }
        }
    }

    /// Gives the column of the control total, where there is one.
    pub(super) fn total_of(&self) -> Option<&str> {
        match &self.kind {
            Kind::Csv(csv) => csv.trailer.as_ref()?.total_of.as_deref(),
            Kind::FhirR4Bundle { .. } => None,
        }
    }

    /// Gives the word for the number that says where in the file a row stands.
    pub(crate) fn row_word(&self) -> &'static str {
        match &self.kind {
            Kind::Csv(_) => "line",
            Kind::FhirR4Bundle { .. } => "entry",
        }
    }
}

impl Csv {
    fn build(file: CsvFile) -> Result<Self, SourceError> {
        let header = match (file.by, file.columns.is_empty()) {
            (By::Name, true) => Header::ByName,
            (By::Position, false) => Header::ByPosition(file.columns),
            (By::Name, false) | (By::Position, true) => {
                let what = "goes with `by = \"position\"`, and both are needed";
                return Err(SourceError::key("format.columns", what));
            }
        };
        let delimiter = match file.delimiter.as_bytes() {
            [byte @ (b',' | b';' | b'\t' | b'|')] => *byte,
            _ => {
                return Err(SourceError::key(
                    "format.delimiter",
                    "is one of , ; | and the tab \"\\t\"",
                ));
            }
        };
        Ok(Self {
            delimiter,
            header,
            skip: file
                .skip
                .iter()
                .map(|text| pattern("format.skip", text))
                .collect::<Result<_, _>>()?,
            trailer: trailer(file.trailer.as_deref(), file.total_of)?,
        })
    }
}

fn trailer(text: Option<&str>, total_of: Option<String>) -> Result<Option<Trailer>, SourceError> {
    let Some(text) = text else {
        return match total_of {
            Some(_) => Err(SourceError::key(
                "format.total_of",
                "needs a `trailer` with a group `total`",
            )),
            None => Ok(None),
        };
    };
    let pattern = pattern("format.trailer", text)?;
    let has = |group| pattern.capture_names().flatten().any(|name| name == group);
    if !has("rows") {
        return Err(SourceError::key(
            "format.trailer",
            r"needs a group for the count of rows: (?<rows>\d+)",
        ));
    }
    if total_of.is_some() != has("total") {
        return Err(SourceError::key(
            "format.total_of",
            "and the trailer's group `total` belong together",
        ));
    }
    Ok(Some(Trailer { pattern, total_of }))
}

/// Patterns must be anchored: one that matches inside a line would match data.
fn pattern(key: &str, text: &str) -> Result<Regex, SourceError> {
    if !text.starts_with('^') {
        return Err(SourceError::key(
            key,
            "must begin with ^, so that it cannot match inside a row",
        ));
    }
    Regex::new(text).map_err(|_| SourceError::key(key, format!("`{text}` is no pattern")))
}
