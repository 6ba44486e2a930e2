//! Checks what a box says about its log, anywhere.
//!
//! What it is: a second reading of the published formats (C2SP signed notes,
//! checkpoints and log proofs, RFC 6962 trees, exported logs). What it is not:
//! it shares no code with the keeper, on purpose, so that a mistake there is not
//! repeated here. The invariants it keeps: it believes nothing it has not
//! recomputed, and every format has one form, so that a file changed in any
//! byte is refused.

// What a box signs.
mod checkpoint;
mod key;
mod note;

// What stands in its tree.
mod leaf;
mod tree;

// What can be checked.
mod consistency;
mod export;
mod receipt;

// How bytes are written, and how people read them.
mod encoding;
mod legible;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use consistency::{ConsistencyError, check_consistency, read_proof};
pub use export::{Export, ExportError, Fault, check_export};
pub use key::{KeyError, VerifierKey};
pub use legible::{legible, legible_body, legible_json, legible_time};
pub use receipt::{Receipt, ReceiptError};

#[cfg(test)]
mod tests;

/// A SHA-256 hash.
pub type Hash = [u8; 32];
