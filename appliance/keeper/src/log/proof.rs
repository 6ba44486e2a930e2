//! Proofs of RFC 6962: that an entry is in a tree, and that a larger tree
//! continues a smaller one.

use super::tree::{Hash, Node, hash_of_range};

/// Proves that leaf `index` is in the tree of `size` leaves; none when it is not.
pub fn inclusion<E>(
    index: u64,
    size: u64,
    mut read: impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Option<Vec<Hash>>, E> {
    if index >= size {
        return Ok(None);
    }
    let mut proof = Vec::new();
    let (mut start, mut count, mut at) = (0, size, index);
    while count > 1 {
        let left = split(count);
        if at < left {
            proof.push(hash_of_range(start + left, count - left, &mut read)?);
            count = left;
        } else {
            proof.push(hash_of_range(start, left, &mut read)?);
            (start, count, at) = (start + left, count - left, at - left);
        }
    }
    proof.reverse();
    Ok(Some(proof))
}

/// Proves that the tree of `to` leaves continues the tree of `from`; none when
/// `from` is larger. From nothing, and from itself, the proof is empty.
pub fn consistency<E>(
    from: u64,
    to: u64,
    mut read: impl FnMut(Node) -> Result<Hash, E>,
) -> Result<Option<Vec<Hash>>, E> {
    if from > to {
        return Ok(None);
    }
    let mut proof = Vec::new();
    if from == 0 {
        return Ok(Some(proof));
    }
    let (mut start, mut old, mut count) = (0, from, to);
    // The verifier has the old root: a subtree that is the whole old tree need not be told.
    let mut known = true;
    while old != count {
        let left = split(count);
        if old <= left {
            proof.push(hash_of_range(start + left, count - left, &mut read)?);
            count = left;
        } else {
            proof.push(hash_of_range(start, left, &mut read)?);
            (start, old, count, known) = (start + left, old - left, count - left, false);
        }
    }
    if !known {
        proof.push(hash_of_range(start, count, &mut read)?);
    }
    proof.reverse();
    Ok(Some(proof))
}

/// Gives the largest power of two smaller than `count`, which is at least 2.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

#[cfg(test)]
mod tests {
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use ct_merkle::{ConsistencyProof, InclusionProof};
    use proptest::prelude::*;
    use sha2_for_ct_merkle::Sha256;
    use tlog_tiles::{check_record, check_tree, prove_record, prove_tree};

    use super::super::tree::oracle::Stored;
    use super::super::tree::{leaf_hash, model, root};
    use super::*;

    type Oracle = MemoryBackedTree<Sha256, Vec<u8>>;

    fn trees(size: u64) -> (Oracle, Vec<Hash>) {
        let mut oracle = Oracle::new();
        for number in 0..size {
            oracle.push(number.to_be_bytes().to_vec());
        }
        (
            oracle,
            (0..size)
                .map(|number| leaf_hash(&number.to_be_bytes()))
                .collect(),
        )
    }

    #[test]
    fn roots_and_inclusion_proofs_are_those_of_an_independent_tree() {
        for size in 0..=70 {
            let (oracle, leaves) = trees(size);
            let mine = root(size, model::reader(&leaves)).unwrap();
            assert_eq!(
                mine.as_slice(),
                oracle.root().as_bytes().as_slice(),
                "size {size}"
            );
            for index in 0..size {
                let proof = inclusion(index, size, model::reader(&leaves))
                    .unwrap()
                    .unwrap();
                let theirs = oracle.prove_inclusion(usize::try_from(index).unwrap());
                assert_eq!(proof.concat(), theirs.as_bytes(), "{index} in {size}");
                let proof = InclusionProof::<Sha256>::try_from_bytes(proof.concat()).unwrap();
                let leaf = index.to_be_bytes().to_vec();
                assert!(oracle.root().verify_inclusion(&leaf, index, &proof).is_ok());
            }
            assert_eq!(inclusion(size, size, model::reader(&leaves)), Ok(None));
        }
    }

    #[test]
    fn consistency_proofs_are_those_of_an_independent_tree() {
        for to in 0..=70 {
            let (oracle, leaves) = trees(to);
            for from in 1..to {
                let proof = consistency(from, to, model::reader(&leaves))
                    .unwrap()
                    .unwrap();
                let theirs = oracle.prove_consistency(usize::try_from(to - from).unwrap());
                assert_eq!(proof.concat(), theirs.as_bytes(), "{from} to {to}");
                let proof = ConsistencyProof::<Sha256>::try_from_bytes(proof.concat()).unwrap();
                let (old, _) = trees(from);
                assert!(
                    oracle
                        .root()
                        .verify_consistency(&old.root(), &proof)
                        .is_ok()
                );
            }
            for from in [0, to] {
                assert_eq!(
                    consistency(from, to, model::reader(&leaves)),
                    Ok(Some(vec![]))
                );
            }
            assert_eq!(consistency(to + 1, to, model::reader(&leaves)), Ok(None));
        }
    }

    /// Hashes as tlog_tiles takes them.
    fn theirs(hashes: &[Hash]) -> Vec<tlog_tiles::Hash> {
        hashes.iter().map(|hash| tlog_tiles::Hash(*hash)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn any_entry_of_a_large_tree_is_proved_as_others_prove_it(
            (size, index) in (1u64..5_000).prop_flat_map(|size| (Just(size), 0..size)),
        ) {
            let (leaves, stored) = (model::leaves(size), Stored::of(size));
            let proof = inclusion(index, size, model::reader(&leaves)).unwrap().unwrap();
            prop_assert_eq!(theirs(&proof), prove_record(size, index, &stored).unwrap());
            let root = tlog_tiles::Hash(model::root(&leaves));
            let leaf = tlog_tiles::Hash(leaf_hash(&index.to_be_bytes()));
            prop_assert!(check_record(&theirs(&proof), size, root, index, leaf).is_ok());
            let other = if index == 0 { size - 1 } else { index - 1 };
            let elsewhere = check_record(&theirs(&proof), size, root, other, leaf);
            prop_assert_eq!(elsewhere.is_ok(), other == index);
            for at in 0..proof.len() {
                let mut changed = theirs(&proof);
                changed[at].0[0] ^= 1;
                prop_assert!(check_record(&changed, size, root, index, leaf).is_err());
            }
        }

        #[test]
        fn any_two_sizes_of_a_large_tree_are_proved_as_others_prove_them(
            (to, from) in (1u64..5_000).prop_flat_map(|to| (Just(to), 1..=to)),
        ) {
            let (leaves, stored) = (model::leaves(to), Stored::of(to));
            let proof = consistency(from, to, model::reader(&leaves)).unwrap().unwrap();
            prop_assert_eq!(theirs(&proof), prove_tree(to, from, &stored).unwrap());
            let root = |size| tlog_tiles::Hash(root(size, model::reader(&leaves)).unwrap());
            let (old, new) = (root(from), root(to));
            prop_assert!(check_tree(&theirs(&proof), to, new, from, old).is_ok());
            for at in 0..proof.len() {
                let mut changed = theirs(&proof);
                changed[at].0[0] ^= 1;
                prop_assert!(check_tree(&changed, to, new, from, old).is_err());
            }
        }
    }

    #[test]
    fn a_proof_asks_only_for_full_nodes_whatever_the_size() {
        let size = (1u64 << 40) + 12_345;
        let mut asked = 0;
        let mut read = |node: super::super::tree::Node| -> Result<Hash, ()> {
            asked += 1;
            assert!(node.last_leaf() < size, "{node:?}");
            Ok([0; 32])
        };
        let path = inclusion(1 << 39, size, &mut read).unwrap().unwrap();
        assert_eq!(path.len(), 41);
        assert!(consistency(1 << 39, size, &mut read).unwrap().is_some());
        assert!(asked < 2 * 64, "{asked} nodes were read");
    }

    #[test]
    fn a_node_that_cannot_be_read_is_an_error_and_never_a_proof() {
        let leaves = model::leaves(5);
        assert!(inclusion(2, 6, model::reader(&leaves)).is_err());
        assert!(consistency(3, 6, model::reader(&leaves)).is_err());
    }
}
