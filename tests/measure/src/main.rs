//! How fast the box is, beside what this machine could do at best and beside
//! PostgreSQL, all in one run.
//!
//! What it is: a command that prints tables. What it is not: a test; a shared
//! machine's figures prove nothing, only their ratios say something. The
//! invariants it keeps: every row over HTTPS is asked by the same client, is
//! answered as much, and takes its turn in every round; and no row is left
//! out: what could not be measured says why.

// The command line, and what to do in which order.
mod cli;
mod run;

// What is measured.
mod demo;
mod first_load;
mod floor;
mod postgres;

// How it is measured.
mod line;
mod load;
mod machine;
mod meter;
mod program;
mod question;
mod shape;
mod tls;

// What comes out.
mod costs;
mod figures;
mod goals;
mod table;
mod unmeasured;

fn main() -> std::process::ExitCode {
    cli::main()
}
