//! The words that agent and appliance share.
//!
//! What it is: the records of the domain in normal form, the vocabulary that
//! turns codes into instructions, and the byte formats that cross from a
//! service's agent to the box and back. What it is not: it reads no file,
//! opens no socket and opens no envelope; decryption lives in the keeper and
//! the store. The invariant it keeps: a value of a type from here has already
//! passed its check, and bytes from here carry a version and a signature
//! whose domain says what they are.

// What is held.
pub mod record;
pub mod vocabulary;

// What crosses the wire.
pub mod batch;
pub mod correction;
pub mod enrolment;
pub mod envelope;
pub mod receipt;
pub mod recipients;

// How bytes are made the same on both sides.
pub mod canonical;
pub mod setsum;
pub mod signing;
mod wire;

pub use record::{FieldError, Reason, Record};
pub use vocabulary::Vocabulary;
