//! Tests of the whole, one binary. Each module is a chapter.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on should stop where it stands"
)]

// What the house is made of.
mod configuration;
mod formats;
mod house;
mod log_formats;

// The walks.
mod hazard;
mod log;

// What goes wrong.
mod canaries;
mod interruptions;
mod journal;
mod mistakes;
