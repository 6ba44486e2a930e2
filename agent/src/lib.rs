//! The agent that runs beside a service's exports and sends them to the box.
//!
//! What it is: exports are read strictly, mapped by a source file, planned
//! against what the box holds, sealed to the box's keys, signed, and delivered
//! from an outbox that survives any crash. What it is not: it opens nothing it
//! sealed, keeps no copy of anybody's data, and writes into no service's system.
//! The invariant it keeps: a bad reading deletes nothing, and what it remembers
//! changes only when the box's signed receipt says `applied`.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "a test that cannot go on has failed"
    )
)]

// The command line and its verbs.
mod approve;
mod check;
pub mod command;
mod feed_view;
mod lint;
mod preview;
mod quarantine;
mod run;
mod status;

// One turn of one feed, from a file to a receipt.
mod carrier;
mod deliver;
mod judgement;
mod part;
mod reading;
mod report;
mod seal;
mod sending;
mod turn;

// What is decided, apart from what is done.
mod backoff;
mod plan;

// The service's side: folder, file, columns, rows.
mod csv;
mod export;
mod fhir;
mod folder;
mod map;
mod rows;
mod source;

// The box's side.
mod corrections;
mod enrol;
mod identity;
mod intake;

// What is kept, and in what form.
mod memory;
mod state;

// The process itself.
mod feed_error;
mod interrupt;
mod progress;
mod settings;
mod stop;
mod wake;

pub use stop::Exit;
