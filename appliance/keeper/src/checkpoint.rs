//! Checkpoints of the log: size and root under a signature. Anybody may have one.

use std::sync::{Arc, Mutex, PoisonError};

use crate::log::book::{DurableTip, Tip};
use crate::log::note::{NoteKey, checkpoint};

/// Signs checkpoints. Only of what is durable: whoever has one holds the box to it.
pub(crate) struct Checkpoints {
    origin: String,
    key: NoteKey,
    tip: Arc<DurableTip>,
    /// The largest one signed, by its size.
    signed: Mutex<Option<(u64, String)>>,
}

impl Checkpoints {
    pub(crate) fn new(origin: String, seed: &[u8; 32], tip: Arc<DurableTip>) -> Self {
        let key = NoteKey::new(origin.clone(), seed);
        Self {
            origin,
            key,
            tip,
            signed: Mutex::new(None),
        }
    }

    /// Gives the log's origin.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Gives the key that checks them, as C2SP signed-note writes it.
    pub(crate) fn verifier_key(&self) -> String {
        self.key.verifier()
    }

    /// Gives the checkpoint of the durable log.
    pub(crate) fn newest(&self) -> String {
        self.of(&self.tip.get())
    }

    /// Gives the checkpoint of a tip, which must be durable.
    pub(crate) fn of(&self, tip: &Tip) -> String {
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((size, note)) = signed.as_ref()
            && *size == tip.size
        {
            return note.clone();
        }
        let text = checkpoint(&self.origin, tip.size, &tip.root);
        let note = self.key.sign(&text);
        if signed.as_ref().is_none_or(|(size, _)| *size < tip.size) {
            *signed = Some((tip.size, note.clone()));
        }
        note
    }
}
