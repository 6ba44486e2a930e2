//! The byte formats of the log, against the committed vectors: made by the
//! keeper's code, read by the verifier's, which shares none of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use firebox_keeper::log::leaf::Leaf;
use firebox_keeper::log::note::{NoteKey, checkpoint};
use firebox_keeper::log::tree::{Hash, Node, leaf_hash, node_hash, root};
use firebox_keeper::log::{leaf, proof};
use firebox_verify::{Checkpoint, Receipt, ReceiptError, VerifierKey, check_consistency};
use serde_json::{Value, json};

use crate::formats::{b64, text, vector};

const ORIGIN: &str = "firebox.northborough.example.gov.uk/box-1/2026";
const SEED: [u8; 32] = [7; 32];
const ENTRIES: u64 = 7;

fn body(index: u64) -> Vec<u8> {
    firebox_contract::canonical::to_bytes(
        &json!({"kind": "query", "reference": format!("V-{index}")}),
    )
    .unwrap()
}

fn salt(index: u64) -> [u8; 32] {
    [u8::try_from(index).unwrap(); 32]
}

fn entry(index: u64) -> Leaf {
    Leaf {
        index,
        time_ms: 1_777_777_777_000 + index,
        boot_id: [8; 16],
        boottime_ms: 1_000 + index,
        kind: 5,
        commitment: leaf::commitment(&salt(index), &body(index)),
    }
}

fn read(node: Node) -> Result<Hash, String> {
    if node.level == 0 {
        return Ok(leaf_hash(&entry(node.index).to_bytes()));
    }
    let child = |index| {
        read(Node {
            level: node.level - 1,
            index,
        })
    };
    Ok(node_hash(
        &child(node.index * 2)?,
        &child(node.index * 2 + 1)?,
    ))
}

fn signed(size: u64) -> String {
    let key = NoteKey::new(ORIGIN, &SEED);
    key.sign(&checkpoint(ORIGIN, size, &root(size, read).unwrap()))
}

fn receipt(index: u64) -> String {
    let extra = json!({
        "leaf": b64(&entry(index).to_bytes()),
        "salt": b64(&salt(index)),
        "body": b64(&body(index)),
    });
    let path = proof::inclusion(index, ENTRIES, read).unwrap().unwrap();
    let path: String = path
        .iter()
        .map(|hash| format!("{}\n", STANDARD.encode(hash)))
        .collect();
    let extra = b64(extra.to_string().as_bytes());
    format!(
        "c2sp.org/tlog-proof@v1\nextra {extra}\nindex {index}\n{path}\n{}",
        signed(ENTRIES)
    )
}

fn fresh_leaf() -> Value {
    json!({
        "about": "One entry: its body, the salt, the leaf that commits to them, and the leaf's hash.",
        "index": 3, "time_ms": 1_777_777_777_003u64, "boot_id": b64(&[8; 16]), "boottime_ms": 1_003, "kind": 5,
        "body": String::from_utf8(body(3)).unwrap(),
        "salt": b64(&salt(3)),
        "leaf": b64(&entry(3).to_bytes()),
        "leaf_hash": b64(&leaf_hash(&entry(3).to_bytes())),
    })
}

fn fresh_tree() -> Value {
    let roots: Vec<_> = (0..=ENTRIES)
        .map(|size| b64(&root(size, read).unwrap()))
        .collect();
    let leaves: Vec<_> = (0..ENTRIES)
        .map(|index| b64(&entry(index).to_bytes()))
        .collect();
    let path = proof::consistency(3, ENTRIES, read).unwrap().unwrap();
    let path: Vec<_> = path.iter().map(|hash| b64(hash)).collect();
    json!({
        "about": "Seven leaves, the root of every size from 0, and the proof that size 7 continues size 3.",
        "leaves": leaves, "roots": roots, "consistency_3_7": path,
    })
}

fn fresh_checkpoint() -> Value {
    json!({
        "about": "The checkpoint of the seven leaves of tree.json.",
        "vkey": NoteKey::new(ORIGIN, &SEED).verifier(),
        "checkpoint": signed(ENTRIES),
    })
}

fn fresh_receipt() -> Value {
    json!({
        "about": "The receipt of entry 3 of tree.json; `vkey` is all that is needed to check it.",
        "vkey": NoteKey::new(ORIGIN, &SEED).verifier(),
        "receipt": receipt(3),
    })
}

#[test]
fn leaf_and_tree_are_made_the_same() {
    assert_eq!(vector("leaf.json", fresh_leaf), fresh_leaf());
    assert_eq!(vector("tree.json", fresh_tree), fresh_tree());
}

#[test]
fn a_checkpoint_is_made_the_same_and_read_by_the_verifier() {
    let vector = vector("checkpoint.json", fresh_checkpoint);
    assert_eq!(vector, fresh_checkpoint());
    let key = VerifierKey::parse(text(&vector, "vkey")).unwrap();
    let read = Checkpoint::open(text(&vector, "checkpoint"), &key).unwrap();
    assert_eq!((read.size, read.origin.as_str()), (ENTRIES, ORIGIN));
}

#[test]
fn every_pair_of_sizes_is_proved_consistent_and_a_changed_proof_is_not() {
    let key = VerifierKey::parse(&NoteKey::new(ORIGIN, &SEED).verifier()).unwrap();
    let open = |size| Checkpoint::open(&signed(size), &key).unwrap();
    for to in 1..=ENTRIES {
        for from in 1..=to {
            let mut path = proof::consistency(from, to, read).unwrap().unwrap();
            assert_eq!(
                check_consistency(&open(from), &open(to), &path),
                Ok(()),
                "{from} {to}"
            );
            if let Some(first) = path.first_mut() {
                first[0] ^= 1;
                assert!(
                    check_consistency(&open(from), &open(to), &path).is_err(),
                    "{from} {to}"
                );
            }
        }
    }
}

#[test]
fn a_receipt_is_checked_without_the_box_and_refused_when_changed_in_any_byte() {
    let vector = vector("receipt.json", fresh_receipt);
    assert_eq!(vector, fresh_receipt());
    let key = VerifierKey::parse(text(&vector, "vkey")).unwrap();
    let good = text(&vector, "receipt");
    let read = Receipt::open(good, &key).unwrap();
    assert_eq!((read.index, read.body.as_bytes()), (3, body(3).as_slice()));
    for at in 0..good.len() {
        let mut changed = good.as_bytes().to_vec();
        changed[at] ^= 1;
        let Ok(changed) = String::from_utf8(changed) else {
            continue;
        };
        assert!(Receipt::open(&changed, &key).is_err(), "byte {at} changed");
    }
}

#[test]
fn receipts_of_every_entry_are_checked_and_another_entrys_path_is_refused() {
    let key = VerifierKey::parse(&NoteKey::new(ORIGIN, &SEED).verifier()).unwrap();
    for index in 0..ENTRIES {
        assert_eq!(
            Receipt::open(&receipt(index), &key).map(|r| r.index),
            Ok(index)
        );
    }
    let swapped = receipt(2).replace("index 2\n", "index 3\n");
    assert_eq!(Receipt::open(&swapped, &key), Err(ReceiptError::Malformed));
}
