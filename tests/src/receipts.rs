//! Receipts in people's hands, against the log that the box speaks of now:
//! checked by code that shares nothing with the keeper's.

use firebox_verify::{Checkpoint, Receipt, VerifierKey, check_consistency, read_proof};

use crate::Client;

/// Who holds a box to its receipts.
pub struct Auditor {
    client: Client,
    key: VerifierKey,
}

impl Auditor {
    pub fn new(client: Client, vkey: &str) -> Self {
        Self {
            client,
            key: VerifierKey::parse(vkey).unwrap(),
        }
    }

    /// The checkpoint of the log as it is now.
    pub fn checkpoint(&self) -> Checkpoint {
        let note = self.client.get("/api/v1/log/checkpoint");
        Checkpoint::open(&note.text, &self.key)
            .unwrap_or_else(|error| panic!("{error}: {}", note.text))
    }

    /// Reads a receipt, which needs no box.
    pub fn read(&self, receipt: &str) -> Receipt {
        Receipt::open(receipt, &self.key).unwrap()
    }

    /// Tells whether the entry of a receipt stands in the log as it is now: the
    /// log goes on from the one that the receipt proves.
    pub fn stands(&self, receipt: &str) -> bool {
        let (receipt, now) = (self.read(receipt), self.checkpoint());
        let path = format!(
            "/api/v1/log/consistency?from={}&to={}",
            receipt.checkpoint.size, now.size
        );
        let proof = self.client.get(&path);
        // A log that is shorter than the receipt's has no such proof.
        proof.status == 200
            && read_proof(&proof.text)
                .is_ok_and(|proof| check_consistency(&receipt.checkpoint, &now, &proof).is_ok())
    }

    /// Requires every receipt's entry in the log.
    #[track_caller]
    pub fn holds_the_box_to<'a>(&self, receipts: impl IntoIterator<Item = &'a str>) {
        for receipt in receipts {
            let entry = self.read(receipt).index;
            assert!(
                self.stands(receipt),
                "entry {entry} is not in the log any more"
            );
        }
    }
}
