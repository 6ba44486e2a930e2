//! The steps of a release, as strace saw them.

use std::collections::BTreeMap;

use firebox_tests::{Aim, Call, Fault, NAMELESS, pieces};

/// The calls that make a step.
pub const STEPS: &str = "pwrite64,write,writev,sendto,sendmsg,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate,fallocate";

/// One kind of step.
pub struct Step {
    pub process: &'static str,
    pub thread: String,
    pub call: String,
    /// How often it was seen.
    pub seen: usize,
    /// Seconds after the answer in which the last was seen; negative: before it.
    pub late: f64,
}

/// Whether a step is never left out.
pub fn always(step: &Step) -> bool {
    (step.thread == "log" && step.call.contains("sync"))
        || (step.process == "keeper" && step.thread == "replies")
}

/// Each step with what can go wrong there.
pub fn with_faults(steps: &[Step]) -> Vec<(&Step, Fault)> {
    let faults = |step: &Step| {
        let to_a_peer = step.call.starts_with("send") || step.call == "writev";
        let likeliest = if to_a_peer { "EPIPE" } else { "ENOSPC" };
        [Fault::Kill, Fault::Error("EIO"), Fault::Error(likeliest)]
    };
    let all = steps.iter();
    all.flat_map(|step| faults(step).map(|fault| (step, fault)))
        .collect()
}

impl Step {
    /// The fault at the `nth` of these.
    pub fn aim(&self, fault: Fault, nth: usize) -> Aim<'_> {
        Aim {
            thread: &self.thread,
            call: &self.call,
            file: None,
            fault,
            nth,
        }
    }
}

/// Counts a process's steps by thread and call.
pub fn steps_of(process: &'static str, calls: &[Call], answered: f64) -> Vec<Step> {
    let mut steps: BTreeMap<(&str, &str), (usize, f64)> = BTreeMap::new();
    // A thread that ended meanwhile has no name, and will not be there again.
    for call in calls.iter().filter(|call| call.thread != NAMELESS) {
        let step = steps
            .entry((&call.thread, &call.name))
            .or_insert((0, f64::MIN));
        step.0 += 1;
        step.1 = step.1.max(call.ends - answered);
    }
    let steps = steps.into_iter();
    steps
        .map(|((thread, call), (seen, late))| Step {
            process,
            thread: thread.to_owned(),
            call: call.to_owned(),
            seen,
            late,
        })
        .collect()
}

/// A kill leaves the kernel's memory as it is, so only the order of the calls
/// shows what would be left after a power cut: every page of the entry is
/// written, then the sync ends, then the detail is sent.
pub fn the_entry_is_synced_before_the_detail_is_sent(calls: &[Call], note: &str) {
    let piece = &pieces(note)[0];
    let sends = calls
        .iter()
        .filter(|call| call.line.contains(piece.as_str()));
    let sent = sends.map(|call| call.begins).fold(f64::INFINITY, f64::min);
    assert!(
        sent.is_finite(),
        "the detail was not seen leaving the keeper"
    );
    let of_the_log = |call: &&Call| call.line.contains("-wal>") && call.begins < sent;
    let log = || calls.iter().filter(of_the_log);
    let written = log()
        .filter(|call| call.name == "pwrite64")
        .map(|call| call.ends);
    let written = written.fold(f64::NEG_INFINITY, f64::max);
    assert!(
        written.is_finite(),
        "no entry was written before the detail was sent"
    );
    let synced =
        log().any(|call| call.name.contains("sync") && call.begins >= written && call.ends <= sent);
    assert!(
        synced,
        "the detail was sent before its entry was synced: {calls:#?}"
    );
}
