//! What must never stand in a title: words of names, addresses and numbers that
//! the demo's samples are about.

use std::collections::BTreeSet;

use firebox_tests::Council;

/// The council is called after the town.
const OF_THE_COUNCIL: [&str; 1] = ["Northborough"];

/// Gives them as words.
pub(super) fn of(council: &Council) -> Vec<String> {
    let samples = council.summary()["samples"].as_object().unwrap();
    let texts = samples.values().filter_map(|value| value.as_str());
    let words = texts.flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let words = words.filter(|word| word.len() > 2 && !OF_THE_COUNCIL.contains(word));
    let words: BTreeSet<String> = words.map(str::to_owned).collect();
    assert!(words.contains("Okafor"), "{words:?}");
    words.into_iter().collect()
}
