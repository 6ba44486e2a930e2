//! What an answer shows, as the keeper is told. Pure.

use firebox_protocol::answer::{Answer, PropertyMatch};
use firebox_protocol::store_keeper::ShownRecord;

/// Lists what an answer shows of records. Nothing of several addresses is shown.
/// None: the answer is an envelope, which shows nothing; the keeper makes its
/// own entry of what it opens.
pub(crate) fn shown(answer: &Answer) -> Option<Vec<ShownRecord>> {
    let answers = match answer {
        Answer::Envelope(_) => return None,
        Answer::Property(answer) => std::slice::from_ref(answer),
        Answer::Visits(answers) => answers.as_slice(),
        Answer::Sources(_) | Answer::HoldDecided => &[],
    };
    let matches = answers.iter().flat_map(|answer| &answer.matches);
    Some(matches.flat_map(shown_of).collect())
}

fn shown_of(one: &PropertyMatch) -> Vec<ShownRecord> {
    let uprn = one.uprn.number();
    match one.flags.as_deref() {
        None => Vec::new(),
        Some([]) => vec![ShownRecord {
            uprn,
            record: None,
            version: 0,
        }],
        Some(flags) => flags
            .iter()
            .map(|flag| ShownRecord {
                uprn,
                record: Some(flag.record),
                version: flag.version,
            })
            .collect(),
    }
}
