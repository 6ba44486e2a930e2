//! How fast the box is, beside what this machine could do at best and beside
//! PostgreSQL, all in one run.
//!
//! What it is: a command that prints two tables. What it is not: a test; a
//! shared machine's figures prove nothing, only their ratios say something.
//! The invariant it keeps: every row over HTTPS is asked by the same client,
//! and no row is left out: what could not be measured says why.

// The command line, and what to do in which order.
mod cli;
mod run;

// What is measured.
mod demo;
mod floor;
mod postgres;

// How it is measured.
mod line;
mod load;
mod machine;
mod program;
mod tls;

// What comes out.
mod goals;
mod table;
mod unmeasured;

fn main() -> std::process::ExitCode {
    cli::main()
}
