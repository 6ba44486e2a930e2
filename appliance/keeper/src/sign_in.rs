//! Signing in: name, password and, where the person has one, a code. One answer
//! for all that is wrong, after the same work whether anybody has the name or not.

use std::sync::Arc;

use firebox_protocol::gate_keeper::Reply;
use firebox_protocol::{Code, Password, Refusal};
use serde::Serialize;

use crate::clock::{Clock, Steady};
use crate::desk::Desk;
use crate::lock_out;
use crate::log::database::LogError;
use crate::log::kind::EntryKind;
use crate::outbox::{CanRefuse, Ticket};
use crate::password::{MAX_BYTES, Pool};
use crate::people::{self, SharedPeople, Who};
use crate::policy::Policy;
use crate::refused;
use crate::roster::{MAX_NAME_CHARACTERS, Person, fold};
use crate::session::{self, Auth, Session};
use crate::writer::{After, Log};

/// Longest one-time code in bytes.
const MAX_CODE_BYTES: usize = 16;
/// When it is worth trying again while too many sign-ins wait, in seconds.
const BUSY_SECONDS: u32 = 2;

/// Signs people in.
#[derive(Clone)]
pub(crate) struct SignIn {
    pub(crate) people: SharedPeople,
    pub(crate) policy: Arc<Policy>,
    pub(crate) pool: Pool,
    pub(crate) log: Log,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) steady: Steady,
}

/// Somebody who showed who they are.
pub(crate) struct Proved {
    folded: String,
    pub(crate) person: Arc<Person>,
    pub(crate) auth: Auth,
}

/// A sign-in after the password was looked at.
struct Attempt {
    folded: String,
    /// The person the password was compared with.
    person: Option<Arc<Person>>,
    password_is_right: bool,
    totp: Option<Password>,
}

#[derive(Serialize)]
struct SignedIn<'a> {
    person: &'a str,
    roles: Vec<&'static str>,
    session: String,
    auth: &'static str,
}

#[derive(Serialize)]
struct SignInRefused<'a> {
    person: &'a str,
    /// `password`, `code`, `disabled`, `changed`, or `locked` for the one that locked the name.
    reason: &'static str,
}

impl SignIn {
    /// Looks at a sign-in and answers its ticket when the entry is durable.
    pub(crate) fn sign_in(
        &self,
        person: &str,
        password: Password,
        totp: Option<String>,
        ticket: Ticket<Reply>,
    ) {
        let policy = Arc::clone(&self.policy);
        self.prove(
            person,
            password,
            totp,
            ticket,
            move |desk, proved, ticket| welcome(desk, &policy, proved, ticket),
        );
    }

    /// Has somebody show who they are, and goes on with `then` on the log thread;
    /// whoever is not who they say is turned away here, with the entry that says so.
    pub(crate) fn prove<R: CanRefuse + 'static>(
        &self,
        person: &str,
        password: Password,
        totp: Option<String>,
        ticket: Ticket<R>,
        then: impl FnOnce(&mut Desk<'_>, Proved, Ticket<R>) -> Result<After, LogError> + Send + 'static,
    ) {
        let totp = totp.map(Password::new);
        let too_long = person.chars().count() > MAX_NAME_CHARACTERS
            || password.expose().len() > MAX_BYTES
            || totp
                .as_ref()
                .is_some_and(|code| code.expose().len() > MAX_CODE_BYTES);
        if too_long {
            return ticket.refuse(Code::Malformed);
        }
        let folded = fold(person);
        // A locked name costs no hash, so a flood on it slows nobody else.
        let steady_ms = self.steady.at(&self.clock.now());
        let locked = people::read(&self.people)
            .lock_outs
            .locked_for(&lock_out::key(&folded), steady_ms);
        if locked.is_some() {
            return ticket.refuse(locked_out(locked));
        }
        self.compare(folded, password, totp, ticket, then);
    }

    fn compare<R: CanRefuse + 'static>(
        &self,
        folded: String,
        password: Password,
        totp: Option<Password>,
        ticket: Ticket<R>,
        then: impl FnOnce(&mut Desk<'_>, Proved, Ticket<R>) -> Result<After, LogError> + Send + 'static,
    ) {
        let person = people::read(&self.people)
            .roster
            .get(&folded)
            .map(Arc::clone);
        let (pool, log, policy) = (
            self.pool.clone(),
            self.log.clone(),
            Arc::clone(&self.policy),
        );
        let busy = Refusal {
            code: Code::NotReady,
            retry_after_seconds: Some(BUSY_SECONDS),
        };
        let ticket = ticket.if_dropped(busy);
        let task = move || {
            let ticket = ticket.if_dropped(Code::LogUnavailable.into());
            let hash = person
                .as_ref()
                .map_or(pool.nobody(), |person| &person.password);
            let password_is_right = hash.is_of(&password) && person.is_some();
            drop(password);
            let attempt = Attempt {
                folded,
                person,
                password_is_right,
                totp,
            };
            log.bring(move |desk| decide(desk, &policy, attempt, ticket, then));
        };
        // Too many wait: the ticket goes down with the task and says so.
        self.pool.bring(task);
    }
}

fn decide<R: CanRefuse + 'static>(
    desk: &mut Desk<'_>,
    policy: &Policy,
    attempt: Attempt,
    ticket: Ticket<R>,
    then: impl FnOnce(&mut Desk<'_>, Proved, Ticket<R>) -> Result<After, LogError>,
) -> Result<After, LogError> {
    let name = lock_out::key(&attempt.folded);
    let locked = desk.people().lock_outs.locked_for(&name, desk.steady_ms);
    if locked.is_some() {
        return Ok(Box::new(move |_| ticket.refuse(locked_out(locked))));
    }
    match judge(desk, &attempt)? {
        Ok((person, auth)) => {
            desk.people_mut().lock_outs.right(desk.conn, &name)?;
            let folded = attempt.folded;
            let proved = Proved {
                folded,
                person,
                auth,
            };
            then(desk, proved, ticket)
        }
        Err(reason) => turn_away(desk, policy, &attempt, reason, ticket),
    }
}

/// Tells whether all is right, or for the log alone what was not.
fn judge(
    desk: &mut Desk<'_>,
    attempt: &Attempt,
) -> Result<Result<(Arc<Person>, Auth), &'static str>, LogError> {
    let now = desk.people().roster.get(&attempt.folded).map(Arc::clone);
    let person = match (&attempt.person, now) {
        (Some(then), Some(now)) if Arc::ptr_eq(then, &now) => now,
        (None, None) => return Ok(Err("name")),
        // Added, changed or disabled while the password was compared.
        _ => return Ok(Err("changed")),
    };
    if !person.enabled {
        return Ok(Err("disabled"));
    }
    if !attempt.password_is_right {
        return Ok(Err("password"));
    }
    let Some(secret) = &person.totp else {
        return Ok(Ok((person, Auth::Password)));
    };
    let used = desk.people().roster.used_step(&attempt.folded);
    let code = attempt.totp.as_ref().map_or("", Password::expose);
    let Some(step) = secret.step_of(code, desk.now.wall_ms, used) else {
        return Ok(Err("code"));
    };
    desk.people_mut()
        .roster
        .use_step(desk.conn, &attempt.folded, step)?;
    Ok(Ok((person, Auth::PasswordAndTotp)))
}

fn welcome(
    desk: &mut Desk<'_>,
    policy: &Policy,
    proved: Proved,
    ticket: Ticket<Reply>,
) -> Result<After, LogError> {
    let Proved {
        folded,
        person,
        auth,
    } = proved;
    let token = session::token()?;
    let session = Session {
        folded,
        auth,
        expires_ms: desk.now.wall_ms + policy.session_ms,
        ends_steady_ms: desk.steady_ms + policy.session_ms,
        used_steady_ms: desk.steady_ms.into(),
    };
    let who = Who {
        person,
        session: token.hash(),
        auth,
        expires_ms: session.expires_ms,
    };
    let signed_in = SignedIn {
        person: &who.person.name,
        roles: who.person.role_codes(),
        session: who.session_hex(),
        auth: auth.code(),
    };
    desk.append(EntryKind::SignIn, &signed_in)?;
    desk.people_mut()
        .sessions
        .start(desk.conn, who.session, session)?;
    let session_of = session::of(&who, policy.session_idle_ms);
    Ok(Box::new(move |_| {
        ticket.answer(&Reply::SignedIn {
            session: token,
            session_of,
        });
    }))
}

fn turn_away<R: CanRefuse + 'static>(
    desk: &mut Desk<'_>,
    policy: &Policy,
    attempt: &Attempt,
    reason: &'static str,
    ticket: Ticket<R>,
) -> Result<After, LogError> {
    let name = lock_out::key(&attempt.folded);
    let figures = &policy.sign_in;
    let locks = desk
        .people_mut()
        .lock_outs
        .wrong(desk.conn, name, desk.steady_ms, figures)?;
    let known = desk
        .people()
        .roster
        .get(&attempt.folded)
        .map(|person| person.name.clone());
    let reason = if locks { "locked" } else { reason };
    match known {
        // The lock bounds these, so each is an entry.
        Some(person) => {
            let refused = SignInRefused {
                person: &person,
                reason,
            };
            desk.append(EntryKind::SignInRefused, &refused)?;
        }
        // Not the name typed, which may be a password in the wrong box; and
        // counted by the minute, or a flood of made-up names would fill the log.
        None => refused::note(desk, EntryKind::SignInRefused, "", Code::SignInWrong, &())?,
    }
    Ok(Box::new(move |_| ticket.refuse(Code::SignInWrong)))
}

fn locked_out(seconds: Option<u32>) -> Refusal {
    Refusal {
        code: Code::SignInLocked,
        retry_after_seconds: seconds,
    }
}
