//! The gate over real sockets: TLS on the loopback address in front, a keeper
//! and a store that the test plays on real Unix sockets behind.

mod house;
mod pages;
pub(crate) mod peers;
mod people;
mod person_play;
mod release_play;

mod corrections;
mod doors;
mod hazards;
mod intake;
mod journal;
mod look_up_people;
mod look_ups;
mod refusals;
mod release_refusals;
mod release_requests;
mod releases;
mod sign_in;
mod sources;
mod speakers;
mod view_requests;
mod view_words;
mod views;
