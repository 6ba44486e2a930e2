//! The keeper: who may, who did, and the log that says so.
//!
//! What it is: the roster of people and agents, the policy, the limits and the
//! log; it signs people in, decides each question, and gives the permit without
//! which the store answers nothing. What it is not: it speaks no HTTP, searches
//! nothing and calls nobody; gate, store and operator come to it, each over a
//! Unix socket of its own. The invariant it keeps: **it writes first**. A permit,
//! a session, a receipt or a changed roster leaves this process only after the
//! entry that says so is on the disk, and when that cannot be written the keeper
//! stops and nothing leaves at all.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "a test that cannot go on must fail"
    )
)]

// The log: the entries, the tree over them, and the proofs.
pub mod log;

// Who: people, their credentials and sessions.
mod lock_out;
mod password;
mod people;
mod role;
mod roster;
mod second_factor;
mod session;
mod sign_in;

// May they: the policy and the limits.
mod counts;
mod limits;
mod policy;

// Sealed details: opening one, and deciding who may have it.
mod opener;
mod reason;
mod release;
mod release_desk;
mod release_judge;
mod release_words;
mod released;

// Who reads the log, and whether it is whole.
mod log_check;
mod log_reader;
mod proofs;
mod readings;

// What they ask, and what became of it.
mod hold;
mod look_up;
mod phone_calls;
mod question;
mod question_check;
mod question_words;
mod refused;
mod shown;

// What the store tells beside: corrections on their way, records kept apart.
mod apart;
mod corrections;
mod store_lie;

// The services' agents and their batches.
mod agent_keys;
mod agents;
mod attest;
mod enrol;
mod recipients;

// The one thread that writes, and what it works with.
mod clock;
mod desk;
mod random;
mod workers;
mod writer;

// Room on the log's disk.
mod reserve;
mod reserve_file;
mod space;

// The doors: one socket a caller.
mod connection;
mod door;
mod gate_socket;
mod operator_socket;
mod outbox;
mod store_socket;

// The process.
mod checkpoint;
mod keeper;
mod keys;
mod process;
mod sockets;

#[cfg(test)]
mod tests;

pub use door::{Listeners, Socket};
pub use keeper::{check_policy, create, origin, run, verifier_key};
pub use keys::{Keys, Recipients};
