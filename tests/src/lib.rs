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

mod at_work;
mod browser;
mod caller;
mod chance;
mod council;
mod export;
mod gallery;
mod http;
mod journey;
mod log;
mod namespace;
mod original;
mod programs;
mod receipts;
mod release;
mod second_factor;
mod strace;
mod wire;

pub use at_work::AtWork;
pub use browser::{
    Browser, Cookie, Effort, Focus, Key, Media, Opening, Options, Paper, Request, Said, Violation,
};
pub use caller::said;
pub use chance::Chance;
pub use council::{Council, Person, texts};
pub use export::Export;
pub use gallery::{GALLERY, Part, Picture, Tour};
pub use http::{Answer, Client};
pub use journey::{By, Hands};
pub use log::{Entry, check_receipt};
pub use namespace::Namespace;
pub use original::{Original, Start, Trial, copy};
pub use programs::{
    Program, Run, agent_program, firebox_program, run, run_with, verify_program, wait_for,
};
pub use receipts::Auditor;
pub use release::{Released, pieces, reason, request};
pub use second_factor::{code_of, fresh_code_of};
pub use strace::{Aim, Call, Fault, NAMELESS, Strace};
pub use wire::{Wire, request_bytes};
