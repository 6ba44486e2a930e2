//! The log thread: one writer, many waiting, one sync for all of them.
//!
//! ```text
//! wait -> take all that wait -> same file? -> BEGIN -> do each -> COMMIT (durable) -> answer each -> wait
//!                                   |                     |          |
//!                                   +---------------------+----------+--> fault: nobody is answered, the keeper stops
//! ```
//!
//! Work that nobody waits for (what the store showed) joins a group and makes
//! none of its own before a moment has passed: each group costs a sync.
//!
//! Work done in a group gives an [`After`], the only thing that can answer, and
//! an `After` runs only when the group is on the disk. When it is dropped
//! instead, the ticket inside it answers that the log is not available.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use firebox_protocol::Stop;
use rusqlite::Connection;

use crate::clock::{Clock, Now, Steady};
use crate::desk::{Desk, State};
use crate::log::book::{Book, DurableTip};
use crate::log::database::{self, Identity, LogError};
use crate::log::head::HeadBell;
use crate::{outbox, refused, shown};

/// Most pieces of work in one group: bounds how long the first waits for the last.
const GROUP: usize = 1_024;
/// Most pieces of work that wait; whoever brings more waits at the door.
const WAITING: usize = 4_096;
/// Longest time until the desk is looked at although nobody came.
const TIDY_EVERY: Duration = Duration::from_secs(1);
/// How long work that nobody waits for may wait for a group to join.
const LATER: Duration = Duration::from_millis(20);

/// A group that is on the disk.
pub(crate) struct Durable<'a> {
    /// The time after the commit.
    pub(crate) now: Now,
    /// The log with the group at its end.
    pub(crate) book: &'a Book,
}

/// Runs when the group is durable.
pub(crate) type After = Box<dyn FnOnce(&Durable<'_>) + Send>;
/// One piece of work inside a group's transaction.
pub(crate) type Work = Box<dyn FnOnce(&mut Desk<'_>) -> Result<After, LogError> + Send>;

enum Message {
    Work(Work),
    /// Joins the next group and asks for none of its own.
    Later(Work),
    End,
}

/// Brings work to the log thread.
#[derive(Clone)]
pub(crate) struct Log(SyncSender<Message>);

impl Log {
    /// Makes the way to the log thread and its end.
    pub(crate) fn channel() -> (Self, Inbox) {
        let (sender, receiver) = sync_channel(WAITING);
        (Self(sender), Inbox(receiver))
    }

    /// Brings one piece of work, and waits while the queue is full. When the log
    /// thread is gone the work is dropped, and with it its ticket, which answers.
    pub(crate) fn bring(
        &self,
        work: impl FnOnce(&mut Desk<'_>) -> Result<After, LogError> + Send + 'static,
    ) {
        let _gone = self.0.send(Message::Work(Box::new(work)));
    }

    /// Brings work that nobody waits for: it joins the next group, or is a group
    /// of its own after a moment without one.
    pub(crate) fn bring_later(
        &self,
        work: impl FnOnce(&mut Desk<'_>) -> Result<After, LogError> + Send + 'static,
    ) {
        let _gone = self.0.send(Message::Later(Box::new(work)));
    }

    /// Asks the log thread to finish what waits and end.
    pub(crate) fn end(&self) {
        let _gone = self.0.send(Message::End);
    }
}

/// Where work waits.
pub(crate) struct Inbox(Receiver<Message>);

impl Inbox {
    /// Takes what waits, at most one group; empty when nobody came in time.
    /// The second value tells whether to end afterwards.
    fn take(&self) -> (Vec<Work>, bool) {
        let mut group = Vec::new();
        // While only work that can wait is there, the rest is waited for.
        let mut until: Option<Instant> = None;
        let mut somebody_waits = false;
        while group.len() < GROUP {
            let next = if somebody_waits {
                match self.0.try_recv() {
                    Ok(message) => message,
                    Err(_) => break,
                }
            } else {
                let patience = until.map_or(TIDY_EVERY, |until| {
                    until.saturating_duration_since(Instant::now())
                });
                match self.0.recv_timeout(patience) {
                    Ok(message) => message,
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return (group, true),
                }
            };
            match next {
                Message::Work(work) => {
                    group.push(work);
                    somebody_waits = true;
                }
                Message::Later(work) => {
                    group.push(work);
                    until.get_or_insert_with(|| Instant::now() + LATER);
                }
                Message::End => return (group, true),
            }
        }
        (group, false)
    }
}

/// All the log thread works with.
pub(crate) struct Writer {
    pub(crate) conn: Connection,
    pub(crate) book: Book,
    pub(crate) state: State,
    pub(crate) identity: Identity,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) steady: Steady,
    pub(crate) policy: Arc<str>,
    pub(crate) tip: Arc<DurableTip>,
    pub(crate) head: HeadBell,
}

impl Writer {
    /// Works until it is told to end.
    ///
    /// # Errors
    /// The first fault of any write. Nothing is tried again: after a failed sync
    /// the kernel may have dropped the page, and only a fresh start reads the truth.
    pub(crate) fn run(mut self, inbox: &Inbox) -> Result<(), Stop> {
        let mut minute = 0;
        loop {
            let (group, end) = inbox.take();
            if !group.is_empty() || end || self.something_is_due(minute) {
                minute = self.commit(group, minute, end)?;
            }
            if end {
                database::fold(&self.conn);
                return Ok(());
            }
        }
    }

    fn something_is_due(&self, minute: u64) -> bool {
        let now = self.clock.now();
        self.steady.at(&now) / 60_000 != minute || self.state.awaiting.is_due(&now)
    }

    /// Does one group and gives the minute it fell into.
    fn commit(&mut self, group: Vec<Work>, last_minute: u64, end: bool) -> Result<u64, LogError> {
        self.identity.check()?;
        let now = self.clock.now();
        let size_before = self.tip.get().size;
        self.book.begin_group();
        let mut afters = Vec::with_capacity(group.len());
        // Prepared once: both run with every group. Whatever ends this group before
        // its commit ends the keeper too, so nothing is rolled back here.
        let tx = &self.conn;
        tx.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let steady_ms = self.steady.at(&now);
        let mut desk = Desk::new(
            tx,
            now,
            steady_ms,
            &mut self.state,
            &mut self.book,
            &self.policy,
        );
        shown::note_overdue(&mut desk)?;
        for work in group {
            afters.push(work(&mut desk)?);
        }
        let minute = desk.minute();
        if end || minute != last_minute {
            tidy(&mut desk, end)?;
            self.steady.note(tx, &now)?;
        }
        self.state.limits.write(tx)?;
        tx.prepare_cached("COMMIT")?.execute([])?;
        self.identity.renew()?;
        let tip = self.book.tip();
        if tip.size != size_before {
            self.tip.set(tip);
            self.head.ring();
        }
        let durable = Durable {
            now: self.clock.now(),
            book: &self.book,
        };
        outbox::together(|| {
            for after in afters {
                after(&durable);
            }
        });
        Ok(minute)
    }
}

/// Lets go of what is over: once a steady minute, and at the end.
fn tidy(desk: &mut Desk<'_>, end: bool) -> Result<(), LogError> {
    refused::write_counted(desk, end)?;
    let (conn, steady_ms, minute) = (desk.conn, desk.steady_ms, desk.minute());
    desk.people_mut().tidy(conn, steady_ms)?;
    desk.state.limits.tidy(conn, minute)?;
    desk.state.standing.tidy(conn, steady_ms)?;
    Ok(())
}
