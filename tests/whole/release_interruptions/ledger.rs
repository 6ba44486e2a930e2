//! What clients were given, to be held against the log: whatever was received
//! in the clear must have its entry, and every receipt must be of that entry.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use firebox_keeper::log::tree::{Frontier, Hash, leaf_hash};
use firebox_tests::{Answer, Entry, pieces};
use firebox_verify::{Receipt, VerifierKey};
use serde_json::Value;

/// Whose words an entry must hold.
#[derive(Clone, Debug)]
pub enum Words {
    /// The reason that was given; nobody gives it twice.
    Reason(String),
    /// The release that was shown again.
    Release(String),
}

/// Something sealed that a client received.
pub struct Held {
    words: Words,
    /// The receipt that came with it; none when the answer broke off before.
    pub receipt: Option<String>,
}

/// All that clients received.
pub struct Ledger {
    key: VerifierKey,
    /// Any of these in an answer is something sealed.
    sealed: Vec<String>,
    pub held: Vec<Held>,
}

impl Ledger {
    /// Begins with a released detail, to know it again.
    pub fn new(vkey: &str, detail: &Value) -> Self {
        let members = detail.as_object().unwrap().values();
        let sealed: Vec<String> = members.flat_map(|v| pieces(v.as_str().unwrap())).collect();
        assert!(!sealed.is_empty(), "{detail}");
        Self {
            key: VerifierKey::parse(vkey).unwrap(),
            sealed,
            held: Vec::new(),
        }
    }

    /// Enters what an answer brought. True: something sealed.
    pub fn enter(&mut self, words: Words, answer: &Answer) -> bool {
        let sealed = self.sealed.iter().any(|piece| answer.text.contains(piece));
        let whole = serde_json::from_str::<Value>(&answer.text).ok();
        let receipt = whole.and_then(|body| body["receipt"].as_str().map(str::to_owned));
        let released = matches!(answer.status, 200 | 201);
        assert!(released || !sealed, "{}: {}", answer.status, answer.text);
        assert!(sealed || receipt.is_none(), "{}", answer.text);
        if let Some(receipt) = &receipt {
            let said = answer.json()["entry"].as_u64().unwrap();
            let receipt = Receipt::open(receipt, &self.key).unwrap();
            assert_eq!(receipt.index, said);
            let body: Value = serde_json::from_str(&receipt.body).unwrap();
            assert!(words.stand_in(&body), "{words:?}: {body}");
        }
        if sealed {
            self.held.push(Held { words, receipt });
        }
        sealed
    }

    /// The receipts, oldest first.
    pub fn receipts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.held.iter().filter_map(|held| held.receipt.as_deref())
    }

    /// Requires all of it in the log, and gives how many releases stand there
    /// that nobody received.
    pub fn is_borne_out_by(&self, entries: &[Entry]) -> usize {
        let roots = roots(entries);
        let mut proved = BTreeSet::new();
        for held in &self.held {
            match &held.receipt {
                Some(receipt) => {
                    let index = self.is_borne_out(receipt, entries, &roots);
                    assert!(proved.insert(index), "entry {index} let two details out");
                }
                None => {
                    let found = entries
                        .iter()
                        .any(|entry| entry.is_release() && held.words.stand_in(&entry.body));
                    assert!(found, "in the clear without an entry: {:?}", held.words);
                }
            }
        }
        let received = self.held.len();
        let releases = entries.iter().filter(|entry| entry.is_release()).count();
        assert!(releases >= received, "{releases} entries for {received}");
        releases - received
    }

    /// Requires a receipt's entry in the log, and gives its index.
    fn is_borne_out(&self, receipt: &str, entries: &[Entry], roots: &BTreeMap<u64, Hash>) -> u64 {
        let leaf = leaf(receipt);
        let receipt = Receipt::open(receipt, &self.key).unwrap();
        let place = usize::try_from(receipt.index).unwrap();
        let entry = entries.get(place).unwrap_or_else(|| {
            panic!("the log ends before {}, of a receipt", receipt.index);
        });
        assert_eq!(entry.leaf, leaf, "entry {}", receipt.index);
        assert!(entry.is_release());
        let body: Value = serde_json::from_str(&receipt.body).unwrap();
        assert_eq!(entry.body, body);
        let checkpoint = receipt.checkpoint;
        assert_eq!(roots.get(&checkpoint.size), Some(&checkpoint.root));
        receipt.index
    }
}

impl Words {
    fn stand_in(&self, body: &Value) -> bool {
        match self {
            Self::Reason(reason) => body["reason"] == **reason,
            Self::Release(release) => body["release"] == **release && body["first_entry"].is_u64(),
        }
    }
}

/// The leaf in a receipt.
fn leaf(receipt: &str) -> Vec<u8> {
    let extra = receipt.lines().find_map(|line| line.strip_prefix("extra "));
    let extra = STANDARD.decode(extra.unwrap()).unwrap();
    let extra: Value = serde_json::from_slice(&extra).unwrap();
    STANDARD.decode(extra["leaf"].as_str().unwrap()).unwrap()
}

/// The log's root at each of its sizes.
fn roots(entries: &[Entry]) -> BTreeMap<u64, Hash> {
    let mut frontier = Frontier::default();
    let mut roots = BTreeMap::new();
    for (place, entry) in (0..).zip(entries) {
        assert_eq!(entry.index, place, "the export is whole");
        frontier.push(leaf_hash(&entry.leaf));
        roots.insert(frontier.size(), frontier.root());
    }
    roots
}
