//! The store as its neighbours see it: real sockets, real SQLCipher on disk.

mod answers;
mod apart;
mod batches;
mod corrections;
mod corrections_hazards;
mod corrections_owed;
mod corrections_told;
mod crash;
mod envelopes;
mod opening;
mod people_hidden;
mod people_join;
mod people_kept;
mod people_order;
mod people_search;
mod people_sources;
mod people_warnings;
mod replayed_page;
mod resting;
mod snapshots;
mod together;
mod view;
mod view_confirm;
mod view_hidden;
mod view_lists;
