//! The table of sources, one row each.

use jiff::Timestamp;
use maud::{Markup, html};

use super::order::Order;
use super::state;
use crate::answer::Feed;
use crate::answer::source::State;
use crate::components::{Cell, Size, Table, tag};
use crate::moment::Calendar;
use crate::pages::parts::phone;
use crate::pages::said;

/// Writes the table, which scrolls by itself where the screen is narrow.
pub(super) fn table(feeds: &[Feed], order: Order, calendar: &Calendar, now: Timestamp) -> Markup {
    let rows = feeds.iter().map(|feed| {
        vec![
            Cell::from(source(feed)),
            Cell::from(status(feed)),
            Cell::from(delivery(feed, calendar, now)),
            Cell::numeric(feed.records.to_string()),
            Cell::numeric(feed.held_rows.to_string()),
            Cell::from(phone(&feed.phone)),
        ]
    });
    let table = Table {
        caption: format!("All sources, by {}", order.said()).into(),
        caption_size: Some(Size::M),
        head: order.headings().chain([Cell::from("Phone")]).collect(),
        rows: rows.collect(),
        first_cell_is_header: true,
        small_until_tablet: true,
    };
    html! {
        div class="fbx-scroll" role="region" tabindex="0" aria-label="Table of sources" {
            (table.render())
        }
    }
}

fn source(feed: &Feed) -> Markup {
    html! { (feed.name) br; span class="fbx-said" { (feed.source) } }
}

fn status(feed: &Feed) -> Markup {
    let (words, colour) = state::tagged(&feed.state);
    let code = feed
        .code
        .as_deref()
        .filter(|_| !matches!(feed.state, State::Fresh));
    html! {
        (tag(words, colour))
        @if let Some(code) = code {
            br;
            span class="fbx-said" {
                @match state::reason(code) {
                    Some(reason) => { (reason) }
                    None => { "Reason: " code { (code) } }
                }
            }
        }
    }
}

/// Says when it last came, and from when what came is.
fn delivery(feed: &Feed, calendar: &Calendar, now: Timestamp) -> Markup {
    let received = feed.received.as_deref().and_then(said::instant);
    let data_of = feed.last_synced.as_deref().and_then(said::instant);
    html! {
        @match received {
            None => { "Nothing has arrived yet" }
            Some(received) => {
                @if matches!(feed.state, State::Stopped) { "Nothing since " }
                (said::when(calendar, now, received)) ", " (ago(now, received))
            }
        }
        @if let Some(data_of) = data_of {
            br;
            span class="fbx-said" { "Data of " (said::when(calendar, now, data_of)) }
        }
    }
}

/// Says how long ago something was: `2 hours ago`.
pub(super) fn ago(now: Timestamp, then: Timestamp) -> String {
    let age = said::age(now, then);
    format!("{} ago", age.strip_suffix(" old").unwrap_or(&age))
}
