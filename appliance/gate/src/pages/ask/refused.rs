//! A note that was not released: what is so, whom to phone, and whether an
//! emergency is still open. No blame, and nothing a form could mend.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::Warning;
use crate::pages::page::Page;
use crate::pages::parts::{phone, phone_named};
use crate::pages::visitor::Visitor;
use crate::pages::{Council, said};
use crate::problem::{Kind, Problem};

/// A refusal, on its way to its page.
pub(in crate::pages) struct Refused<'a> {
    problem: &'a Problem,
    council: &'a Council,
    officer: bool,
    in_emergency: bool,
    warning: Option<&'a Warning>,
}

/// What a kind of refusal is in words.
struct Said {
    title: &'static str,
    why: &'static str,
    /// Whether the emergency release goes on all the same.
    emergency_is_open: bool,
}

impl<'a> Refused<'a> {
    /// Takes a refusal of a note to somebody.
    pub(in crate::pages) fn of(
        problem: &'a Problem,
        council: &'a Council,
        visitor: &Visitor,
    ) -> Self {
        Self {
            problem,
            council,
            officer: visitor.is("officer"),
            in_emergency: false,
            warning: None,
        }
    }

    /// Says which warning it is of, where that is known.
    pub(in crate::pages) fn about(self, warning: Option<&'a Warning>) -> Self {
        Self { warning, ..self }
    }

    /// Says that an emergency was refused, so that none is offered.
    pub(in crate::pages) fn in_an_emergency(self) -> Self {
        Self {
            in_emergency: true,
            ..self
        }
    }

    /// Makes the answer. A refusal that is the same everywhere is left to the
    /// page all share.
    pub(in crate::pages) fn response(self) -> Result<Response, Problem> {
        let Some(said) = said_of(self.problem.kind) else {
            return Err(self.problem.clone());
        };
        let page = Page::new(said.title, self.content(&said));
        let page = page.with_status(self.problem.kind.status());
        let page = match self.warning {
            Some(warning) => page.back("Back to the warnings", warning.shown_on.as_str()),
            None => page,
        };
        let mut response = page.into_response();
        if let Some(seconds) = self.problem.retry_after_seconds {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        Ok(response)
    }

    fn content(&self, said: &Said) -> Markup {
        html! {
            h1 class="govuk-heading-l" { (said.title) }
            p class="govuk-body" { (said.why) (self.wait()) }
            @if let Some(warning) = self.warning {
                p class="govuk-body" {
                    "What the warning says still stands: " (warning.instructions.join(" "))
                }
            }
            (self.whom_to_phone())
            (self.in_danger(said))
        }
    }

    fn wait(&self) -> String {
        let minutes = self
            .problem
            .retry_after_seconds
            .map(|seconds| seconds.div_ceil(60));
        minutes.map_or_else(String::new, |minutes| {
            let minutes = said::count(minutes as usize, "minute", "minutes");
            format!(" Wait {minutes}, or phone now.")
        })
    }

    fn whom_to_phone(&self) -> Markup {
        let duty_line = &self.council.duty_line;
        html! {
            @match self.warning {
                Some(warning) => p class="govuk-body" {
                    "Phone " (warning.team) " on " (phone(&warning.phone))
                    @if let Some(other) = &warning.out_of_hours {
                        ", or out of hours on " (phone(other))
                    }
                    ". They can tell you what you need to know. "
                    a class="govuk-link" href={ "/ask/" (warning.flag) "/phone" } {
                        "Say what came of the call"
                    }
                },
                None => p class="govuk-body" {
                    "Phone the team that holds the warning, or " (phone(duty_line)) "."
                },
            }
        }
    }

    fn in_danger(&self, said: &Said) -> Markup {
        let open = said.emergency_is_open && self.officer && !self.in_emergency;
        html! {
            p class="govuk-body" {
                "If someone is in danger, " (phone_named("call 999", "999")) "."
                @if let Some(warning) = self.warning.filter(|_| open) {
                    " "
                    a class="govuk-link" href={ "/emergency/" (warning.flag) } {
                        "Someone is in danger and I need the note now"
                    }
                }
            }
        }
    }
}

fn said_of(kind: Kind) -> Option<Said> {
    let (title, why, emergency_is_open) = match kind {
        Kind::ReleaseDenied => (
            "You cannot see this note",
            "Your team is not on the list for this kind of note.",
            false,
        ),
        Kind::PurposeNotAllowed | Kind::UnknownPurpose => (
            "You cannot see this note",
            "It is not shown any more for what you asked it for.",
            false,
        ),
        Kind::SignatureRequired => (
            "You cannot see this note here",
            "This kind of note is shown only on the signature of your own passkey, and this \
            service cannot check passkeys yet.",
            true,
        ),
        Kind::ApprovalRequired => (
            "Others must agree before you see this note",
            "This service cannot ask them yet, so nothing was sent.",
            true,
        ),
        Kind::EmergencyOnly => (
            "This note is shown only in an emergency",
            "The team that holds it may have to look at it again first.",
            true,
        ),
        Kind::PersonReleaseLimit => (
            "You have asked for more notes than usual",
            "This note was not opened.",
            true,
        ),
        Kind::ClassReleaseLimit => (
            "More notes of this kind were opened than usual",
            "This note was not opened.",
            true,
        ),
        Kind::BoxReleaseLimit => (
            "More notes were opened than usual",
            "This note was not opened.",
            true,
        ),
        Kind::ReserveOnly => (
            "Sorry, notes can be opened only in an emergency",
            "The disk on which we record who looks is full. What is left of it is kept for \
            emergencies.",
            true,
        ),
        Kind::DetailMoved => (
            "The warning changed while we fetched its note",
            "Look at the warning again before you do anything else: what to do may have changed \
            too.",
            false,
        ),
        Kind::DetailUnsound => (
            "We cannot show this note",
            "It is not what it should be, so nothing of it is shown, and an alarm was raised.",
            false,
        ),
        _ => return None,
    };
    Some(Said {
        title,
        why,
        emergency_is_open,
    })
}
