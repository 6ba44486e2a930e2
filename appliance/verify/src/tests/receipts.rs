//! A receipt has one form: changed in any byte it is refused.

use super::harness::{ORIGIN, b64, body, each_change, key, keys, receipt, salt, sign};
use crate::{CheckpointError, Receipt, ReceiptError, VerifierKey};

#[test]
fn receipts_made_by_others_are_believed_in_small_and_large_trees() {
    for (index, size) in [
        (0, 1),
        (0, 2),
        (1, 2),
        (3, 7),
        (6, 7),
        (999, 1_000),
        (4_096, 4_097),
    ] {
        let read = Receipt::open(&receipt(index, size), key()).unwrap();
        assert_eq!((read.index, read.checkpoint.size), (index, size));
        assert_eq!((read.kind, read.body), (6, body(index)));
        assert_eq!(read.time_ms, 1_777_777_777_000 + index / 2);
    }
}

#[test]
fn a_receipt_with_any_byte_changed_left_out_or_put_in_is_refused() {
    each_change(&receipt(3, 7), |at, changed| {
        assert!(
            Receipt::open(changed, key()).is_err(),
            "byte {at}: {changed:?}"
        );
    });
}

#[test]
fn a_receipt_of_a_large_tree_with_any_byte_changed_is_refused() {
    each_change(&receipt(2_345, 4_321), |at, changed| {
        assert!(
            Receipt::open(changed, key()).is_err(),
            "byte {at}: {changed:?}"
        );
    });
    let good = receipt(2_345, 4_321);
    for at in 0..good.len() {
        let cut = good.get(..at);
        assert!(cut.is_none_or(|cut| Receipt::open(cut, key()).is_err()));
    }
}

/// Writes the receipt of entry 3 of 7 with another `extra`.
fn with_extra(extra: &str) -> String {
    let good = receipt(3, 7);
    let old = good.lines().nth(1).unwrap();
    good.replace(old, &format!("extra {}", b64(extra.as_bytes())))
}

#[test]
fn the_same_extra_written_another_way_is_refused() {
    let (body, salt) = (b64(body(3).as_bytes()), b64(&salt(3)));
    let leaf = b64(&super::harness::leaf(3));
    let good = format!(r#"{{"body":"{body}","leaf":"{leaf}","salt":"{salt}"}}"#);
    assert_eq!(with_extra(&good), receipt(3, 7));
    for other in [
        good.replace(',', ", "),
        format!("{good}\n"),
        format!("{good}{good}"),
        format!(r#"{{"leaf":"{leaf}","body":"{body}","salt":"{salt}"}}"#),
        format!(r#"{{"body":"{body}","body":"{body}","leaf":"{leaf}","salt":"{salt}"}}"#),
        format!(r#"{{"body":"{body}","leaf":"{leaf}","more":"","salt":"{salt}"}}"#),
        format!(r#"{{"body":"{body}","leaf":"{leaf}"}}"#),
        good.replace(
            &body,
            &format!("\\u{:04x}{}", body.as_bytes()[0], &body[1..]),
        ),
        good.replace('=', ""),
    ] {
        assert_ne!(other, good);
        let opened = Receipt::open(&with_extra(&other), key());
        assert_eq!(opened, Err(ReceiptError::Malformed), "{other}");
    }
}

#[test]
fn every_part_that_does_not_belong_is_refused_by_name() {
    let (good, other) = (receipt(3, 7), receipt(2, 7));
    let part = |text: &str, from: usize, to: usize| {
        let lines: Vec<_> = text
            .split_inclusive('\n')
            .skip(from)
            .take(to - from)
            .collect();
        lines.concat()
    };
    let mixed = |lines: [(&str, usize, usize); 3]| {
        let text: String = lines.map(|(text, from, to)| part(text, from, to)).concat();
        Receipt::open(&text, key())
    };
    // Line 1 is `extra`, line 2 the index, then three hashes, a blank line, and the checkpoint.
    let whole = mixed([(&good, 0, 2), (&good, 2, 6), (&good, 6, 99)]);
    assert_eq!(whole.map(|read| read.index), Ok(3));
    let leaf = mixed([(&other, 0, 2), (&good, 2, 6), (&good, 6, 99)]);
    assert_eq!(leaf, Err(ReceiptError::OtherEntry));
    let path = mixed([(&good, 0, 3), (&other, 3, 6), (&good, 6, 99)]);
    assert_eq!(path, Err(ReceiptError::Inclusion));
    let tree = mixed([(&good, 0, 3), (&good, 3, 6), (&receipt(3, 8), 6, 99)]);
    assert_eq!(tree, Err(ReceiptError::Inclusion));
    let older = mixed([(&good, 0, 3), (&good, 3, 6), (&receipt(1, 3), 5, 99)]);
    assert_eq!(older, Err(ReceiptError::Index));
    let said = with_extra(&format!(
        r#"{{"body":"{}","leaf":"{}","salt":"{}"}}"#,
        b64(b"{}"),
        b64(&super::harness::leaf(3)),
        b64(&salt(3))
    ));
    assert_eq!(Receipt::open(&said, key()), Err(ReceiptError::Commitment));
    // The border between salt and body moved by a byte: the same bytes are hashed.
    let (salt, body) = (salt(3), body(3));
    let moved = with_extra(&format!(
        r#"{{"body":"{}","leaf":"{}","salt":"{}"}}"#,
        b64(&body.as_bytes()[1..]),
        b64(&super::harness::leaf(3)),
        b64(&[salt.as_slice(), &body.as_bytes()[..1]].concat())
    ));
    assert_eq!(Receipt::open(&moved, key()), Err(ReceiptError::Commitment));
}

#[test]
fn a_receipt_of_another_log_or_key_is_refused() {
    let wrong = |name: &str, seed| {
        let key = VerifierKey::parse(&keys(name, seed).1).unwrap();
        Receipt::open(&receipt(3, 7), &key).unwrap_err()
    };
    let refused = ReceiptError::Checkpoint;
    assert_eq!(wrong(ORIGIN, 8), refused(CheckpointError::Signature));
    assert_eq!(wrong("other", 7), refused(CheckpointError::OtherLog));
    let text = receipt(3, 7);
    let (proof, note) = text.split_once("\n\n").unwrap();
    let note = note.split_once("\n\n").unwrap().0.replace(ORIGIN, "other") + "\n";
    let moved = format!("{proof}\n\n{}", sign(&note, &[&keys(ORIGIN, 7).0]));
    let opened = Receipt::open(&moved, key());
    assert_eq!(opened, Err(refused(CheckpointError::OtherLog)));
}
