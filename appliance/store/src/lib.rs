//! The store: opens batches, keeps what each service says, and answers what the
//! keeper permitted.
//!
//! What it is: the one process with the SQLCipher key and the batch identity.
//! What it is not: it opens no sealed detail, signs nothing, speaks no HTTP and
//! reaches no network; it connects to the keeper's socket and to nothing else.
//! The invariants it keeps: a query is answered only with a permit, once, and
//! after the keeper was told what is shown; a batch has its effect once, and
//! what was applied is in the keeper's log before anything new is served;
//! nothing that cannot be read is shown as nothing.

#![cfg_attr(
    test,
    // A test that cannot go on should stop where it is.
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

// The file.
mod buckets;
mod database;
mod file;
mod migrations;
mod receipts;
mod sweep;

// What is in it.
mod apply;
mod extract;
mod feed;
mod gone;
mod held;
mod hold;
mod notes;
mod reading;
mod rows;
mod rules;

// Batches, from bytes to effect.
mod agents;
mod attest;
mod body;
mod intake;
mod line;
mod sequence;
mod settle;
mod snapshot;
mod taken;

// Queries, from permit to answer.
mod address;
mod corrections;
mod envelope;
mod lookup;
mod moment;
mod people;
mod permits;
mod property;
mod question;
mod shown;
mod sources;
mod view;
mod warnings;

// Sockets, threads and time.
mod clock;
mod connection;
mod gate_socket;
mod keeper_client;
mod operator_socket;
mod rest;
mod serve;
mod threads;

#[cfg(test)]
mod testbed;
#[cfg(test)]
mod tests;

pub use connection::Socket;
pub use serve::{Keys, Listeners, create, run};
