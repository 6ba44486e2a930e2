//! `/admin/sources`: how fresh each source is, for whoever looks after it.
//!
//! What it is not: nothing is decided here. A held delivery is decided by two
//! persons through the interface for programs, and the page says how.

mod held;
mod order;
mod state;
mod table;

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::routing::get;
use jiff::Timestamp;
use maud::{Markup, html};

use super::page::Page;
use super::route::{ADMINS_AND_REVIEWERS, Route};
use super::said;
use super::visitor::Visitor;
use crate::answer::Feed;
use crate::answer::source::State as FeedState;
use crate::api::sources::feeds;
use crate::keeper_client::KeeperClient;
use crate::problem::Problem;
use crate::rooms::Words;
use crate::store_client::StoreClient;
use order::Order;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::new(
        "/admin/sources",
        ADMINS_AND_REVIEWERS,
        get(show),
    )]
}

async fn show(
    State(keeper): State<KeeperClient>,
    State(store): State<StoreClient>,
    State(words): State<Arc<Words>>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Page, Problem> {
    let order = Order::read(sorted_by(query.as_deref().unwrap_or_default()));
    let mut feeds = feeds(&keeper, &store, visitor.bearer()).await?.sources;
    let lead = lead(&feeds);
    order.sort(&mut feeds);
    let now = Timestamp::now();
    let content = html! {
        h1 class="govuk-heading-l" { "Sources" }
        p class="govuk-body-l" { (lead) }
        (held::waiting(&feeds, &words.calendar, now))
        @if !feeds.is_empty() { (table::table(&feeds, order, &words.calendar, now)) }
        (held::rows(&feeds))
    };
    Ok(Page::new("Sources", content))
}

/// Finds by what the table is to be sorted; anything else after the path is
/// ignored.
fn sorted_by(query: &str) -> &str {
    let mut pairs = query.split('&');
    pairs
        .find_map(|pair| pair.strip_prefix("sort="))
        .unwrap_or_default()
}

/// Says how all of them are, and names those that are not up to date, in the
/// order of the council's services.
fn lead(feeds: &[Feed]) -> Markup {
    let all = feeds.len();
    let fresh = feeds
        .iter()
        .filter(|feed| matches!(feed.state, FeedState::Fresh))
        .count();
    let not_fresh = feeds
        .iter()
        .filter(|feed| !matches!(feed.state, FeedState::Fresh));
    html! {
        @if all == 0 {
            "No sources set up."
        } @else if all == 1 && fresh == 1 {
            "The one source is up to date."
        } @else if fresh == all {
            "All " (all) " sources are up to date."
        } @else {
            (fresh) " of " (said::count(all, "source is", "sources are")) " up to date."
        }
        @for feed in not_fresh {
            " " (called(feed, feeds)) " " (state::in_a_sentence(&feed.state)) "."
        }
    }
}

/// Names a source by its service, and by its own id where the service has
/// several.
fn called(feed: &Feed, feeds: &[Feed]) -> String {
    let of_service = feeds.iter().filter(|other| other.service == feed.service);
    if of_service.count() > 1 {
        format!("{} ({})", feed.name, feed.source)
    } else {
        feed.name.clone()
    }
}
