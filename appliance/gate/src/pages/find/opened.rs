//! `GET /find`: the box, with a caller's number in it when a telephone system
//! gave one, and whom this session has opened today.

use std::sync::Arc;

use axum::extract::State;
use jiff::Timestamp;
use maud::{Markup, html};

use super::boxes::{self, BOX, TheBox};
use super::fields::{BY, SEPARATE};
use super::pop::{Line, Popped};
use crate::components::{Errors, details, inset_text};
use crate::moment::Calendar;
use crate::pages::desk::{Desk, Desks};
use crate::pages::form::{self, Fields};
use crate::pages::page::Page;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::rooms::Words;

/// Callers listed again.
const MOST_RECENT: usize = 10;

/// What the page shows of the session's desk.
pub(super) struct Desktop {
    popped: Option<Rings>,
    recent: Vec<Recent>,
}

/// Who rings.
struct Rings {
    /// Their number as people read it aloud; empty when it is not known.
    number: String,
    said: &'static str,
}

/// Somebody opened today.
struct Recent {
    preferred_name: String,
    time: String,
    path: String,
}

/// Shows the box.
pub(super) async fn get(
    State(words): State<Arc<Words>>,
    State(desks): State<Arc<Desks>>,
    visitor: Visitor,
) -> Result<Page, Problem> {
    let calendar = &words.calendar;
    let desktop = desks.at(visitor.session(), |desk| Desktop::of(desk, calendar));
    let number = desktop.popped.as_ref().map(|rings| rings.number.clone());
    let fields = Fields::of([(BOX, number.as_deref().unwrap_or_default())]);
    desktop.page(&words, &visitor, &fields, Errors::default())
}

impl Desktop {
    /// Takes what the page shows.
    pub(super) fn of(desk: &Desk, calendar: &Calendar) -> Self {
        let now = Timestamp::now();
        let today = calendar.day(now);
        let callers = desk.callers.iter().rev().map(|(_, call)| call);
        let of_today = callers.filter(|call| calendar.day(call.opened_at) == today);
        let recent = of_today.take(MOST_RECENT).map(|call| Recent {
            preferred_name: call.preferred_name.clone(),
            time: calendar.time(call.opened_at),
            path: call.path.clone(),
        });
        let popped = desk.popped.as_ref().filter(|popped| popped.is_new());
        Self {
            popped: popped.and_then(Rings::of),
            recent: recent.collect(),
        }
    }

    /// Makes the page, with what was typed and what is wrong with it.
    pub(super) fn page(
        &self,
        words: &Words,
        visitor: &Visitor,
        fields: &Fields,
        errors: Errors,
    ) -> Result<Page, Problem> {
        let hidden = form::hidden(words, visitor)?;
        let content = html! {
            h1 class="govuk-heading-l" { "Find a caller" }
            @if let Some(rings) = &self.popped { (inset_text(rings.said)) }
            (the_box(&hidden, fields, &errors))
            (separate(&hidden, fields, &errors))
            (self.recent())
        };
        // A telephone system's page may have put the number there.
        Ok(Page::new("Find a caller", content)
            .with_errors(errors)
            .shared_with_elsewhere())
    }

    fn recent(&self) -> Markup {
        if self.recent.is_empty() {
            return html! {};
        }
        html! {
            h2 class="govuk-heading-m" { "Recent callers" }
            ul class="fbx-list" {
                @for caller in &self.recent {
                    li class="fbx-row" {
                        a class="govuk-link" href=(caller.path) {
                            (caller.preferred_name)
                            span class="govuk-visually-hidden" { ", opened at " (caller.time) }
                        }
                        " " (caller.time)
                    }
                }
            }
        }
    }
}

impl Rings {
    fn of(popped: &Popped) -> Option<Self> {
        let (number, said) = match &popped.line {
            Line::Number(phone) => (
                phone.spoken(),
                "Your telephone system gave this number. Press Find to search for it.",
            ),
            Line::Withheld => (String::new(), "The caller withheld their number."),
            Line::NotRead => return None,
        };
        Some(Self { number, said })
    }
}

fn the_box(hidden: &Markup, fields: &Fields, errors: &Errors) -> Markup {
    let the_box = TheBox {
        value: fields.get(BOX),
        error: errors.of(BOX),
        autofocus: errors.is_empty(),
        call: None,
    };
    the_box.render(hidden)
}

/// The separate fields are closed until somebody wants them, and open when
/// something is wrong with them: an error must not stand where nobody looks.
fn separate(hidden: &Markup, fields: &Fields, errors: &Errors) -> Markup {
    let title = "Search by separate fields";
    let form = boxes::separate(hidden, fields, errors);
    if fields.get(BY) == SEPARATE && !errors.is_empty() {
        return html! { h2 class="govuk-heading-m" { (title) } (form) };
    }
    details(title, form)
}
