//! `/find/{token}`: who may be meant, as hints; nobody is opened here.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use jiff::Timestamp;
use maud::{Markup, html};

use super::asked::Asked;
use super::boxes::{TheBox, another_with};
use super::looking::{Asking, Looked};
use super::rows::{missing, row};
use crate::answer::people::Match;
use crate::components::{inset_text, skip_link};
use crate::pages::council::Council;
use crate::pages::desk::{Desk, Desks};
use crate::pages::form;
use crate::pages::page::{Page, Printing};
use crate::pages::parts::{data_age, not_in_date, phone};
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};

/// What a page is made of.
struct Results<'a> {
    asked: &'a Asked,
    looked: &'a Looked,
    council: &'a Council,
    hidden: Markup,
}

/// Shows what a search found.
pub(super) async fn get(
    State(asking): State<Asking>,
    State(council): State<Arc<Council>>,
    State(desks): State<Arc<Desks>>,
    visitor: Visitor,
    token: Result<Path<String>, PathRejection>,
) -> Result<Page, Problem> {
    let not_found = || Problem::new(Kind::NotFound);
    let Path(token) = token.map_err(|_| not_found())?;
    let session = visitor.session();
    let laid = desks.at(session, |desk| {
        let search = desk.searches.get_mut(&token)?;
        let waiting = search.answer.take();
        Some((waiting, search.reference.clone(), Asked::of(&token, search)))
    });
    let (waiting, reference, asked) = laid.ok_or_else(not_found)?;
    let looked = match waiting {
        Some(looked) => looked,
        None => {
            let by = asked.by().ok_or_else(not_found)?;
            let looked = asking.look(&visitor, by, Some(reference)).await?;
            desks.at(session, |desk| remember(desk, &token, &looked));
            looked
        }
    };
    let results = Results {
        asked: &asked,
        looked: &looked,
        council: &council,
        hidden: form::hidden(&asking.words, &visitor)?,
    };
    Ok(results.page(&asking))
}

fn remember(desk: &mut Desk, token: &str, looked: &Looked) {
    if let Some(search) = desk.searches.get_mut(token) {
        search.found.clone_from(&looked.found);
        search.used.set(Instant::now());
    }
}

impl Results<'_> {
    fn page(&self, asking: &Asking) -> Page {
        let people = &self.looked.people;
        let heading = self.heading();
        let calendar = &asking.words.calendar;
        let content = html! {
            h1 class="govuk-heading-l" { (heading) }
            @if !people.matches.is_empty() { (skip_link("#results", "Skip to results")) }
            (self.asked.render(&self.hidden))
            @if people.matches.is_empty() { (self.found()) (self.the_box()) }
            @else { (self.the_box()) (self.found()) }
            (data_age(&people.sources, calendar, Timestamp::now()))
        };
        Page::new(heading, content)
            .back("Find a caller", "/find")
            .with_notice(not_in_date(&people.sources))
            .printing(Printing::Never)
    }

    /// Comes before the box when it shows nobody: what to do next is said first.
    fn found(&self) -> Markup {
        let people = &self.looked.people;
        html! {
            div id="results" {
                (self.answer())
                (missing(&people.sources, people.complete || self.looked.more))
            }
        }
    }

    fn heading(&self) -> String {
        let people = &self.looked.people;
        match people.matches.len() {
            0 if self.looked.more => "Too many people match".to_owned(),
            0 if people.withheld.is_some() => "We cannot show this record here".to_owned(),
            0 => "No match".to_owned(),
            1 => "1 match".to_owned(),
            several => format!("{several} people match"),
        }
    }

    /// When somebody was found the box is for the next caller; when nobody was,
    /// what was typed is there to be put right, and the call goes on.
    fn the_box(&self) -> Markup {
        if !self.looked.people.matches.is_empty() {
            return another_with(&self.hidden, true);
        }
        let the_box = TheBox {
            value: &self.asked.typed,
            error: None,
            autofocus: true,
            call: Some(&self.asked.token),
        };
        the_box.render(&self.hidden)
    }

    fn answer(&self) -> Markup {
        let people = &self.looked.people;
        let found = !people.matches.is_empty();
        html! {
            @if let Some(note) = people.note.as_ref().filter(|_| found) { (inset_text(note)) }
            (self.group(true, "Exact matches"))
            (self.group(false, "Possible matches"))
            @if people.withheld.is_some() {
                p class="govuk-body" {
                    @if found { "There is also somebody we cannot show here. " }
                    "Put the call through to the duty manager on "
                    (phone(&self.council.pages.duty_manager)) "."
                }
            } @else if self.looked.more {
                p class="govuk-body" {
                    "More than 20 people match. Add a date of birth or postcode."
                }
            } @else if !found { (self.nobody()) }
        }
    }

    fn nobody(&self) -> Markup {
        html! {
            p class="govuk-body" {
                "We could not find anyone. Check the spelling, or try their phone number or \
                postcode."
            }
            p class="govuk-body" {
                "They may still be known to the council: "
                (phone(&self.council.pages.switchboard.spoken())) "."
            }
        }
    }

    fn group(&self, exact: bool, title: &str) -> Markup {
        let matches = self.looked.people.matches.iter().zip(&self.looked.exact);
        let group: Vec<&Match> = matches
            .filter_map(|(one, is_exact)| (*is_exact == exact).then_some(one))
            .collect();
        html! {
            @if !group.is_empty() {
                h2 class="govuk-heading-m" { (title) }
                ul class="fbx-list" { @for one in group { (row(one)) } }
            }
        }
    }
}
