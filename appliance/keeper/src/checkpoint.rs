//! Checkpoints and consistency proofs of the durable log: anybody may have them.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use firebox_protocol::Code;
use rusqlite::Connection;

use crate::log::book::{DurableTip, node};
use crate::log::note::{NoteKey, checkpoint};
use crate::log::proof;

/// Signs checkpoints and reads proofs, on a connection of its own: neither waits
/// for the log thread nor for a password.
pub(crate) struct Checkpoints {
    origin: String,
    key: NoteKey,
    tip: Arc<DurableTip>,
    reader: Mutex<Connection>,
    /// The last one signed, by its size.
    signed: Mutex<Option<(u64, String)>>,
}

impl Checkpoints {
    pub(crate) fn new(
        origin: String,
        seed: &[u8; 32],
        tip: Arc<DurableTip>,
        reader: Connection,
    ) -> Self {
        let key = NoteKey::new(origin.clone(), seed);
        Self {
            origin,
            key,
            tip,
            reader: Mutex::new(reader),
            signed: Mutex::new(None),
        }
    }

    /// Gives the checkpoint of the durable log.
    pub(crate) fn newest(&self) -> String {
        let tip = self.tip.get();
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        match signed.as_ref() {
            Some((size, note)) if *size == tip.size => note.clone(),
            _ => {
                let note = self
                    .key
                    .sign(&checkpoint(&self.origin, tip.size, &tip.root));
                *signed = Some((tip.size, note.clone()));
                note
            }
        }
    }

    /// Proves that the log of `to` entries continues the log of `from`: one
    /// base64 hash a line.
    pub(crate) fn consistency(&self, from: u64, to: u64) -> Result<String, Code> {
        if to > self.tip.get().size {
            return Err(Code::NotFound);
        }
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let proof = proof::consistency(from, to, |at| node(&reader, at));
        let proof = proof
            .map_err(|_| Code::LogUnavailable)?
            .ok_or(Code::NotFound)?;
        Ok(proof
            .iter()
            .map(|hash| STANDARD.encode(hash) + "\n")
            .collect())
    }
}
