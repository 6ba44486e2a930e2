//! What may be said of an address as a whole. "None", "not known" and "not
//! loaded" are three screens, and only one of them says that nothing is there.

use maud::{Markup, html};

use super::unsure::Unsure;
use crate::answer::found::{Found, Match};
use crate::answer::source::State;
use crate::pages::said;

/// What may be said of an address as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pages) enum Known {
    /// Every service said that it holds nothing.
    Clear,
    /// The same, but somebody reported something that nobody confirmed.
    OnlyReports,
    /// Its warnings are on the page, and they are all.
    Warned,
    /// Something may be missing.
    Unsure,
}

impl Known {
    /// Judges an answer. It does not trust the word "complete" alone: whatever
    /// that stands on must show in the answer too.
    pub(in crate::pages) fn of(found: &Found, one: &Match) -> Self {
        let whole = found.complete
            && found.matches.len() == 1
            && !found.choose
            && !found.more
            && !found.sources.is_empty()
            && found
                .sources
                .iter()
                .all(|source| matches!(source.state, State::Fresh))
            && one.notices.is_empty();
        match one.flags.as_deref() {
            Some([]) if whole && one.reports.is_empty() => Self::Clear,
            Some([]) if whole => Self::OnlyReports,
            Some(_) if whole => Self::Warned,
            _ => Self::Unsure,
        }
    }
}

/// Writes that nothing is there; of something not known, [`Unsure`] says why
/// and whom to phone. Nothing where the warnings on the page say all.
pub(super) fn section(found: &Found, one: &Match, unsure: &Unsure<'_>) -> Markup {
    match Known::of(found, one) {
        Known::Clear => clear("No warnings recorded", found.sources.len()),
        Known::OnlyReports => clear("No confirmed warnings", found.sources.len()),
        Known::Warned => html! {},
        Known::Unsure => unsure.section(),
    }
}

fn clear(heading: &str, services: usize) -> Markup {
    let they = if services == 1 {
        "it holds"
    } else {
        "they hold"
    };
    html! {
        h2 class="govuk-heading-m" { (heading) }
        div class="fbx-instruction fbx-instruction--clear" {
            p class="fbx-instruction__who" {
                (said::count(services, "service", "services"))
                " told us " (they) " no warning for this address."
            }
        }
    }
}
