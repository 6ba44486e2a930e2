//! What a source file says, word for word.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use firebox_contract::Vocabulary;
use jiff::SignedDuration;
use regex::Regex;
use serde::Deserialize;

use super::format::FormatFile;
use super::guard::GuardFile;
use super::{NewColumn, SourceError};
use crate::map::{DetailMap, MapFile};

/// Tables of a source file: name, then the service's label to our code.
pub(crate) type TablesFile = BTreeMap<String, BTreeMap<String, String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) version: u8,
    pub(super) id: String,
    pub(super) service: String,
    pub(super) owner: String,
    pub(super) lawful_basis: String,
    pub(super) sharing_agreement: String,
    #[serde(default = "yes")]
    pub(super) enabled: bool,
    pub(super) read: ReadFile,
    pub(super) format: FormatFile,
    pub(super) mode: ModeFile,
    pub(super) guard: GuardFile,
    #[serde(default)]
    pub(super) drift: DriftFile,
    pub(super) known: KnownFile,
    pub(super) map: MapFile,
    #[serde(default)]
    pub(super) detail: Option<DetailMap>,
    #[serde(default)]
    pub(super) tables: TablesFile,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadFile {
    #[serde(rename = "kind")]
    _kind: ReadKind,
    pub(super) path: PathBuf,
    #[serde(rename = "match")]
    pub(super) pattern: String,
    pub(super) settle: String,
    #[serde(default, rename = "pick")]
    _pick: Pick,
    #[serde(default, rename = "after")]
    _after: After,
}

/// To add a connector: a variant here, a module beside `folder`, and its arm
/// where the run looks for a new export.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ReadKind {
    Folder,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Pick {
    #[default]
    Newest,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum After {
    #[default]
    Leave,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ModeFile {
    #[serde(rename = "kind")]
    _kind: ModeKind,
    pub(super) key: Vec<String>,
    #[serde(default, rename = "delete")]
    _delete: Delete,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ModeKind {
    Snapshot,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Delete {
    #[default]
    Absent,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DriftFile {
    pub(super) new_column: NewColumn,
    #[serde(rename = "missing_column")]
    _missing_column: MissingColumn,
}

impl Default for DriftFile {
    fn default() -> Self {
        Self {
            new_column: NewColumn::Tell,
            _missing_column: MissingColumn::Hold,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum MissingColumn {
    Hold,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KnownFile {
    pub(super) team: String,
    pub(super) phone: String,
}

/// Reads the text; a mistake is named by its path in the file.
pub(super) fn read(text: &str) -> Result<File, SourceError> {
    let parser =
        toml::Deserializer::parse(text).map_err(|e| SourceError::Toml(one_line(e.message())))?;
    serde_path_to_error::deserialize(parser).map_err(|e| {
        let path = e.path().to_string();
        SourceError::Toml(format!("{path}: {}", one_line(e.inner().message())))
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Checks what stands by itself.
pub(super) fn check(file: &File, vocabulary: &Vocabulary) -> Result<(), SourceError> {
    if file.version != 1 {
        return Err(SourceError::key(
            "version",
            "must be 1: this build reads no other",
        ));
    }
    for (key, value) in [("id", &file.id), ("service", &file.service)] {
        if !is_code(value) {
            return Err(SourceError::key(
                key,
                "may hold lower-case letters, digits and hyphens only",
            ));
        }
    }
    let filled = [
        ("owner", &file.owner),
        ("sharing_agreement", &file.sharing_agreement),
        ("known.team", &file.known.team),
    ];
    for (key, value) in filled {
        if value.trim().is_empty() {
            return Err(SourceError::key(key, "is empty: fill it in"));
        }
    }
    if !vocabulary.knows_lawful_basis(&file.lawful_basis) {
        let what = format!("`{}` is no code of bases.toml", file.lawful_basis);
        return Err(SourceError::key("lawful_basis", what));
    }
    if file.mode.key.is_empty() {
        return Err(SourceError::key(
            "mode.key",
            "names no column: name those that make a row unique",
        ));
    }
    Ok(())
}

fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Turns a file name pattern with `*` and `?` into one that matches whole names.
pub(super) fn pattern(text: &str) -> Result<Regex, SourceError> {
    let wrong = |what| SourceError::key("read.match", what);
    if text.is_empty() || text.contains('/') {
        return Err(wrong("is a file name with * and ?, without folders"));
    }
    let escaped = regex::escape(text).replace(r"\*", ".*").replace(r"\?", ".");
    Regex::new(&format!("^(?:{escaped})$")).map_err(|_| wrong("is no pattern"))
}

/// Reads a length of time such as `30s`, `2m` or `26h`.
pub(super) fn duration(key: &str, text: &str) -> Result<Duration, SourceError> {
    let span: Option<SignedDuration> = text.parse().ok();
    span.and_then(|span| Duration::try_from(span).ok())
        .ok_or_else(|| {
            SourceError::key(
                key,
                "is no length of time: write for example 30s, 2m or 26h",
            )
        })
}
