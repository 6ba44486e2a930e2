//! The form of an export: encoding, delimiter, lines that are no rows, trailer.

use regex::Regex;
use serde::Deserialize;

use super::SourceError;
use crate::csv::Charset;

/// The form of a CSV file.
#[derive(Debug)]
pub(crate) struct Format {
    /// The encoding; none to find out.
    pub(crate) charset: Option<Charset>,
    /// What stands between fields.
    pub(crate) delimiter: u8,
    /// How columns are told apart.
    pub(crate) header: Header,
    /// Lines that are no rows.
    pub(crate) skip: Vec<Regex>,
    /// The last line.
    pub(crate) trailer: Option<Trailer>,
    /// Values that stand for an empty field.
    pub(crate) null: Vec<String>,
    /// What is done about UTF-8 that was once read as windows-1252.
    pub(crate) mojibake: Mojibake,
}

impl Default for Format {
    fn default() -> Self {
        Self {
            charset: None,
            delimiter: b',',
            header: Header::ByName,
            skip: Vec::new(),
            trailer: None,
            null: Vec::new(),
            mojibake: Mojibake::Tell,
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
#[serde(deny_unknown_fields)]
pub(super) struct FormatFile {
    #[serde(rename = "kind")]
    _kind: Kind,
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

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Csv,
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
            charset: file.encoding,
            delimiter,
            header,
            skip: file
                .skip
                .iter()
                .map(|text| pattern("format.skip", text))
                .collect::<Result<_, _>>()?,
            trailer: trailer(file.trailer.as_deref(), file.total_of)?,
            null: file.null,
            mojibake: file.mojibake,
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
