//! The receipt of an entry, for whoever made it or a reviewer:
//!
//! ```text
//! session -> entry (read beside the log) -> limit -> theirs, or a reviewer? -> `log-read` -> (disk) -> proof
//!    |                                        |                |
//!    +--> refused                             +----------------+--> refused, and an entry that says so
//! ```
//!
//! An entry of somebody else, one that is not there, and one whose body was
//! erased are the same "not found".

use std::sync::Arc;

use firebox_protocol::gate_keeper::Reply;
use firebox_protocol::{Code, Refusal, SessionToken};
use serde::{Deserialize, Serialize};

use crate::checkpoint::Checkpoints;
use crate::clock::{Clock, Steady};
use crate::desk::Desk;
use crate::log::database::LogError;
use crate::log::kind::EntryKind;
use crate::log::receipt::{self, Entry};
use crate::log::rows::Kept;
use crate::log_reader::LogReader;
use crate::look_up::Rules;
use crate::outbox::Ticket;
use crate::people::{self, SharedPeople, Who};
use crate::question::MAX_EXACT;
use crate::refused;
use crate::role::Role;
use crate::roster::fold;
use crate::workers::Workers;
use crate::writer::{After, Log};

/// Gives receipts of entries.
pub(crate) struct Proofs {
    pub(crate) people: SharedPeople,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) steady: Steady,
    pub(crate) log: Log,
    pub(crate) room: Arc<ProofRoom>,
}

/// What a receipt is made of.
pub(crate) struct ProofRoom {
    pub(crate) rules: Arc<Rules>,
    pub(crate) reader: Arc<LogReader>,
    pub(crate) checkpoints: Arc<Checkpoints>,
    /// Read the log, so that neither the connection nor the log thread has to.
    pub(crate) workers: Workers,
}

/// Who reads, as it stands in entries.
#[derive(Serialize)]
struct Reading<'a> {
    person: &'a str,
    roles: Vec<&'static str>,
    session: String,
    auth: &'static str,
    entries: [u64; 1],
    how: &'static str,
}

impl Proofs {
    /// Decides who may have the receipt of entry `index`, and answers the ticket
    /// with its text when the entry about that is durable.
    pub(crate) fn proof(&self, session: &SessionToken, index: u64, ticket: Ticket<Reply>) {
        let session = session.hash();
        let steady_ms = self.steady.at(&self.clock.now());
        if people::read(&self.people)
            .who(&session, steady_ms)
            .is_none()
        {
            return ticket.refuse(Code::NotSignedIn);
        }
        // No log is as long, and canonical JSON could not write the number.
        if index > MAX_EXACT {
            return ticket.refuse(Code::NotFound);
        }
        let (room, log) = (Arc::clone(&self.room), self.log.clone());
        // Too many wait: the ticket goes down with the task and says so.
        let ticket = ticket.if_dropped(Code::NotReady.into());
        self.room.workers.bring(move || {
            let ticket = ticket.if_dropped(Code::LogUnavailable.into());
            let Ok(found) = room.reader.entry(index) else {
                log::error!("entry {index} of the log cannot be read: run `firebox log check`");
                return;
            };
            let found = found.and_then(Made::of);
            log.bring(move |desk| decide(desk, room, &session, index, found, ticket));
        });
    }
}

/// An entry with its body, and who made it.
struct Made {
    entry: Entry,
    /// Folded name.
    by: Option<String>,
}

#[derive(Deserialize)]
struct By {
    person: Option<String>,
}

impl Made {
    /// Takes an entry apart; none when its body was erased.
    fn of(kept: Kept) -> Option<Self> {
        let leaf = kept.leaf.to_bytes();
        let (salt, body) = kept.opened?;
        let by: Option<By> = serde_json::from_slice(&body).ok();
        Some(Self {
            by: by.and_then(|by| by.person).map(|name| fold(&name)),
            entry: Entry { leaf, salt, body },
        })
    }

    fn may_be_read_by(&self, who: &Who) -> bool {
        let theirs = self.by.as_ref() == Some(&fold(&who.person.name));
        theirs || who.person.roles.contains(&Role::Reviewer)
    }
}

/// Decides inside the group. The session is looked at again, because work
/// before this may have ended it.
fn decide(
    desk: &mut Desk<'_>,
    room: Arc<ProofRoom>,
    session: &[u8; 32],
    index: u64,
    found: Option<Made>,
    ticket: Ticket<Reply>,
) -> Result<After, LogError> {
    let Some(who) = desk.people().who(session, desk.steady_ms) else {
        return Ok(Box::new(move |_| ticket.refuse(Code::NotSignedIn)));
    };
    let reading = Reading {
        person: &who.person.name,
        roles: who.person.role_codes(),
        session: who.session_hex(),
        auth: who.auth.code(),
        entries: [index],
        how: "proof",
    };
    let made = match weigh(desk, &room.rules, &who, found) {
        Ok(made) => made,
        Err(refusal) => {
            let name = &who.person.name;
            refused::note(desk, EntryKind::Refused, name, refusal.code, &reading)?;
            return Ok(Box::new(move |_| ticket.refuse(refusal)));
        }
    };
    desk.append(EntryKind::LogRead, &reading)?;
    let ticket = ticket.if_dropped(Code::NotReady.into());
    Ok(Box::new(move |_| {
        let reading = Arc::clone(&room);
        room.workers
            .bring(move || reading.answer(index, &made.entry, ticket));
    }))
}

/// Each receipt counts as a look-up, so that nobody fills the log's disk with them.
fn weigh(
    desk: &mut Desk<'_>,
    rules: &Rules,
    who: &Who,
    found: Option<Made>,
) -> Result<Made, Refusal> {
    rules.reserve.check()?;
    let (minute, folded) = (desk.minute(), fold(&who.person.name));
    let figures = &rules.policy.look_ups;
    desk.state
        .limits
        .take_look_ups(&folded, 1, minute, figures)?;
    found
        .filter(|made| made.may_be_read_by(who))
        .ok_or_else(|| Code::NotFound.into())
}

impl ProofRoom {
    fn answer(&self, index: u64, entry: &Entry, ticket: Ticket<Reply>) {
        match self.reader.inclusion(index) {
            Ok((path, tip)) => {
                let checkpoint = self.checkpoints.of(&tip);
                let text = receipt::text(entry, index, &path, &checkpoint);
                ticket.answer(&Reply::Text(text));
            }
            Err(_) => {
                log::error!("entry {index} of the log cannot be proved: run `firebox log check`");
                ticket.refuse(Code::LogUnavailable);
            }
        }
    }
}
