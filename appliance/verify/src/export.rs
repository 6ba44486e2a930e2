//! An exported log: a header with a checkpoint, then one line an entry.
//!
//! ```text
//! header  = {"checkpoint","format","from","left":[],"origin","right":[],"to"}
//! entry   = {"body","leaf","salt"}          body and salt null: erased
//! left    = roots of the full subtrees before the range, right = of those after it
//! ```
//!
//! The file is read once, a line at a time, and no line is kept: memory is the
//! longest line and the height of the tree, whatever the size of the file.

use std::io::{BufRead, Read};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::key::VerifierKey;
use crate::leaf::Leaf;
use crate::tree::{Edge, subtrees};
use crate::{Hash, encoding};

/// First member of every header.
const FORMAT: &str = "fbx-log-export-v1";
/// Longest line in bytes, its newline included: far above any entry or header.
const MAX_LINE_BYTES: usize = 1024 * 1024;

/// What an export was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The checkpoint that the entries lead to.
    pub checkpoint: Checkpoint,
    /// Index of the first entry.
    pub from: u64,
    /// The index after the last entry.
    pub to: u64,
    /// Entries whose salt and body are not there.
    pub erased: u64,
    /// When the first entry was made, milliseconds since 1970.
    pub first_time_ms: u64,
    /// When the last entry was made, milliseconds since 1970.
    pub last_time_ms: u64,
}

/// Why an export was not believed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file could not be read to its end.
    #[error("it cannot be read at line {line}: {error}")]
    Unreadable {
        /// The line, from 1.
        line: u64,
        /// What the operating system says.
        error: std::io::Error,
    },
    /// The first line that does not agree.
    #[error("line {line}: {fault}")]
    Line {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        fault: Fault,
    },
    /// Every line agrees with itself, and all together not with the checkpoint.
    #[error(
        "the lines do not lead to the checkpoint's root: a leaf, or a hash beside the range in line 1, was changed"
    )]
    Root,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum Fault {
    /// Over the longest line.
    #[error("it is longer than {MAX_LINE_BYTES} bytes")]
    TooLong,
    /// No newline at its end.
    #[error("the file was cut off in it")]
    CutOff,
    /// The first line is no header.
    #[error("this is not the header of an exported log")]
    Header,
    /// The checkpoint was not believed.
    #[error("its checkpoint: {0}")]
    Checkpoint(CheckpointError),
    /// The header names another log than the checkpoint.
    #[error("it names another log than its checkpoint")]
    OtherLog,
    /// No entries, or entries beyond the checkpoint.
    #[error("its range is empty or goes beyond its checkpoint")]
    Range,
    /// Not the hashes that the range asks for.
    #[error("it has not one hash for each full subtree beside the range")]
    Subtrees,
    /// Not one entry in the one form it has.
    #[error("this is not an entry: body, leaf and salt, each once, as canonical JSON")]
    Entry,
    /// Another entry than the one that comes next.
    #[error("entry {0} should stand here: a line was left out, added or moved")]
    Order(u64),
    /// Made before the entry above it.
    #[error("its entry was made before the one above it")]
    Time,
    /// The leaf does not commit to salt and body.
    #[error("what it says is not what was logged: body or salt was changed")]
    Commitment,
    /// The file ends before the range does.
    #[error("the file ends here, and entry {0} is still to come")]
    Missing(u64),
    /// The file goes on after the range.
    #[error("the file goes on after the last entry of its range")]
    TooMany,
}

/// The first line, members in the order of canonical JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    checkpoint: String,
    format: String,
    from: u64,
    left: Vec<String>,
    origin: String,
    right: Vec<String>,
    to: u64,
}

/// Any other line, members in the order of canonical JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    body: Option<String>,
    leaf: String,
    salt: Option<String>,
}

/// A header that was believed, its hashes with their levels.
struct Opened {
    checkpoint: Checkpoint,
    from: u64,
    to: u64,
    left: Vec<(u32, Hash)>,
    right: Vec<(u32, Hash)>,
}

/// Reads an export to its end and checks all of it with `key`.
pub fn check_export(file: impl BufRead, key: &VerifierKey) -> Result<Export, ExportError> {
    let mut lines = Lines::new(file);
    let opened = lines.next()?.ok_or(Fault::Header);
    let opened = opened.and_then(|line| open(line, key));
    let opened = opened.map_err(|fault| lines.at(fault))?;
    let mut edge = Edge::default();
    for (level, root) in opened.left {
        edge.push(level, root);
    }
    let mut erased = 0;
    let mut times: Option<(u64, u64)> = None;
    while edge.size() < opened.to {
        let missing = Fault::Missing(edge.size());
        let read = lines.next()?.ok_or(missing).and_then(read_entry);
        let (leaf, kept) = read.map_err(|fault| lines.at(fault))?;
        if leaf.index() != edge.size() {
            return Err(lines.at(Fault::Order(edge.size())));
        }
        let (first, before) = times.unwrap_or((leaf.time_ms(), 0));
        if leaf.time_ms() < before {
            return Err(lines.at(Fault::Time));
        }
        times = Some((first, leaf.time_ms()));
        erased += u64::from(!kept);
        edge.push(0, leaf.hash());
    }
    if lines.next()?.is_some() {
        return Err(lines.at(Fault::TooMany));
    }
    for (level, root) in opened.right {
        edge.push(level, root);
    }
    if edge.root() != opened.checkpoint.root {
        return Err(ExportError::Root);
    }
    let (first_time_ms, last_time_ms) = times.unwrap_or_default();
    Ok(Export {
        checkpoint: opened.checkpoint,
        from: opened.from,
        to: opened.to,
        erased,
        first_time_ms,
        last_time_ms,
    })
}

fn open(line: &[u8], key: &VerifierKey) -> Result<Opened, Fault> {
    let header: Header = exact(line).ok_or(Fault::Header)?;
    if header.format != FORMAT {
        return Err(Fault::Header);
    }
    let checkpoint = Checkpoint::open(&header.checkpoint, key).map_err(Fault::Checkpoint)?;
    if header.origin != checkpoint.origin {
        return Err(Fault::OtherLog);
    }
    let (from, to, size) = (header.from, header.to, checkpoint.size);
    if from >= to || to > size {
        return Err(Fault::Range);
    }
    Ok(Opened {
        left: beside(0, from, &header.left).ok_or(Fault::Subtrees)?,
        right: beside(to, size, &header.right).ok_or(Fault::Subtrees)?,
        checkpoint,
        from,
        to,
    })
}

/// Gives each hash beside the range its level; none when there are not exactly
/// as many as that part of the tree has full subtrees.
fn beside(from: u64, to: u64, hashes: &[String]) -> Option<Vec<(u32, Hash)>> {
    let levels: Vec<_> = subtrees(from, to).collect();
    let hashes = hashes.iter().map(|text| encoding::hash(text));
    (levels.len() == hashes.len()).then_some(())?;
    levels
        .into_iter()
        .zip(hashes)
        .map(|(level, hash)| Some((level, hash?)))
        .collect()
}

/// Reads an entry's line: its leaf, and whether salt and body are there.
fn read_entry(line: &[u8]) -> Result<(Leaf, bool), Fault> {
    let entry: Entry = exact(line).ok_or(Fault::Entry)?;
    let decode = |text: &str| encoding::base64(text).ok_or(Fault::Entry);
    let leaf = Leaf::read(&decode(&entry.leaf)?).ok_or(Fault::Entry)?;
    match (entry.salt, entry.body) {
        (None, None) => Ok((leaf, false)),
        (Some(salt), Some(body)) if leaf.commits_to(&decode(&salt)?, &decode(&body)?) => {
            Ok((leaf, true))
        }
        (Some(_), Some(_)) => Err(Fault::Commitment),
        _ => Err(Fault::Entry),
    }
}

/// Reads canonical JSON; none when the same could have been written this way
/// and is not: spaces, another order, a member twice.
fn exact<T: Serialize + DeserializeOwned>(line: &[u8]) -> Option<T> {
    let value: T = serde_json::from_slice(line).ok()?;
    (serde_json::to_vec(&value).ok()? == line).then_some(value)
}

/// The lines of a file, one at a time and none longer than the limit.
struct Lines<F> {
    file: F,
    line: Vec<u8>,
    number: u64,
}

impl<F: BufRead> Lines<F> {
    fn new(file: F) -> Self {
        Self {
            file,
            line: Vec::new(),
            number: 0,
        }
    }

    /// Gives the next line without its newline; none at the end of the file.
    fn next(&mut self) -> Result<Option<&[u8]>, ExportError> {
        self.line.clear();
        self.number += 1;
        let most = MAX_LINE_BYTES as u64;
        (&mut self.file)
            .take(most)
            .read_until(b'\n', &mut self.line)
            .map_err(|error| ExportError::Unreadable {
                line: self.number,
                error,
            })?;
        match self.line.as_slice() {
            [] => Ok(None),
            [line @ .., b'\n'] => Ok(Some(line)),
            long if long.len() == MAX_LINE_BYTES => Err(self.at(Fault::TooLong)),
            _ => Err(self.at(Fault::CutOff)),
        }
    }

    /// Names the line that was read last.
    fn at(&self, fault: Fault) -> ExportError {
        ExportError::Line {
            line: self.number,
            fault,
        }
    }
}
