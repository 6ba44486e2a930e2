//! One person as a hint, and whom a search may have missed.

use maud::{Markup, html};

use crate::answer::people::Match;
use crate::answer::source::{Source, State as Freshness};
use crate::pages::parts::phone;

/// One person, as a hint.
pub(super) fn row(one: &Match) -> Markup {
    let (born, heard) = match one.year_of_birth {
        Some(year) => (format!("Born {year}"), format!("born {year}")),
        None => (
            "Year of birth not known".to_owned(),
            "year of birth not known".to_owned(),
        ),
    };
    let postcode = match one.postcode_hint.as_str() {
        "Not shown" => "Postcode not shown",
        hint => hint,
    };
    html! {
        li class="fbx-row" {
            p class="govuk-body" {
                a class="govuk-link" href={ "/people/" (one.person) } {
                    (one.preferred_name) " " (one.surname_initial)
                    span class="govuk-visually-hidden" { ", " (heard) ", " (postcode) }
                }
            }
            p class="govuk-body" { (born) " · " (postcode) }
            p class="govuk-body" { strong { (one.why.join(" · ")) } }
        }
    }
}

/// Says whom a search may have missed.
pub(super) fn missing(sources: &[Source], complete: bool) -> Markup {
    let late: Vec<&Source> = sources
        .iter()
        .filter(|source| !matches!(source.state, Freshness::Fresh))
        .collect();
    html! {
        @for source in &late {
            p class="govuk-body" {
                (source.name) (state(&source.state)) ", so some people may be missing. Phone "
                (source.name) " on " (phone(&source.phone)) "."
            }
        }
        @if late.is_empty() && !complete {
            p class="govuk-body" {
                "Some records could not be read, so some people may be missing."
            }
        }
    }
}

fn state(state: &Freshness) -> &'static str {
    match state {
        Freshness::Fresh => " is up to date",
        Freshness::Late => " is late with its data",
        Freshness::Stopped => " is not available",
        Freshness::Held => " has data that waits to be checked",
    }
}
