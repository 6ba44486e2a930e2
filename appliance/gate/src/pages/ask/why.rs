//! `GET/POST /ask/{id}`: why somebody needs to see a note. The id is the handle
//! of the warning, or the token of a request whose answers are changed.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::draft::{Answers, Draft, REASON_CHARACTERS, Typed};
use super::subject::Subject;
use super::{Ask, Id, Warning, already, purpose};
use crate::components::{
    Button, CharacterCount, Errors, Input, Label, Legend, Radios, Size, Textarea,
};
use crate::pages::form::{self, Form};
use crate::pages::page::{Page, see_other};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

const TITLE: &str = "Why do you need to see this note?";

pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    Id(id): Id,
) -> Result<Page, Problem> {
    let subject = Subject::find(&room, &visitor, &id)?;
    if let Some(release) = room.standing(&visitor, &subject.record) {
        return Ok(already::page(&room, &release));
    }
    page(&room, &visitor, &subject, Errors::default())
}

pub(super) async fn post(
    State(room): State<Room>,
    Id(id): Id,
    form: Form,
) -> Result<Response, Problem> {
    let Form { visitor, fields } = form;
    let mut subject = Subject::find(&room, &visitor, &id)?;
    if let Some(release) = room.standing(&visitor, &subject.record) {
        return Ok(already::page(&room, &release).into_response());
    }
    subject.typed = Typed::sent(&fields);
    match subject.typed.read(&visitor) {
        Ok(answers) => {
            let token = keep(&room, &visitor, subject, answers)?;
            Ok(see_other(&format!("/ask/{token}/check")))
        }
        Err(errors) => page(&room, &visitor, &subject, errors).map(IntoResponse::into_response),
    }
}

/// Lays a request on the desk, in place of the one that was changed.
fn keep(
    room: &Room,
    visitor: &Visitor,
    subject: Subject,
    answers: Answers,
) -> Result<String, Problem> {
    let draft = Draft {
        flag: subject.flag,
        record: subject.record,
        warning: subject.warning,
        answers,
        sent: Default::default(),
    };
    room.at(visitor, |desk| match subject.token {
        Some(token) => {
            desk.asks.put(token.clone(), Ask::Request(Box::new(draft)));
            Ok(token)
        }
        None => desk.asks.add(Ask::Request(Box::new(draft))),
    })
}

/// Makes the form, as it was filled in.
pub(super) fn page(
    room: &Room,
    visitor: &Visitor,
    subject: &Subject,
    errors: Errors,
) -> Result<Page, Problem> {
    let id = subject.token.as_ref().unwrap_or(&subject.flag);
    let content = html! {
        h1 class="govuk-heading-l" { (TITLE) }
        (about(&subject.warning))
        form method="post" action={ "/ask/" (id) } novalidate {
            (form::hidden(&room.words, visitor)?)
            (radios(visitor, &subject.typed, &errors))
            (reference(&subject.typed, &errors))
            (reason(&subject.typed, &errors))
            (Button::submit("Continue").render())
        }
        p class="govuk-body" {
            a class="govuk-link" href={ "/ask/" (subject.flag) "/phone" } {
                "Phone " (subject.warning.team) " instead"
            }
        }
    };
    let back = subject.warning.shown_on.as_str();
    Ok(Page::new(TITLE, content)
        .back("Back to the warnings", back)
        .with_errors(errors))
}

/// Says what is known without the note: it may be enough.
fn about(warning: &Warning) -> Markup {
    // Where what may be there is kept back, the first instruction stands for it.
    let kept_back = warning.instructions.contains(&warning.hazard);
    html! {
        p class="govuk-body" {
            (warning.address)
            @if !kept_back { ": " (warning.hazard) }
        }
        p class="govuk-body" {
            "What to do: "
            @for (at, instruction) in warning.instructions.iter().enumerate() {
                @if at > 0 { " " }
                strong { (instruction) }
            }
        }
        @if warning.seals > 1 {
            p class="govuk-body" {
                "This address has " (warning.seals) " sealed notes. You are asking to see the one \
                of this warning."
            }
        }
        @if warning.released {
            p class="govuk-body" {
                "You were given this note earlier. Ask again to read it here."
            }
        }
    }
}

fn radios(visitor: &Visitor, typed: &Typed, errors: &Errors) -> Markup {
    Radios {
        name: "purpose",
        legend: Some(Legend::sized("What is it for?", Size::M)),
        error: errors.of("purpose"),
        items: purpose::choices(visitor, &typed.purpose),
        ..Radios::default()
    }
    .render()
}

/// The visit's own reference is there already; what a person adds, such as the
/// time, is recorded with it.
fn reference(typed: &Typed, errors: &Errors) -> Markup {
    Input {
        name: "reference",
        label: Label::sized("Which visit or call is it for?", Size::M),
        hint: "Its reference or its time, for example 2pm today".into(),
        error: errors.of("reference"),
        value: &typed.reference,
        autocomplete: Some("off"),
        spellcheck: Some(false),
        ..Input::default()
    }
    .render()
}

fn reason(typed: &Typed, errors: &Errors) -> Markup {
    CharacterCount {
        textarea: Textarea {
            name: "reason",
            label: Label::sized("Why is the instruction not enough?", Size::M),
            hint: "For example, you need to know which entrance to use. Do not include names or \
                details of other people."
                .into(),
            error: errors.of("reason"),
            value: &typed.reason,
            autocomplete: Some("off"),
            ..Textarea::default()
        },
        maximum: REASON_CHARACTERS,
    }
    .render()
}
