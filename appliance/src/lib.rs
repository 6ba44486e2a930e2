//! The `firebox` command.
//!
//! What it is: doors. It reads configuration and keys, takes the listening
//! sockets, and hands them to the room that does the work; it speaks to the
//! running box on the operator's sockets; it sets up the demo. What it is not:
//! it decides nothing about data. The invariant it keeps: an unreadable
//! configuration, a key with a loose mode or a wrong owner stops the process
//! and is named; nothing falls back to a default.

// The command line.
pub mod cli;
pub mod say;

// What every process needs before it starts.
mod files;
mod keys;
mod logging;
mod sockets;

// The processes, and how they run without systemd.
mod processes;
mod supervise;

// Making a box.
mod certificates;
mod init;

// Speaking to a running box.
mod agents;
mod legible;
mod logbook;
mod officers;
mod operator;
mod people;
mod ready;
mod status;

// An invented council to try it with.
mod demo;

pub use cli::main;
