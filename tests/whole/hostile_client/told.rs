//! What hostile clients were answered, held against the log.

use std::collections::BTreeMap;

use firebox_tests::{Answer, Entry, Released};

/// What the clients were answered.
pub(super) struct Told {
    pub(super) betraying: Vec<String>,
    /// Entries of what was granted.
    pub(super) granted: Vec<u64>,
    /// How often the keeper refused, by the code that stands in its entry.
    pub(super) refused: BTreeMap<String, u64>,
}

impl Told {
    /// Takes a refusal that stopped before anybody decided.
    #[track_caller]
    pub(super) fn turned_away(&self, answer: &Answer, status: u16, code: &str) {
        assert_eq!(answer.status, status, "{}", answer.text);
        assert_eq!(answer.json()["code"], code, "{}", answer.text);
        for piece in &self.betraying {
            assert!(
                !answer.text.contains(piece),
                "{status} {code} says {piece:?}"
            );
        }
    }

    /// Takes a refusal that the keeper decided.
    #[track_caller]
    pub(super) fn refused(&mut self, answer: &Answer, status: u16, code: &str) {
        self.turned_away(answer, status, code);
        *self.refused.entry(code.replace('_', "-")).or_default() += 1;
    }

    #[track_caller]
    pub(super) fn granted(&mut self, answer: &Answer, status: u16) -> Released {
        let released = Released::read(answer, status);
        self.granted.push(released.entry);
        released
    }

    /// Every release in the log is one that a client got, and the other way round;
    /// so is every refusal, where what is only counted stands in `more`.
    pub(super) fn agrees_with(mut self, entries: &[Entry]) {
        let released = entries.iter().filter(|entry| entry.is_release());
        let released: Vec<u64> = released.map(|entry| entry.index).collect();
        self.granted.sort_unstable();
        assert_eq!(released, self.granted);
        let mut refused = BTreeMap::new();
        for entry in entries
            .iter()
            .filter(|entry| entry.kind == "release-refused")
        {
            let code = entry.body["code"].as_str().unwrap().to_owned();
            let itself = u64::from(entry.body["person"].is_string());
            let counted = entry.body["more"].as_u64().unwrap_or_default();
            *refused.entry(code).or_default() += itself + counted;
        }
        assert_eq!(refused, self.refused);
        assert!(entries.iter().all(|entry| entry.kind != "alarm"));
    }
}
