//! The parts against the fixtures of the package they follow, and what they do
//! beyond it.

mod conformance;
mod offered;
mod own;
mod skipped;
mod tokens;
