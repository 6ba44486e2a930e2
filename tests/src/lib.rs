//! The harness: a council, its box and its people, in the users' own words.
//!
//! Everything is real: the processes that ship, their sockets, TLS, SQLCipher
//! on disk. A test tells a story through it (`council.officer().checks(uprn)`)
//! and looks at what a program outside would see.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on should stop where it stands"
)]

mod council;
mod export;
mod http;
mod programs;

pub use council::{Council, Person, texts};
pub use export::Export;
pub use http::{Answer, Client};
pub use programs::{Program, Run, agent_program, firebox_program, run, wait_for};
