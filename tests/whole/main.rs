//! Tests of the whole, one binary. Each module is a chapter.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on should stop where it stands"
)]

// The harness itself.
mod browser;

// What the house is made of.
mod accessibility;
mod configuration;
mod correction_formats;
mod export_formats;
mod formats;
mod house;
mod log_formats;
mod mac_formats;

// The walks.
mod call;
mod hazard;
mod log;
mod people_rules;
mod release;
mod routes;

// What goes wrong.
mod approvals;
mod canaries;
mod clocks;
mod evil_gate;
mod full_disk;
mod hostile_client;
mod hostile_frames;
mod interruptions;
mod journal;
mod log_recovery;
mod log_tampering;
mod mistakes;
mod release_interruptions;
