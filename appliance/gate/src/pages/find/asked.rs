//! What was searched for, and what else it could have been, above what was found.

use firebox_protocol::PersonBy;
use firebox_protocol::query::{Confirmed, NameAnd};
use maud::{Markup, html};
use zeroize::Zeroizing;

use super::looking::{AGAIN, WAY};
use super::said;
use super::search::Search;

/// A search as its page says it.
pub(super) struct Asked {
    /// The token in the page's path.
    pub(super) token: String,
    /// What was typed.
    pub(super) typed: Zeroizing<String>,
    ways: Vec<PersonBy>,
    way: usize,
    given: Confirmed,
    no_nhs_number: bool,
}

impl Asked {
    /// Takes what the page says of a search.
    pub(super) fn of(token: &str, search: &Search) -> Self {
        Self {
            token: token.to_owned(),
            ways: search.ways.clone(),
            way: search.way,
            given: search.given.clone(),
            typed: search.typed.clone(),
            no_nhs_number: search.no_nhs_number,
        }
    }

    /// Gives how it was searched.
    pub(super) fn by(&self) -> Option<&PersonBy> {
        self.ways.get(self.way)
    }

    /// Says what was searched for, and offers what else it could be.
    pub(super) fn render(&self, hidden: &Markup) -> Markup {
        let Some(by) = self.by() else {
            return html! {};
        };
        html! {
            p class="govuk-body" {
                "We searched for: " (said::searched(by)) "."
                @if let Some(kept) = self.kept(by) {
                    " We kept " (kept) " for checking who is calling."
                }
            }
            @if self.no_nhs_number {
                p class="govuk-body" {
                    "This is not an NHS number: its last digit does not agree with the others. \
                    Check the typing."
                }
            }
            @if self.ways.len() > 1 { (self.other_ways(by, hidden)) }
        }
    }

    /// What was typed and not searched for, but can confirm who calls.
    fn kept(&self, by: &PersonBy) -> Option<String> {
        let and = match by {
            PersonBy::Name { and, .. } => Some(and),
            _ => None,
        };
        let day = self.given.date_of_birth.as_ref();
        let day = day.filter(|_| !matches!(and, Some(NameAnd::DateOfBirth(_))));
        let postcode = self.given.postcode.as_ref();
        let postcode = postcode.filter(|_| !matches!(and, Some(NameAnd::Postcode(_))));
        let house = self.given.house_number.as_ref();
        let kept = [
            day.map(|day| format!("a date of birth in {}", day.year())),
            postcode.map(|postcode| format!("postcode {}", said::covered(postcode))),
            house.map(|house| format!("house number {house}")),
        ];
        let kept: Vec<String> = kept.into_iter().flatten().collect();
        (!kept.is_empty()).then(|| kept.join(" and "))
    }

    fn other_ways(&self, by: &PersonBy, hidden: &Markup) -> Markup {
        let others = self.ways.iter().enumerate();
        html! {
            p class="govuk-body" { "We read what you typed as " (said::kind(by)) "." }
            @for (way, other) in others.filter(|(way, _)| *way != self.way) {
                form method="post" action="/find" novalidate {
                    (hidden)
                    input type="hidden" name=(AGAIN) value=(self.token);
                    input type="hidden" name=(WAY) value=(way);
                    p class="govuk-body" {
                        button class="fbx-link-button" type="submit" { (said::instead(other)) }
                    }
                }
            }
        }
    }
}
