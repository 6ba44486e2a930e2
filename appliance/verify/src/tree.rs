//! The Merkle tree of RFC 6962: its hashes, its growing edge, and the way from
//! a leaf to the root.

use sha2::{Digest, Sha256};

use crate::Hash;

/// Hashes a leaf: SHA-256(0x00 || leaf).
pub(crate) fn leaf_hash(leaf: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(leaf);
    hasher.finalize().into()
}

/// Hashes two nodes into the one above: SHA-256(0x01 || left || right).
pub(crate) fn node(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

/// Gives the root of a tree without leaves: SHA-256 of nothing.
pub(crate) fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// Recomputes the root from a leaf's hash and its path (RFC 9162, section
/// 2.1.3.2); none when the path has not the length that index and size ask for.
pub(crate) fn root_from_path(index: u64, size: u64, leaf: Hash, path: &[Hash]) -> Option<Hash> {
    let (mut at, mut last, mut hash) = (index, size.checked_sub(1)?, leaf);
    if at > last {
        return None;
    }
    for sibling in path {
        if last == 0 {
            return None;
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
    (last == 0).then_some(hash)
}

/// The right edge of a growing tree: the roots of its full subtrees, largest
/// first. Its memory is the height of the tree, whatever its size.
#[derive(Default)]
pub(crate) struct Edge {
    size: u64,
    peaks: Vec<Hash>,
}

impl Edge {
    /// Gives the number of leaves.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Appends a full subtree of 2^`level` leaves. The size before must be a
    /// multiple of that, as it is along [`subtrees`].
    pub(crate) fn push(&mut self, level: u32, root: Hash) {
        let mut top = root;
        // One peak for each bit of the size: an equally large one merges.
        for _ in 0..(self.size >> level).trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                top = node(&left, &top);
            }
        }
        self.peaks.push(top);
        self.size += 1 << level;
    }

    /// Gives the root.
    pub(crate) fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else {
            return empty_root();
        };
        peaks.fold(*last, |right, left| node(left, &right))
    }
}

/// Gives the levels of the full subtrees that make up the leaves from `from` up
/// to and without `to`, left to right: each the largest that begins where the
/// one before it ended, at a multiple of its own size, and does not pass `to`.
pub(crate) fn subtrees(from: u64, to: u64) -> impl Iterator<Item = u32> {
    let mut at = from;
    std::iter::from_fn(move || {
        let fits = to.checked_sub(at)?.checked_ilog2()?;
        // Zero is a multiple of everything.
        let level = fits.min(at.trailing_zeros());
        at += 1 << level;
        Some(level)
    })
}
