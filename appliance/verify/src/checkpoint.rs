//! A checkpoint: how large a log is and what its root is, signed.

use crate::key::VerifierKey;
use crate::note::Note;
use crate::{Hash, encoding};

/// What a box said about its log, after its signature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// Entries in it.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

/// Why a checkpoint was not believed.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum CheckpointError {
    /// Not a signed note with origin, size and root.
    #[error("this is not a checkpoint")]
    Malformed,
    /// Of another log than the key's.
    #[error("this checkpoint is of another log than the key")]
    OtherLog,
    /// No signature of the key over exactly this text.
    #[error("the signature does not belong to this text and key")]
    Signature,
}

impl Checkpoint {
    /// Reads a checkpoint and checks its signature with `key`.
    pub fn open(note: &str, key: &VerifierKey) -> Result<Self, CheckpointError> {
        let note = Note::read(note).ok_or(CheckpointError::Malformed)?;
        let checkpoint = Self::read(note.text).ok_or(CheckpointError::Malformed)?;
        if checkpoint.origin != key.origin {
            return Err(CheckpointError::OtherLog);
        }
        if note.is_signed_by(key) {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Signature)
        }
    }

    /// Reads the three lines. More may follow, none of them empty: the format
    /// has room for extensions, and a firebox writes none.
    fn read(text: &str) -> Option<Self> {
        let lines = encoding::lines(text)?;
        let [origin, size, root, more @ ..] = lines.as_slice() else {
            return None;
        };
        if origin.is_empty() || more.iter().any(|line| line.is_empty()) {
            return None;
        }
        Some(Self {
            origin: (*origin).to_owned(),
            size: encoding::decimal(size)?,
            root: encoding::hash(root)?,
        })
    }
}
