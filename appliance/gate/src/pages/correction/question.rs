//! "What is wrong?": what can be ticked, what each should be, and how one knows.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::answer;
use super::item::{Item, WRONG, items};
use super::letter::{Draft, Letter};
use super::read::{HOW, HOW_KNOWN, letter};
use super::subject::Subject;
use crate::components::{Button, Checkboxes, Choice, Errors, Legend, Radios, Size};
use crate::pages::form::{self, Fields, Form};
use crate::pages::page::{Page, see_other};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// What the page is called.
const TITLE: &str = "What is wrong?";

/// Asks for the first time.
pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    subject: Subject,
) -> Result<Page, Problem> {
    let nothing = Fields::default();
    let items = items(&room, &visitor, &subject, &nothing);
    page(
        &room,
        &visitor,
        &subject,
        (&items, &nothing, Errors::default()),
    )
}

/// Takes the first answers.
pub(super) async fn post(
    State(room): State<Room>,
    subject: Subject,
    form: Form,
) -> Result<Response, Problem> {
    take(&room, &subject, form, |desk_of, visitor, letter| {
        let draft = Draft::Letter(Box::new(letter));
        desk_of.at(visitor, |desk| desk.corrections.add(draft))
    })
}

/// Asks once more, with what was typed. What was sent is not changed any more.
pub(super) async fn again(
    State(room): State<Room>,
    visitor: Visitor,
    subject: Subject,
) -> Result<Response, Problem> {
    let Some(fields) = typed(&room, &visitor, &subject)? else {
        return Ok(see_other(&subject.check(subject.draft()?)));
    };
    let items = items(&room, &visitor, &subject, &fields);
    let page = page(
        &room,
        &visitor,
        &subject,
        (&items, &fields, Errors::default()),
    )?;
    Ok(page.into_response())
}

/// Takes the answers in place of those before.
pub(super) async fn changed(
    State(room): State<Room>,
    subject: Subject,
    form: Form,
) -> Result<Response, Problem> {
    let name = subject.draft()?.to_owned();
    if typed(&room, &form.visitor, &subject)?.is_none() {
        return Ok(see_other(&subject.check(&name)));
    }
    take(&room, &subject, form, |desk_of, visitor, letter| {
        desk_of.at(visitor, |desk| {
            let before = Letter::of(desk, &name, &letter.whom)?;
            *before = letter;
            Ok(name)
        })
    })
}

/// Gives the form of a letter of which nothing was sent yet.
fn typed(
    room: &Room,
    visitor: &Visitor,
    subject: &Subject,
) -> Result<Option<Arc<Fields>>, Problem> {
    let name = subject.draft()?;
    room.at(visitor, |desk| {
        let letter = Letter::of(desk, name, &subject.whom)?;
        Ok(letter.is_untouched().then(|| letter.fields.clone()))
    })
}

/// Reads a form and lays its letter on the desk, or shows the form once more.
fn take(
    room: &Room,
    subject: &Subject,
    form: Form,
    lay: impl FnOnce(&Room, &Visitor, Letter) -> Result<String, Problem>,
) -> Result<Response, Problem> {
    let Form { visitor, fields } = form;
    let items = items(room, &visitor, subject, &fields);
    match letter(room, subject, &items, fields) {
        Ok(letter) => lay(room, &visitor, letter).map(|name| see_other(&subject.check(&name))),
        Err((fields, errors)) => {
            let page = page(room, &visitor, subject, (&items, &fields, errors))?;
            Ok(page.into_response())
        }
    }
}

fn page(
    room: &Room,
    visitor: &Visitor,
    subject: &Subject,
    (items, fields, errors): (&[Item], &Fields, Errors),
) -> Result<Page, Problem> {
    let content = html! {
        form method="post" novalidate autocomplete="off" {
            (form::hidden(&room.words, visitor)?)
            (what(items, fields, &errors))
            (how(fields, &errors))
            (Button::submit("Continue").render())
        }
        @if !subject.is_person() {
            p class="govuk-body" {
                "If something dangerous is not shown at all, "
                a class="govuk-link" href=(format!("{}/hazard", subject.home())) {
                    "tell us about a new hazard"
                }
                "."
            }
        }
    };
    let (text, to) = subject.back(visitor);
    let page = Page::new(TITLE, content).back(text, to).with_errors(errors);
    Ok(page.printing(subject.printing()))
}

fn what(items: &[Item], fields: &Fields, errors: &Errors) -> Markup {
    let recorded = |item: &Item| {
        let by = item.recorded_by.as_deref();
        by.map(|by| {
            format!("Recorded by {by}. Only they are told, and it stands until they change it.")
        })
    };
    let choices = items.iter().map(|item| {
        Choice::new(&item.key, &item.label)
            .checked(item.is_ticked(fields))
            .hint(recorded(item).unwrap_or_default())
            .asks(answer::control(item, fields, errors.of(&item.name())))
    });
    let boxes = Checkboxes {
        name: WRONG,
        legend: Some(Legend::page_heading(TITLE)),
        hint: "Select everything that is wrong. Say only what it should be.".into(),
        error: errors.of(WRONG),
        items: choices.collect(),
        ..Checkboxes::default()
    };
    boxes.render()
}

fn how(fields: &Fields, errors: &Errors) -> Markup {
    let choices = HOW_KNOWN
        .iter()
        .map(|(how, words)| Choice::new(how.code(), *words).checked(fields.get(HOW) == how.code()));
    let radios = Radios {
        name: HOW,
        legend: Some(Legend::sized("How do you know?", Size::M)),
        error: errors.of(HOW),
        items: choices.collect(),
        ..Radios::default()
    };
    radios.render()
}
