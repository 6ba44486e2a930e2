//! The end of the caller page: what was reported wrong, how to report more,
//! and how old everything is.

use jiff::Timestamp;
use maud::{Markup, html};

use super::said::capital;
use crate::answer::Person;
use crate::answer::correction::Standing;
use crate::answer::source::{Source, State};
use crate::moment::Calendar;
use crate::pages::parts::{data_age, phone};
use crate::pages::said;

/// Writes corrections that are under way, each with its own page.
pub(super) fn corrections(person: &Person) -> Markup {
    html! {
        @if !person.corrections.is_empty() {
            h2 class="govuk-heading-m" { "Reported wrong" }
            ul class="govuk-list" {
                @for one in &person.corrections { (correction(one)) }
            }
        }
    }
}

/// Writes the way to put anything on the page right.
pub(super) fn wrong(path: &str) -> Markup {
    html! {
        p class="govuk-body" {
            a class="govuk-link" href=(format!("{path}/correct")) { "Something here is wrong" }
        }
    }
}

/// Writes how old everything is, service by service, and what may be missing.
pub(super) fn age(person: &Person, calendar: &Calendar, now: Timestamp) -> Markup {
    let fresh = |source: &Source| matches!(source.state, State::Fresh);
    let unread = !person.complete && person.sources.iter().all(fresh);
    html! {
        @if unread {
            p class="govuk-body" {
                "A service sent something we could not read, and it may be about this person. \
                What is shown may not be all."
            }
        }
        (data_age(&person.sources, calendar, now))
        @if !person.sources.is_empty() {
            ul class="govuk-list fbx-age" {
                @for source in &person.sources { li { (of_source(source, calendar, now)) } }
            }
        }
    }
}

fn correction(one: &Standing) -> Markup {
    let what = one.field.unwrap_or("something else").replace('-', " ");
    html! {
        li {
            (capital(&what)) ": "
            @for service in &one.services { (service.say) " " }
            a class="govuk-link" href=(format!("/corrections/{}", one.correction)) {
                "How " (one.correction) " stands"
            }
        }
    }
}

/// One service: when its data is from, and whom to ring when that is too long ago.
fn of_source(source: &Source, calendar: &Calendar, now: Timestamp) -> Markup {
    let read = source.last_synced.as_deref().and_then(said::instant);
    html! {
        (source.name) ": "
        @match read {
            Some(read) => { (said::when(calendar, now, read)) ", " (said::age(now, read)) ". " }
            None => { "never sent anything. " }
        }
        @match source.state {
            State::Fresh => {}
            State::Late => { "Late. Phone them on " (phone(&source.phone)) "." }
            State::Stopped => { "Stopped arriving. Phone them on " (phone(&source.phone)) "." }
            State::Held => {
                "Some of it is held for checking. Phone them on " (phone(&source.phone)) "."
            }
        }
    }
}
