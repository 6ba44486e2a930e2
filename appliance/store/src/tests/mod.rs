//! The store as its neighbours see it: real sockets, real SQLCipher on disk.

mod answers;
mod batches;
mod crash;
mod envelopes;
mod opening;
mod replayed_page;
mod snapshots;
mod together;
