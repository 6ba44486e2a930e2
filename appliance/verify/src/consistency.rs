//! Proof that a later log continues an earlier one: RFC 9162, section 2.1.4.2.

use crate::checkpoint::Checkpoint;
use crate::tree::{empty_root, node};
use crate::{Hash, encoding};

/// Why two checkpoints do not belong to one log.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum ConsistencyError {
    /// Different origins.
    #[error("the two checkpoints are of different logs")]
    OtherLog,
    /// The second is the smaller one.
    #[error("the second checkpoint is older than the first: give them in the order of their sizes")]
    Order,
    /// A line that is no hash.
    #[error("the proof does not read: one base64 hash a line")]
    Malformed,
    /// The proof has too few or too many hashes.
    #[error("the proof has the wrong length for these sizes")]
    Length,
    /// The proof does not lead to both roots.
    #[error(
        "THE LOG WAS CHANGED: the later checkpoint does not continue the earlier one; keep both and tell the council's information governance"
    )]
    Inconsistent,
}

/// Reads a proof: one base64 hash a line, each line ended by a newline.
pub fn read_proof(text: &str) -> Result<Vec<Hash>, ConsistencyError> {
    encoding::lines(text)
        .and_then(|lines| lines.into_iter().map(encoding::hash).collect())
        .ok_or(ConsistencyError::Malformed)
}

/// Checks that the log of `later` begins with the log of `earlier`.
pub fn check_consistency(
    earlier: &Checkpoint,
    later: &Checkpoint,
    proof: &[Hash],
) -> Result<(), ConsistencyError> {
    if earlier.origin != later.origin {
        return Err(ConsistencyError::OtherLog);
    }
    if earlier.size > later.size {
        return Err(ConsistencyError::Order);
    }
    let trivial = earlier.size == 0 || earlier.size == later.size;
    if trivial {
        let same = match earlier.size {
            0 => earlier.root == empty_root(),
            _ => earlier.root == later.root,
        };
        return match (same, proof.is_empty()) {
            (true, true) => Ok(()),
            (true, false) => Err(ConsistencyError::Length),
            (false, _) => Err(ConsistencyError::Inconsistent),
        };
    }
    let (old, new) = roots(earlier, later.size, proof)?;
    if old == earlier.root && new == later.root {
        Ok(())
    } else {
        Err(ConsistencyError::Inconsistent)
    }
}

/// Recomputes both roots from the proof.
fn roots(
    earlier: &Checkpoint,
    size: u64,
    proof: &[Hash],
) -> Result<(Hash, Hash), ConsistencyError> {
    // A size that is a power of two is a whole subtree: its root is the first hash.
    let mut hashes = proof.iter().copied();
    let mut next = || hashes.next().ok_or(ConsistencyError::Length);
    let first = if earlier.size.is_power_of_two() {
        earlier.root
    } else {
        next()?
    };
    let (mut old, mut new) = (first, first);
    let mut low = earlier.size - 1;
    let mut last = size - 1;
    let right_edge = low.trailing_ones();
    low >>= right_edge;
    last >>= right_edge;
    while last > 0 {
        if low & 1 == 1 || low == last {
            let left = next()?;
            old = node(&left, &old);
            new = node(&left, &new);
            while low & 1 == 0 && low != 0 {
                low >>= 1;
                last >>= 1;
            }
        } else {
            new = node(&new, &next()?);
        }
        low >>= 1;
        last >>= 1;
    }
    if next().is_ok() {
        Err(ConsistencyError::Length)
    } else {
        Ok((old, new))
    }
}
