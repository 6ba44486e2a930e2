//! `/address/{token}/hazard`: something dangerous that nobody recorded, told to
//! one service, which alone can read the words.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use firebox_contract::correction::MAX_SAW_CHARACTERS;
use firebox_contract::record::Uprn;
use firebox_protocol::Ask;
use firebox_protocol::query::Report;
use jiff::Timestamp;

use super::hazard_form::{self, KIND, SAW, TO, WHEN};
use super::letter::Draft;
use super::send::is_limit;
use super::subject;
use super::told::{Of, Sent, Told};
use crate::api::hazard::WHEN_CHARACTERS;
use crate::api::role_of_report;
use crate::components::Errors;
use crate::line;
use crate::pages::address::Token;
use crate::pages::council::Service;
use crate::pages::desk::Once;
use crate::pages::form::{Fields, Form};
use crate::pages::page::{Page, see_other};
use crate::pages::room::Room;
use crate::pages::said;
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};

/// Asks what was seen.
pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    Token(token): Token,
) -> Result<Page, Problem> {
    subject::uprn(&room.words, &visitor, &token)?;
    hazard_form::page(
        &room,
        &visitor,
        &token,
        (&Fields::default(), Errors::default()),
    )
}

/// Sends it, or shows the form once more.
pub(super) async fn post(
    State(room): State<Room>,
    Token(token): Token,
    form: Form,
) -> Result<Response, Problem> {
    let Form { visitor, fields } = form;
    let uprn = subject::uprn(&room.words, &visitor, &token)?;
    let again = |errors, status: Option<Kind>| {
        let page = hazard_form::page(&room, &visitor, &token, (&fields, errors))?;
        let page = match status {
            Some(kind) => page.with_status(kind.status()),
            None => page,
        };
        Ok(page.into_response())
    };
    let (mut report, service) = match report(&room, uprn, &fields) {
        Ok(read) => read,
        Err(errors) => return again(errors, None),
    };
    report.by_role = role_of_report(visitor.roles())?;
    let raised = room.raise(&visitor, Ask::Report(report)).await;
    match raised {
        Ok(raised) => Ok(told(&room, &visitor, &token, Sent::of(raised))),
        Err(problem) => match refused(&room, &problem, service) {
            Some(errors) => again(errors, Some(problem.kind)),
            None => Err(problem),
        },
    }
}

/// Lays what became of it ready for the page it leads to.
fn told(room: &Room, visitor: &Visitor, token: &str, sent: Sent) -> Response {
    let path = format!("/corrections/{}", sent.reference);
    let on = if visitor.is("officer") {
        ("Back to the address", format!("/address/{token}"))
    } else {
        ("Back to your first page", "/".to_owned())
    };
    let reference = sent.reference.clone();
    let told = Draft::Told(Once::new(Told {
        sent,
        of: Of::Hazard,
        on,
    }));
    room.at(visitor, |desk| desk.corrections.put(reference, told));
    see_other(&path)
}

/// Says beside the form what somebody can put right there; what was typed is
/// kept. None: it is the same page as everywhere.
fn refused(room: &Room, problem: &Problem, service: &Service) -> Option<Errors> {
    let Service { name, phone, .. } = service;
    let (field, words) = match problem.kind {
        Kind::NobodyToTell => (
            TO,
            format!(
                "{name} cannot be told through this service. Phone them on {phone}, or select another team"
            ),
        ),
        Kind::AlreadyThere => (
            TO,
            format!("The same was reported before and waits with {name}. Phone them on {phone}"),
        ),
        kind if is_limit(kind) => {
            let minutes = problem.retry_after_seconds.unwrap_or(300).div_ceil(60);
            let wait = said::count(minutes as usize, "minute", "minutes");
            let duty_line = &room.council.duty_line;
            (
                KIND,
                format!(
                    "You have sent more than usual. Wait {wait} and send it again, or phone {duty_line}"
                ),
            )
        }
        _ => return None,
    };
    Some(Errors::one(field, words))
}

/// Reads the form.
fn report<'a>(
    room: &'a Room,
    uprn: Uprn,
    fields: &Fields,
) -> Result<(Report, &'a Service), Errors> {
    let today = room.words.calendar.day(Timestamp::now());
    let mut errors = Errors::default();
    let category = fields.get(KIND);
    let offered = hazard_form::kinds(&room.words.vocabulary, today);
    if !offered.iter().any(|kind| kind.code == category) {
        errors.add(KIND, "Select what kind of hazard it is");
    }
    let saw = printable(fields.get(SAW));
    let saw = filled(
        SAW,
        line::several(SAW, &saw, MAX_SAW_CHARACTERS),
        (&saw, &mut errors),
    );
    let when = printable(fields.get(WHEN));
    let when = filled(
        WHEN,
        line::filled(WHEN, &when, WHEN_CHARACTERS),
        (&when, &mut errors),
    );
    let service = room
        .council
        .services
        .iter()
        .find(|one| one.id == fields.get(TO));
    if service.is_none() {
        errors.add(TO, "Select which team should know");
    }
    match service {
        Some(service) if errors.is_empty() => Ok((
            Report {
                uprn,
                category: category.to_owned(),
                saw,
                when,
                to: service.id.clone(),
                by_role: String::new(),
            },
            service,
        )),
        _ => Err(errors),
    }
}

/// Gives what was read of a text, or says what is wrong with it.
fn filled(
    field: &'static str,
    read: Result<String, Problem>,
    (typed, errors): (&str, &mut Errors),
) -> String {
    read.unwrap_or_else(|_| {
        let words = match (field, typed.trim().is_empty()) {
            (SAW, true) => "Enter what you saw".to_owned(),
            (SAW, false) => format!("What you saw must be {MAX_SAW_CHARACTERS} characters or less"),
            (_, true) => "Enter when you saw it".to_owned(),
            (_, false) => format!("When you saw it must be {WHEN_CHARACTERS} characters or less"),
        };
        errors.add(field, words);
        String::new()
    })
}

/// A control character cannot be seen, so nobody could put it right.
fn printable(text: &str) -> String {
    let seen = |sign: char| {
        if sign.is_control() && sign != '\n' {
            ' '
        } else {
            sign
        }
    };
    text.chars().map(seen).collect()
}
