//! `/corrections/{ref}`: that it was sent, the first time; from then on how it
//! stands with each service. Not a word of what is wrong, or of whom.

use axum::extract::State;
use maud::{Markup, html};

use super::letter::Draft;
use super::told::{Of, Told, unconfirmed};
use crate::answer::Standing;
use crate::answer::correction::{AtService, Stage};
use crate::components::{Cell, Size, Table, TagColour, panel, tag};
use crate::moment::Calendar;
use crate::pages::page::Page;
use crate::pages::parts::phone;
use crate::pages::room::Room;
use crate::pages::said;
use crate::pages::visitor::Visitor;
use crate::path::CorrectionReference;
use crate::problem::Problem;

/// Shows what was just sent, which was logged when it was; else asks, and is
/// logged for that.
pub(super) async fn get(
    State(room): State<Room>,
    visitor: Visitor,
    reference: CorrectionReference,
) -> Result<Page, Problem> {
    let told = room.at(&visitor, |desk| {
        match desk.corrections.get_mut(reference.text()) {
            Some(Draft::Told(once)) => once.take(),
            _ => None,
        }
    });
    let calendar = &room.words.calendar;
    match told {
        Some(told) => Ok(just_sent(&told, calendar)),
        None => {
            let standing = room.correction(&visitor, &reference).await?;
            Ok(page(&standing, calendar))
        }
    }
}

fn just_sent(told: &Told, calendar: &Calendar) -> Page {
    let (sent, hazard) = (&told.sent, told.of == Of::Hazard);
    let title = if hazard {
        "Hazard reported"
    } else {
        "Correction sent"
    };
    let content = html! {
        (panel(title, html! { strong { (sent.reference) } }))
        @if hazard { (unconfirmed(sent, calendar)) } @else { (told.of.say(&sent.names())) }
        p class="govuk-body" {
            a class="govuk-link" href=(path(&sent.reference)) { "See what each service does" }
        }
        p class="govuk-body" { a class="govuk-link" href=(told.on.1) { (told.on.0) } }
    };
    Page::new(title, content)
}

fn page(standing: &Standing, calendar: &Calendar) -> Page {
    let what = if standing.field.is_none() {
        "Hazard report"
    } else {
        "Correction"
    };
    let content = html! {
        span class="govuk-caption-l" { (standing.correction) }
        h1 class="govuk-heading-l" { (what) }
        p class="govuk-body" {
            "Sent on " (day(&standing.raised, calendar)) ". Each service decides for itself \
            whether to change its record."
        }
        (table(&standing.services, calendar))
        p class="govuk-body" {
            a class="govuk-link" href=(path(&standing.correction)) { "Check again" }
        }
    };
    Page::new(what, content).back("Back to your first page", "/")
}

fn table(services: &[AtService], calendar: &Calendar) -> Markup {
    let rows = services.iter().map(|one| {
        vec![
            Cell::from(one.name.as_str()),
            Cell::from(state(&one.state)),
            Cell::from(day(&one.since, calendar)),
            Cell::from(what_it_means(one)),
        ]
    });
    let table = Table {
        caption: "What each service did".into(),
        caption_size: Some(Size::M),
        head: ["Service", "Status", "Since", "What it means"]
            .map(Cell::from)
            .into(),
        rows: rows.collect(),
        first_cell_is_header: true,
        small_until_tablet: true,
    };
    html! {
        div class="fbx-scroll" role="region" tabindex="0" aria-label="What each service did" {
            (table.render())
        }
    }
}

fn state(stage: &Stage) -> Markup {
    match stage {
        Stage::Raised => tag("Sent", TagColour::Grey),
        Stage::Delivered => tag("Seen", TagColour::Blue),
        Stage::Done | Stage::Settled => tag("Changed", TagColour::Green),
        Stage::Declined => tag("Not changed", TagColour::Orange),
    }
}

/// The service's sentence, with its number to ring.
fn what_it_means(one: &AtService) -> Markup {
    let phone_them = format!(" Phone them on {}.", one.phone);
    match one.say.strip_suffix(&phone_them) {
        Some(say) => html! { (say) " Phone them on " (phone(&one.phone)) "." },
        None => html! { (one.say) },
    }
}

/// Says the council's day of an instant that an answer holds.
fn day(instant: &str, calendar: &Calendar) -> String {
    let read = said::instant(instant);
    read.map_or_else(String::new, |read| {
        said::day(&calendar.day(read).to_string())
    })
}

fn path(reference: &str) -> String {
    format!("/corrections/{reference}")
}
