//! Notes for a receipt: which records the box did something about, and what.

use firebox_contract::receipt::RecordNote;

/// Most notes of a receipt; a statement holds 4 MiB and a note at most 600 bytes.
const MAX_NOTES: usize = 5_000;
/// Note: there were more than a receipt holds.
const MORE_NOTES: &str = "more-notes";

/// The notes of one batch.
#[derive(Default)]
pub(crate) struct Notes(Vec<RecordNote>);

impl Notes {
    /// Adds one; past the cap a single last note says that there were more.
    pub(crate) fn add(&mut self, key: &str, code: &str) {
        if self.0.len() < MAX_NOTES {
            self.0.push(RecordNote {
                key: key.to_owned(),
                code: code.to_owned(),
            });
        } else if self.0.len() == MAX_NOTES {
            self.0.push(RecordNote {
                key: String::new(),
                code: MORE_NOTES.to_owned(),
            });
        }
    }

    /// Adds several about one record.
    pub(crate) fn extend(&mut self, key: &str, codes: &[&str]) {
        for code in codes {
            self.add(key, code);
        }
    }

    /// Gives them to the receipt.
    pub(crate) fn into_vec(self) -> Vec<RecordNote> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_never_grows_past_its_cap_and_says_so() {
        let mut notes = Notes::default();
        for _ in 0..MAX_NOTES + 10 {
            notes.add("k", "not-understood");
        }
        let notes = notes.into_vec();
        assert_eq!(notes.len(), MAX_NOTES + 1);
        assert_eq!(notes.last().map(|n| n.code.as_str()), Some(MORE_NOTES));
    }
}
