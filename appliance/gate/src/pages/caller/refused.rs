//! What is shown when nobody was confirmed within the tries there are.

use axum::http::StatusCode;
use maud::html;

use super::TITLE;
use crate::pages::page::{Page, Printing};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};

/// Makes the page of a caller whom nobody could confirm, and forgets the call;
/// gives every other refusal back.
pub(super) fn page(
    room: &Room,
    visitor: &Visitor,
    person: u64,
    problem: Problem,
) -> Result<Page, Problem> {
    if problem.kind != Kind::NotConfirmed {
        return Err(problem);
    }
    room.at(visitor, |desk| desk.callers.take(&person.to_string()));
    let content = html! {
        h1 class="govuk-heading-l" { "We could not confirm who is calling" }
        p class="govuk-body" { "Do not say whether we know this person." }
        p class="govuk-body" {
            "If the caller needs help now, put the call through to the duty manager on "
            (room.council.pages.duty_manager) ". If someone is in danger, call 999."
        }
        p class="govuk-body" { a class="govuk-link" href="/find" { "Find another caller" } }
    };
    Ok(Page::new(TITLE, content)
        .with_status(StatusCode::FORBIDDEN)
        .printing(Printing::Never))
}
