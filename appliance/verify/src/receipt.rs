//! A receipt: one entry of a log, its place in the tree, and the checkpoint
//! that signs the tree. A C2SP `tlog-proof@v1` file whose `extra` holds what
//! the leaf commits to.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::Hash;
use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::consistency::node;
use crate::key::VerifierKey;

/// Length of a leaf in bytes.
const LEAF_BYTES: usize = 8 + 8 + 16 + 8 + 1 + 32;

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
    /// Not a `tlog-proof@v1` with our `extra`.
    #[error("this is not a receipt of a firebox")]
    Malformed,
    /// The checkpoint in it was not believed.
    #[error("its checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The index is not inside the tree.
    #[error("its index lies beyond the checkpoint's log")]
    Index,
    /// The leaf does not commit to the body.
    #[error("what it says is not what was logged: body or salt was changed")]
    Commitment,
    /// The path does not lead to the checkpoint's root.
    #[error("the entry does not stand in this log")]
    Inclusion,
}

/// What `extra` holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Extra {
    leaf: String,
    salt: String,
    body: String,
}

impl Receipt {
    /// Reads a receipt and checks all of it with `key`.
    pub fn open(text: &str, key: &VerifierKey) -> Result<Self, ReceiptError> {
        let (proof, note) = text.split_once("\n\n").ok_or(ReceiptError::Malformed)?;
        let checkpoint = Checkpoint::open(note, key)?;
        let mut lines = proof.lines();
        if lines.next() != Some("c2sp.org/tlog-proof@v1") {
            return Err(ReceiptError::Malformed);
        }
        let extra = lines.next().and_then(|line| line.strip_prefix("extra "));
        let extra = read_extra(extra.ok_or(ReceiptError::Malformed)?)?;
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let index = decimal(index.ok_or(ReceiptError::Malformed)?)?;
        let path = lines.map(hash).collect::<Result<Vec<_>, _>>()?;
        let leaf = check_leaf(&extra, index)?;
        if root(index, checkpoint.size, leaf_hash(&leaf), &path)? != checkpoint.root {
            return Err(ReceiptError::Inclusion);
        }
        let body = String::from_utf8(extra.body).map_err(|_| ReceiptError::Malformed)?;
        Ok(Self {
            checkpoint,
            index,
            time_ms: number(&leaf, 8),
            kind: leaf[40],
            body,
        })
    }
}

/// The parts of `extra`, decoded.
struct Parts {
    leaf: Vec<u8>,
    salt: Vec<u8>,
    body: Vec<u8>,
}

fn read_extra(text: &str) -> Result<Parts, ReceiptError> {
    let decode = |text: &str| STANDARD.decode(text).map_err(|_| ReceiptError::Malformed);
    let extra: Extra =
        serde_json::from_slice(&decode(text)?).map_err(|_| ReceiptError::Malformed)?;
    Ok(Parts {
        leaf: decode(&extra.leaf)?,
        salt: decode(&extra.salt)?,
        body: decode(&extra.body)?,
    })
}

/// Checks that the leaf is the one at `index` and commits to salt and body.
fn check_leaf(extra: &Parts, index: u64) -> Result<[u8; LEAF_BYTES], ReceiptError> {
    let leaf: [u8; LEAF_BYTES] = extra
        .leaf
        .as_slice()
        .try_into()
        .map_err(|_| ReceiptError::Malformed)?;
    if number(&leaf, 0) != index || extra.salt.len() != 32 {
        return Err(ReceiptError::Malformed);
    }
    let mut hasher = Sha256::new();
    hasher.update(b"fbx-body-v1");
    hasher.update(&extra.salt);
    hasher.update(&extra.body);
    if hasher.finalize().as_slice() != &leaf[41..] {
        return Err(ReceiptError::Commitment);
    }
    Ok(leaf)
}

/// Recomputes the root from a leaf and its path: RFC 9162, section 2.1.3.2.
fn root(index: u64, size: u64, leaf: Hash, path: &[Hash]) -> Result<Hash, ReceiptError> {
    if index >= size {
        return Err(ReceiptError::Index);
    }
    let (mut at, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return Err(ReceiptError::Inclusion);
        }
        if at & 1 == 1 || at == last {
            hash = node(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    if last == 0 {
        Ok(hash)
    } else {
        Err(ReceiptError::Inclusion)
    }
}

fn leaf_hash(leaf: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(leaf);
    hasher.finalize().into()
}

/// Reads the big-endian u64 at `at`.
fn number(leaf: &[u8; LEAF_BYTES], at: usize) -> u64 {
    leaf[at..at + 8]
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Reads a decimal without sign or leading zeros.
fn decimal(text: &str) -> Result<u64, ReceiptError> {
    let number: u64 = text.parse().map_err(|_| ReceiptError::Malformed)?;
    if number.to_string() == text {
        Ok(number)
    } else {
        Err(ReceiptError::Malformed)
    }
}

fn hash(line: &str) -> Result<Hash, ReceiptError> {
    let bytes = STANDARD.decode(line).map_err(|_| ReceiptError::Malformed)?;
    bytes
        .as_slice()
        .try_into()
        .map_err(|_| ReceiptError::Malformed)
}
