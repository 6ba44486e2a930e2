//! What a piece of work finds on the log thread's desk: the open transaction,
//! the time, the book to append to, and the state that changes with it.

use std::sync::{PoisonError, RwLockReadGuard, RwLockWriteGuard};

use rusqlite::Connection;
use serde::Serialize;

use crate::agent_keys::AgentKeys;
use crate::clock::Now;
use crate::limits::Limits;
use crate::log::book::{Appended, Book, Tip};
use crate::log::database::LogError;
use crate::log::kind::EntryKind;
use crate::log::receipt::Entry;
use crate::people::{People, SharedPeople};
use crate::reason::Reasons;
use crate::refused::Refusals;
use crate::released::Standings;
use crate::shown::Awaiting;

/// State of which the tables are the truth and this the copy in memory. Only
/// the log thread changes it; when a commit fails the process ends, so the copy
/// never outlives the truth.
pub(crate) struct State {
    /// Roster, sessions and locks; others read them too.
    pub(crate) people: SharedPeople,
    /// What was asked and released in the last hour.
    pub(crate) limits: Limits,
    /// Every key an agent ever had; others read them too.
    pub(crate) agent_keys: AgentKeys,
    /// The last reasons of each person.
    pub(crate) reasons: Reasons,
    /// Releases that have not long ended.
    pub(crate) standing: Standings,
    /// Permits of which the store has not said what it showed.
    pub(crate) awaiting: Awaiting,
    /// Refusals of this minute.
    pub(crate) refusals: Refusals,
}

/// The desk during one group.
pub(crate) struct Desk<'a> {
    pub(crate) conn: &'a Connection,
    pub(crate) now: Now,
    /// Steady time of the group, in milliseconds.
    pub(crate) steady_ms: u64,
    pub(crate) state: &'a mut State,
    book: &'a mut Book,
    policy: &'a str,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(
        conn: &'a Connection,
        now: Now,
        steady_ms: u64,
        state: &'a mut State,
        book: &'a mut Book,
        policy: &'a str,
    ) -> Self {
        Self {
            conn,
            now,
            steady_ms,
            state,
            book,
            policy,
        }
    }

    /// Appends an entry; its kind and the policy's hash are added here.
    pub(crate) fn append(
        &mut self,
        kind: EntryKind,
        what: &impl Serialize,
    ) -> Result<Appended, LogError> {
        self.book
            .append(self.conn, &self.now, kind, Some(self.policy), what)
    }

    /// Appends an entry and gives it back whole, for its receipt.
    pub(crate) fn append_whole(
        &mut self,
        kind: EntryKind,
        what: &impl Serialize,
    ) -> Result<(Appended, Entry), LogError> {
        self.book
            .append_whole(self.conn, &self.now, kind, Some(self.policy), what)
    }

    /// Gives the log with all that was appended so far at its end.
    pub(crate) fn tip(&self) -> Tip {
        self.book.tip()
    }

    /// Reads the people.
    pub(crate) fn people(&self) -> RwLockReadGuard<'_, People> {
        self.state
            .people
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the people; the caller changes the tables in the same breath.
    pub(crate) fn people_mut(&self) -> RwLockWriteGuard<'_, People> {
        self.state
            .people
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the wall time as the log has it, in milliseconds since 1970: a clock
    /// that was set back makes no day of the log come again.
    pub(crate) fn log_time_ms(&self) -> u64 {
        self.book.last_time_ms().max(self.now.wall_ms)
    }

    /// Gives the steady minute, in which limits and refusals are counted.
    pub(crate) fn minute(&self) -> u64 {
        self.steady_ms / 60_000
    }
}
