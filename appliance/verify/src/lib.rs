//! Checks what a box says about its log, anywhere.
//!
//! What it is: a second reading of the published formats (C2SP signed notes,
//! checkpoints, RFC 6962 proofs). What it is not: it shares no code with the
//! keeper, on purpose, so that a mistake there is not repeated here. The
//! invariant it keeps: it believes nothing it has not recomputed.

mod checkpoint;
mod consistency;
mod key;
mod receipt;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use consistency::{ConsistencyError, check_consistency, read_proof};
pub use key::{KeyError, VerifierKey};
pub use receipt::{Receipt, ReceiptError};

/// A SHA-256 hash.
pub type Hash = [u8; 32];
