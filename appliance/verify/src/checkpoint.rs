//! A checkpoint: how large a log is and what its root is, signed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::Hash;
use crate::key::VerifierKey;

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
        let (text, signatures) = note.split_once("\n\n").ok_or(CheckpointError::Malformed)?;
        let text = format!("{text}\n");
        let checkpoint = Self::read(&text)?;
        if checkpoint.origin != key.origin {
            return Err(CheckpointError::OtherLog);
        }
        if !signatures.ends_with('\n') {
            return Err(CheckpointError::Malformed);
        }
        let ours = format!("— {} ", key.origin);
        let signed = signatures
            .lines()
            .filter_map(|line| STANDARD.decode(line.strip_prefix(&ours)?).ok())
            .any(|signature| key.signed(text.as_bytes(), &signature));
        if signed {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Signature)
        }
    }

    fn read(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.lines();
        let mut line = || lines.next().ok_or(CheckpointError::Malformed);
        let (origin, size, root) = (line()?, line()?, line()?);
        let size: u64 = size.parse().map_err(|_| CheckpointError::Malformed)?;
        let root = STANDARD
            .decode(root)
            .map_err(|_| CheckpointError::Malformed)?;
        let root = root
            .as_slice()
            .try_into()
            .map_err(|_| CheckpointError::Malformed)?;
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
        })
    }
}
