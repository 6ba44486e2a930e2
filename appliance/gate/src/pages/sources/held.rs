//! What waits for a decision, and what could not be read.

use jiff::Timestamp;
use maud::{Markup, html};

use super::called;
use super::table::ago;
use crate::answer::Feed;
use crate::answer::source::Hold;
use crate::components::{Banner, details, notification_banner};
use crate::moment::Calendar;
use crate::pages::said;

/// Writes what waits for two persons, in one banner.
pub(super) fn waiting(feeds: &[Feed], calendar: &Calendar, now: Timestamp) -> Markup {
    let held = feeds
        .iter()
        .filter_map(|feed| feed.hold.as_ref().map(|hold| (feed, hold)));
    let held: Vec<(&Feed, &Hold)> = held.collect();
    if held.is_empty() {
        return html! {};
    }
    let content = html! {
        @for (feed, hold) in &held {
            p class="govuk-notification-banner__heading" { (takes_away(feed, hold, feeds)) }
            p class="govuk-body" { (since(hold, calendar, now)) }
        }
        p class="govuk-body" {
            "We have not applied this. Everyone still sees what was there before, marked with \
            its age."
        }
    };
    html! {
        (notification_banner(Banner::Important, content))
        (details("How to decide on a held delivery", how_to_decide(&held)))
    }
}

fn takes_away(feed: &Feed, hold: &Hold, feeds: &[Feed]) -> Markup {
    html! {
        (called(feed, feeds)) ": a delivery would take away " (hold.removes) " of "
        (records(hold.of))
        @if let Some(share) = share(hold) { " (" (share) "%)" }
        "."
    }
}

fn since(hold: &Hold, calendar: &Calendar, now: Timestamp) -> Markup {
    let since = said::instant(&hold.since);
    html! {
        "Hold " (hold.id)
        @if let Some(since) = since {
            ", since " (said::when(calendar, now, since)) ", " (ago(now, since))
        }
        "."
    }
}

/// The share that would go, rounded up: a little is not nothing.
fn share(hold: &Hold) -> Option<u64> {
    (hold.of > 0).then(|| hold.removes.saturating_mul(100).div_ceil(hold.of))
}

fn records(number: u64) -> String {
    said::count(
        usize::try_from(number).unwrap_or(usize::MAX),
        "record",
        "records",
    )
}

fn how_to_decide(held: &[(&Feed, &Hold)]) -> Markup {
    html! {
        p class="govuk-body" {
            "Phone the service first and ask if so much should go. This page cannot decide yet: \
            a program does it through the interface, in the name of somebody who is signed in."
        }
        ul class="govuk-list govuk-list--bullet" {
            @for (feed, hold) in held {
                li {
                    (feed.source) ": " code { "POST /api/v1/holds/" (hold.id) "/decision" }
                }
            }
        }
        p class="govuk-body" {
            "Send " code { "{\"decision\":\"apply\"}" } " to apply it: two different people must \
            send this. Send " code { "{\"decision\":\"reject\"}" } " to throw it away: one is enough."
        }
    }
}

/// Says what held rows are, where there are any.
pub(super) fn rows(feeds: &[Feed]) -> Markup {
    let held: u64 = feeds.iter().map(|feed| feed.held_rows).sum();
    html! {
        @if held > 0 {
            p class="govuk-body" {
                "Held rows could not be read. Where we know the address, it is shown as not \
                checked. The service sees them with " code { "firebox-agent quarantine list" } "."
            }
        }
    }
}
