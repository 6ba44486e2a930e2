//! Replies on their way out of one connection. Whoever has a reply puts it in
//! and writes what waits, without ever waiting for the peer: what the socket does
//! not take at once is left to one thread, which may wait. A peer that does not
//! read is disconnected.
//!
//! ```text
//! put -> written at once -> done
//!           |
//!           +--> the socket is full --> the thread writes the rest --> done | peer gone
//! ```

use std::cell::RefCell;
use std::io::Write;
use std::marker::PhantomData;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use firebox_protocol::{Code, Refusal, Wiped, frame};
use rustix::net::{SendFlags, send};
use serde::Serialize;

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
    bytes: Wiped,
    /// Questions without a reply.
    open: usize,
    /// Somebody writes at this moment; what comes is theirs to write too.
    writing: bool,
    /// The socket took not all: the thread writes now.
    left_over: bool,
    closed: bool,
}

/// Replies of one connection.
pub(crate) struct Outbox {
    waiting: Mutex<Waiting>,
    changed: Condvar,
    /// Where replies are written at once; none: the thread writes all.
    stream: Option<UnixStream>,
}

thread_local! {
    /// Outboxes with replies of a group, written once the group is answered.
    static TOGETHER: RefCell<Option<Vec<Arc<Outbox>>>> = const { RefCell::new(None) };
}

/// Writes the replies given by `answer` together, one call a connection.
pub(crate) fn together(answer: impl FnOnce()) {
    TOGETHER.with_borrow_mut(|list| *list = Some(Vec::new()));
    answer();
    let list = TOGETHER.with_borrow_mut(Option::take);
    for outbox in list.into_iter().flatten() {
        outbox.write_now();
    }
}

impl Outbox {
    /// Makes an outbox whose replies only [`Self::write_to`] writes.
    #[cfg(test)]
    pub(crate) fn new() -> Arc<Self> {
        Self::of(None)
    }

    /// Makes an outbox that writes to `stream` at once where it can.
    pub(crate) fn on(stream: UnixStream) -> Arc<Self> {
        Self::of(Some(stream))
    }

    fn of(stream: Option<UnixStream>) -> Arc<Self> {
        let waiting = Waiting {
            bytes: Wiped::default(),
            open: 0,
            writing: false,
            left_over: false,
            closed: false,
        };
        Arc::new(Self {
            waiting: Mutex::new(waiting),
            changed: Condvar::new(),
            stream,
        })
    }

    /// Waits until there is room for one more question. False: the connection ended.
    pub(crate) fn wait_for_room(&self) -> bool {
        let mut waiting = self.lock();
        while waiting.open >= WAITING && !waiting.closed {
            waiting = self.wait(waiting);
        }
        !waiting.closed
    }

    /// Lets nothing more in; what is in is still written.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Writes what was left over, until the outbox is closed and empty or the
    /// peer is gone.
    pub(crate) fn write_to(&self, mut stream: &UnixStream) {
        let _default = stream.set_write_timeout(Some(WRITE_TIMEOUT));
        while let Some(bytes) = self.take() {
            let written = stream.write_all(&bytes).is_ok();
            self.lock().writing = false;
            if !written {
                self.close();
                let _gone = stream.shutdown(std::net::Shutdown::Both);
                return;
            }
        }
    }

    /// Takes what the thread is to write, when it is its turn.
    fn take(&self) -> Option<Wiped> {
        let mut waiting = self.lock();
        loop {
            let its_turn = waiting.left_over || waiting.closed || self.stream.is_none();
            if !waiting.writing && its_turn {
                if !waiting.bytes.is_empty() {
                    waiting.writing = true;
                    return Some(std::mem::take(&mut waiting.bytes));
                }
                waiting.left_over = false;
                if waiting.closed {
                    return None;
                }
            }
            waiting = self.wait(waiting);
        }
    }

    /// Writes what waits as far as the socket takes it; the rest is the thread's.
    fn write_now(&self) {
        let Some(stream) = &self.stream else {
            return self.changed.notify_all();
        };
        let mut waiting = self.lock();
        while !waiting.writing && !waiting.left_over && !waiting.bytes.is_empty() {
            waiting.writing = true;
            let bytes = std::mem::take(&mut waiting.bytes);
            drop(waiting);
            let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
            let sent = send(stream, &bytes, flags).unwrap_or(0);
            waiting = self.lock();
            waiting.writing = false;
            if sent < bytes.len() {
                let mut rest = Wiped::new(Vec::with_capacity(bytes.len() + waiting.bytes.len()));
                rest.extend_from_slice(&bytes[sent..]);
                rest.extend_from_slice(&waiting.bytes);
                waiting.bytes = rest;
                waiting.left_over = true;
            }
        }
        let wake = waiting.left_over || waiting.closed;
        drop(waiting);
        if wake {
            self.changed.notify_all();
        }
    }

    fn open(&self) {
        self.lock().open += 1;
    }

    fn put(self: &Arc<Self>, frame: &[u8]) {
        let mut waiting = self.lock();
        let was_full = waiting.open >= WAITING;
        waiting.open = waiting.open.saturating_sub(1);
        if !waiting.closed {
            waiting.bytes.extend_from_slice(frame);
        }
        drop(waiting);
        if was_full {
            self.changed.notify_all();
        }
        let joined = TOGETHER.with_borrow_mut(|list| {
            let Some(list) = list else {
                return false;
            };
            if !list.iter().any(|one| Arc::ptr_eq(one, self)) {
                list.push(Arc::clone(self));
            }
            true
        });
        if !joined {
            self.write_now();
        }
    }

    fn wait<'a>(&self, waiting: MutexGuard<'a, Waiting>) -> MutexGuard<'a, Waiting> {
        self.changed
            .wait(waiting)
            .unwrap_or_else(PoisonError::into_inner)
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
        self.outbox.put(&Wiped::new(frame.unwrap_or_default()));
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
    fn replies_are_written_at_once_and_what_a_slow_reader_leaves_comes_whole_and_in_order() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let outbox = Outbox::on(ours.try_clone().unwrap());
        let text = "x".repeat(50_000);
        thread::scope(|scope| {
            scope.spawn(|| outbox.write_to(&ours));
            // Far more than the socket takes while nobody reads.
            together(|| {
                for id in 0..40 {
                    Ticket::open(&outbox, id).answer(&Reply::Text(text.clone()));
                }
            });
            for id in 40..60 {
                Ticket::open(&outbox, id).answer(&Reply::Text(text.clone()));
            }
            let reply = Reply::Text(text.clone());
            for id in 0..60 {
                let expected = frame::encode(id, &reply).unwrap();
                let mut bytes = vec![0; expected.len()];
                theirs.read_exact(&mut bytes).unwrap();
                assert!(bytes == expected, "reply {id}");
            }
            // Now the socket is empty again and the next goes straight through.
            Ticket::open(&outbox, 60).answer(&Reply::Done);
            let expected = frame::encode(60, &Reply::Done).unwrap();
            let mut bytes = vec![0; expected.len()];
            theirs.read_exact(&mut bytes).unwrap();
            assert_eq!(bytes, expected);
            outbox.close();
        });
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
