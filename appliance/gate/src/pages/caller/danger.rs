//! `/people/{token}/danger`: what to say and do when somebody is in danger. It
//! is the same for everybody and holds nothing about anybody, so nobody is
//! looked up for it and no limit closes it.

use axum::extract::State;
use maud::{Markup, html};

use super::path_of;
use crate::pages::page::{Page, Printing};
use crate::pages::parts::{phone, phone_named};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::path::PersonHandle;
use crate::problem::Problem;

/// Shows it.
pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    PersonHandle(token): PersonHandle,
) -> Result<Page, Problem> {
    room.person_of(&visitor, &token)?;
    let content = html! {
        h1 class="govuk-heading-l" { "Someone is in danger" }
        (call_999())
        (cannot_speak())
        h2 class="govuk-heading-m" { "Then tell safeguarding" }
        p class="govuk-body" {
            "Phone duty safeguarding: " (phone(&room.council.pages.safeguarding.spoken())) "."
        }
    };
    Ok(Page::new("Someone is in danger", content)
        .back("Back to the caller", path_of(&token))
        .printing(Printing::Never))
}

fn call_999() -> Markup {
    html! {
        p class="fbx-danger-now" { "In danger now? " (phone_named("Call 999", "999")) "." }
        h2 class="govuk-heading-m" { "Stay on the line" }
        p class="govuk-body" {
            "Ask a colleague to call 999 while you keep the caller talking. Ask only questions \
            they can answer with yes or no:"
        }
        ul class="govuk-list govuk-list--bullet" {
            li { "“Are you in danger now?”" }
            li { "“Can somebody hear you?”" }
            li { "“Is anybody hurt?”" }
            li { "“Do you want me to send the police?”" }
            li { "“Are there children with you?”" }
        }
        p class="govuk-body" {
            "Ask where they are now. Do not read out an address. Do not ring back if the line \
            goes dead: tell 999."
        }
    }
}

fn cannot_speak() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "If they cannot speak" }
        p class="govuk-body" {
            "Tell them they can call 999 themselves without saying a word:"
        }
        ul class="govuk-list govuk-list--bullet" {
            li { "from a mobile: listen, cough or tap the handset if they can, and press 55 when asked" }
            li { "from a landline: stay on the line, and the operator connects them to the police" }
        }
        p class="govuk-body" {
            "Pressing 55 does not tell the police where they are."
        }
    }
}
