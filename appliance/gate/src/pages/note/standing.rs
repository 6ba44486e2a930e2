//! `GET /releases/{ref}`: a release that can be opened, before it is. The desk
//! may know nothing of it, for it may be of another session; whether it may be
//! opened, the keeper says in the end.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};

use super::{Release, ended, until};
use crate::components::{Button, inset_text};
use crate::pages::form;
use crate::pages::page::{Page, see_other};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::path::ReleaseReference;
use crate::problem::Problem;

pub(super) async fn get(
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
    let until = known
        .as_ref()
        .map(|release| until(&room.words.calendar, now, release.valid_until));
    let content = html! {
        h1 class="govuk-heading-l" {
            @match &until {
                Some(until) => { "You can see this note until " (until) }
                None => { "You asked to see this note" }
            }
        }
        (rules(until.is_some()))
        p class="govuk-body" { "Your reference is " strong { (reference.text()) } "." }
        form method="post" action={ "/releases/" (reference.text()) "/open" } novalidate {
            (token)
            (Button::submit("Show the note").render())
        }
        (links(known.as_ref()))
    };
    Ok(back(
        Page::new("You can see this note", content),
        known.as_ref(),
    ))
}

/// What is typed into the browser's bar after a note was shown leads here.
pub(super) async fn again(reference: ReleaseReference) -> Response {
    see_other(&format!("/releases/{}", reference.text()))
}

fn rules(known: bool) -> Markup {
    let again = if known {
        "You can open it again until then without asking. Each time is recorded."
    } else {
        "You can open it again without asking until its time is over. Each time is recorded."
    };
    inset_text(format!(
        "Open it only where nobody else can see your screen. {again}"
    ))
}

fn links(known: Option<&Release>) -> Markup {
    let Some(release) = known else {
        return html! {};
    };
    html! {
        p class="govuk-body" {
            a class="govuk-link" href={ (release.path()) "/receipt" } {
                "Receipt for " (release.reference)
            }
        }
    }
}

fn back(page: Page, known: Option<&Release>) -> Page {
    match known.and_then(|release| release.warning.as_ref()) {
        Some(warning) => page.back("Back to the warnings", warning.shown_on.as_str()),
        None => page,
    }
}
