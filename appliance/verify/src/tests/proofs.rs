//! Inclusion and consistency, against tlog_tiles: the same verdict on every
//! proof, whole or spoilt.

use proptest::prelude::*;
use tlog_tiles::{Hash as Theirs, check_record, check_tree, prove_record, prove_tree, tree_hash};

use super::harness::{MOST, ORIGIN, STORED, leaf};
use crate::tree::{leaf_hash, root_from_path};
use crate::{Checkpoint, ConsistencyError, Hash, check_consistency, read_proof};

fn root(size: u64) -> Hash {
    tree_hash(size, &*STORED).unwrap().0
}

fn ours(path: &[Theirs]) -> Vec<Hash> {
    path.iter().map(|hash| hash.0).collect()
}

fn included(index: u64, size: u64, path: &[Theirs]) -> bool {
    let leaf = leaf_hash(&leaf(index));
    root_from_path(index, size, leaf, &ours(path)) == Some(root(size))
}

fn checkpoint(size: u64) -> Checkpoint {
    Checkpoint {
        origin: ORIGIN.into(),
        size,
        root: root(size),
    }
}

fn consistent(from: u64, to: u64, path: &[Theirs]) -> bool {
    check_consistency(&checkpoint(from), &checkpoint(to), &ours(path)).is_ok()
}

/// Every way to spoil a path by one hash.
fn spoilt(path: &[Theirs]) -> Vec<Vec<Theirs>> {
    let mut all = vec![[path, &[Theirs([0; 32])]].concat()];
    for at in 0..path.len() {
        let mut changed = path.to_vec();
        changed[at].0[31] ^= 1;
        all.push(changed);
        let mut short = path.to_vec();
        short.remove(at);
        all.push(short);
        let mut twice = path.to_vec();
        twice.insert(at, path[at]);
        all.push(twice);
        if at > 0 {
            let mut swapped = path.to_vec();
            swapped.swap(at - 1, at);
            all.push(swapped);
        }
    }
    all
}

#[test]
fn in_small_trees_every_proof_of_theirs_is_believed_and_no_spoilt_one() {
    for size in 1..=40 {
        for index in 0..size {
            let path = prove_record(size, index, &*STORED).unwrap();
            assert!(included(index, size, &path), "{index} in {size}");
            for path in spoilt(&path) {
                assert!(!included(index, size, &path), "{index} in {size}");
            }
            let path = prove_tree(size, index + 1, &*STORED).unwrap();
            assert!(consistent(index + 1, size, &path), "{index} to {size}");
            for path in spoilt(&path) {
                assert!(!consistent(index + 1, size, &path), "{index} to {size}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn an_inclusion_proof_gets_the_verdict_that_others_give(
        (size, index, other) in (1..=MOST).prop_flat_map(|size| (Just(size), 0..size, 0..size)),
    ) {
        let path = prove_record(size, index, &*STORED).unwrap();
        prop_assert!(included(index, size, &path));
        for path in spoilt(&path).into_iter().chain([prove_record(size, other, &*STORED).unwrap()]) {
            let hash = Theirs(leaf_hash(&leaf(index)));
            let theirs = check_record(&path, size, Theirs(root(size)), index, hash).is_ok();
            prop_assert_eq!(included(index, size, &path), theirs);
        }
    }

    #[test]
    fn a_consistency_proof_gets_the_verdict_that_others_give(
        (to, from, other) in (1..=MOST).prop_flat_map(|to| (Just(to), 1..=to, 1..=to)),
    ) {
        let path = prove_tree(to, from, &*STORED).unwrap();
        prop_assert!(consistent(from, to, &path));
        for path in spoilt(&path).into_iter().chain([prove_tree(to, other, &*STORED).unwrap()]) {
            let (new, old) = (Theirs(root(to)), Theirs(root(from)));
            let theirs = check_tree(&path, to, new, from, old).is_ok();
            prop_assert_eq!(consistent(from, to, &path), theirs);
        }
    }
}

#[test]
fn a_path_of_the_wrong_length_leads_nowhere_whatever_its_hashes() {
    for size in 1..=40 {
        for index in 0..size {
            let right = prove_record(size, index, &*STORED).unwrap().len();
            for length in 0..=right + 2 {
                let path = vec![[7; 32]; length];
                let led = root_from_path(index, size, [0; 32], &path);
                assert_eq!(
                    led.is_some(),
                    length == right,
                    "{length} for {index} in {size}"
                );
            }
        }
    }
}

#[test]
fn an_index_at_or_beyond_the_size_is_in_no_tree() {
    for (index, size) in [(0, 0), (1, 1), (u64::MAX, 1), (5, 5), (u64::MAX, 5)] {
        for length in 0..4 {
            let path = vec![[7; 32]; length];
            assert_eq!(root_from_path(index, size, [0; 32], &path), None);
        }
    }
}

#[test]
fn checkpoints_that_do_not_belong_to_one_log_are_refused_by_name() {
    let check = |earlier: &Checkpoint, later: &Checkpoint| check_consistency(earlier, later, &[]);
    let (seven, zero) = (checkpoint(7), checkpoint(0));
    assert_eq!(check(&seven, &seven), Ok(()));
    assert_eq!(check(&zero, &seven), Ok(()));
    let other = Checkpoint {
        origin: "other".into(),
        ..checkpoint(7)
    };
    assert_eq!(check(&other, &seven), Err(ConsistencyError::OtherLog));
    assert_eq!(check(&seven, &checkpoint(6)), Err(ConsistencyError::Order));
    assert_eq!(check(&seven, &checkpoint(8)), Err(ConsistencyError::Length));
    for size in [0, 7] {
        let changed = Checkpoint {
            size,
            root: [1; 32],
            ..checkpoint(7)
        };
        assert_eq!(check(&changed, &seven), Err(ConsistencyError::Inconsistent));
        let proof = check_consistency(&checkpoint(size), &seven, &[[1; 32]]);
        assert_eq!(proof, Err(ConsistencyError::Length));
    }
}

#[test]
fn a_proof_is_one_hash_a_line() {
    let hash = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    assert_eq!(read_proof(""), Ok(vec![]));
    assert_eq!(
        read_proof(&format!("{hash}\n{hash}\n")),
        Ok(vec![[0; 32]; 2])
    );
    for other in [
        hash.to_owned(),
        format!("{hash}\r\n"),
        format!("{hash}\n\n"),
        format!("{hash} \n"),
        "AAAA\n".into(),
    ] {
        let read = read_proof(&other);
        assert_eq!(read, Err(ConsistencyError::Malformed), "{other:?}");
    }
}
