//! The gate over real sockets: TLS on the loopback address in front, a keeper
//! and a store that the test plays on real Unix sockets behind.

mod house;
pub(crate) mod peers;
mod people;
mod release_play;

mod doors;
mod intake;
mod journal;
mod look_ups;
mod refusals;
mod release_refusals;
mod release_requests;
mod releases;
mod sign_in;
mod sources;
