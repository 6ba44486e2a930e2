//! How old what a page shows is: one line under every answer, and the line
//! above the page when a service is not in date.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::answer::source::{Source, State};
use crate::moment::Calendar;
use crate::pages::said;

/// Writes the data age line: newest and oldest, or that nothing ever came.
pub(in crate::pages) fn data_age(
    sources: &[Source],
    calendar: &Calendar,
    now: Timestamp,
) -> Markup {
    let dated = sources.iter().filter_map(|source| {
        let read = source.last_synced.as_deref().and_then(said::instant);
        read.map(|read| (source, read))
    });
    let dated: Vec<(&Source, Timestamp)> = dated.collect();
    let newest = dated.iter().map(|(_, read)| *read).max();
    let oldest = dated.iter().min_by_key(|(_, read)| *read);
    html! {
        p class="govuk-body fbx-age" {
            @match (newest, oldest) {
                (Some(newest), Some((source, read))) => {
                    "Newest data: " (said::when(calendar, now, newest)) ". "
                    "Oldest: " (source.name) ", " (said::age(now, *read)) ". "
                }
                _ => { "No service has sent any data yet. " }
            }
            @for source in sources.iter().filter(|source| source.last_synced.is_none()) {
                (source.name) " has never sent any. "
            }
        }
    }
}

/// Says, for the line above a page, that something may be missing and whom to
/// phone; none when every source is in date.
pub(in crate::pages) fn not_in_date(sources: &[Source]) -> Option<String> {
    let late = sources
        .iter()
        .filter(|source| !matches!(source.state, State::Fresh));
    let each: Vec<String> = late
        .map(|source| format!("Phone {} on {}.", source.name, source.phone))
        .collect();
    (!each.is_empty()).then(|| format!("Some information may be out of date. {}", each.join(" ")))
}
