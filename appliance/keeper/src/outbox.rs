//! Replies on their way out of one connection. Any thread puts a reply in; one
//! thread writes all that wait in a single call. A peer that does not read is
//! disconnected, and nobody ever waits for it.

use std::io::Write;
use std::marker::PhantomData;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use firebox_protocol::{Code, Refusal, frame};
use serde::Serialize;
use zeroize::Zeroizing;

/// Most questions of one connection that wait for their reply; its next one is
/// not read before one of them is answered.
const WAITING: usize = 1_024;
/// How long a peer may leave replies unread.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);

/// A reply that can say no.
pub(crate) trait CanRefuse: Serialize {
    /// Makes the reply that says so.
    fn refused(refusal: Refusal) -> Self;
}

struct Waiting {
    bytes: Zeroizing<Vec<u8>>,
    /// Questions without a reply.
    open: usize,
    closed: bool,
}

/// Replies of one connection.
pub(crate) struct Outbox {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

impl Outbox {
    pub(crate) fn new() -> Arc<Self> {
        let waiting = Waiting {
            bytes: Zeroizing::new(Vec::new()),
            open: 0,
            closed: false,
        };
        Arc::new(Self {
            waiting: Mutex::new(waiting),
            changed: Condvar::new(),
        })
    }

    /// Waits until there is room for one more question. False: the connection ended.
    pub(crate) fn wait_for_room(&self) -> bool {
        let mut waiting = self.lock();
        while waiting.open >= WAITING && !waiting.closed {
            waiting = self
                .changed
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
        !waiting.closed
    }

    /// Lets nothing more in; what is in is still written.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Writes replies until the outbox is closed and empty, or the peer is gone.
    pub(crate) fn write_to(&self, mut stream: &UnixStream) {
        let _default = stream.set_write_timeout(Some(WRITE_TIMEOUT));
        while let Some(bytes) = self.take() {
            if stream.write_all(&bytes).is_err() {
                self.close();
                let _gone = stream.shutdown(std::net::Shutdown::Both);
                return;
            }
        }
    }

    fn take(&self) -> Option<Zeroizing<Vec<u8>>> {
        let mut waiting = self.lock();
        while waiting.bytes.is_empty() {
            if waiting.closed {
                return None;
            }
            waiting = self
                .changed
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
        Some(std::mem::replace(
            &mut waiting.bytes,
            Zeroizing::new(Vec::new()),
        ))
    }

    fn open(&self) {
        self.lock().open += 1;
    }

    fn put(&self, frame: &[u8]) {
        let mut waiting = self.lock();
        waiting.open = waiting.open.saturating_sub(1);
        if !waiting.closed {
            waiting.bytes.extend_from_slice(frame);
        }
        drop(waiting);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right and the duty to answer one question, once. Dropped without an
/// answer, it refuses: work that was lost never leaves its peer waiting, and
/// never looks like a yes.
pub(crate) struct Ticket<R: CanRefuse> {
    outbox: Arc<Outbox>,
    id: u64,
    if_dropped: Option<Refusal>,
    reply: PhantomData<fn(R)>,
}

impl<R: CanRefuse> Ticket<R> {
    /// Opens a question.
    pub(crate) fn open(outbox: &Arc<Outbox>, id: u64) -> Self {
        outbox.open();
        let if_dropped = Some(Code::LogUnavailable.into());
        Self {
            outbox: Arc::clone(outbox),
            id,
            if_dropped,
            reply: PhantomData,
        }
    }

    /// Says what a dropped ticket answers.
    pub(crate) fn if_dropped(mut self, refusal: Refusal) -> Self {
        self.if_dropped = Some(refusal);
        self
    }

    /// Answers.
    pub(crate) fn answer(mut self, reply: &R) {
        self.if_dropped = None;
        self.send(reply);
    }

    /// Answers with a refusal.
    pub(crate) fn refuse(self, refusal: impl Into<Refusal>) {
        self.answer(&R::refused(refusal.into()));
    }

    fn send(&self, reply: &R) {
        let too_long = |_| frame::encode(self.id, &R::refused(Code::Malformed.into()));
        let frame = frame::encode(self.id, reply).or_else(too_long);
        self.outbox.put(&Zeroizing::new(frame.unwrap_or_default()));
    }
}

impl<R: CanRefuse> Drop for Ticket<R> {
    fn drop(&mut self) {
        if let Some(refusal) = self.if_dropped.take() {
            self.send(&R::refused(refusal));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::thread;

    use firebox_protocol::gate_keeper::Reply;

    use super::*;

    fn replies(outbox: Arc<Outbox>) -> Vec<u8> {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        outbox.close();
        outbox.write_to(&ours);
        drop(ours);
        let mut bytes = Vec::new();
        theirs.read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_ticket_that_is_lost_refuses() {
        let outbox = Outbox::new();
        drop(Ticket::<Reply>::open(&outbox, 7));
        let refused = Reply::refused(Code::LogUnavailable.into());
        assert_eq!(replies(outbox), frame::encode(7, &refused).unwrap());
    }

    #[test]
    fn a_ticket_answers_once() {
        let outbox = Outbox::new();
        Ticket::open(&outbox, 7).answer(&Reply::Done);
        assert_eq!(replies(outbox), frame::encode(7, &Reply::Done).unwrap());
    }

    #[test]
    fn a_connection_with_too_many_open_questions_waits_for_an_answer() {
        let outbox = Outbox::new();
        let mut tickets: Vec<Ticket<Reply>> = (0..WAITING as u64)
            .map(|id| Ticket::open(&outbox, id))
            .collect();
        let other = Arc::clone(&outbox);
        let waits = thread::spawn(move || other.wait_for_room());
        tickets.pop().unwrap().answer(&Reply::Done);
        assert!(waits.join().unwrap());
        outbox.close();
        assert!(!outbox.wait_for_room());
    }
}
