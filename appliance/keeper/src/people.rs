//! The people as they are now: roster, sessions and locks together, because a
//! session is worth nothing without its person.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use rusqlite::Connection;

use crate::lock_out::LockOuts;
use crate::log::database::LogError;
use crate::roster::{Person, Roster};
use crate::session::{Auth, Sessions};

/// Read by all, changed by the log thread alone.
pub(crate) type SharedPeople = Arc<RwLock<People>>;

/// Roster, sessions and locks.
pub(crate) struct People {
    pub(crate) roster: Roster,
    pub(crate) sessions: Sessions,
    pub(crate) lock_outs: LockOuts,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Who {
    pub(crate) person: Arc<Person>,
    /// SHA-256 of the session's token.
    pub(crate) session: [u8; 32],
    pub(crate) auth: Auth,
    /// End of the session, milliseconds since 1970.
    pub(crate) expires_ms: u64,
}

impl Who {
    /// Gives the session as it stands in entries.
    pub(crate) fn session_hex(&self) -> String {
        hex::encode(self.session)
    }
}

/// Reads the people.
pub(crate) fn read(people: &SharedPeople) -> RwLockReadGuard<'_, People> {
    people.read().unwrap_or_else(PoisonError::into_inner)
}

impl People {
    /// Reads all three from their tables; sessions may stay unused for `idle_ms`.
    pub(crate) fn load(conn: &Connection, steady_ms: u64, idle_ms: u64) -> Result<Self, LogError> {
        Ok(Self {
            roster: Roster::load(conn)?,
            sessions: Sessions::load(conn, steady_ms, idle_ms)?,
            lock_outs: LockOuts::load(conn)?,
        })
    }

    /// Tells who a session belongs to: one that has not ended, of a person who
    /// may sign in. Every request with a session comes here, so this is its use.
    pub(crate) fn who(&self, session: &[u8; 32], steady_ms: u64) -> Option<Who> {
        let found = self.sessions.take_up(session, steady_ms)?;
        let person = self
            .roster
            .get(&found.folded)
            .filter(|person| person.enabled)?;
        Some(Who {
            person: Arc::clone(person),
            session: *session,
            auth: found.auth,
            expires_ms: found.expires_ms,
        })
    }

    /// Lets ended sessions and old wrong tries go.
    pub(crate) fn tidy(&mut self, conn: &Connection, steady_ms: u64) -> rusqlite::Result<()> {
        self.sessions.tidy(conn, steady_ms)?;
        self.lock_outs.tidy(conn, steady_ms)
    }
}
