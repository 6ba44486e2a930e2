//! `GET/POST /ask/{request}/check`: a look at what is asked for, and the send.
//! The note that comes with the keeper's answer is dropped unread: seeing it is
//! a look of its own, with an entry of its own.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use maud::{Markup, html};

use super::draft::Draft;
use super::subject::{Subject, request};
use super::{Id, Refused, already, why};
use crate::components::{Button, Errors, SummaryRow, summary_list};
use crate::pages::form::{self, Form};
use crate::pages::note::Release;
use crate::pages::page::{Page, see_other};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};
use crate::sealed::Errand;

const TITLE: &str = "Check what you are asking for";

pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    Id(token): Id,
) -> Result<Response, Problem> {
    let draft = request(&room, &visitor, &token)?;
    if let Some(release) = room.standing(&visitor, &draft.record) {
        return Ok(already::page(&room, &release).into_response());
    }
    let content = html! {
        h1 class="govuk-heading-l" { (TITLE) }
        (answers(&draft, &token))
        p class="govuk-body" {
            "Your name, role, reason and the time will be recorded. They are included if the \
            person asks who has seen their information."
        }
        form method="post" action={ "/ask/" (token) "/check" } novalidate {
            (form::hidden(&room.words, &visitor)?)
            (Button::submit("Send").render())
        }
    };
    let page = Page::new(TITLE, content).back("Back", format!("/ask/{token}"));
    Ok(page.into_response())
}

fn answers(draft: &Draft, token: &str) -> Markup {
    let change = |name: &str| format!("/ask/{token}#{name}");
    let [purpose, reference, reason] = ["purpose", "reference", "reason"].map(change);
    let given = &draft.answers;
    let lines = html! {
        @for (at, line) in given.reason.lines().enumerate() {
            @if at > 0 { br; }
            (line)
        }
    };
    summary_list(&[
        SummaryRow::new("Address", &draft.warning.address),
        SummaryRow::new("Warning", &draft.warning.hazard),
        SummaryRow::new("What it is for", given.purpose.words).change(&purpose, "what it is for"),
        SummaryRow::new("Visit or call", &given.reference)
            .change(&reference, "which visit or call it is for"),
        SummaryRow::new("Why the instruction is not enough", lines)
            .change(&reason, "why the instruction is not enough"),
    ])
}

pub(super) async fn post(
    State(room): State<Room>,
    Id(token): Id,
    form: Form,
) -> Result<Response, Problem> {
    let visitor = form.visitor;
    request(&room, &visitor, &token)?;
    // Who presses twice gives up the first request on the way, and its answer
    // with it: what was sent to the keeper is brought to its end all the same.
    let sending = tokio::spawn(async move { send(&room, &visitor, &token).await });
    sending.await.map_err(|_| Problem::new(Kind::Unexpected))?
}

async fn send(room: &Room, visitor: &Visitor, token: &str) -> Result<Response, Problem> {
    let draft = request(room, visitor, token)?;
    let mut sent = draft.sent.lock().await;
    if let Some(release) = sent.as_ref() {
        return Ok(see_other(&format!("/releases/{release}")));
    }
    if let Some(release) = room.standing(visitor, &draft.record) {
        return Ok(already::page(room, &release).into_response());
    }
    let handles = &room.words.handles;
    let errand = Errand::release(handles, visitor.bearer(), &draft.flag, draft.why())?;
    match room.bring(visitor, &errand).await {
        Ok(released) => {
            let release = Release::of(&released)?;
            let (record, warning) = (draft.record.clone(), draft.warning.clone());
            let release = release.about(record, Some(warning), Timestamp::now());
            *sent = Some(release.reference.clone());
            let page = release.path();
            room.at(visitor, |desk| {
                desk.releases.put(release.reference.clone(), release)
            });
            Ok(see_other(&page))
        }
        Err(problem) => refused(room, visitor, token, &draft, &problem),
    }
}

/// What a person can put right is asked again; the rest says what to do.
fn refused(
    room: &Room,
    visitor: &Visitor,
    token: &str,
    draft: &Draft,
    problem: &Problem,
) -> Result<Response, Problem> {
    let (field, words) = match problem.kind {
        Kind::ReasonTooShort => (
            "reason",
            "Explain in a few more words why the instruction is not enough",
        ),
        Kind::ReasonRepeated => (
            "reason",
            "You gave this reason before. Explain why the instruction is not enough this time",
        ),
        Kind::UnknownPurpose | Kind::PurposeNotAllowed => (
            "purpose",
            "Select another answer to what it is for: you cannot see this note for that one",
        ),
        Kind::ReferenceMissing => ("reference", "Enter which visit or call it is for"),
        _ => {
            return Refused::of(problem, &room.council, visitor)
                .about(Some(&draft.warning))
                .response();
        }
    };
    let subject = Subject::find(room, visitor, token)?;
    why::page(room, visitor, &subject, Errors::one(field, words)).map(IntoResponse::into_response)
}
