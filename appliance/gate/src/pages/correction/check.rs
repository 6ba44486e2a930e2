//! What was typed, once more before it is sent; and the same page after that,
//! with what became of it.

use axum::extract::State;
use maud::{Markup, html};

use super::letter::{Letter, Wrong};
use super::read::how_said;
use super::sent;
use super::subject::Subject;
use super::typed::aloud;
use crate::components::{Button, SummaryRow, summary_list};
use crate::pages::form;
use crate::pages::page::Page;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// Shows the letter as it stands.
pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    subject: Subject,
) -> Result<Page, Problem> {
    let name = subject.draft()?;
    let token = form::hidden(&room.words, &visitor)?;
    room.at(&visitor, |desk| {
        let called = subject.name(desk);
        let letter = Letter::of(desk, name, &subject.whom)?;
        let page = if letter.is_untouched() {
            to_check(letter, &subject, name, &token)
        } else {
            let parts = sent::Parts {
                subject: &subject,
                called,
                token: &token,
                duty_line: &room.council.duty_line,
                on: subject.back(&visitor),
            };
            parts.page(letter, name)
        };
        Ok(page.printing(subject.printing()))
    })
}

fn to_check(letter: &Letter, subject: &Subject, name: &str, token: &Markup) -> Page {
    let title = "Check your answers";
    let change = subject.change(name);
    let content = html! {
        h1 class="govuk-heading-l" { (title) }
        (rows(letter, &change))
        p class="govuk-body" {
            "The services that hold this get what you wrote and your role, not your name. \
            We record that you sent it, without what you wrote."
        }
        form method="post" action=(subject.check(name)) novalidate {
            (token)
            (Button::submit("Send").render())
        }
    };
    Page::new(title, content).back("Back to what is wrong", change)
}

fn rows(letter: &Letter, change: &str) -> Markup {
    let targets = letter
        .items
        .iter()
        .map(|one| (one, format!("{change}#{}", anchor(one))));
    let targets: Vec<(&Wrong, String)> = targets.collect();
    let of_how = format!("{change}#how");
    let mut rows: Vec<SummaryRow<'_>> = targets
        .iter()
        .map(|(one, target)| {
            SummaryRow::new(&one.label, aloud(one.asked.field, &one.should_be))
                .change(target, &one.label)
        })
        .collect();
    let how = SummaryRow::new("How you know", how_said(letter.how_known));
    rows.push(how.change(&of_how, "how you know"));
    summary_list(&rows)
}

/// The id of what is typed into: of a date its first line.
fn anchor(one: &Wrong) -> String {
    match one.asked.control {
        super::field::Control::Date => format!("{}-day", one.target),
        _ => one.target.clone(),
    }
}
