//! What one client may take of the gate, in one place. Every number has its
//! unit and its reason; tests bring shorter ones.

use std::time::Duration;

/// Largest body of a call for people and programs, in bytes. Sixty visits with
/// addresses of 200 characters are a quarter of it.
pub(crate) const JSON_BODY_BYTES: usize = 64 * 1024;
/// Largest batch in bytes: the contract's own bound, so that nothing larger is
/// read only to be refused further in.
pub(crate) const BATCH_BYTES: usize = firebox_contract::batch::MAX_BATCH_BYTES;
/// Largest answer of an agent to a correction, in bytes: a short document and a
/// signature, with room to spare.
pub(crate) const CORRECTION_ANSWER_BYTES: usize = 8 * 1024;
/// Batches in memory at a time. Each stands there twice (as read, and as a
/// frame), so this is 64 MiB at most; further agents wait.
pub(crate) const BATCHES_AT_ONCE: usize = 4;

/// Longest wait for the keeper. A log entry takes milliseconds, a password
/// check half a second behind others.
pub(crate) const KEEPER_REPLY: Duration = Duration::from_secs(8);
/// Longest wait for an answer of the store: under the permit's ten seconds.
pub(crate) const STORE_REPLY: Duration = Duration::from_secs(8);
/// Longest wait for a batch. The manifest of a first load applies a million
/// rows in one transaction.
pub(crate) const APPLY_REPLY: Duration = Duration::from_secs(300);
/// Longest wait when asking whether a process serves: a probe must be quick.
pub(crate) const READY_REPLY: Duration = Duration::from_secs(2);

/// What a listener grants.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Connections at a time. Further ones wait in the kernel's queue.
    pub(crate) connections: u32,
    /// From the first byte to the end of the TLS handshake.
    pub(crate) handshake: Duration,
    /// From the first to the last byte of a request's head; also the longest
    /// an idle connection is kept.
    pub(crate) header: Duration,
    /// From the end of the head to the answer, the body's arrival included.
    pub(crate) request: Duration,
    /// How long bytes sent may stay unacknowledged, for a client that reads nothing.
    pub(crate) unread: Duration,
    /// Longest life of a connection; then it ends after its request.
    pub(crate) connection: Duration,
    /// What requests under way get when the process stops.
    pub(crate) farewell: Duration,
    /// Largest head of a request, in bytes.
    pub(crate) head_bytes: usize,
    /// Most header lines of a request.
    pub(crate) head_lines: usize,
}

impl Limits {
    /// For people and programs.
    pub(crate) fn public() -> Self {
        Self {
            // A thousand staff, of whom few ask in the same second; about 20 MiB of TLS state.
            connections: 512,
            handshake: Duration::from_secs(5),
            header: Duration::from_secs(15),
            request: Duration::from_secs(20),
            unread: Duration::from_secs(20),
            connection: Duration::from_secs(600),
            farewell: Duration::from_secs(5),
            head_bytes: 16 * 1024,
            head_lines: 64,
        }
    }

    /// For agents: few, slow lines, large bodies, long work.
    pub(crate) fn intake() -> Self {
        Self {
            connections: 32,
            request: APPLY_REPLY + Duration::from_secs(120),
            connection: Duration::from_secs(3600),
            ..Self::public()
        }
    }
}
