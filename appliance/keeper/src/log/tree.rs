//! The Merkle tree of RFC 6962: hashes, the growing edge, and roots. Knows
//! nothing of where nodes are kept; whoever asks brings a way to read them.

use firebox_contract::canonical::sha256;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// Hashes a leaf: SHA-256(0x00 || leaf).
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    sha256(&[&[0], leaf])
}

/// Hashes two nodes into the one above: SHA-256(0x01 || left || right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// Names a node over a full subtree: 2^`level` leaves from `index` * 2^`level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    /// 0 for a leaf.
    pub level: u32,
    /// Place among the nodes of its level.
    pub index: u64,
}

impl Node {
    /// Gives the leaf that made this node full: the last one under it.
    pub fn last_leaf(self) -> u64 {
        ((self.index + 1) << self.level) - 1
    }
}

/// The right edge of a tree: the roots of its full subtrees, largest first.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// Reads the edge of a tree of `size` leaves.
    pub fn read<E>(size: u64, mut read: impl FnMut(Node) -> Result<Hash, E>) -> Result<Self, E> {
        let peaks = full_subtrees(0, size)
            .map(&mut read)
            .collect::<Result<_, E>>()?;
        Ok(Self { size, peaks })
    }

    /// Gives the number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf's hash and gives the nodes it made full, from level 1 upwards.
    pub fn push(&mut self, leaf: Hash) -> Vec<Hash> {
        let mut top = leaf;
        let mut full = Vec::new();
        for _ in 0..self.size.trailing_ones() {
            // One peak for each bit of the size, so there is one for each of its trailing ones.
            if let Some(left) = self.peaks.pop() {
                top = node_hash(&left, &top);
                full.push(top);
            }
        }
        self.peaks.push(top);
        self.size += 1;
        full
    }

    /// Gives the full subtrees of the edge with their roots, largest first.
    pub fn subtrees(&self) -> impl Iterator<Item = (Node, Hash)> {
        full_subtrees(0, self.size).zip(self.peaks.iter().copied())
    }

    /// Gives the root; of no leaves, SHA-256 of nothing.
    pub fn root(&self) -> Hash {
        join(&self.peaks)
    }
}

/// Gives the root of the first `size` leaves.
pub fn root<E>(size: u64, read: impl FnMut(Node) -> Result<Hash, E>) -> Result<Hash, E> {
    Ok(Frontier::read(size, read)?.root())
}

/// Gives the hash over `count` leaves from `start`, where `start` is a multiple
/// of every power of two up to `count`, as it is wherever RFC 6962 splits.
pub(super) fn hash_of_range<E>(
    start: u64,
    count: u64,
    read: &mut impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Hash, E> {
    let peaks = full_subtrees(start, count)
        .map(read)
        .collect::<Result<Vec<_>, E>>()?;
    Ok(join(&peaks))
}

/// Lists the full subtrees that make up the leaves from `from` up to and without
/// `to`, left to right: each the largest that begins where the one before it
/// ended, at a multiple of its own size, and does not pass `to`.
pub fn subtrees(from: u64, to: u64) -> impl Iterator<Item = Node> {
    let mut start = from;
    std::iter::from_fn(move || {
        let fits = to.checked_sub(start)?.checked_ilog2()?;
        // Zero is a multiple of everything.
        let level = fits.min(start.trailing_zeros());
        let index = start >> level;
        start += 1 << level;
        Some(Node { level, index })
    })
}

/// Lists the full subtrees that make up `count` leaves from `start`, largest first.
fn full_subtrees(start: u64, count: u64) -> impl Iterator<Item = Node> {
    (0..u64::BITS)
        .rev()
        .filter(move |level| (count >> level) & 1 == 1)
        .map(move |level| {
            // What stands before: the bits of `count` above this one.
            let before = count
                .checked_shr(level + 1)
                .map_or(0, |high| high << (level + 1));
            Node {
                level,
                index: (start + before) >> level,
            }
        })
}

/// Hashes peaks together from the right.
fn join(peaks: &[Hash]) -> Hash {
    let Some((last, before)) = peaks.split_last() else {
        return sha256(&[]);
    };
    before
        .iter()
        .rev()
        .fold(*last, |right, left| node_hash(left, &right))
}

#[cfg(test)]
pub(super) mod model {
    //! RFC 6962 written down as it stands there, over a plain list of leaves.

    use super::*;

    /// MTH(D[n]) by the recursion of section 2.1.
    pub(crate) fn root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => sha256(&[]),
            [one] => *one,
            many => {
                let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
                node_hash(&root(left), &root(right))
            }
        }
    }

    /// A list of made-up leaf hashes.
    pub(crate) fn leaves(count: u64) -> Vec<Hash> {
        (0..count)
            .map(|number| leaf_hash(&number.to_be_bytes()))
            .collect()
    }

    /// Reads nodes out of a list of leaves.
    pub(crate) fn reader(leaves: &[Hash]) -> impl FnMut(Node) -> Result<Hash, String> {
        move |node| {
            let (first, last) = (node.index << node.level, node.last_leaf());
            let range = usize::try_from(first).unwrap()..=usize::try_from(last).unwrap();
            leaves
                .get(range)
                .map(root)
                .ok_or_else(|| format!("{node:?} is past the end"))
        }
    }
}

#[cfg(test)]
pub(super) mod oracle {
    //! The same leaves in an independent tree: tlog_tiles.

    use tlog_tiles::{Error, Hash, HashReader, stored_hashes};

    /// Nodes in the order in which tlog_tiles keeps them.
    pub(crate) struct Stored(Vec<Hash>);

    impl Stored {
        /// Stores the leaves of `model::leaves`.
        pub(crate) fn of(count: u64) -> Self {
            let mut stored = Self(Vec::new());
            for number in 0..count {
                let added = stored_hashes(number, &number.to_be_bytes(), &stored).unwrap();
                stored.0.extend(added);
            }
            stored
        }
    }

    impl HashReader for Stored {
        fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
            let hash = |at: &u64| self.0[usize::try_from(*at).unwrap()];
            Ok(indexes.iter().map(hash).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_node_is_full_with_its_last_leaf() {
        assert_eq!(Node { level: 0, index: 5 }.last_leaf(), 5);
        assert_eq!(Node { level: 2, index: 1 }.last_leaf(), 7);
    }

    proptest! {
        #[test]
        fn pushing_gives_the_root_of_the_list(count in 0u64..300) {
            let leaves = model::leaves(count);
            let mut frontier = Frontier::default();
            for leaf in &leaves {
                frontier.push(*leaf);
            }
            prop_assert_eq!(frontier.root(), model::root(&leaves));
            prop_assert_eq!(root(count, model::reader(&leaves)), Ok(frontier.root()));
            prop_assert_eq!(Frontier::read(count, model::reader(&leaves)), Ok(frontier));
        }

        #[test]
        fn the_full_subtrees_between_two_leaves_lie_side_by_side_and_none_has_an_equal_neighbour_to_merge_with(
            from in 0u64..2_000, count in 0u64..2_000,
        ) {
            let nodes: Vec<Node> = subtrees(from, from + count).collect();
            let mut at = from;
            for node in &nodes {
                prop_assert_eq!(node.index << node.level, at);
                at = node.last_leaf() + 1;
            }
            prop_assert_eq!(at, from + count);
            for pair in nodes.windows(2) {
                let siblings = pair[0].level == pair[1].level && pair[0].index % 2 == 0;
                prop_assert!(!siblings);
            }
        }

        #[test]
        fn a_push_gives_exactly_the_nodes_it_made_full(count in 1u64..300) {
            let leaves = model::leaves(count);
            let mut frontier = Frontier::default();
            let mut full = Vec::new();
            for leaf in &leaves {
                full = frontier.push(*leaf);
            }
            prop_assert_eq!(full.len(), usize::try_from(count.trailing_zeros()).unwrap());
            for (level, hash) in (1..).zip(full) {
                let node = Node { level, index: (count >> level) - 1 };
                prop_assert_eq!(model::reader(&leaves)(node), Ok(hash));
            }
        }

        #[test]
        fn the_subtrees_of_a_range_lie_side_by_side_and_none_could_be_larger(
            from in 0u64..1_000,
            count in 0u64..1_000,
        ) {
            let (mut at, to) = (from, from + count);
            for node in subtrees(from, to) {
                prop_assert_eq!(node.index << node.level, at);
                let above = Node { level: node.level + 1, index: node.index / 2 };
                let begins_earlier = above.index << above.level < at;
                prop_assert!(begins_earlier || above.last_leaf() >= to, "{node:?}");
                at = node.last_leaf() + 1;
            }
            prop_assert_eq!(at, to);
            prop_assert!(subtrees(0, to).eq(full_subtrees(0, to)));
        }

        #[test]
        fn any_range_that_is_split_by_the_rfc_has_the_root_of_its_leaves(
            (level, place) in (0u32..8).prop_flat_map(|level| (Just(level), 0..(256u64 >> level))),
            part: proptest::sample::Index,
        ) {
            // What RFC 6962 splits off begins at a multiple of a power of two and is no longer.
            let leaves = model::leaves(256);
            let count = 1 + part.index(1 << level);
            let start = usize::try_from(place << level).unwrap();
            let wide = |number: usize| u64::try_from(number).unwrap();
            let hash = hash_of_range(wide(start), wide(count), &mut model::reader(&leaves));
            let range = start..start + count;
            prop_assert_eq!(hash, Ok(model::root(&leaves[range])));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn the_root_of_a_large_tree_is_the_one_that_others_compute(count in 0u64..5_000) {
            let leaves = model::leaves(count);
            let theirs = tlog_tiles::tree_hash(count, &oracle::Stored::of(count)).unwrap();
            prop_assert_eq!(root(count, model::reader(&leaves)), Ok(theirs.0));
        }
    }

    #[test]
    fn reading_an_edge_asks_only_for_full_nodes_and_no_more_than_the_tree_is_high() {
        for size in (0..300).chain([1 << 40, (1 << 40) - 1]) {
            let mut asked = Vec::new();
            let read = |node: Node| -> Result<Hash, ()> {
                asked.push(node);
                Ok([0; 32])
            };
            assert!(Frontier::read(size, read).is_ok());
            assert!(asked.iter().all(|node| node.last_leaf() < size), "{size}");
            assert_eq!(asked.len(), usize::try_from(size.count_ones()).unwrap());
        }
    }

    #[test]
    fn a_node_that_cannot_be_read_is_an_error_and_never_a_root() {
        let leaves = model::leaves(5);
        assert!(root(6, model::reader(&leaves)).is_err());
        assert!(Frontier::read(8, model::reader(&leaves)).is_err());
    }
}
