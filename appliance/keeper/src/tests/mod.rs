//! The keeper as its callers meet it: over real sockets, with a real log on a
//! real disk, and a clock that moves when the story says so.

mod harness;

mod agents_enrol;
mod batches_are_receipted;
mod holds_need_two;
mod look_ups;
mod opening_the_log;
mod people_sign_in;
mod the_doors;
mod the_log_thread;
mod what_was_shown;
