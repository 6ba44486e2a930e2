//! Source files: one TOML file a feed, checked whole before anything is read.
//!
//! What it is: what the file says (`file`), judged against the code lists and
//! turned into a [`Source`]. What it is not: it opens no export. The invariant
//! it keeps: a `Source` names a lawful basis and a sharing agreement, maps only
//! to codes the vocabulary knows, and was written for this version; an unknown
//! key is an error and never ignored.

mod file;
mod folder;
mod format;
mod guard;

use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_lc_rs::digest;
use firebox_contract::Vocabulary;
use firebox_contract::record::Phone;
use jiff::SignedDuration;
use jiff::civil::Date;
use regex::Regex;

pub(crate) use file::TablesFile;
pub(crate) use folder::{Changed, Sources};
pub(crate) use format::{Csv, Format, Header, Kind, Mojibake, Trailer};
pub(crate) use guard::{Guard, Hold, Numbers};

use crate::fhir;
use crate::map::Mapping;

/// A feed, checked and ready to be read.
#[derive(Debug)]
pub(crate) struct Source {
    /// The feed's id, as it is enrolled.
    pub(crate) id: String,
    /// The service that owns it.
    pub(crate) service: String,
    /// Who at the service answers for it.
    pub(crate) owner: String,
    /// Why the service may share it, a code of the vocabulary.
    pub(crate) lawful_basis: String,
    /// Reference of the agreement it is shared under.
    pub(crate) sharing_agreement: String,
    /// Whether it is read at all.
    pub(crate) enabled: bool,
    /// The folder exports are dropped in.
    pub(crate) folder: PathBuf,
    /// Which file names are its exports.
    pub(crate) pattern: Regex,
    /// How long a file must stay the same before it is read.
    pub(crate) settle: Duration,
    /// The form of the file.
    pub(crate) format: Format,
    /// The columns that make the record's key.
    pub(crate) key: Vec<String>,
    /// What a reading may change before a person is asked.
    pub(crate) guard: Guard,
    /// What a column that was not there before does.
    pub(crate) new_column: NewColumn,
    /// Whom to ring about what could not be read.
    pub(crate) known: Known,
    /// Rows to records.
    pub(crate) mapping: Mapping,
    /// Every column the above name, in no order.
    pub(crate) columns: Vec<String>,
    /// SHA-256 of the file and of what else a reading depends on: another one
    /// means that an export already applied is read again.
    pub(crate) fingerprint: String,
}

/// What a new column does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NewColumn {
    /// It is ignored and said.
    Tell,
    /// The export is held.
    Hold,
}

/// The service's own contact, shown where a row could not be read.
#[derive(Debug)]
pub(crate) struct Known {
    /// The team's visible name.
    pub(crate) team: String,
    /// Its number.
    pub(crate) phone: Phone,
}

/// What a source file is judged against.
pub(crate) struct Judge<'a> {
    /// Where relative folders start.
    pub(crate) base: &'a Path,
    /// The code lists.
    pub(crate) vocabulary: &'a Vocabulary,
    /// Codes must be in use on this day.
    pub(crate) today: Date,
    /// Whether NHS numbers of the test range are accepted.
    pub(crate) test_identifiers: bool,
}

/// Why a source file was refused. Names the key and what to write instead.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum SourceError {
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    #[error("{0}")]
    Toml(String),
    #[error("`{key}`: {what}")]
    Key { key: String, what: String },
}

impl SourceError {
    pub(crate) fn key(key: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Key {
            key: key.into(),
            what: what.into(),
        }
    }
}

impl Source {
    /// Reads and judges the text of a source file.
    pub(crate) fn parse(text: &str, judge: &Judge<'_>) -> Result<Self, SourceError> {
        let file = file::read(text)?;
        file::check(&file, judge.vocabulary)?;
        let format = Format::build(file.format)?;
        let guard = Guard::build(file.guard)?;
        let mapping = Mapping::build(file.map, file.detail, file.tables, judge)?;
        let phone = Phone::parse(&file.known.phone).map_err(|_| {
            SourceError::key(
                "known.phone",
                "is no telephone number: write it as +441632960000",
            )
        })?;
        let columns = needed(&file.mode.key, &format, &mapping);
        check_columns(&format, &columns)?;
        let pattern = file::pattern(&file.read.pattern)?;
        Ok(Self {
            folder: judge.base.join(&file.read.path),
            settle: file::duration("read.settle", &file.read.settle)?,
            fingerprint: fingerprint(text, judge, &mapping),
            pattern,
            id: file.id,
            service: file.service,
            owner: file.owner,
            lawful_basis: file.lawful_basis,
            sharing_agreement: file.sharing_agreement,
            enabled: file.enabled,
            format,
            key: file.mode.key,
            guard,
            new_column: file.drift.new_column,
            known: Known {
                team: file.known.team,
                phone,
            },
            mapping,
            columns,
        })
    }

    /// Tells how long ago the newest export may be, if the file says so.
    pub(crate) fn expected_every(&self) -> Option<SignedDuration> {
        self.guard.expected_every
    }
}

fn needed(key: &[String], format: &Format, mapping: &Mapping) -> Vec<String> {
    let mut columns: Vec<String> = key.to_vec();
    columns.extend(mapping.columns());
    columns.extend(format.total_of().map(str::to_owned));
    columns.sort();
    columns.dedup();
    columns
}

/// The columns of a bundle are known before any export is.
fn check_columns(format: &Format, columns: &[String]) -> Result<(), SourceError> {
    if !matches!(format.kind, Kind::FhirR4Bundle { .. }) {
        return Ok(());
    }
    let unknown = |name: &&String| !fhir::COLUMNS.contains(&name.as_str());
    match columns.iter().find(unknown) {
        Some(name) => {
            let known = fhir::COLUMNS.join(", ");
            let what = format!("`{name}` is no column of a FHIR bundle; there are: {known}");
            Err(SourceError::key("map", what))
        }
        None => Ok(()),
    }
}

/// A newer agent may map the same row to another record, so its version counts
/// too; so do the code lists where codes are looked up in them row by row.
fn fingerprint(text: &str, judge: &Judge<'_>, mapping: &Mapping) -> String {
    let lists = mapping
        .looks_up_codes()
        .then(|| format!("{:?}", judge.vocabulary));
    let lists = lists.unwrap_or_default();
    let (version, test) = (env!("CARGO_PKG_VERSION"), judge.test_identifiers);
    let all = format!("{version}\0{test}\0{text}\0{lists}");
    hex::encode(digest::digest(&digest::SHA256, all.as_bytes()))
}

#[cfg(test)]
pub(crate) use samples::{sample, vocabulary};

#[cfg(test)]
mod samples {
    use super::*;

    /// The shipped code lists.
    pub(crate) fn vocabulary() -> Vocabulary {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/vocabulary");
        Vocabulary::read(|file| std::fs::read_to_string(folder.join(file))).unwrap()
    }

    /// A feed of properties with the columns `id`, `uprn`, as a start for tests.
    pub(crate) fn sample(_header: &str) -> Source {
        let text = r#"
            version = 1
            id = "feed"
            service = "service"
            owner = "data@service.example"
            lawful_basis = "public-task"
            sharing_agreement = "ISA-1"
            [read]
            kind = "folder"
            path = "drop"
            match = "*.csv"
            settle = "0s"
            [format]
            kind = "csv"
            [mode]
            kind = "snapshot"
            key = ["id"]
            [guard]
            min_rows = 0
            [known]
            team = "Team"
            phone = "+441632960000"
            [map.property]
            uprn = { from = "uprn" }
            lines = [["id"]]
            postcode = { const = "NB1 4QX" }
        "#;
        let judge = Judge {
            base: Path::new("/"),
            vocabulary: &vocabulary(),
            today: jiff::civil::date(2026, 6, 1),
            test_identifiers: false,
        };
        Source::parse(text, &judge).unwrap()
    }
}

#[cfg(test)]
mod tests;
