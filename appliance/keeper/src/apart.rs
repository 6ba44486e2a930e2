//! Decisions of people that two records are not one person, or may be again. The
//! store brings one before it takes effect; it takes effect after its entry.

use firebox_protocol::Code;
use firebox_protocol::store_keeper::{Apart, Reply};
use serde::Serialize;

use crate::desk::Desk;
use crate::log::database::LogError;
use crate::log::kind::EntryKind;
use crate::outbox::Ticket;
use crate::question_check::line;
use crate::reserve::{self, ReserveMode};
use crate::roster::MAX_NAME_CHARACTERS;
use crate::writer::{After, Log};

/// Longest line that says why, in characters.
const MAX_WHY_CHARACTERS: usize = 500;

/// Enters decisions about records.
pub(crate) struct Aparts {
    pub(crate) reserve: ReserveMode,
    pub(crate) log: Log,
}

#[derive(Serialize)]
struct Decided<'a> {
    /// As the operator's command line said it.
    by: &'a str,
    why: &'a str,
    /// The hashes that name the records in manifests.
    records: [String; 2],
    /// False: the decision is taken back.
    apart: bool,
}

impl Aparts {
    /// Enters a decision and answers its ticket when the entry is durable.
    pub(crate) fn apart(&self, told: Apart, ticket: Ticket<Reply>) {
        if let Err(code) = check(&told) {
            return ticket.refuse(code);
        }
        if self.reserve.check().is_err() {
            return reserve::bring_refusal(&self.log, ticket);
        }
        self.log.bring(move |desk| enter(desk, &told, ticket));
    }
}

fn check(told: &Apart) -> Result<(), Code> {
    line(&told.by, MAX_NAME_CHARACTERS)?;
    line(&told.why, MAX_WHY_CHARACTERS)?;
    let [first, second] = &told.records;
    // A record is itself: there is nothing to decide.
    if first == second {
        return Err(Code::Malformed);
    }
    Ok(())
}

fn enter(desk: &mut Desk<'_>, told: &Apart, ticket: Ticket<Reply>) -> Result<After, LogError> {
    let decided = Decided {
        by: &told.by,
        why: &told.why,
        records: told.records.map(hex::encode),
        apart: told.apart,
    };
    desk.append(EntryKind::Apart, &decided)?;
    Ok(Box::new(move |_| ticket.answer(&Reply::Entered)))
}
