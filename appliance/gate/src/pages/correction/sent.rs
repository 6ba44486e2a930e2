//! What became of a letter: what was sent, under which references, what was
//! not, and why.

use maud::{Markup, html};

use super::letter::{Fate, Letter, Wrong};
use super::send::is_limit;
use super::subject::Subject;
use super::told::{Of, Sent};
use crate::answer::writer::listed;
use crate::components::{Button, SummaryRow, panel, summary_list};
use crate::pages::page::Page;
use crate::pages::parts::phone;
use crate::pages::said;
use crate::problem::{Kind, Problem};

/// What the page of a letter is made of, besides the letter.
pub(super) struct Parts<'a> {
    /// Whom or what it is about.
    pub(super) subject: &'a Subject,
    /// What to call the person.
    pub(super) called: Option<String>,
    /// The hidden field of a form.
    pub(super) token: &'a Markup,
    /// Whom to phone when nobody can be told.
    pub(super) duty_line: &'a str,
    /// Where to go on: words and target.
    pub(super) on: (&'static str, String),
}

impl Parts<'_> {
    /// Writes the page.
    pub(super) fn page(&self, letter: &Letter, name: &str) -> Page {
        if letter.sending {
            return self.under_way(name);
        }
        let sent: Vec<(&Wrong, &Sent)> = letter
            .items
            .iter()
            .filter_map(|one| one.sent().map(|sent| (one, sent)))
            .collect();
        let title = match sent.len() {
            0 => "Nothing was sent".to_owned(),
            1 => "Correction sent".to_owned(),
            number => format!("{number} corrections sent"),
        };
        let content = html! {
            @if sent.is_empty() {
                h1 class="govuk-heading-l" { (title) }
            } @else {
                (panel(title.as_str(), references(&sent)))
                (self.told(&sent))
            }
            (self.not_sent(letter))
            (self.waiting(letter, name))
            p class="govuk-body" { a class="govuk-link" href=(self.on.1) { (self.on.0) } }
        };
        Page::new(title, content)
    }

    fn under_way(&self, name: &str) -> Page {
        let title = "Your corrections are being sent";
        let content = html! {
            h1 class="govuk-heading-l" { (title) }
            p class="govuk-body" {
                a class="govuk-link" href=(self.subject.check(name)) { "Check if they were sent" }
            }
        };
        Page::new(title, content)
    }

    fn told(&self, sent: &[(&Wrong, &Sent)]) -> Markup {
        let rows: Vec<SummaryRow<'_>> = sent
            .iter()
            .map(|(one, sent)| SummaryRow::new(&one.label, one_told(sent)))
            .collect();
        let mut names: Vec<String> = Vec::new();
        for name in sent.iter().flat_map(|(_, sent)| sent.names()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        html! {
            (self.of(sent).say(&names))
            h2 class="govuk-heading-m" { "What was sent" }
            (summary_list(&rows))
            p class="govuk-body" { "Keep the references to see what each service does." }
        }
    }

    fn of(&self, sent: &[(&Wrong, &Sent)]) -> Of {
        if self.subject.is_person() {
            Of::Person(self.called.clone())
        } else if sent.iter().any(|(one, _)| one.is_warning()) {
            Of::Warning
        } else {
            Of::Address
        }
    }

    fn not_sent(&self, letter: &Letter) -> Markup {
        let refused = letter.items.iter().filter_map(|one| match one.fate {
            Fate::Refused(kind) => Some((one, kind)),
            Fate::Waiting | Fate::Sent(_) => None,
        });
        let rows: Vec<SummaryRow<'_>> = refused
            .map(|(one, kind)| SummaryRow::new(&one.label, self.why(kind)))
            .collect();
        html! {
            @if !rows.is_empty() {
                h2 class="govuk-heading-m" { "What could not be sent" }
                (summary_list(&rows))
            }
        }
    }

    fn why(&self, kind: Kind) -> Markup {
        html! {
            @match kind {
                Kind::NobodyToTell => {
                    "No service that this box can reach holds this. Phone the team whose \
                    record it is, or " (phone(self.duty_line)) "."
                }
                Kind::AlreadyThere => {
                    "The same was sent before and waits with the services. You do not need to \
                    send it again."
                }
                _ => { "There is no such record any more, or you cannot report it." }
            }
        }
    }

    /// What was not tried, since sending stopped: it can be sent again.
    fn waiting(&self, letter: &Letter, name: &str) -> Markup {
        let waiting: Vec<&Wrong> = letter.items.iter().filter(|one| one.waits()).collect();
        html! {
            @if !waiting.is_empty() {
                h2 class="govuk-heading-m" { "What is still to be sent" }
                ul class="govuk-list govuk-list--bullet" {
                    @for one in waiting { li { (one.label) } }
                }
                p class="govuk-body" { (self.stopped(letter.stopped.as_ref())) }
                form method="post" action=(self.subject.check(name)) novalidate {
                    (self.token)
                    (Button::submit("Send the rest").render())
                }
            }
        }
    }

    fn stopped(&self, problem: Option<&Problem>) -> Markup {
        let limit = problem.filter(|problem| is_limit(problem.kind));
        html! {
            @if let Some(limit) = limit {
                @let minutes = limit.retry_after_seconds.unwrap_or(300).div_ceil(60);
                "You have sent more than usual. Wait "
                (said::count(minutes as usize, "minute", "minutes"))
                ", then send the rest, or phone " (phone(self.duty_line)) "."
            } @else {
                "Something went wrong on the way. Try again in a few seconds, or phone "
                (phone(self.duty_line)) "."
            }
        }
    }
}

fn references(sent: &[(&Wrong, &Sent)]) -> Markup {
    html! {
        @for (place, (_, sent)) in sent.iter().enumerate() {
            @if place > 0 { br; }
            strong { (sent.reference) }
        }
    }
}

fn one_told(sent: &Sent) -> Markup {
    html! {
        a class="govuk-link" href=(format!("/corrections/{}", sent.reference)) { (sent.reference) }
        ", sent to " (listed(&sent.names()))
    }
}
