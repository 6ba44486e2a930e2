//! A sealed detail, from the gate's request to the opened note:
//!
//! ```text
//! session -> slip -> signature -> policy -> open -> inside = asked = newest -> reason, limits -> entry -> (disk) -> detail
//!    |        |          |          |        |               |                      |
//!    |        +-- alarm --+         |        +---- alarm ----+                      |
//!    +-- refused                    +--------------------------- refused, an entry --+
//! ```
//!
//! The worker threads open; the log thread decides. What was opened for a
//! request that is then refused is wiped and goes nowhere.

use std::sync::Arc;

use firebox_contract::envelope::{Context, EnvelopeError};
use firebox_protocol::cover::{self, What};
use firebox_protocol::gate_keeper::{Fetch, Reply, Why};
use firebox_protocol::permit::{self, LIFETIME_MS};
use firebox_protocol::query::{self, Query};
use firebox_protocol::slip::SlipError;
use firebox_protocol::{Action, Ask, Code, Permit, SessionToken, Slip};

use crate::checkpoint::Checkpoints;
use crate::clock::{Clock, Now, Steady};
use crate::log::book::DurableTip;
use crate::log::kind::EntryKind;
use crate::look_up::Rules;
use crate::opener::{Opened, Opener, Unsound};
use crate::outbox::Ticket;
use crate::people::{self, SharedPeople, Who};
use crate::random;
use crate::refused;
use crate::release_desk::decide;
use crate::release_words::FetchRefused;
use crate::reserve;
use crate::roster::fold;
use crate::workers::Workers;
use crate::writer::Log;

/// Signs of a release's reference: fifty bits.
pub(crate) const REFERENCE_SIGNS: usize = 10;
/// Length of `REL-` and those signs in bytes.
const REFERENCE_BYTES: usize = 4 + REFERENCE_SIGNS;

/// Decides releases.
pub(crate) struct Releases {
    pub(crate) people: SharedPeople,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) steady: Steady,
    pub(crate) log: Log,
    pub(crate) workers: Workers,
    pub(crate) tip: Arc<DurableTip>,
    pub(crate) room: Arc<Room>,
}

/// What a release rests on.
pub(crate) struct Room {
    pub(crate) rules: Arc<Rules>,
    pub(crate) opener: Opener,
    pub(crate) checkpoints: Arc<Checkpoints>,
}

/// What somebody wishes.
pub(crate) enum Wish {
    /// A release.
    Release(Why),
    /// An earlier one again.
    Again(String),
}

/// What was brought, after the worker looked at it.
pub(crate) enum Brought {
    /// The store's slip, and an envelope signed by an agent, for the same record.
    Sound(Box<Slip>, Seen),
    /// The slip is not the store's, or not of this session.
    BadSlip(SlipError),
    /// The envelope is not what it should be.
    Unsound(Box<Slip>, Unsound),
}

/// A sound envelope.
pub(crate) enum Seen {
    /// Opened.
    Opened(Box<Opened>),
    /// Not opened, because the policy refuses it anyway.
    Closed(Box<Context>),
}

impl Seen {
    /// Gives what it belongs to.
    pub(crate) fn context(&self) -> &Context {
        match self {
            Seen::Opened(opened) => &opened.context,
            Seen::Closed(context) => context,
        }
    }
}

impl Releases {
    /// Gives leave to fetch one envelope. What is fetched is ciphertext, so this
    /// is no entry; whoever could never be released anything gets no leave.
    pub(crate) fn fetch(&self, session: &SessionToken, what: Fetch, ticket: Ticket<Reply>) {
        let session = session.hash();
        let Some(who) = self.who(&session) else {
            return ticket.refuse(Code::NotSignedIn);
        };
        if !self.room.rules.policy.releases.names(&who.person.roles) {
            return self.refuse(who, Code::NotAllowed, ticket);
        }
        match what {
            Fetch::Record(record) => {
                let tip = self.tip.get().size;
                let leave = self.room.leave(record, session, tip, &self.clock.now());
                answer(ticket, leave);
            }
            Fetch::Release(reference) if reference.len() == REFERENCE_BYTES => {
                self.fetch_again(who, reference, ticket);
            }
            Fetch::Release(_) => ticket.refuse(Code::NotFound),
        }
    }

    fn fetch_again(&self, who: Who, reference: String, ticket: Ticket<Reply>) {
        let (room, tip) = (Arc::clone(&self.room), Arc::clone(&self.tip));
        self.log.bring(move |desk| {
            let folded = fold(&who.person.name);
            let found = desk
                .state
                .standing
                .find(&reference, &folded, desk.steady_ms);
            if let Err(code) = &found {
                let tried = FetchRefused::new(&who, Some(&reference));
                let (kind, name) = (EntryKind::ReleaseRefused, &who.person.name);
                refused::note(desk, kind, name, *code, &tried)?;
            }
            Ok(Box::new(move |durable| {
                let leave = found.and_then(|standing| {
                    room.leave(standing.record, who.session, tip.get().size, &durable.now)
                });
                answer(ticket, leave);
            }))
        });
    }

    /// Refuses somebody who could never be released anything, with an entry.
    fn refuse(&self, who: Who, code: Code, ticket: Ticket<Reply>) {
        self.log.bring(move |desk| {
            let tried = FetchRefused::new(&who, None);
            refused::note(
                desk,
                EntryKind::ReleaseRefused,
                &who.person.name,
                code,
                &tried,
            )?;
            Ok(Box::new(move |_| ticket.refuse(code)))
        });
    }

    /// Decides a wish over the envelope that was brought, and answers its ticket
    /// when the entry is durable.
    pub(crate) fn decide(
        &self,
        session: &SessionToken,
        wish: Wish,
        slip: Vec<u8>,
        envelope: Vec<u8>,
        ticket: Ticket<Reply>,
    ) {
        let session = session.hash();
        let Some(who) = self.who(&session) else {
            return ticket.refuse(Code::NotSignedIn);
        };
        // On the reserve only an emergency goes on.
        let waits = !matches!(&wish, Wish::Release(Why::Emergency { .. }));
        if waits && self.room.rules.reserve.check().is_err() {
            return reserve::bring_refusal(&self.log, ticket);
        }
        let (room, log) = (Arc::clone(&self.room), self.log.clone());
        let now = self.clock.now();
        // Too many wait: the ticket goes down with the task and says so.
        let ticket = ticket.if_dropped(Code::NotReady.into());
        self.workers.bring(move || {
            let ticket = ticket.if_dropped(Code::LogUnavailable.into());
            let brought = room.look_at(&who, &wish, &slip, &envelope, &now);
            log.bring(move |desk| decide(desk, room, &session, &wish, brought, ticket));
        });
    }

    fn who(&self, session: &[u8; 32]) -> Option<Who> {
        let steady_ms = self.steady.at(&self.clock.now());
        people::read(&self.people).who(session, steady_ms)
    }
}

impl Room {
    /// Makes the question for one envelope and the permit for it.
    fn leave(
        &self,
        record: i64,
        session: [u8; 32],
        log_size: u64,
        now: &Now,
    ) -> Result<Reply, Code> {
        let store_nonce = self.rules.store.nonce().ok_or(Code::NotReady)?;
        let query = Query {
            purpose: String::new(),
            reference: None,
            ask: Ask::Envelope { record },
        };
        let query = query::to_bytes(&query).map_err(|_| Code::Malformed)?;
        let permit = Permit {
            id: random::bytes().map_err(|_| Code::NotReady)?,
            query: firebox_contract::canonical::sha256(&[&query]),
            action: Action::Envelope,
            fields: permit::fields::ENVELOPE,
            session,
            log_index: log_size.saturating_sub(1),
            max_rows: 1,
            store_nonce,
            expires_boottime_ms: now.boottime_ms + LIFETIME_MS,
        };
        let permit = permit.seal(&self.rules.permit_key);
        Ok(Reply::Fetch { permit, query })
    }

    /// Looks at what was brought, and opens it unless the policy refuses it anyway.
    fn look_at(&self, who: &Who, wish: &Wish, slip: &[u8], envelope: &[u8], now: &Now) -> Brought {
        let (key, session) = (&self.rules.permit_key, &who.session);
        let covered = [(What::Slip, slip), (What::Envelope, envelope)];
        let [Ok(slip), Ok(envelope)] =
            covered.map(|(what, bytes)| cover::uncover(key, what, session, bytes))
        else {
            return Brought::BadSlip(SlipError::Forged);
        };
        let slip = match Slip::open(&slip, key, session, now.boottime_ms) {
            Ok(slip) => Box::new(slip),
            Err(error) => return Brought::BadSlip(error),
        };
        match self.see(who, wish, &slip, &envelope) {
            Ok(seen) => Brought::Sound(slip, seen),
            Err(unsound) => Brought::Unsound(slip, unsound),
        }
    }

    fn see(&self, who: &Who, wish: &Wish, slip: &Slip, envelope: &[u8]) -> Result<Seen, Unsound> {
        let envelope = self.opener.read(envelope)?;
        let context = &envelope.context;
        let sealed_for = (&context.source, &context.record, context.version);
        if sealed_for != (&slip.source, &slip.key, slip.version) {
            return Err(EnvelopeError::Swapped.into());
        }
        let releases = &self.rules.policy.releases;
        let (roles, class) = (&who.person.roles, context.class);
        let refused = match wish {
            Wish::Release(Why::Stated { purpose, .. }) => {
                releases.decide(roles, class, purpose).is_err()
            }
            Wish::Release(Why::Emergency { .. }) => {
                releases.decide_emergency(roles, class).is_err()
            }
            // What it was released for is known to the log thread alone.
            Wish::Again(_) => false,
        };
        if refused {
            return Ok(Seen::Closed(Box::new(envelope.context)));
        }
        self.opener
            .open(envelope)
            .map(|opened| Seen::Opened(Box::new(opened)))
    }
}

fn answer(ticket: Ticket<Reply>, reply: Result<Reply, Code>) {
    match reply {
        Ok(reply) => ticket.answer(&reply),
        Err(code) => ticket.refuse(code),
    }
}
