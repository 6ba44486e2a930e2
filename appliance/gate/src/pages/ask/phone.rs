//! `GET/POST /ask/{id}/phone`: the team that holds a note tells by telephone
//! what is in it, and that it did is entered. As good an end as the note itself.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use firebox_protocol::gate_keeper::{MAX_SPOKE_TO_CHARACTERS, ToldByPhone};
use maud::{Markup, html};

use super::subject::warning;
use super::{Ask, Id, Warning};
use crate::components::{
    Button, Choice, Errors, Input, Label, Legend, Radios, RadiosLook, Size, panel,
};
use crate::handle::Kind as HandleKind;
use crate::line;
use crate::pages::form::{self, Fields, Form};
use crate::pages::page::{Page, see_other};
use crate::pages::parts::phone;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// A call that was entered.
#[derive(Clone)]
pub(in crate::pages) struct Told {
    entry: u64,
    answered: bool,
    flag: String,
    shown_on: String,
}

/// What a person says about the call.
struct Said {
    answered: bool,
    spoke_to: String,
}

pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    Id(id): Id,
) -> Result<Page, Problem> {
    let told = room.at(&visitor, |desk| match desk.asks.get(&id) {
        Some(Ask::Told(told)) => Some(told.clone()),
        _ => None,
    });
    if let Some(told) = told {
        return Ok(entered(&told));
    }
    let (_, warning) = warning(&room, &visitor, &id)?;
    page(
        &room,
        &visitor,
        (&id, &warning),
        &Fields::default(),
        Errors::default(),
    )
}

pub(super) async fn post(
    State(room): State<Room>,
    Id(id): Id,
    form: Form,
) -> Result<Response, Problem> {
    let Form { visitor, fields } = form;
    let (_, warning) = warning(&room, &visitor, &id)?;
    let said = match Said::read(&fields) {
        Ok(said) => said,
        Err(errors) => {
            let page = page(&room, &visitor, (&id, &warning), &fields, errors)?;
            return Ok(page.into_response());
        }
    };
    let record = room
        .words
        .handles
        .open(HandleKind::Flag, &id, visitor.session())?;
    let told = ToldByPhone {
        record: record.cast_signed(),
        purpose: warning.purpose.to_owned(),
        reference: warning.reference.clone(),
        answered: said.answered,
        spoke_to: said.spoke_to,
    };
    let entry = room
        .keeper
        .told_by_phone(visitor.bearer().token(), told)
        .await?;
    let told = Told {
        entry,
        answered: said.answered,
        flag: id,
        shown_on: warning.shown_on,
    };
    let token = room.at(&visitor, |desk| desk.asks.add(Ask::Told(told)))?;
    Ok(see_other(&format!("/ask/{token}/phone")))
}

impl Said {
    /// Reads the form. Who got nothing may have reached nobody, and names nobody.
    fn read(fields: &Fields) -> Result<Self, Errors> {
        let mut errors = Errors::default();
        let answered = match fields.get("answered") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        if answered.is_none() {
            errors.add("answered", "Select whether you got what you need");
        }
        let typed = fields.get("spoke_to");
        let spoke_to = line::filled("spoke_to", typed, MAX_SPOKE_TO_CHARACTERS);
        let spoke_to = match (spoke_to, answered) {
            (Ok(spoke_to), _) => spoke_to,
            (Err(_), Some(false)) if typed.is_empty() => String::new(),
            (Err(_), _) => {
                errors.add("spoke_to", spoke_to_words(typed));
                String::new()
            }
        };
        match answered {
            Some(answered) if errors.is_empty() => Ok(Self { answered, spoke_to }),
            _ => Err(errors),
        }
    }
}

fn spoke_to_words(typed: &str) -> &'static str {
    if typed.is_empty() {
        "Enter who you spoke to"
    } else if typed.chars().any(char::is_control) {
        "Who you spoke to must be one line of letters and numbers"
    } else {
        "Who you spoke to must be 120 characters or less"
    }
}

fn page(
    room: &Room,
    visitor: &Visitor,
    (flag, warning): (&str, &Warning),
    fields: &Fields,
    errors: Errors,
) -> Result<Page, Problem> {
    let content = html! {
        h1 class="govuk-heading-l" { "Phone " (warning.team) }
        (numbers(warning))
        h2 class="govuk-heading-m" { "After the call" }
        p class="govuk-body" {
            "This is recorded instead of a release. Do not write what they told you."
        }
        form method="post" action={ "/ask/" (flag) "/phone" } novalidate {
            (form::hidden(&room.words, visitor)?)
            (questions(fields, &errors))
            (Button::submit("Record the call").render())
        }
    };
    // A team's name may be that of a person.
    Ok(Page::new("Phone instead of seeing the note", content)
        .back("Back to the warnings", warning.shown_on.as_str())
        .with_errors(errors))
}

fn numbers(warning: &Warning) -> Markup {
    html! {
        p class="govuk-body" {
            (phone(&warning.phone))
            @if !warning.hours.is_empty() { " (" (warning.hours) ")" }
        }
        @if let Some(other) = &warning.out_of_hours {
            p class="govuk-body" { (phone(other)) " (at other times)" }
        }
        p class="govuk-body" {
            "Say that you are asking about " strong { (warning.address) } " and give your \
            reference " strong { (warning.reference) } "."
        }
    }
}

fn questions(fields: &Fields, errors: &Errors) -> Markup {
    let choice = |value, words| Choice::new(value, words).checked(fields.get("answered") == value);
    let answered = Radios {
        name: "answered",
        legend: Some(Legend::sized("Did you get what you need?", Size::S)),
        error: errors.of("answered"),
        items: vec![choice("yes", "Yes"), choice("no", "No")],
        look: RadiosLook::Inline,
        ..Radios::default()
    };
    let spoke_to = Input {
        name: "spoke_to",
        label: Label::sized("Who did you speak to?", Size::S),
        hint: "Their name or role. Leave this empty if nobody answered.".into(),
        error: errors.of("spoke_to"),
        value: fields.get("spoke_to"),
        autocomplete: Some("off"),
        spellcheck: Some(false),
        ..Input::default()
    };
    html! { (answered.render()) (spoke_to.render()) }
}

fn entered(told: &Told) -> Page {
    let title = "Call recorded";
    let content = html! {
        (panel(title, format!("Log entry {}", told.entry)))
        @if !told.answered {
            p class="govuk-body" {
                "If you still need to know more, "
                a class="govuk-link" href={ "/ask/" (told.flag) } { "ask to see the note" }
                ". Until then do what the warning says."
            }
        }
        p class="govuk-body" {
            a class="govuk-link" href=(told.shown_on) { "Go back to the warnings" }
        }
    };
    Page::new(title, content)
}
