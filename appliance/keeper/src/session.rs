//! Sessions: 32 random bytes that only their owner has. The keeper keeps their
//! SHA-256, the person and the end. A session ends at its end whatever happens in
//! between, and earlier when nothing was asked with it for as long as the policy
//! says; it outlives a restart of the keeper. When it was last used is kept in
//! memory alone, so that asking costs no write: after a restart every session
//! counts as used at the start. That gives an unused one (and after a crash one
//! that ended unused within the last minute) one such while more, and moves the
//! end of none.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use firebox_protocol::gate_keeper::SessionOf;
use firebox_protocol::{Code, SessionToken};
use rusqlite::{Connection, params};
use serde::Serialize;

use crate::desk::Desk;
use crate::log::database::{LogError, from_stored, stored};
use crate::log::kind::EntryKind;
use crate::people::Who;
use crate::random::{self, NoRandomness};

/// Most open sessions of one person; one more ends the one that would end first.
const SESSIONS_PER_PERSON: usize = 20;

/// How somebody showed who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    Password,
    PasswordAndTotp,
}

impl Auth {
    /// Gives the code that stands in entries.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Auth::Password => "password",
            Auth::PasswordAndTotp => "password+totp",
        }
    }
}

/// One open session.
pub(crate) struct Session {
    /// Folded name of its person.
    pub(crate) folded: String,
    pub(crate) auth: Auth,
    /// The end people are told, milliseconds since 1970.
    pub(crate) expires_ms: u64,
    /// The end that is kept, on the steady clock.
    pub(crate) ends_steady_ms: u64,
    /// When something was last asked with it, on the steady clock. Whoever only
    /// reads the people moves it on.
    pub(crate) used_steady_ms: AtomicU64,
}

/// Draws a new token.
pub(crate) fn token() -> Result<SessionToken, NoRandomness> {
    let bytes = zeroize::Zeroizing::new(random::bytes::<32>()?);
    Ok(SessionToken::new(URL_SAFE_NO_PAD.encode(bytes.as_slice())))
}

/// Every open session.
pub(crate) struct Sessions {
    /// By the hash of its token.
    by_hash: HashMap<[u8; 32], Session>,
    /// How long one may stay unused, in milliseconds.
    idle_ms: u64,
}

impl Sessions {
    /// Reads the sessions, each as used now.
    pub(crate) fn load(conn: &Connection, steady_ms: u64, idle_ms: u64) -> Result<Self, LogError> {
        let sql = "SELECT hash, folded, auth, expires_ms, ends_steady_ms FROM session";
        let mut statement = conn.prepare(sql)?;
        let rows = statement.query_map([], |row| {
            let auth: String = row.get(2)?;
            let session = Session {
                folded: row.get(1)?,
                auth: if auth == Auth::Password.code() {
                    Auth::Password
                } else {
                    Auth::PasswordAndTotp
                },
                expires_ms: from_stored(row.get(3)?),
                ends_steady_ms: from_stored(row.get(4)?),
                used_steady_ms: steady_ms.into(),
            };
            Ok((row.get(0)?, session))
        })?;
        Ok(Self {
            by_hash: rows.collect::<Result<_, _>>()?,
            idle_ms,
        })
    }

    /// Gives a session that has not ended, and counts it as used.
    pub(crate) fn take_up(&self, hash: &[u8; 32], steady_ms: u64) -> Option<&Session> {
        let found = self.by_hash.get(hash);
        let session = found.filter(|session| self.is_open(session, steady_ms))?;
        session
            .used_steady_ms
            .fetch_max(steady_ms, Ordering::Relaxed);
        Some(session)
    }

    /// Gives how long one may stay unused, in milliseconds.
    pub(crate) fn idle_ms(&self) -> u64 {
        self.idle_ms
    }

    fn is_open(&self, session: &Session, steady_ms: u64) -> bool {
        let used_ms = session.used_steady_ms.load(Ordering::Relaxed);
        steady_ms < session.ends_steady_ms && steady_ms < used_ms.saturating_add(self.idle_ms)
    }

    /// Counts the sessions that have not ended.
    pub(crate) fn open(&self, steady_ms: u64) -> u64 {
        let sessions = self.by_hash.values();
        sessions
            .filter(|session| self.is_open(session, steady_ms))
            .count() as u64
    }

    /// Opens a session.
    pub(crate) fn start(
        &mut self,
        conn: &Connection,
        hash: [u8; 32],
        session: Session,
    ) -> rusqlite::Result<()> {
        self.make_room(conn, &session.folded)?;
        let sql = "INSERT INTO session (hash, folded, auth, expires_ms, ends_steady_ms)
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        conn.prepare_cached(sql)?.execute(params![
            hash,
            session.folded,
            session.auth.code(),
            stored(session.expires_ms),
            stored(session.ends_steady_ms)
        ])?;
        self.by_hash.insert(hash, session);
        Ok(())
    }

    /// Ends a session.
    pub(crate) fn end(&mut self, conn: &Connection, hash: &[u8; 32]) -> rusqlite::Result<()> {
        conn.prepare_cached("DELETE FROM session WHERE hash = ?1")?
            .execute([hash])?;
        self.by_hash.remove(hash);
        Ok(())
    }

    /// Ends every session of a person and gives their number.
    pub(crate) fn end_all_of(
        &mut self,
        conn: &Connection,
        folded: &str,
    ) -> rusqlite::Result<usize> {
        conn.prepare_cached("DELETE FROM session WHERE folded = ?1")?
            .execute([folded])?;
        let before = self.by_hash.len();
        self.by_hash.retain(|_, session| session.folded != folded);
        Ok(before - self.by_hash.len())
    }

    /// Lets ended sessions go, those that were not used too. No entry says so: an
    /// end that nobody brought about is known from the sign-in, what was asked since, and the policy.
    pub(crate) fn tidy(&mut self, conn: &Connection, steady_ms: u64) -> rusqlite::Result<()> {
        let sessions = self.by_hash.iter();
        let ended: Vec<_> = sessions
            .filter(|(_, session)| !self.is_open(session, steady_ms))
            .map(|(hash, _)| *hash)
            .collect();
        ended.iter().try_for_each(|hash| self.end(conn, hash))
    }

    fn make_room(&mut self, conn: &Connection, folded: &str) -> rusqlite::Result<()> {
        let of_person = || {
            self.by_hash
                .iter()
                .filter(|(_, session)| session.folded == folded)
        };
        if of_person().count() < SESSIONS_PER_PERSON {
            return Ok(());
        }
        let first = of_person().min_by_key(|(_, session)| session.ends_steady_ms);
        match first.map(|(hash, _)| *hash) {
            Some(hash) => self.end(conn, &hash),
            None => Ok(()),
        }
    }
}

/// Says whose session it is, and how long it may stay unused.
pub(crate) fn of(who: &Who, idle_ms: u64) -> SessionOf {
    SessionOf {
        person: who.person.name.clone(),
        roles: who
            .person
            .role_codes()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        expires_at_ms: stored(who.expires_ms),
        idle_seconds: u32::try_from(idle_ms / 1000).unwrap_or(u32::MAX),
    }
}

#[derive(Serialize)]
struct SignOut<'a> {
    person: &'a str,
    session: String,
}

/// Ends a session at its owner's wish.
pub(crate) fn sign_out(desk: &mut Desk<'_>, hash: [u8; 32]) -> Result<Result<(), Code>, LogError> {
    let Some(who) = desk.people().who(&hash, desk.steady_ms) else {
        return Ok(Err(Code::NotSignedIn));
    };
    let out = SignOut {
        person: &who.person.name,
        session: who.session_hex(),
    };
    desk.append(EntryKind::SignOut, &out)?;
    desk.people_mut().sessions.end(desk.conn, &hash)?;
    Ok(Ok(()))
}
