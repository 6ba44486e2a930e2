//! A note off the screen: by a press, or after ten minutes.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use maud::html;

use super::{ended, until};
use crate::components::Button;
use crate::pages::form::{self, Form};
use crate::pages::home;
use crate::pages::page::{Page, see_other};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::path::ReleaseReference;
use crate::problem::Problem;

/// `POST /releases/{ref}/hide`: leads to a page that says nothing of anybody.
pub(super) async fn post(State(room): State<Room>, _: ReleaseReference, form: Form) -> Response {
    let visits = room.at(&form.visitor, |desk| desk.days.iter().next_back().is_some());
    if visits && form.visitor.is("officer") {
        return see_other("/visits");
    }
    see_other(home::path(&form.visitor))
}

/// `GET /releases/{ref}/hidden`: where the browser goes by itself.
pub(super) async fn hidden(
    State(room): State<Room>,
    visitor: Visitor,
    reference: ReleaseReference,
) -> Result<Page, Problem> {
    let now = Timestamp::now();
    let known = room.release(&visitor, reference.text());
    if let Some(over) = known.as_ref().filter(|release| release.is_over(now)) {
        return Ok(ended::page(&room, reference.text(), Some(over)));
    }
    let token = form::hidden(&room.words, &visitor)?;
    let content = html! {
        h1 class="govuk-heading-l" { "Note hidden" }
        p class="govuk-body" { "Hidden after 10 minutes to keep it private." }
        @if let Some(release) = &known {
            p class="govuk-body" {
                "You can open it until "
                (until(&room.words.calendar, now, release.valid_until)) ". Each time is recorded."
            }
        }
        form method="post" action={ "/releases/" (reference.text()) "/open" } novalidate {
            (token)
            (Button::submit("Show it again").render())
        }
        p class="govuk-body" { a class="govuk-link" href="/" { "Go to your first page" } }
    };
    Ok(Page::new("Note hidden", content))
}
