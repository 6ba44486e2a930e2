//! One attempt to sign in: a session, or what the page says instead.

use axum::http::StatusCode;
use firebox_protocol::{Password, SessionToken};

use crate::components::Errors;
use crate::keeper_client::KeeperClient;
use crate::pages::council::Council;
use crate::pages::form::Fields;
use crate::pages::said;
use crate::problem::{Kind, Problem};

/// How long a locked name waits when the keeper does not say, in seconds.
const LOCKED_SECONDS: u32 = 900;

/// Why an attempt gave no session.
pub(super) struct Refused {
    /// What the page says.
    pub(super) errors: Errors,
    /// The page's status.
    pub(super) status: StatusCode,
    /// When it is worth trying again.
    pub(super) retry_after_seconds: Option<u32>,
}

/// Tries the fields of the form. What is no matter of the form, such as a
/// keeper that is away, is the problem.
pub(super) async fn attempt(
    keeper: &KeeperClient,
    fields: &Fields,
    council: &Council,
) -> Result<Result<SessionToken, Refused>, Problem> {
    let errors = missing(fields);
    if !errors.is_empty() {
        return Ok(Err(Refused::of(errors)));
    }
    let code = fields.get("code").replace(' ', "");
    let code = (!code.is_empty()).then_some(code);
    let password = Password::new(fields.raw("password").to_owned());
    let tried = keeper.sign_in(fields.get("person").to_owned(), password, code);
    match tried.await.map_err(Problem::from) {
        Ok((session, _)) => Ok(Ok(session)),
        Err(problem) => refused(problem, council).map(Err),
    }
}

fn missing(fields: &Fields) -> Errors {
    let mut errors = Errors::default();
    if fields.get("person").is_empty() {
        errors.add("person", "Enter your name");
    }
    if fields.raw("password").is_empty() {
        errors.add("password", "Enter your password");
    }
    errors
}

fn refused(problem: Problem, council: &Council) -> Result<Refused, Problem> {
    match problem.kind {
        // Longer than any name, password or code can be: as wrong as any other.
        Kind::SignInWrong | Kind::Malformed => Ok(wrong()),
        Kind::SignInLocked => Ok(locked(&problem, council)),
        _ => Err(problem),
    }
}

/// One message for all three, so that it does not tell which names there are.
fn wrong() -> Refused {
    let words = "The name, password or code is not right. Try again.";
    Refused::of(Errors::one("person", words))
}

fn locked(problem: &Problem, council: &Council) -> Refused {
    let seconds = problem.retry_after_seconds.unwrap_or(LOCKED_SECONDS);
    let minutes = usize::try_from(seconds.div_ceil(60)).unwrap_or(usize::MAX);
    let wait = said::count(minutes, "minute", "minutes");
    let number = council.pages.help_desk.spoken();
    let words = format!("Too many tries. Wait {wait} or phone {number}.");
    Refused {
        status: StatusCode::TOO_MANY_REQUESTS,
        retry_after_seconds: Some(seconds),
        ..Refused::of(Errors::one("person", words))
    }
}

impl Refused {
    fn of(errors: Errors) -> Self {
        Self {
            errors,
            status: StatusCode::UNPROCESSABLE_ENTITY,
            retry_after_seconds: None,
        }
    }
}
