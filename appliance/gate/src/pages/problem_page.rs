//! Refusals as pages: what is so, and what to do next. One place, so that the
//! same refusal reads the same everywhere; a page that can say more about its
//! own refusals does so itself.
//!
//! What is not there and what may not be seen are one page. The invariant: no
//! page speaks as to a program, and whatever may send somebody off unwarned
//! names a number to ring.

mod roles;

#[cfg(test)]
mod tests;

use maud::{Markup, html};

use super::document::Document;
use super::page::Page;
use super::parts::{phone, phone_named};
use super::said;
use crate::problem::{Kind, Problem};

/// Makes the page of a refusal.
pub(super) fn of(problem: &Problem, document: &Document<'_>) -> Page {
    let words = Words { document, problem };
    let (title, content) = match problem.kind {
        Kind::NotAllowed => words.not_your_role(),
        Kind::NotFound | Kind::WrongMethod => words.not_found(),
        Kind::PersonLimit => words.too_many("You have looked up more records than usual"),
        Kind::BoxLimit => words.too_many("More records were looked up than usual"),
        Kind::PersonReleaseLimit => words.too_many_notes("You have opened more notes than usual"),
        Kind::ClassReleaseLimit => words.too_many_notes("More notes were opened than usual"),
        Kind::BoxReleaseLimit => words.too_many("More notes were opened than usual"),
        Kind::SignInLocked => words.too_many("Too many tries"),
        Kind::LogUnavailable | Kind::ReserveOnly => words.no_log(),
        Kind::Unexpected => words.fault(),
        Kind::NotReady | Kind::PermitRefused | Kind::TooSlow => words.not_ready(),
        Kind::FormOutdated => words.form_outdated(),
        kind if is_of_programs(kind) => words.unread(),
        kind => words.other(kind),
    };
    Page::new(title, content).with_status(problem.kind.status())
}

/// Whether the words of a refusal are for whoever wrote the program that asks.
/// A page reads its own form, so here it means that a form came in pieces.
fn is_of_programs(kind: Kind) -> bool {
    let status = kind.status().as_u16();
    matches!(status, 400 | 413 | 415 | 421)
        || matches!(
            kind,
            Kind::Unacceptable | Kind::UnknownPurpose | Kind::ReferenceMissing
        )
}

struct Words<'a> {
    document: &'a Document<'a>,
    problem: &'a Problem,
}

type Said = (&'static str, Markup);

impl Words<'_> {
    fn not_your_role(&self) -> Said {
        let title = "You cannot use this page";
        let roles = self
            .document
            .visitor
            .map(|visitor| roles::in_words(visitor.roles()));
        (
            title,
            html! {
                (heading(title))
                @if let Some(roles) = roles.filter(|roles| !roles.is_empty()) {
                    p class="govuk-body" { "Your account is set up for: " (roles) "." }
                }
                p class="govuk-body" {
                    "Phone the help desk on "
                    (phone(&self.document.council.pages.help_desk.spoken()))
                    " if this is wrong."
                }
                (first_page())
            },
        )
    }

    fn not_found(&self) -> Said {
        let title = "Page not found";
        (
            title,
            html! {
                (heading(title))
                p class="govuk-body" {
                    "If you typed the address, check it is correct. If you followed a link from \
                    earlier today, look up the address or caller again."
                }
                p class="govuk-body" {
                    "You might also be trying to view something you do not have access to."
                }
                (first_page())
            },
        )
    }

    fn too_many(&self, title: &'static str) -> Said {
        (
            title,
            html! {
                (heading(title))
                p class="govuk-body" { "Wait " (self.wait()) ", or phone " (self.duty_line()) "." }
                (danger())
                p class="govuk-body" { "Nothing was checked." }
            },
        )
    }

    /// The emergency has no such limit, and whoever meets one must know.
    fn too_many_notes(&self, title: &'static str) -> Said {
        (
            title,
            html! {
                (heading(title))
                p class="govuk-body" {
                    "Wait " (self.wait()) ", or phone the team that holds the note. If you cannot \
                    reach them, phone " (self.duty_line()) "."
                }
                (emergency_stays_open())
                (danger())
            },
        )
    }

    fn no_log(&self) -> Said {
        let title = "Sorry, the service is unavailable";
        (
            title,
            html! {
                (heading(title))
                p class="govuk-body" {
                    "We cannot record who looks at this information, so we are not showing it. \
                    Nothing was checked. Phone " (self.duty_line()) "."
                }
                @if self.problem.kind == Kind::ReserveOnly { (emergency_stays_open()) }
                (danger())
            },
        )
    }

    fn not_ready(&self) -> Said {
        let title = "Sorry, the service is not ready";
        (
            title,
            html! {
                (heading(title))
                p class="govuk-body" { "Nothing was checked. Try again in a few seconds." }
                (self.about_to_visit())
            },
        )
    }

    fn fault(&self) -> Said {
        let title = "Sorry, there is a problem with the service";
        (
            title,
            html! {
                (heading(title))
                p class="govuk-body" { "Nothing was checked. Try again later." }
                (self.about_to_visit())
            },
        )
    }

    fn form_outdated(&self) -> Said {
        let title = "Send the form again";
        (
            title,
            html! {
                (heading(title))
                p class="govuk-body" {
                    "The page the form was on is out of date, so nothing was sent. Go back, load \
                    the page again and send it once more."
                }
                (first_page())
            },
        )
    }

    fn unread(&self) -> Said {
        let title = "We could not read what you sent";
        (
            title,
            html! {
                (heading(title))
                p class="govuk-body" {
                    "It did not arrive whole, or it was too long. Nothing was checked or changed. \
                    Go back and send it again, in parts if it is long."
                }
                (self.about_to_visit())
            },
        )
    }

    /// A refusal without words of its own here: those of the calls.
    fn other(&self, kind: Kind) -> Said {
        let detail = self.problem.said(&self.document.council.duty_line);
        (
            kind.title(),
            html! {
                (heading(kind.title()))
                p class="govuk-body" { (detail) }
                (first_page())
            },
        )
    }

    fn about_to_visit(&self) -> Markup {
        html! {
            p class="govuk-body" {
                "If you are about to visit someone, phone " (self.duty_line()) "."
            }
        }
    }

    fn duty_line(&self) -> Markup {
        phone(&self.document.council.duty_line)
    }

    /// How long to wait, as people say it.
    fn wait(&self) -> String {
        let seconds = self.problem.retry_after_seconds;
        let seconds = seconds
            .or(self.problem.kind.retry_after_seconds())
            .unwrap_or(300);
        let minutes = usize::try_from(seconds.div_ceil(60)).unwrap_or(usize::MAX);
        said::count(minutes, "minute", "minutes")
    }
}

fn heading(text: &str) -> Markup {
    html! { h1 class="govuk-heading-l" { (text) } }
}

fn danger() -> Markup {
    html! {
        p class="govuk-body" { "If someone is in danger, " (phone_named("call 999", "999")) "." }
    }
}

fn emergency_stays_open() -> Markup {
    html! {
        p class="govuk-body" {
            "If waiting could put someone in danger, go back and select \u{201c}Someone is in \
            danger\u{201d} beside the warning. That still works."
        }
    }
}

fn first_page() -> Markup {
    html! { p class="govuk-body" { a class="govuk-link" href="/" { "Go to your first page" } } }
}
