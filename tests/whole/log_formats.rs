//! The byte formats of the log, against the committed vectors: made by the
//! keeper's code, read by the verifier's, which shares none of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use firebox_contract::canonical;
use firebox_keeper::log::kind::EntryKind;
use firebox_keeper::log::leaf::{self, Leaf};
use firebox_keeper::log::note::{NoteKey, checkpoint};
use firebox_keeper::log::proof;
use firebox_keeper::log::receipt::{self, Entry};
use firebox_keeper::log::tree::{Hash, Node, leaf_hash, node_hash, root};
use firebox_verify::{Checkpoint, Receipt, VerifierKey, check_consistency};
use serde_json::{Value, json};

use crate::formats::{b64, page, text, vector};

pub(crate) const ORIGIN: &str = "firebox.northborough.example.gov.uk/box-1/2026";
const SEED: [u8; 32] = [7; 32];
pub(crate) const ENTRIES: u64 = 7;
/// Sizes up to which everything is tried with everything.
pub(crate) const MOST: u64 = 20;

fn kind(index: u64) -> EntryKind {
    match index {
        0 => EntryKind::Created,
        1 => EntryKind::Boot,
        2 => EntryKind::SignIn,
        3 => EntryKind::Release,
        _ => EntryKind::LookUp,
    }
}

pub(crate) fn body(index: u64) -> Vec<u8> {
    let mut body = match kind(index) {
        EntryKind::Created => json!({"build": "0.1.0", "origin": ORIGIN}),
        EntryKind::Boot => json!({"build": "0.1.0"}),
        EntryKind::Release => json!({
            "person": "a.patel", "roles": ["officer"], "auth": "password", "by": "officer",
            "purpose": "visit", "reference": "V-2231", "decision": "assert",
            "reason": "Mending the boiler at ten – who should go, and what must we not say?",
            "release": "REL-7Q2MX4", "fields": ["note"], "uprn": "100012345678",
            "record": {"service": "community-safety", "source": "caution-list", "key": "CS-0041"},
        }),
        _ => json!({"person": "a.patel", "reference": format!("V-{index}")}),
    };
    body["kind"] = kind(index).name().into();
    canonical::to_bytes(&body).unwrap()
}

pub(crate) fn salt(index: u64) -> [u8; 32] {
    [u8::try_from(index).unwrap(); 32]
}

pub(crate) fn entry(index: u64) -> Leaf {
    Leaf {
        index,
        time_ms: 1_777_777_777_000 + index,
        boot_id: [8; 16],
        boottime_ms: 1_000 + index,
        kind: kind(index).byte(),
        commitment: leaf::commitment(&salt(index), &body(index)),
    }
}

pub(crate) fn read(node: Node) -> Result<Hash, String> {
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

pub(crate) fn keeper_key() -> NoteKey {
    NoteKey::new(ORIGIN, &SEED)
}

pub(crate) fn key() -> VerifierKey {
    VerifierKey::parse(&keeper_key().verifier()).unwrap()
}

pub(crate) fn signed(size: u64) -> String {
    keeper_key().sign(&checkpoint(ORIGIN, size, &root(size, read).unwrap()))
}

fn receipt(index: u64, size: u64) -> String {
    let entry = Entry {
        leaf: entry(index).to_bytes(),
        salt: salt(index),
        body: body(index),
    };
    let path = proof::inclusion(index, size, read).unwrap().unwrap();
    receipt::text(&entry, index, &path, &signed(size))
}

fn fresh_leaf() -> Value {
    json!({
        "about": "One entry: its body, the salt, the leaf that commits to them, and the leaf's hash.",
        "index": 3, "time_ms": 1_777_777_777_003u64, "boot_id": b64(&[8; 16]), "boottime_ms": 1_003, "kind": 18,
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
        "vkey": keeper_key().verifier(),
        "checkpoint": signed(ENTRIES),
    })
}

fn fresh_receipt() -> Value {
    let good = receipt(3, ENTRIES);
    let lines = |receipt: &str, from, to| -> String {
        let lines = receipt.split_inclusive('\n');
        lines.skip(from).take(to - from).collect()
    };
    let other = receipt(2, ENTRIES);
    // Line 1 is `extra`, line 2 the index, then three hashes, and from line 7 the checkpoint.
    let with =
        |from, to, part: &str| [&lines(&good, 0, from), part, &lines(&good, to, 99)].concat();
    let forged = NoteKey::new(ORIGIN, &[8; 32]).sign(&checkpoint(
        ORIGIN,
        ENTRIES,
        &root(ENTRIES, read).unwrap(),
    ));
    json!({
        "about": "The receipt of entry 3 of tree.json, a release; `vkey` is all that is needed to check it.",
        "vkey": keeper_key().verifier(),
        "receipt": good,
        "refused": [
            {"name": "the path of another entry", "reason": "Inclusion", "receipt": with(3, 6, &lines(&other, 3, 6))},
            {"name": "another entry's leaf and body", "reason": "OtherEntry", "receipt": with(1, 2, &lines(&other, 1, 2))},
            {"name": "signed by another key of the same name", "reason": "Checkpoint(Signature)", "receipt": with(7, 99, &forged)},
            {"name": "an older checkpoint than the entry", "reason": "Index", "receipt": with(7, 99, &signed(3))},
            {"name": "the last newline cut off", "reason": "Checkpoint(Malformed)", "receipt": good.trim_end()},
            {"name": "lines ended as on Windows", "reason": "Malformed", "receipt": good.replace('\n', "\r\n")},
        ],
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
    let open: Vec<_> = (0..=MOST)
        .map(|size| Checkpoint::open(&signed(size), &key()).unwrap())
        .collect();
    for (to, later) in open.iter().enumerate().skip(1) {
        for earlier in &open[1..=to] {
            let sizes = (earlier.size, later.size);
            let path = proof::consistency(sizes.0, sizes.1, read).unwrap().unwrap();
            assert_eq!(
                check_consistency(earlier, later, &path),
                Ok(()),
                "{sizes:?}"
            );
            for at in 0..path.len() {
                let mut changed = path.clone();
                changed[at][0] ^= 1;
                assert!(
                    check_consistency(earlier, later, &changed).is_err(),
                    "{sizes:?}"
                );
            }
        }
    }
}

#[test]
fn a_receipt_is_checked_without_the_box_and_every_hostile_one_is_refused_by_name() {
    let vector = vector("receipt.json", fresh_receipt);
    assert_eq!(vector, fresh_receipt());
    let key = VerifierKey::parse(text(&vector, "vkey")).unwrap();
    let good = text(&vector, "receipt");
    let read = Receipt::open(good, &key).unwrap();
    assert_eq!((read.index, read.body.as_bytes()), (3, body(3).as_slice()));
    for hostile in vector["refused"].as_array().unwrap() {
        let refused = Receipt::open(text(hostile, "receipt"), &key).unwrap_err();
        let name = text(hostile, "name");
        assert_eq!(format!("{refused:?}"), text(hostile, "reason"), "{name}");
    }
    for at in 0..good.len() {
        let mut changed = good.as_bytes().to_vec();
        changed[at] ^= 1;
        let opened = String::from_utf8(changed).map(|text| Receipt::open(&text, &key));
        assert!(!matches!(opened, Ok(Ok(_))), "byte {at} changed");
    }
}

#[test]
fn every_receipt_that_the_keeper_writes_is_believed_by_the_verifier() {
    for size in 1..=MOST {
        for index in 0..size {
            let read = Receipt::open(&receipt(index, size), &key());
            let read = read.map(|read| (read.index, read.checkpoint.size));
            assert_eq!(read, Ok((index, size)));
        }
    }
}

#[test]
fn the_page_lists_every_kind_of_entry() {
    for (kind, name) in EntryKind::ALL {
        let row = format!("| {} | `{name}` |", kind.byte());
        assert!(page().contains(&row), "{row}");
    }
}

#[test]
fn the_page_works_the_receipt_through_with_its_own_numbers() {
    let (page, good) = (page(), receipt(3, ENTRIES));
    let (proof, note) = good.split_once("\n\n").unwrap();
    assert!(page.contains(note) && page.contains(&keeper_key().verifier()));
    let extra = proof
        .lines()
        .nth(1)
        .unwrap()
        .strip_prefix("extra ")
        .unwrap();
    for hash in proof.lines().skip(3) {
        assert!(page.contains(hash), "{hash}");
    }
    for (level, index) in [(0, 3), (1, 1), (2, 0)] {
        let walked = b64(&read(Node { level, index }).unwrap());
        assert!(page.contains(&walked), "{walked}");
    }
    let text = checkpoint(ORIGIN, ENTRIES, &root(ENTRIES, read).unwrap());
    let leaf = hex::encode(entry(3).to_bytes());
    for number in [
        hex::encode(canonical::sha256(&[text.as_bytes()])),
        leaf[82..].to_owned(),
        format!("{} bytes", text.len()),
        format!("{} bytes that begin", body(3).len()),
        format!("`extra` is {} bytes", STANDARD.decode(extra).unwrap().len()),
    ] {
        assert!(page.contains(&number), "{number}");
    }
}
