//! Reads the durable log beside the log thread: proofs, pages of entries, and
//! the check of all of it. Nothing here decides who may read, and nothing waits
//! for the log thread or holds it up.

use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use firebox_protocol::operator::LogFault;
use firebox_protocol::{Code, Stop};
use rusqlite::Connection;

use crate::log::book::{DurableTip, Tip};
use crate::log::database::{self, LogError, from_stored};
use crate::log::head::HeadFile;
use crate::log::proof;
use crate::log::rows::{self, Kept, node};
use crate::log::tree::{Hash, Node, subtrees};

/// Most entries of one page.
const PAGE_ENTRIES: usize = 256;
/// Bytes after which a page ends: one message stays far under its cap.
const PAGE_BYTES: usize = 1024 * 1024;

/// Two reading connections: one for short readings, one for the check, which
/// may take minutes.
pub(crate) struct LogReader {
    tip: Arc<DurableTip>,
    head: HeadFile,
    reader: Mutex<Connection>,
    checker: Mutex<Connection>,
    /// The keeper ends: a check under way is given up.
    ended: AtomicBool,
}

/// A whole log that agrees with itself.
pub(crate) struct Whole {
    pub(crate) tip: Tip,
    /// Entries without body.
    pub(crate) erased: u64,
}

/// Why a check says nothing good.
#[derive(Debug)]
pub(crate) enum NotWhole {
    /// The log does not agree.
    Unsound(LogFault),
    /// Another check is under way.
    Busy,
    /// The keeper ended before the check did.
    Ended,
}

/// Roots of the full subtrees left and right of a range.
pub(crate) type Beside = (Vec<Hash>, Vec<Hash>);

impl LogReader {
    /// Opens both connections.
    pub(crate) fn open(
        path: &Path,
        key: &[u8; 32],
        head: HeadFile,
        tip: Arc<DurableTip>,
    ) -> Result<Self, Stop> {
        Ok(Self {
            tip,
            head,
            reader: Mutex::new(database::open_reader(path, key)?),
            checker: Mutex::new(database::open_reader(path, key)?),
            ended: AtomicBool::new(false),
        })
    }

    /// Gives up the check under way, because the keeper ends.
    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    /// Proves that the log of `to` entries continues the log of `from`: one
    /// base64 hash a line.
    pub(crate) fn consistency(&self, from: u64, to: u64) -> Result<String, Code> {
        if to > self.tip.get().size {
            return Err(Code::NotFound);
        }
        let reader = self.reader();
        let proof = proof::consistency(from, to, |at| node(&reader, at));
        let proof = proof
            .map_err(|_| Code::LogUnavailable)?
            .ok_or(Code::NotFound)?;
        Ok(proof
            .iter()
            .map(|hash| STANDARD.encode(hash) + "\n")
            .collect())
    }

    /// Reads one entry; none when the durable log does not reach that far.
    pub(crate) fn entry(&self, index: u64) -> Result<Option<Kept>, LogError> {
        if index >= self.tip.get().size {
            return Ok(None);
        }
        rows::entry(&self.reader(), index)
    }

    /// Proves that an entry is in the durable log, and gives the tip it is proved for.
    pub(crate) fn inclusion(&self, index: u64) -> Result<(Vec<Hash>, Tip), LogError> {
        let tip = self.tip.get();
        let reader = self.reader();
        let path = proof::inclusion(index, tip.size, |at| node(&reader, at))?;
        Ok((path.ok_or(LogError::Unsound(index))?, tip))
    }

    /// Gives what an export needs of the log around its range, in a log of `size` entries.
    pub(crate) fn beside(&self, range: &Range<u64>, size: u64) -> Result<Beside, LogError> {
        let reader = self.reader();
        let roots = |from, to| {
            subtrees(from, to)
                .map(|at: Node| node(&reader, at))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok((roots(0, range.start)?, roots(range.end, size)?))
    }

    /// Reads the first entries of a range, as many as fit a page; none of an empty one.
    pub(crate) fn page(&self, range: &Range<u64>) -> Result<Vec<Kept>, LogError> {
        rows::entries(&self.reader(), range, PAGE_ENTRIES, PAGE_BYTES)
    }

    /// Counts the emergencies that no reviewer has judged yet, and those among
    /// them that were past a person's quota.
    pub(crate) fn open_reviews(&self) -> Result<(u64, u64), LogError> {
        let sql = "SELECT count(*), coalesce(sum(escalated), 0) FROM release WHERE review = 'open'";
        let counts = self.reader().query_row(sql, [], |row| {
            Ok((from_stored(row.get(0)?), from_stored(row.get(1)?)))
        })?;
        Ok(counts)
    }

    /// Recomputes the whole log from its own bytes, in one read transaction and
    /// with one entry in memory at a time. While it runs, the write-ahead log
    /// cannot be folded into the file and grows by what is written meanwhile.
    pub(crate) fn check(&self) -> Result<Whole, NotWhole> {
        let checker = match self.checker.try_lock() {
            Ok(checker) => checker,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Err(NotWhole::Busy),
        };
        // The head first: it lags the log and never leads it.
        let head = self.head.read().ok().flatten();
        let head = head.ok_or(NotWhole::Unsound(LogFault::Head))?;
        whole(&checker, &head, self.tip.get(), &self.ended)
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What ends a recomputation early.
enum Cut {
    Log(LogError),
    Head,
    Ended,
}

impl From<LogError> for Cut {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

/// Recomputes the log up to `tip`; on the way it must agree with `head`.
fn whole(conn: &Connection, head: &Tip, tip: Tip, ended: &AtomicBool) -> Result<Whole, NotWhole> {
    let (mut read, mut erased) = (0, 0);
    let recomputed = rows::recompute(conn, 0..tip.size, |frontier, kept| {
        read = frontier.size();
        erased += u64::from(kept.opened.is_none());
        if read == head.size && frontier.root() != head.root {
            return Err(Cut::Head);
        }
        if ended.load(Ordering::Relaxed) {
            return Err(Cut::Ended);
        }
        Ok(())
    });
    let fault = match recomputed {
        Ok(_) if head.size > tip.size => LogFault::Head,
        Ok(frontier) if frontier.root() == tip.root => return Ok(Whole { tip, erased }),
        Ok(_) => LogFault::Root,
        Err(Cut::Head) => LogFault::Head,
        Err(Cut::Log(LogError::Unsound(index))) => LogFault::Entry(index),
        Err(Cut::Log(_)) => LogFault::Unreadable(read),
        Err(Cut::Ended) => return Err(NotWhole::Ended),
    };
    Err(NotWhole::Unsound(fault))
}
