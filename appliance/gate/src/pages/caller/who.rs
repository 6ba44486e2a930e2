//! `/people/{token}/caller`: who is calling. The adviser types what they are
//! told, and reads how many of it were right, never which.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use maud::{Markup, html};

use super::call::{Call, OnTheLine};
use super::who_form::{
    BORN, CALLER, DAY, HOUSE, MONTH, NOBODY_LISTED, PERSON, POSTCODE, PROXY, Reader, SAID, SPEAKER,
    UNSURE, YEAR, of_all,
};
use super::{path_of, refused};
use crate::components::{
    Button, Choice, DateInput, Errors, Input, Legend, Radios, Size, Width, error_message, fieldset,
};
use crate::pages::form::{self, Fields, Form};
use crate::pages::page::{Page, Printing, see_other};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::path::PersonHandle;
use crate::problem::Problem;

/// Asks. Whoever was not opened in this call is opened first.
pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    PersonHandle(token): PersonHandle,
) -> Result<Response, Problem> {
    let person = room.person_of(&visitor, &token)?;
    let Some(known) = known(&room, &visitor, person) else {
        return Ok(see_other(&path_of(&token)));
    };
    let empty = Fields::default();
    let page = Asking {
        room: &room,
        visitor: &visitor,
        known: &known,
        token: &token,
    };
    Ok(page.page(&empty, Errors::default())?.into_response())
}

/// Compares what was typed, in one look; the page it leads to shows that look.
pub(super) async fn post(
    State(room): State<Room>,
    PersonHandle(token): PersonHandle,
    Form { visitor, fields }: Form,
) -> Result<Response, Problem> {
    let person = room.person_of(&visitor, &token)?;
    let path = path_of(&token);
    let Some(known) = known(&room, &visitor, person) else {
        return Ok(see_other(&path));
    };
    let asking = Asking {
        room: &room,
        visitor: &visitor,
        known: &known,
        token: &token,
    };
    let line = match asking.reader().read(&fields) {
        Ok(line) => line,
        Err(errors) => return Ok(asking.page(&fields, errors)?.into_response()),
    };
    match asking.outcome(person, line).await {
        Ok(None) => Ok(see_other(&path)),
        Ok(Some(errors)) => Ok(asking.page(&fields, errors)?.into_response()),
        Err(problem) => Ok(refused::page(&room, &visitor, person, problem)?.into_response()),
    }
}

/// What the form needs of the call.
struct Known {
    preferred_name: String,
    reference: String,
    /// Handle and sentence of whoever is listed.
    listed: Vec<(String, String)>,
}

fn known(room: &Room, visitor: &Visitor, person: u64) -> Option<Known> {
    room.at(visitor, |desk| {
        let call = Call::of(desk, person, Timestamp::now())?;
        let listed = call.listed.iter();
        Some(Known {
            preferred_name: call.preferred_name.clone(),
            reference: call.reference.clone(),
            listed: listed
                .map(|one| (one.proxy.clone(), one.sentence.clone()))
                .collect(),
        })
    })
}

/// The form of one person in one call.
struct Asking<'a> {
    room: &'a Room,
    visitor: &'a Visitor,
    known: &'a Known,
    token: &'a str,
}

impl Asking<'_> {
    fn reader(&self) -> Reader<'_> {
        Reader {
            handles: &self.room.words.handles,
            session: self.visitor.session(),
            today: self.room.words.calendar.day(Timestamp::now()),
            any_listed: !self.known.listed.is_empty(),
        }
    }

    /// Looks, and keeps who is on the line. None: their page comes next;
    /// otherwise what to ask again.
    async fn outcome(&self, person: u64, line: OnTheLine) -> Result<Option<Errors>, Problem> {
        let reference = Some(self.known.reference.clone());
        let seen = self
            .room
            .look_at_person(self.visitor, person, &line, reference)
            .await?;
        if seen.person.matched < seen.person.of {
            return Ok(Some(of_all(seen.person.say.clone())));
        }
        self.room.at(self.visitor, |desk| {
            if let Some(call) = Call::of(desk, person, Timestamp::now()) {
                call.answered(line, Some(seen));
            }
        });
        Ok(None)
    }

    fn page(&self, fields: &Fields, errors: Errors) -> Result<Page, Problem> {
        let path = path_of(self.token);
        let content = html! {
            form method="post" action=(format!("{path}/caller")) novalidate autocomplete="off" {
                (form::hidden(&self.room.words, self.visitor)?)
                (self.who(fields, &errors))
                (self.speakers(fields, &errors))
                (said(fields, &errors))
                (Button::submit("Continue").render())
            }
            p class="govuk-body" {
                a class="govuk-link" href=(path) { "Go back without confirming who is calling" }
            }
        };
        Ok(Page::new("Who is calling?", content)
            .with_errors(errors)
            .printing(Printing::Never))
    }

    fn who(&self, fields: &Fields, errors: &Errors) -> Markup {
        let chosen = |value: &str| fields.get(CALLER) == value;
        let person = format!("{}, the person themselves", self.known.preferred_name);
        Radios {
            name: CALLER,
            legend: Some(Legend::page_heading("Who is calling?")),
            error: errors.of(CALLER),
            items: vec![
                Choice::new(PERSON, person).checked(chosen(PERSON)),
                Choice::new(PROXY, "Someone speaking for them").checked(chosen(PROXY)),
                Choice::new(UNSURE, "I am not sure")
                    .hint("You will see how to speak to them, and nothing else.")
                    .checked(chosen(UNSURE)),
            ],
            ..Radios::default()
        }
        .render()
    }

    /// Whoever is listed; with nobody listed the last choice alone. A question
    /// of its own: folded into a radio it would be told wrongly to those who
    /// hear the page.
    fn speakers(&self, fields: &Fields, errors: &Errors) -> Markup {
        let chosen = fields.get(SPEAKER);
        let listed = self.known.listed.iter();
        let mut items: Vec<Choice<'_>> = listed
            .map(|(proxy, sentence)| Choice::new(proxy, sentence).checked(chosen == proxy))
            .collect();
        items.push(Choice::new(NOBODY_LISTED, "Not on the list").checked(chosen == NOBODY_LISTED));
        Radios {
            name: SPEAKER,
            legend: Some(Legend::sized(
                format!("Who is speaking for {}?", self.known.preferred_name),
                Size::M,
            )),
            hint: "Only if someone is speaking for them.".into(),
            error: errors.of(SPEAKER),
            items,
            ..Radios::default()
        }
        .render()
    }
}

/// The id of what is wrong with all three of them.
const SAID_ERROR: &str = "said-error";

/// The three things of which two are asked for.
fn said(fields: &Fields, errors: &Errors) -> Markup {
    let born = DateInput {
        name: BORN,
        legend: Some("Date of birth".into()),
        hint: "For example, 27 3 1984".into(),
        error: errors.of(BORN),
        day: fields.get(DAY),
        month: fields.get(MONTH),
        year: fields.get(YEAR),
        ..DateInput::default()
    };
    let legend = Legend::sized("Ask for 2 of these", Size::M);
    let content = html! {
        @if let Some(words) = errors.of(SAID) { (error_message(SAID_ERROR, words)) }
        p class="govuk-body" {
            "Type what the caller tells you. Do not help them, and do not say which one was right. \
            After 3 tries with something wrong, this record closes to you."
        }
        (born.render())
        (line(POSTCODE, "Postcode", Width::Ten, fields, errors))
        (line(HOUSE, "House number or name", Width::Ten, fields, errors))
    };
    let wrong = errors.of(SAID).map(|_| SAID_ERROR);
    let group = fieldset::described(&legend, wrong, Some("group"), &content);
    html! {
        div.govuk-form-group.govuk-form-group--error[wrong.is_some()] { (group) }
    }
}

fn line(name: &str, label: &str, width: Width, fields: &Fields, errors: &Errors) -> Markup {
    Input {
        name,
        label: label.into(),
        error: errors.of(name),
        value: fields.get(name),
        width: Some(width),
        autocomplete: Some("off"),
        spellcheck: Some(false),
        ..Input::default()
    }
    .render()
}
