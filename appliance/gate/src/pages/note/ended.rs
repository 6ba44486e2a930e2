//! "This release has ended": its time is over, or its record changed or went.

use axum::http::StatusCode;
use jiff::Timestamp;
use maud::{Markup, html};

use super::{Release, until};
use crate::pages::page::Page;
use crate::pages::room::Room;

/// Makes the page; what is known of the release, the desk says.
pub(super) fn page(room: &Room, reference: &str, known: Option<&Release>) -> Page {
    let title = "This release has ended";
    let content = html! {
        h1 class="govuk-heading-l" { (title) }
        p class="govuk-body" {
            (why(room, known)) " Ask again if you still need it."
        }
        p class="govuk-body" { "Its reference was " strong { (reference) } "." }
        (links(known))
    };
    Page::new(title, content).with_status(StatusCode::GONE)
}

fn why(room: &Room, known: Option<&Release>) -> String {
    let now = Timestamp::now();
    match known {
        Some(release) if now >= release.valid_until => {
            let until = until(&room.words.calendar, now, release.valid_until);
            format!("You could open it until {until}.")
        }
        Some(_) => "The warning it belongs to changed or ended, so look at it again first.".into(),
        None => "Its time is over, or the warning it belongs to changed.".into(),
    }
}

fn links(known: Option<&Release>) -> Markup {
    let Some(release) = known else {
        return html! {
            p class="govuk-body" { a class="govuk-link" href="/" { "Look the address up again" } }
        };
    };
    html! {
        ul class="govuk-list" {
            @if let Some(warning) = &release.warning {
                li { a class="govuk-link" href=(warning.shown_on) { "Go back to the warnings" } }
            }
            li {
                a class="govuk-link" href={ (release.path()) "/receipt" } {
                    "Receipt for " (release.reference)
                }
            }
        }
    }
}
