//! `GET /help`: how to use each walk, what the words mean, whom to ring.

mod numbers;
mod walks;
mod wording;

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use maud::{Markup, html};

use crate::pages::council::Council;
use crate::pages::page::Page;
use crate::pages::said;
use crate::pages::visitor::Visitor;

/// Shows the help, the same for everybody; whoever is signed in also reads how
/// long they may be away.
pub(in crate::pages) async fn get(
    State(council): State<Arc<Council>>,
    visitor: Option<Extension<Visitor>>,
) -> Page {
    let idle_seconds = visitor.map(|visitor| visitor.idle_seconds());
    let title = "Help with this service";
    let content = html! {
        h1 class="govuk-heading-l" { (title) }
        p class="govuk-body" {
            "This service tells staff of " (council.name) " what to know before they visit an \
            address or speak to a caller. It joins what the services of the council hold."
        }
        (numbers::numbers(&council))
        (walks::walks())
        (wording::wording())
        (on_a_phone())
        (with_a_keyboard())
        (when_you_leave(idle_seconds))
    };
    Page::new(title, content)
}

fn on_a_phone() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "On a phone" }
        p class="govuk-body" {
            "Every page works on a phone, also on a slow connection. Press a number to ring it. \
            Print your visits, or keep the page of the day open, for places without signal: \
            what you have on paper is correct at the time it says and no longer."
        }
        p class="govuk-body" {
            "Open a sealed note only where nobody else can see your screen. It leaves the \
            screen after 10 minutes, and \u{201c}Hide this\u{201d} takes it away at once."
        }
    }
}

fn with_a_keyboard() -> Markup {
    html! {
        h2 class="govuk-heading-m" { "With a keyboard or a screen reader" }
        ul class="govuk-list govuk-list--bullet" {
            li { "The first link of every page skips to its content." }
            li { "Every page has one main heading, and its parts have headings of their own." }
            li { "Press Enter in a line to send its form. No other key has a meaning of its own." }
            li { "What is wrong with a form is listed at the top, each with a link to its box." }
            li { "Nothing needs JavaScript, and nothing is told by colour alone." }
        }
    }
}

fn when_you_leave(idle_seconds: Option<u32>) -> Markup {
    let minutes = idle_seconds.and_then(|seconds| usize::try_from(seconds / 60).ok());
    html! {
        h2 class="govuk-heading-m" { "When you stop using the service" }
        p class="govuk-body" {
            "You are signed out when you have not used the service for "
            @match minutes {
                Some(minutes) => (said::count(minutes, "minute", "minutes")),
                None => "a while",
            }
            ", and at the end of a long day. With JavaScript you are told before, and one press \
            keeps you signed in, as often as you need. What you typed and did not send is lost \
            when you are signed out."
        }
        p class="govuk-body" {
            "Select \u{201c}Sign out\u{201d} when you leave a shared computer."
        }
    }
}
