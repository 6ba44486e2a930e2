//! The log: what was done, in an order that cannot be changed unseen.
//!
//! What it is: a Merkle tree (RFC 6962) over salted commitments to the entries'
//! bodies, kept in a SQLCipher file of its own with the keeper's other tables,
//! and signed checkpoints (C2SP) of it. What it is not: it decides nothing. The
//! invariant it keeps: an entry that was once on the disk stays, at its index,
//! and a log that lost one is found out at the next start.

// The formats: pure, the same in every implementation.
pub mod kind;
pub mod leaf;
pub mod note;
pub mod proof;
pub mod receipt;
pub mod tree;

// The file: where the entries lie and how they are found whole again.
pub(crate) mod book;
pub(crate) mod database;
pub(crate) mod head;
pub(crate) mod opening;
pub(crate) mod rows;
pub(crate) mod schema;
