//! The pages, without a browser: what each state says, and that it keeps the
//! rules of all pages.

pub(crate) mod play;
mod rules;

mod about;
mod address;
mod asking;
mod calling;
mod checking;
mod correcting;
mod doors;
mod finding;
mod notes;
mod signing_in;
mod sources;
mod visits;
