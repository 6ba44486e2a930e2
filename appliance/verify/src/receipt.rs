//! A receipt: one entry of a log, its place in the tree, and the checkpoint
//! that signs the tree. A C2SP `tlog-proof@v1` file whose `extra` holds what
//! the leaf commits to.

use serde::{Deserialize, Serialize};

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::key::VerifierKey;
use crate::leaf::Leaf;
use crate::tree::root_from_path;
use crate::{Hash, encoding};

/// An entry that is proved to stand in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The checkpoint it was proved against.
    pub checkpoint: Checkpoint,
    /// Its place in the log.
    pub index: u64,
    /// When the entry was made, milliseconds since 1970.
    pub time_ms: u64,
    /// What kind of entry.
    pub kind: u8,
    /// What it says: canonical JSON.
    pub body: String,
}

/// Why a receipt was not believed.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum ReceiptError {
    /// Not a `tlog-proof@v1` with our `extra`, or with something before, between or after.
    #[error("this is not a receipt of a firebox, or it was changed on the way")]
    Malformed,
    /// The checkpoint in it was not believed.
    #[error("its checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The index is not inside the tree.
    #[error("its index lies beyond the checkpoint's log")]
    Index,
    /// The leaf says another index than the receipt.
    #[error("its leaf is of another entry than its index says")]
    OtherEntry,
    /// The leaf does not commit to the body.
    #[error("what it says is not what was logged: body or salt was changed")]
    Commitment,
    /// The path does not lead to the checkpoint's root.
    #[error("the entry does not stand in this log")]
    Inclusion,
}

/// A receipt's parts as they were written; nothing of it is believed yet.
struct Parts<'a> {
    leaf: Leaf,
    salt: Vec<u8>,
    body: Vec<u8>,
    index: u64,
    path: Vec<Hash>,
    note: &'a str,
}

/// What `extra` holds, in the order of canonical JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Extra {
    body: String,
    leaf: String,
    salt: String,
}

impl Receipt {
    /// Reads a receipt and checks all of it with `key`. The text is exact: a
    /// receipt with any byte changed, left out or added is refused.
    pub fn open(text: &str, key: &VerifierKey) -> Result<Self, ReceiptError> {
        let parts = read(text).ok_or(ReceiptError::Malformed)?;
        let checkpoint = Checkpoint::open(parts.note, key)?;
        if parts.index >= checkpoint.size {
            return Err(ReceiptError::Index);
        }
        if parts.leaf.index() != parts.index {
            return Err(ReceiptError::OtherEntry);
        }
        if !parts.leaf.commits_to(&parts.salt, &parts.body) {
            return Err(ReceiptError::Commitment);
        }
        let leaf = parts.leaf.hash();
        if root_from_path(parts.index, checkpoint.size, leaf, &parts.path) != Some(checkpoint.root)
        {
            return Err(ReceiptError::Inclusion);
        }
        Ok(Self {
            checkpoint,
            index: parts.index,
            time_ms: parts.leaf.time_ms(),
            kind: parts.leaf.kind(),
            body: String::from_utf8(parts.body).map_err(|_| ReceiptError::Malformed)?,
        })
    }
}

fn read(text: &str) -> Option<Parts<'_>> {
    let (proof, note) = text.split_once("\n\n")?;
    let mut lines = proof.split('\n');
    if lines.next()? != "c2sp.org/tlog-proof@v1" {
        return None;
    }
    let extra = encoding::base64(lines.next()?.strip_prefix("extra ")?)?;
    let index = encoding::decimal(lines.next()?.strip_prefix("index ")?)?;
    let path = lines.map(encoding::hash).collect::<Option<_>>()?;
    let extra = read_extra(&extra)?;
    Some(Parts {
        leaf: Leaf::read(&encoding::base64(&extra.leaf)?)?,
        salt: encoding::base64(&extra.salt)?,
        body: encoding::base64(&extra.body)?,
        index,
        path,
        note,
    })
}

/// Reads `extra` and requires it to be canonical: spaces or another order of
/// the members would be a second way to write the same receipt.
fn read_extra(bytes: &[u8]) -> Option<Extra> {
    let extra: Extra = serde_json::from_slice(bytes).ok()?;
    (serde_json::to_vec(&extra).ok()? == bytes).then_some(extra)
}
