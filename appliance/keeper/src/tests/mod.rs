//! The keeper as its callers meet it: over real sockets, with a real log on a
//! real disk, and a clock that moves when the story says so.

mod correcting;
mod harness;
mod in_use;
mod reading;
mod sealed;

mod agents_enrol;
mod batches_are_receipted;
mod corrections_go_home;
mod emergencies;
mod holds_need_two;
mod hostile_corrections;
mod hostile_releases;
mod look_ups;
mod opening_the_log;
mod people_are_looked_up;
mod people_sign_in;
mod proofs_of_entries;
mod reading_the_log;
mod records_kept_apart;
mod releases;
mod sessions_end_unused;
mod shown_again;
mod the_clocks;
mod the_doors;
mod the_log_thread;
mod the_reserve;
mod the_whole_log;
mod told_by_phone;
mod what_was_shown;
mod who_may_read_the_log;
