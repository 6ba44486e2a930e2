//! The agent as its host sees it: the real binary, real files, and a box behind
//! real TLS that proves every manifest.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod answers;
mod corrections;
mod crash;
mod delivery;
mod desk;
mod enrolment;
mod exports;
mod fake_box;
mod guards;
mod harness;
mod services;
