//! Reading the log, as a reviewer, on the operator's socket. Whoever reads signs
//! in for it and says why; the entry about the reading is on the disk before the
//! first entry is given.
//!
//! ```text
//! name, password, code -> reviewer? -> purpose, reference -> `log-read` -> (disk) -> reading -> page, page, ...
//!       |                     |                |
//!       +---------------------+----------------+--> refused, and an entry that says so
//! ```

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use firebox_protocol::operator::{KeeperReply, LogEntry, ReadHow};
use firebox_protocol::query::MAX_REFERENCE_CHARACTERS;
use firebox_protocol::{Code, Password};
use serde::Serialize;

use crate::checkpoint::Checkpoints;
use crate::clock::Clock;
use crate::desk::Desk;
use crate::log::book::Tip;
use crate::log::database::LogError;
use crate::log::kind::EntryKind;
use crate::log_reader::LogReader;
use crate::outbox::Ticket;
use crate::people::{self, SharedPeople};
use crate::policy::Policy;
use crate::question::{MAX_EXACT, MAX_PURPOSE_CHARACTERS};
use crate::question_check::line;
use crate::random;
use crate::refused;
use crate::role::Role;
use crate::roster::{Person, fold};
use crate::sign_in::{Proved, SignIn};
use crate::workers::Workers;
use crate::writer::After;

/// Purposes for which the log is read.
const PURPOSES: [&str; 3] = ["investigation", "complaint", "subject-access"];
/// How long a reading is good for, in milliseconds of boot time.
const LIFE_MS: u64 = 60 * 60 * 1000;
/// Most readings at once; one more ends the oldest.
const MOST: usize = 16;

/// Names a reading to whoever began it.
type ReadingId = [u8; 16];

/// Begins readings and gives their pages.
pub(crate) struct Readings {
    pub(crate) sign_in: SignIn,
    pub(crate) room: Arc<ReadingRoom>,
}

/// Where readings go on.
pub(crate) struct ReadingRoom {
    pub(crate) people: SharedPeople,
    pub(crate) policy: Arc<Policy>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) reader: Arc<LogReader>,
    pub(crate) checkpoints: Arc<Checkpoints>,
    pub(crate) workers: Workers,
    /// Oldest first; they die with the keeper.
    pub(crate) open: Mutex<VecDeque<Reading>>,
}

/// A reading that was begun.
pub(crate) struct Reading {
    id: ReadingId,
    folded: String,
    range: Range<u64>,
    ends_boottime_ms: u64,
}

/// What a reviewer wishes to read, and why.
pub(crate) struct Wish {
    pub(crate) purpose: String,
    pub(crate) reference: String,
    pub(crate) from: u64,
    pub(crate) count: u64,
    pub(crate) how: ReadHow,
}

impl Wish {
    /// Checks lengths before anything is logged.
    fn check(&self) -> Result<(), Code> {
        line(&self.purpose, MAX_PURPOSE_CHARACTERS)?;
        // An empty one is refused with an entry, by somebody known.
        if !self.reference.trim().is_empty() {
            line(&self.reference, MAX_REFERENCE_CHARACTERS)?;
        }
        if self.count == 0 || self.from > MAX_EXACT {
            return Err(Code::Malformed);
        }
        Ok(())
    }
}

/// Who reads what and why, as it stands in entries.
#[derive(Serialize)]
struct LogRead<'a> {
    person: &'a str,
    roles: Vec<&'static str>,
    auth: &'static str,
    purpose: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    reference: &'a str,
    from: u64,
    /// The entry after the last; only of a reading that was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<u64>,
    how: ReadHow,
}

impl Readings {
    /// Begins a reading, and answers its ticket when the entry about it is durable.
    pub(crate) fn begin(
        &self,
        person: &str,
        password: Password,
        totp: Option<String>,
        wish: Wish,
        ticket: Ticket<KeeperReply>,
    ) {
        if let Err(code) = wish.check() {
            return ticket.refuse(code);
        }
        let room = Arc::clone(&self.room);
        self.sign_in.prove(
            person,
            password,
            totp,
            ticket,
            move |desk, proved, ticket| room.decide(desk, &proved, wish, ticket),
        );
    }

    /// Gives the next entries of a reading.
    pub(crate) fn page(&self, id: &ReadingId, from: u64, ticket: Ticket<KeeperReply>) {
        match self.room.page(id, from) {
            Ok(entries) => ticket.answer(&KeeperReply::LogPage(entries)),
            Err(code) => ticket.refuse(code),
        }
    }
}

impl ReadingRoom {
    fn decide(
        self: Arc<Self>,
        desk: &mut Desk<'_>,
        proved: &Proved,
        wish: Wish,
        ticket: Ticket<KeeperReply>,
    ) -> Result<After, LogError> {
        let (person, own) = (&proved.person, desk.tip().size);
        let mut words = LogRead {
            person: &person.name,
            roles: person.role_codes(),
            auth: proved.auth.code(),
            purpose: &wish.purpose,
            reference: &wish.reference,
            from: wish.from,
            to: None,
            how: wish.how,
        };
        if let Err(code) = judge(person, &self.policy, &wish, own) {
            refused::note(desk, EntryKind::Refused, &person.name, code, &words)?;
            return Ok(Box::new(move |_| ticket.refuse(code)));
        }
        // The reading's own entry is the last that can be read.
        let to = wish.from.saturating_add(wish.count).min(own + 1);
        words.to = Some(to);
        let entry = desk.append(EntryKind::LogRead, &words)?.index;
        let (tip, folded) = (desk.tip(), fold(&person.name));
        let reading = Reading {
            id: random::bytes()?,
            folded,
            range: wish.from..to,
            ends_boottime_ms: desk.now.boottime_ms + LIFE_MS,
        };
        let ticket = ticket.if_dropped(Code::NotReady.into());
        Ok(Box::new(move |_| {
            let room = Arc::clone(&self);
            self.workers
                .bring(move || room.open(reading, &tip, entry, ticket));
        }))
    }

    /// Opens a reading whose entry is durable and ends the log at `tip`.
    fn open(&self, reading: Reading, tip: &Tip, entry: u64, ticket: Ticket<KeeperReply>) {
        let Ok((left, right)) = self.reader.beside(&reading.range, tip.size) else {
            log::error!("the log cannot be read around a range: run `firebox log check`");
            return ticket.refuse(Code::LogUnavailable);
        };
        let reply = KeeperReply::Reading {
            reading: reading.id,
            from: reading.range.start,
            to: reading.range.end,
            origin: self.checkpoints.origin().to_owned(),
            checkpoint: self.checkpoints.of(tip),
            left,
            right,
            entry,
        };
        let mut open = self.readings();
        if open.len() == MOST {
            open.pop_front();
        }
        open.push_back(reading);
        drop(open);
        ticket.answer(&reply);
    }

    fn page(&self, id: &ReadingId, from: u64) -> Result<Vec<LogEntry>, Code> {
        let range = self.rest(id, from)?;
        let kept = self.reader.page(&range).map_err(|error| {
            log::error!("entries of the log cannot be read ({error}): run `firebox log check`");
            Code::LogUnavailable
        })?;
        let entry = |kept: crate::log::rows::Kept| LogEntry {
            leaf: kept.leaf.to_bytes().to_vec(),
            opened: kept.opened,
        };
        Ok(kept.into_iter().map(entry).collect())
    }

    /// Gives what is left of a reading from `from` on. One that ended, one of a
    /// person who may no longer read, and none are the same.
    fn rest(&self, id: &ReadingId, from: u64) -> Result<Range<u64>, Code> {
        let now = self.clock.now().boottime_ms;
        let mut open = self.readings();
        open.retain(|reading| now < reading.ends_boottime_ms);
        let people = people::read(&self.people);
        let may_read = |reading: &&Reading| {
            let person = people.roster.get(&reading.folded);
            person.is_some_and(|person| person.enabled && is_reviewer(person))
        };
        let reading = open.iter().find(|reading| reading.id == *id);
        let range = reading.filter(may_read).map(|reading| &reading.range);
        match range {
            Some(range) if (range.start..=range.end).contains(&from) => Ok(from..range.end),
            _ => Err(Code::NotFound),
        }
    }

    fn readings(&self) -> MutexGuard<'_, VecDeque<Reading>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Judges a wish in a log of `size` entries.
fn judge(person: &Person, policy: &Policy, wish: &Wish, size: u64) -> Result<(), Code> {
    if !is_reviewer(person) {
        return Err(Code::NotAllowed);
    }
    if !policy.knows(&wish.purpose) {
        return Err(Code::UnknownPurpose);
    }
    if !PURPOSES.contains(&wish.purpose.as_str()) {
        return Err(Code::PurposeNotAllowed);
    }
    if wish.reference.trim().is_empty() {
        return Err(Code::ReferenceMissing);
    }
    if wish.from >= size {
        return Err(Code::NotFound);
    }
    Ok(())
}

fn is_reviewer(person: &Person) -> bool {
    person.roles.contains(&Role::Reviewer)
}
