//! The top of the caller page: what to call them, and who is on the line.
//!
//! It has the same lines for everybody: names or the sentence that they are
//! not shown yet, and what became of what the caller said.

use firebox_protocol::query::{Caller, Confirmed};
use maud::{Markup, html};

use super::call::OnTheLine;
use crate::answer::Person;
use crate::answer::person::names::Value;
use crate::answer::writer::listed;
use crate::components::{Button, ButtonLook};
use crate::pages::said;

/// Writes the heading of somebody who is alive, with who is on the line.
pub(super) fn caller(person: &Person, line: &OnTheLine, path: &str) -> Markup {
    html! {
        div class="fbx-identity" {
            h1 class="govuk-heading-l" { "Call them " (person.call_them) }
            p class="govuk-body" { (pronouns(person)) }
            (confirm(person, line, path))
            (ways(path))
        }
        p class="govuk-body" { (on_the_line(person, line)) " " (names(person)) }
        (differences(person))
    }
}

/// Writes the heading of somebody who has died. Nobody calls as themselves, so
/// nobody is asked who they are.
pub(super) fn died(person: &Person, path: &str) -> Markup {
    html! {
        div class="fbx-identity" {
            h1 class="govuk-heading-l" { "Call handler: this person has died" }
            (ways(path))
        }
        p class="govuk-body" {
            "Known as " (person.call_them) ". "
            @for one in &person.deceased {
                "Recorded by " (one.by.said_by) " on " (said::day(&one.by.since)) ". "
            }
        }
        @if let Some(note) = &person.deceased_note { p class="govuk-body" { (note) } }
        (differences(person))
    }
}

/// One press takes what is on the screen away, and forgets nothing; another
/// leads to what to do in danger.
fn ways(path: &str) -> Markup {
    html! {
        (Button::link("Hide this", "/find").look(ButtonLook::Secondary).render())
        p class="govuk-body" {
            a class="govuk-link" href=(format!("{path}/danger")) { "Someone is in danger" }
        }
    }
}

/// Each service's words, those that say the same once.
fn pronouns(person: &Person) -> String {
    if let Some(note) = person.named.pronouns_note {
        return note.to_owned();
    }
    let mut said: Vec<&str> = Vec::new();
    for one in &person.named.pronouns {
        if !said
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&one.value))
        {
            said.push(&one.value);
        }
    }
    said.join(" or ")
}

/// Each value once, with the services that say so.
fn each<T: ToString>(values: &[Value<T>]) -> Vec<(String, Vec<String>)> {
    let mut each: Vec<(String, Vec<String>)> = Vec::new();
    for one in values {
        let (value, service) = (one.value.to_string(), one.by.said_by.clone());
        match each.iter_mut().find(|(known, _)| *known == value) {
            Some((_, services)) if services.contains(&service) => {}
            Some((_, services)) => services.push(service),
            None => each.push((value, vec![service])),
        }
    }
    each
}

fn confirm(person: &Person, line: &OnTheLine, path: &str) -> Markup {
    let to = format!("{path}/caller");
    if person.confirmed || matches!(line.caller, Caller::Proxy(_)) {
        return html! {
            p class="govuk-body" {
                a class="govuk-link" href=(to) { "Somebody else is calling" }
            }
        };
    }
    Button::link("Confirm who is calling", &to).render()
}

/// What became of what the caller said.
fn on_the_line(person: &Person, line: &OnTheLine) -> Markup {
    html! {
        @if let Some(note) = &person.caller_note {
            strong { "Someone is speaking for them: " (note) }
            @if person.confirmed { " " (person.say) }
        } @else if person.confirmed && line.by_search {
            "Matched on " (typed(&line.said)) " you typed. Check who is speaking."
        } @else if person.of > 0 {
            (person.say)
        }
    }
}

fn names(person: &Person) -> Markup {
    html! {
        @if person.confirmed {
            @for (name, services) in each(&person.named.legal_name) {
                "Full name: " (name) " (" (listed(&services)) "). "
            }
            @for (year, services) in each(&person.named.year_of_birth) {
                "Born " (year) " (" (listed(&services)) "). "
            }
        } @else {
            "Full name and date of birth: shown when you have confirmed who is calling."
        }
    }
}

/// Where services say it differently: both are there, and the adviser asks.
fn differences(person: &Person) -> Markup {
    html! {
        @for sentence in &person.disagreements {
            p class="govuk-body" { (sentence) }
        }
    }
}

/// Names what was typed, never what it was.
fn typed(said: &Confirmed) -> String {
    let names = [
        ("date of birth", said.date_of_birth.is_some()),
        ("postcode", said.postcode.is_some()),
        ("house number", said.house_number.is_some()),
    ];
    let given = names.into_iter().filter(|(_, given)| *given);
    let given: Vec<String> = given.map(|(name, _)| name.to_owned()).collect();
    listed(&given)
}
