//! Who says so and since when, as the caller page says it.

use maud::{Markup, html};

use crate::answer::person::By;
use crate::pages::said;

/// Says it in a sentence: `Told to Housing on 3 May 2026.`
pub(super) fn told(by: &By) -> String {
    told_on(&by.said_by, &by.since)
}

/// Says it of a service and a day, `YYYY-MM-DD`.
pub(super) fn told_on(service: &str, day: &str) -> String {
    format!("Told to {service} on {}.", said::day(day))
}

/// Writes the link by which a part of the page is put right, with what it is
/// about for whoever hears the link alone.
pub(super) fn wrong(path: &str, what: &str) -> Markup {
    html! {
        a class="govuk-link" href=(format!("{path}/correct")) {
            "Something is wrong" span class="govuk-visually-hidden" { " with " (what) }
        }
    }
}

/// Writes words with a capital letter in front.
pub(super) fn capital(words: &str) -> String {
    let mut signs = words.chars();
    signs.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(signs).collect()
    })
}
