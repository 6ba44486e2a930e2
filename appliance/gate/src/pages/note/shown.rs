//! The note itself. Its words go into the page as wiped bytes; everything else
//! here is what stands around them.

use firebox_protocol::gate_keeper::Released;
use jiff::Timestamp;
use maud::{Markup, html};

use super::{Release, line, sealed, until};
use crate::components::{Banner, Button, ButtonLook, notification_banner};
use crate::pages::form;
use crate::pages::page::{Page, Printing};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// How long a note stays on a screen, in seconds.
const ON_SCREEN_SECONDS: u32 = 600;

/// Shows a note that was opened just now.
pub(in crate::pages) fn page(
    room: &Room,
    visitor: &Visitor,
    released: &Released,
    release: &Release,
) -> Result<Page, Problem> {
    let now = Timestamp::now();
    let sealed = sealed::written(released)?;
    let around = Around {
        release,
        line: line::said(release, visitor, &room.words.calendar, now),
        mark: line::mark(release, visitor),
        until: until(&room.words.calendar, now, release.valid_until),
        token: form::hidden(&room.words, visitor)?,
    };
    let hidden = format!("{}/hidden", release.path());
    Ok(Page::new("Sealed note", around.content())
        .with_sealed(sealed)
        .refreshing(ON_SCREEN_SECONDS, hidden)
        .printing(Printing::NeverANote))
}

struct Around<'a> {
    release: &'a Release,
    line: String,
    mark: String,
    until: String,
    token: Markup,
}

impl Around<'_> {
    fn content(&self) -> Markup {
        html! {
            p class="govuk-body fbx-released" { (self.line) }
            h1 class="govuk-heading-l" { (heading(self.release)) }
            (self.hide())
            (emergency(self.release))
            div class="fbx-note" data-mark=(self.mark) { (Page::sealed_here()) }
            p class="govuk-body" {
                "You can open this until " (self.until) ". It is hidden after 10 minutes, and one \
                press shows it again. Each time is recorded."
            }
            p class="govuk-body" {
                a class="govuk-link" href={ (self.release.path()) "/receipt" } {
                    "Receipt for " (self.release.reference)
                }
            }
            p class="govuk-body fbx-released" { (self.line) }
        }
    }

    /// The first thing the keyboard comes to after the heading.
    fn hide(&self) -> Markup {
        html! {
            form method="post" action={ (self.release.path()) "/hide" } novalidate {
                (self.token)
                (Button::submit("Hide this").look(ButtonLook::Secondary).render())
            }
        }
    }
}

fn heading(release: &Release) -> String {
    match &release.warning {
        Some(warning) => format!("Note about {}", warning.address),
        None => "Note".to_owned(),
    }
}

fn emergency(release: &Release) -> Markup {
    if !release.review_open {
        return html! {};
    }
    let said = html! {
        p class="govuk-notification-banner__heading" {
            "Emergency release. This is being reviewed."
        }
        @if release.escalated {
            p class="govuk-body" {
                "You have used more emergency releases than usual today. This one is marked so."
            }
        }
    };
    notification_banner(Banner::Important, said)
}
