//! A question, from the gate's words to the store's permit:
//!
//! ```text
//! session -> question -> store there? -> policy -> limits -> entry -> (disk) -> permit
//!    |          |             |             |         |
//!    +----------+-------------+             +---------+--> refused, and an entry that says so
//!               +--> refused
//! ```

use std::sync::Arc;

use firebox_protocol::gate_keeper::Reply;
use firebox_protocol::mac::MacKey;
use firebox_protocol::permit::LIFETIME_MS;
use firebox_protocol::{Ask, Code, Permit, Refusal, SessionToken};
use serde::Serialize;

use crate::clock::{Clock, Steady};
use crate::corrections;
use crate::desk::Desk;
use crate::hold::{self, Step};
use crate::log::database::LogError;
use crate::log::kind::EntryKind;
use crate::outbox::Ticket;
use crate::people::{self, SharedPeople, Who};
use crate::policy::Policy;
use crate::question::Question;
use crate::question_words::Asked;
use crate::random;
use crate::refused;
use crate::reserve::{self, ReserveMode};
use crate::role::Role;
use crate::roster::fold;
use crate::store_socket::StoreLink;
use crate::writer::{After, Log};

/// Signs of the reference the keeper makes when the caller has none: fifty bits.
const REFERENCE_SIGNS: usize = 10;

/// Decides questions.
pub(crate) struct LookUps {
    pub(crate) people: SharedPeople,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) steady: Steady,
    pub(crate) log: Log,
    pub(crate) rules: Arc<Rules>,
}

/// What a decision rests on.
pub(crate) struct Rules {
    pub(crate) policy: Arc<Policy>,
    pub(crate) permit_key: Arc<MacKey>,
    pub(crate) store: StoreLink,
    pub(crate) reserve: ReserveMode,
}

/// Who asks what, as it stands in entries.
#[derive(Serialize)]
struct Asking<'a> {
    person: &'a str,
    roles: Vec<&'static str>,
    session: String,
    auth: &'static str,
    purpose: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    asked: Asked<'a>,
}

#[derive(Serialize)]
struct Allowed<'a> {
    #[serde(flatten)]
    asking: Asking<'a>,
    decision: &'static str,
    /// The role that allows it.
    by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    permit: Option<String>,
    /// Who agreed first, where two must.
    #[serde(skip_serializing_if = "Option::is_none")]
    agreed_first: Option<&'a str>,
}

impl LookUps {
    /// Decides a question and answers its ticket when the entry is durable.
    pub(crate) fn permit(&self, session: &SessionToken, query: &[u8], ticket: Ticket<Reply>) {
        let session = session.hash();
        let steady_ms = self.steady.at(&self.clock.now());
        if people::read(&self.people)
            .who(&session, steady_ms)
            .is_none()
        {
            return ticket.refuse(Code::NotSignedIn);
        }
        if self.rules.reserve.check().is_err() {
            return reserve::bring_refusal(&self.log, ticket);
        }
        let question = match Question::read(query) {
            Ok(question) => question,
            Err(code) => return ticket.refuse(code),
        };
        let rules = Arc::clone(&self.rules);
        self.log
            .bring(move |desk| decide(desk, rules, &session, question, ticket));
    }
}

fn decide(
    desk: &mut Desk<'_>,
    rules: Arc<Rules>,
    session: &[u8; 32],
    question: Question,
    ticket: Ticket<Reply>,
) -> Result<After, LogError> {
    let Leave {
        mut permit,
        reference,
        standing,
    } = match judge(desk, &rules, session, question)? {
        Ok(granted) => granted,
        // Refused once the group is durable, and with it the entry that may say so.
        Err(refusal) => return Ok(Box::new(move |_| ticket.refuse(refusal))),
    };
    Ok(Box::new(move |durable| {
        // The ten seconds begin when the entry is on the disk.
        permit.expires_boottime_ms = durable.now.boottime_ms + LIFETIME_MS;
        let entry = permit.log_index;
        let permit = permit.seal(&rules.permit_key);
        ticket.answer(&Reply::Permit {
            permit,
            entry,
            reference,
            standing,
        });
    }))
}

/// What a question that is allowed is answered with.
struct Leave {
    permit: Permit,
    reference: String,
    /// Records of which the person has a release that has not ended.
    standing: Vec<i64>,
}

/// Judges inside the group, and enters what comes of it. The session is looked
/// at again, because work before this may have ended it.
fn judge(
    desk: &mut Desk<'_>,
    rules: &Rules,
    session: &[u8; 32],
    mut question: Question,
) -> Result<Result<Leave, Refusal>, LogError> {
    let Some(who) = desk.people().who(session, desk.steady_ms) else {
        return Ok(Err(Code::NotSignedIn.into()));
    };
    let Some(store_nonce) = rules.store.nonce() else {
        return Ok(Err(Code::NotReady.into()));
    };
    let role = match weigh(desk, &rules.policy, &who, &question) {
        Ok(role) => role,
        Err(refusal) => {
            note_refused(desk, &who, &question, refusal.code)?;
            return Ok(Err(refusal));
        }
    };
    let reference = match question.reference.take() {
        Some(reference) => reference,
        None => format!("CALL-{}", random::code::<REFERENCE_SIGNS>()?),
    };
    question.reference = Some(reference.clone());
    let id = draw_id(desk, &mut question)?;
    let entered = enter(desk, &who, role, &question, id)?;
    let folded = fold(&who.person.name);
    let standing = desk.state.standing.of(&folded, desk.steady_ms);
    let (action, fields, max_rows) = question.scope(role);
    let permit = |log_index| Permit {
        id,
        query: question.hash,
        action,
        fields,
        session: *session,
        log_index,
        max_rows,
        store_nonce,
        expires_boottime_ms: 0,
    };
    Ok(entered
        .map(|entry| Leave {
            permit: permit(entry),
            reference,
            standing,
        })
        .map_err(Refusal::new))
}

/// Weighs a question against policy and limits; what passes has been counted.
fn weigh(
    desk: &mut Desk<'_>,
    policy: &Policy,
    who: &Who,
    question: &Question,
) -> Result<Role, Refusal> {
    let told = question.by_role().map(|code| told_role(who, code));
    let roles = told.as_ref().map_or(&*who.person.roles, Option::as_slice);
    let role = policy.decide(roles, question.kind(), &question.purpose)?;
    let (minute, folded) = (desk.minute(), fold(&who.person.name));
    let limits = &mut desk.state.limits;
    if question.raises() {
        limits.take_correction(&folded, minute, policy)?;
    } else {
        limits.take_look_ups(&folded, question.cost(), minute, &policy.look_ups)?;
    }
    Ok(role)
}

/// Gives the role a service is told of, when it is one of the person's: nobody
/// speaks to a service as what they are not.
fn told_role(who: &Who, code: &str) -> Option<Role> {
    Role::parse(code).filter(|role| who.person.roles.contains(role))
}

/// Draws the permit's id, and names after it what the question raises: no two
/// corrections have one name.
fn draw_id(desk: &Desk<'_>, question: &mut Question) -> Result<[u8; 16], LogError> {
    loop {
        let id = random::bytes::<16>()?;
        question.name_correction(&id);
        match &question.correction {
            Some(name) if corrections::is_known(desk.conn, name)? => {}
            _ => return Ok(id),
        }
    }
}

/// Appends the entry of an allowed question and gives its index, or the code of
/// what is still missing.
fn enter(
    desk: &mut Desk<'_>,
    who: &Who,
    role: Role,
    question: &Question,
    id: [u8; 16],
) -> Result<Result<u64, Code>, LogError> {
    let allowed = Allowed {
        asking: asking(who, question),
        decision: "allowed",
        by: role.code(),
        permit: Some(hex::encode(id)),
        agreed_first: None,
    };
    if let Ask::DecideHold { hold, apply } = question.ask {
        return enter_hold(desk, who, allowed, hold, apply);
    }
    if let Some(reference) = &question.correction {
        let entry = desk.append(EntryKind::Correction, &allowed)?.index;
        corrections::raise(desk.conn, reference, question.only_to(), entry)?;
        return Ok(Ok(entry));
    }
    let entry = desk.append(EntryKind::LookUp, &allowed)?.index;
    if question.shows_records() {
        let now = desk.now;
        desk.state.awaiting.expect(desk.conn, id, entry, &now)?;
    }
    Ok(Ok(entry))
}

/// The same for the decision of a held reading, which may need a second person.
fn enter_hold(
    desk: &mut Desk<'_>,
    who: &Who,
    mut allowed: Allowed<'_>,
    hold: u64,
    apply: bool,
) -> Result<Result<u64, Code>, LogError> {
    match hold::step(desk, who, hold, apply)? {
        Step::Decided { first } => {
            let allowed = Allowed {
                agreed_first: first.as_deref(),
                ..allowed
            };
            let entry = desk.append(EntryKind::HoldDecided, &allowed)?.index;
            if !apply {
                hold::forget(desk, hold)?;
            }
            Ok(Ok(entry))
        }
        Step::First => {
            allowed.permit = None;
            allowed.decision = "second-person-needed";
            let entry = desk.append(EntryKind::HoldAgreed, &allowed)?.index;
            hold::agree(desk, who, hold, entry)?;
            Ok(Err(Code::SecondPersonNeeded))
        }
        Step::Refused(code) => {
            let name = &who.person.name;
            refused::note(desk, EntryKind::Refused, name, code, &allowed.asking)?;
            Ok(Err(code))
        }
    }
}

fn note_refused(
    desk: &mut Desk<'_>,
    who: &Who,
    question: &Question,
    code: Code,
) -> Result<(), LogError> {
    let asking = asking(who, question);
    refused::note(desk, EntryKind::Refused, &who.person.name, code, &asking)
}

fn asking<'a>(who: &'a Who, question: &'a Question) -> Asking<'a> {
    Asking {
        person: &who.person.name,
        roles: who.person.role_codes(),
        session: who.session_hex(),
        auth: who.auth.code(),
        purpose: &question.purpose,
        reference: question.reference.as_deref(),
        asked: question.in_words(),
    }
}
