//! The verifier against two independent implementations of the same formats,
//! and against whoever changes a file on its way.

mod harness;

// Against signed_note and tlog_tiles.
mod notes;
mod proofs;

// Against whoever changes a file.
mod exports;
mod receipts;
