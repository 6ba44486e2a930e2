//! Signed notes and checkpoints, against signed_note and tlog_tiles.

use std::sync::LazyLock;

use proptest::prelude::*;
use signed_note::{Note, Signer, StandardVerifier, VerifierList};

use super::harness::{ORIGIN, b64, checkpoint, each_change, key, keys, sign};
use crate::{Checkpoint, CheckpointError, KeyError, VerifierKey};

/// Whether signed_note and tlog_tiles together believe a checkpoint.
fn they_believe(note: &str) -> bool {
    static KEY: LazyLock<StandardVerifier> =
        LazyLock::new(|| StandardVerifier::new(&keys(ORIGIN, 7).1).unwrap());
    let verifier = KEY.clone();
    let Ok(note) = Note::from_bytes(note.as_bytes()) else {
        return false;
    };
    let origin = tlog_tiles::Checkpoint::from_bytes(note.text());
    origin.is_ok_and(|read| read.origin() == ORIGIN)
        && note
            .verify(&VerifierList::new(vec![Box::new(verifier)]))
            .is_ok()
}

#[test]
fn a_checkpoint_that_others_sign_is_believed_and_refused_by_both_when_changed_in_any_byte() {
    let good = checkpoint(12);
    assert!(they_believe(&good));
    assert_eq!(Checkpoint::open(&good, key()).map(|read| read.size), Ok(12));
    each_change(&good, |at, changed| {
        assert!(
            Checkpoint::open(changed, key()).is_err(),
            "byte {at}: {changed:?}"
        );
        assert!(!they_believe(changed), "byte {at}: {changed:?}");
    });
}

#[test]
fn a_verifier_key_that_others_write_is_read_and_has_one_form() {
    let (_, vkey) = keys(ORIGIN, 7);
    assert_eq!(
        VerifierKey::parse(&vkey).map(|key| key.origin),
        Ok(ORIGIN.into())
    );
    each_change(&vkey, |at, changed| {
        assert!(
            VerifierKey::parse(changed).is_err(),
            "byte {at}: {changed:?}"
        );
    });
    let mut parts: Vec<_> = vkey.splitn(3, '+').map(str::to_owned).collect();
    parts[1] = parts[1].to_uppercase();
    assert_ne!(parts.join("+"), vkey, "the hash has a letter");
    assert_eq!(VerifierKey::parse(&parts.join("+")), Err(KeyError::Hash));
}

#[test]
fn lines_of_witnesses_change_nothing_and_a_second_line_of_the_box_is_refused() {
    let text = checkpoint(12).split_once("\n\n").unwrap().0.to_owned() + "\n";
    let (own, witness) = (keys(ORIGIN, 7).0, keys("witness.example", 8).0);
    let other_key = keys(ORIGIN, 9).0;
    for signers in [
        vec![&own, &witness],
        vec![&witness, &own],
        vec![&own, &other_key],
    ] {
        let note = sign(&text, &signers);
        assert!(Checkpoint::open(&note, key()).is_ok() && they_believe(&note));
    }
    for signers in [vec![&witness], vec![&other_key]] {
        let note = sign(&text, &signers);
        let refused = Checkpoint::open(&note, key());
        assert_eq!(refused, Err(CheckpointError::Signature));
        assert!(!they_believe(&note));
    }
    let note = sign(&text, &[&own]);
    let line = note.lines().last().unwrap();
    let twice = format!("{note}{line}\n");
    let refused = Checkpoint::open(&twice, key());
    assert_eq!(refused, Err(CheckpointError::Signature));
}

#[test]
fn what_is_signed_and_is_no_checkpoint_is_refused() {
    let own = keys(ORIGIN, 7).0;
    let root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let opened = |text: String| Checkpoint::open(&sign(&text, &[&own]), key());
    assert!(opened(format!("{ORIGIN}\n3\n{root}\n")).is_ok());
    assert!(opened(format!("{ORIGIN}\n3\n{root}\nan extension\n")).is_ok());
    for text in [
        format!("{ORIGIN}\n03\n{root}\n"),
        format!("{ORIGIN}\n+3\n{root}\n"),
        format!("{ORIGIN}\n3\n{}\n", &root[4..]),
        format!("{ORIGIN}\n3\n{root}\n\nafter an empty line\n"),
        format!("{ORIGIN}\n3\n"),
        format!("\n3\n{root}\n"),
    ] {
        assert_eq!(
            opened(text.clone()),
            Err(CheckpointError::Malformed),
            "{text:?}"
        );
    }
    let text = format!("{ORIGIN}\n3\n{root}\na\ttab\n");
    let vkey = keys(ORIGIN, 7).1;
    let id = u32::from_str_radix(vkey.split('+').nth(1).unwrap(), 16).unwrap();
    let signature = own.sign(text.as_bytes()).unwrap();
    let signature = [id.to_be_bytes().as_slice(), &signature].concat();
    let control = format!("{text}\n\u{2014} {ORIGIN} {}\n", b64(&signature));
    assert_eq!(
        Checkpoint::open(&control, key()),
        Err(CheckpointError::Malformed)
    );
    let other = opened(format!("other\n3\n{root}\n"));
    assert_eq!(other, Err(CheckpointError::OtherLog));
}

#[test]
fn a_line_that_is_no_signature_spoils_the_note() {
    let good = checkpoint(12);
    for line in [
        "\u{2014} witness.example AAAA",
        "\u{2014} witness.example AAAAAAA",
        "\u{2014} a+b AAAAAAAA",
        "\u{2014} a\u{a0}b AAAAAAAA",
        "\u{2014}  AAAAAAAA",
        "\u{2014} witness.example  AAAAAAAA",
        "- witness.example AAAAAAAA",
        "",
    ] {
        let note = format!("{good}{line}\n");
        let opened = Checkpoint::open(&note, key());
        assert_eq!(opened, Err(CheckpointError::Malformed), "{line:?}");
        assert!(!they_believe(&note), "{line:?}");
    }
    let most = good.clone() + &"\u{2014} witness.example AAAAAAAA\n".repeat(63);
    assert!(Checkpoint::open(&most, key()).is_ok());
    let more = most + "\u{2014} witness.example AAAAAAAA\n";
    let opened = Checkpoint::open(&more, key());
    assert_eq!(opened, Err(CheckpointError::Malformed));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_name_with_a_space_or_a_plus_is_no_name_for_either(name in "\\PC{0,12}", seed: u8) {
        let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key();
        let vkey = signed_note::new_ed25519_verifier_key(&name, &key);
        let theirs = StandardVerifier::new(&vkey).is_ok();
        prop_assert_eq!(VerifierKey::parse(&vkey).is_ok(), theirs);
    }
}
