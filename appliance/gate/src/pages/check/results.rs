//! What a search led to that did not lead to one address: a choice, or nothing.

use maud::{Markup, html};

use super::natural;
use super::search::Search;
use crate::answer::found::Match;
use crate::api::look_up_property::Looked;
use crate::pages::address::{heading, path_of};
use crate::pages::page::Page;
use crate::pages::parts::{data_age, not_in_date, phone};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// Writes the page; `typed` and how it was understood go with the answer.
pub(super) fn page(
    room: &Room,
    visitor: &Visitor,
    (typed, understood): (&str, &str),
    looked: &Looked,
) -> Result<Page, Problem> {
    let found = &looked.found;
    let again = Search {
        typed,
        error: None,
        first_thing: false,
    };
    let again = again.form(room, visitor)?;
    let (title, content) = if found.matches.is_empty() {
        ("Address not found", none(&room.council.duty_line))
    } else {
        ("Choose the address", choice(&found.matches, found.more))
    };
    let content = html! {
        (content)
        p class="govuk-body" { "We searched for " (understood) "." }
        (again)
        (data_age(&found.sources, &room.words.calendar, looked.at))
    };
    Ok(Page::new(title, content)
        .back("Check another address", "/check")
        .with_notice(not_in_date(&found.sources)))
}

fn none(duty_line: &str) -> Markup {
    html! {
        h1 class="govuk-heading-l" { "We could not find that address" }
        div class="fbx-instruction fbx-instruction--unchecked" {
            p class="fbx-instruction__text" {
                "We have not checked this address for warnings."
            }
            p class="fbx-instruction__who" {
                "Phone " (phone(duty_line)) " if you are about to visit."
            }
        }
        p class="govuk-body" { "Check the spelling or use the UPRN." }
    }
}

fn choice(matches: &[Match], more: bool) -> Markup {
    let mut ordered: Vec<(&Match, String)> =
        matches.iter().map(|one| (one, heading(one))).collect();
    ordered.sort_by_key(|(_, address)| natural::order(address));
    html! {
        h1 class="govuk-heading-l" { "Choose the address" }
        @if more {
            p class="govuk-hint" {
                "Showing the first " (matches.len()) ". Add a house number to narrow this."
            }
        }
        ul class="fbx-list" {
            @for (one, address) in &ordered {
                li class="fbx-row" {
                    a class="govuk-link" href=(path_of(&one.property)) {
                        (address)
                        @if is_repeated(address, &ordered) { ", UPRN " (one.uprn) }
                    }
                }
            }
        }
    }
}

/// Two addresses that read alike are told apart by their numbers.
fn is_repeated(address: &str, all: &[(&Match, String)]) -> bool {
    all.iter().filter(|(_, other)| other == address).count() > 1
}
