//! The ground of an emergency, and the note in the answer to the form itself.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use firebox_protocol::gate_keeper::{Ground, Released, Why};
use jiff::Timestamp;
use maud::html;

use super::Subject;
use crate::components::{Button, ButtonLook, Choice, Errors, Input, Label, Legend, Radios, Size};
use crate::pages::ask::{Id, Refused};
use crate::pages::form::{self, Fields, Form};
use crate::pages::note::{self, Emergency, GROUNDS, Release};
use crate::pages::page::Page;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::path::ReleaseReference;
use crate::problem::{Kind, Problem};
use crate::sealed::Errand;

/// Longest account of what is happening, in characters: one line, typed in haste.
const MOST_CHARACTERS: usize = 200;
/// Shortest: a word.
const LEAST_CHARACTERS: usize = 5;

const TITLE: &str = "Show the note in an emergency";

pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    id: Id,
) -> Result<Page, Problem> {
    let subject = Subject::find(&room, &visitor, id)?;
    page(
        &room,
        &visitor,
        &subject,
        &Fields::default(),
        Errors::default(),
    )
}

pub(super) async fn post(
    State(room): State<Room>,
    id: Id,
    form: Form,
) -> Result<Response, Problem> {
    let Form { visitor, fields } = form;
    let subject = Subject::find(&room, &visitor, id)?;
    let (ground, stated) = match read(&fields) {
        Ok(read) => read,
        Err(errors) => {
            return page(&room, &visitor, &subject, &fields, errors)
                .map(IntoResponse::into_response);
        }
    };
    match bring(&room, &visitor, &subject, ground, stated).await {
        Ok((released, release)) => {
            note::shown(&room, &visitor, &released, &release).map(IntoResponse::into_response)
        }
        Err(problem) => Refused::of(&problem, &room.council, &visitor)
            .about(subject.warning.as_ref())
            .in_an_emergency()
            .response(),
    }
}

/// Brings the note. The same form again, which is what reloading the page
/// sends, opens the release it made and is no second emergency.
async fn bring(
    room: &Room,
    visitor: &Visitor,
    subject: &Subject,
    ground: Ground,
    stated: Emergency,
) -> Result<(Released, Release), Problem> {
    if let Some(reference) = same(room, visitor, subject, &stated) {
        match note::again(room, visitor, reference).await {
            Err(problem) if problem.kind == Kind::ReleaseEnded => {}
            opened => return opened,
        }
    }
    let happening = stated.happening.clone();
    let why = Why::Emergency { ground, happening };
    let handles = &room.words.handles;
    let errand = Errand::release(handles, visitor.bearer(), &subject.flag, why)?;
    let released = room.bring(visitor, &errand).await?;
    let now = Timestamp::now();
    let release = Release::of(&released)?;
    let mut release = release.about(subject.record.clone(), subject.warning.clone(), now);
    release.emergency = Some(stated);
    release.opened.push(now);
    room.at(visitor, |desk| {
        desk.releases
            .put(release.reference.clone(), release.clone());
    });
    Ok((released, release))
}

fn same(
    room: &Room,
    visitor: &Visitor,
    subject: &Subject,
    stated: &Emergency,
) -> Option<ReleaseReference> {
    let standing = room.standing(visitor, &subject.record)?;
    let same = standing.emergency.as_ref() == Some(stated);
    ReleaseReference::read(&standing.reference).filter(|_| same)
}

fn read(fields: &Fields) -> Result<(Ground, Emergency), Errors> {
    let mut errors = Errors::default();
    let chosen = GROUNDS
        .iter()
        .find(|(code, ..)| *code == fields.get("ground"));
    if chosen.is_none() {
        errors.add("ground", "Select which of these applies");
    }
    let happening = happening_of(fields.get("happening"))
        .map_err(|words| errors.add("happening", words))
        .ok();
    match (chosen, happening) {
        (Some((code, _, ground)), Some(happening)) => Ok((
            *ground,
            Emergency {
                ground: (*code).to_owned(),
                happening,
            },
        )),
        _ => Err(errors),
    }
}

/// Reads what is happening. Nobody in haste is told of control characters.
fn happening_of(typed: &str) -> Result<String, &'static str> {
    let plain = typed.replace(char::is_control, " ");
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.chars().count() {
        0 => Err("Enter what is happening"),
        1..LEAST_CHARACTERS => Err("What is happening must be 5 characters or more"),
        LEAST_CHARACTERS..=MOST_CHARACTERS => Ok(words),
        _ => Err("What is happening must be 200 characters or less"),
    }
}

fn page(
    room: &Room,
    visitor: &Visitor,
    subject: &Subject,
    fields: &Fields,
    errors: Errors,
) -> Result<Page, Problem> {
    let content = html! {
        h1 class="govuk-heading-l" { (TITLE) }
        form method="post" action={ "/emergency/" (subject.flag) } novalidate {
            (form::hidden(&room.words, visitor)?)
            (radios(fields, &errors).render())
            (happening(fields, &errors).render())
            (Button::submit("Show the note now").look(ButtonLook::Warning).render())
        }
    };
    let back = format!("/emergency/{}", subject.flag);
    Ok(Page::new(TITLE, content)
        .back("Back", back)
        .with_errors(errors))
}

fn radios<'a>(fields: &Fields, errors: &'a Errors) -> Radios<'a> {
    let chosen = fields.get("ground");
    let items = GROUNDS.iter();
    let items = items.map(|(code, words, _)| Choice::new(code, *words).checked(*code == chosen));
    Radios {
        name: "ground",
        legend: Some(Legend::sized("Which of these applies?", Size::M)),
        error: errors.of("ground"),
        items: items.collect(),
        ..Radios::default()
    }
}

fn happening<'a>(fields: &'a Fields, errors: &'a Errors) -> Input<'a> {
    Input {
        name: "happening",
        label: Label::sized("What is happening?", Size::M),
        hint: "A few words are enough".into(),
        error: errors.of("happening"),
        value: fields.get("happening"),
        autocomplete: Some("off"),
        ..Input::default()
    }
}
