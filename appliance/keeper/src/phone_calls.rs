//! A sealed note that was not opened, because the team that holds it told what it
//! says by telephone:
//!
//! ```text
//! session -> well formed? -> policy -> limit -> `told-by-phone` -> (disk) -> entered
//!    |            |            |         |
//!    +------------+            +---------+--> refused, and an entry that says so
//!    +--> refused
//! ```
//!
//! What it is: the record of a disclosure that the box did not make, in the words
//! of whoever was told. What it is not: a proof that the call was made, and nothing
//! of what was said. Whether there is such a warning the keeper cannot know.

use std::sync::Arc;

use firebox_protocol::gate_keeper::{MAX_SPOKE_TO_CHARACTERS, Reply, ToldByPhone};
use firebox_protocol::{Code, Refusal, SessionToken};
use serde::Serialize;

use crate::clock::{Clock, Steady};
use crate::desk::Desk;
use crate::log::database::LogError;
use crate::log::kind::EntryKind;
use crate::look_up::Rules;
use crate::outbox::Ticket;
use crate::people::{self, SharedPeople, Who};
use crate::policy::Policy;
use crate::question::MAX_PURPOSE_CHARACTERS;
use crate::question_check::{check_reference, is_exact, line};
use crate::refused;
use crate::reserve;
use crate::role::Role;
use crate::roster::fold;
use crate::writer::{After, Log};

/// Enters what was told by telephone.
pub(crate) struct PhoneCalls {
    pub(crate) people: SharedPeople,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) steady: Steady,
    pub(crate) log: Log,
    pub(crate) rules: Arc<Rules>,
}

/// Who was told what for, as it stands in entries.
#[derive(Serialize)]
struct Told<'a> {
    person: &'a str,
    roles: Vec<&'static str>,
    session: String,
    auth: &'static str,
    purpose: &'a str,
    reference: &'a str,
    /// The store's id of the warning's record, as `shown` has it.
    record: i64,
    answered: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    spoke_to: &'a str,
    /// The role that allows it; none: it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'static str>,
}

impl PhoneCalls {
    /// Enters a call, and answers its ticket when the entry is durable.
    pub(crate) fn enter(&self, session: &SessionToken, told: ToldByPhone, ticket: Ticket<Reply>) {
        let session = session.hash();
        let steady_ms = self.steady.at(&self.clock.now());
        let who = people::read(&self.people).who(&session, steady_ms);
        if who.is_none() {
            return ticket.refuse(Code::NotSignedIn);
        }
        if self.rules.reserve.check().is_err() {
            return reserve::bring_refusal(&self.log, ticket);
        }
        if let Err(code) = check(&told) {
            return ticket.refuse(code);
        }
        let rules = Arc::clone(&self.rules);
        self.log.bring(move |desk| {
            let entered = judge(desk, &rules.policy, &session, &told)?;
            Ok(answer(entered, ticket))
        });
    }
}

/// Requires a call to be well formed, before anything of it is logged.
fn check(told: &ToldByPhone) -> Result<(), Code> {
    line(&told.purpose, MAX_PURPOSE_CHARACTERS)?;
    check_reference(&told.reference)?;
    if !is_exact(told.record) {
        return Err(Code::Malformed);
    }
    // Where nobody answered there is nobody to name.
    if told.spoke_to.is_empty() && !told.answered {
        return Ok(());
    }
    line(&told.spoke_to, MAX_SPOKE_TO_CHARACTERS)
}

/// Decides inside the group. The session is looked at again, because work before
/// this may have ended it.
fn judge(
    desk: &mut Desk<'_>,
    policy: &Policy,
    session: &[u8; 32],
    told: &ToldByPhone,
) -> Result<Result<u64, Refusal>, LogError> {
    let Some(who) = desk.people().who(session, desk.steady_ms) else {
        return Ok(Err(Code::NotSignedIn.into()));
    };
    match weigh(desk, policy, &who, &told.purpose) {
        Ok(role) => {
            let words = Told::new(&who, told, Some(role));
            let entry = desk.append(EntryKind::ToldByPhone, &words)?.index;
            Ok(Ok(entry))
        }
        Err(refusal) => {
            let words = Told::new(&who, told, None);
            let name = &who.person.name;
            refused::note(desk, EntryKind::Refused, name, refusal.code, &words)?;
            Ok(Err(refusal))
        }
    }
}

/// Each call counts as a look-up, so that nobody fills the log's disk with them.
fn weigh(desk: &mut Desk<'_>, policy: &Policy, who: &Who, purpose: &str) -> Result<Role, Refusal> {
    let role = policy.decide_any_look_up(&who.person.roles, purpose)?;
    let (minute, folded) = (desk.minute(), fold(&who.person.name));
    let limits = &mut desk.state.limits;
    limits.take_look_ups(&folded, 1, minute, &policy.look_ups)?;
    Ok(role)
}

/// Answers once the group is durable, and with it the entry that says so.
fn answer(entered: Result<u64, Refusal>, ticket: Ticket<Reply>) -> After {
    Box::new(move |_| match entered {
        Ok(entry) => ticket.answer(&Reply::Entered { entry }),
        Err(refusal) => ticket.refuse(refusal),
    })
}

impl<'a> Told<'a> {
    fn new(who: &'a Who, told: &'a ToldByPhone, by: Option<Role>) -> Self {
        Self {
            person: &who.person.name,
            roles: who.person.role_codes(),
            session: who.session_hex(),
            auth: who.auth.code(),
            purpose: &told.purpose,
            reference: &told.reference,
            record: told.record,
            answered: told.answered,
            spoke_to: &told.spoke_to,
            by: by.map(Role::code),
        }
    }
}
