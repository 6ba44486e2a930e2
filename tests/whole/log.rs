//! The log, as somebody outside sees it: checkpoints and their consistency,
//! checked by code that shares nothing with the keeper's.

use firebox_tests::Council;
use firebox_verify::{Checkpoint, CheckpointError, VerifierKey, check_consistency, read_proof};

#[test]
fn two_checkpoints_of_a_box_that_was_killed_between_them_belong_to_one_log() {
    let council = Council::open();
    let key = VerifierKey::parse(council.summary()["vkey"].as_str().unwrap()).unwrap();
    let stranger = council.stranger();
    let checkpoint =
        || Checkpoint::open(&stranger.get("/api/v1/log/checkpoint").text, &key).unwrap();
    let earlier = checkpoint();
    let entry = council.officer().checks(&council.sample("uprn_pairs"))["entry"]
        .as_u64()
        .unwrap();
    council.kills("keeper");
    council.is_ready();
    let later = checkpoint();
    assert!(
        entry >= earlier.size && entry < later.size,
        "the look-up stands in the log"
    );
    let path = format!(
        "/api/v1/log/consistency?from={}&to={}",
        earlier.size, later.size
    );
    let proof = read_proof(&stranger.get(&path).text).unwrap();
    assert_eq!(check_consistency(&earlier, &later, &proof), Ok(()));

    let mut other = later.clone();
    other.root[0] ^= 1;
    assert!(check_consistency(&earlier, &other, &proof).is_err());
}

#[test]
fn a_checkpoint_changed_in_any_character_is_not_believed() {
    let council = Council::open();
    let key = VerifierKey::parse(council.summary()["vkey"].as_str().unwrap()).unwrap();
    let note = council.stranger().get("/api/v1/log/checkpoint").text;
    let (text, _) = note.split_once("\n\n").unwrap();
    for at in 0..text.len() {
        let mut changed = note.clone().into_bytes();
        changed[at] ^= 1;
        let Ok(changed) = String::from_utf8(changed) else {
            continue;
        };
        let refused: CheckpointError = Checkpoint::open(&changed, &key).unwrap_err();
        assert_ne!(refused.to_string(), "", "character {at}");
    }
}
