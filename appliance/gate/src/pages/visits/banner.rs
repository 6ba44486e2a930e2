//! What has changed since an officer looked, or since they printed the list:
//! one banner, since a page has one at most.

use jiff::Timestamp;
use maud::{Markup, html};

use super::day::at;
use crate::components::{Banner, notification_banner};
use crate::moment::Calendar;

/// Addresses that are named; more are counted.
const NAMED: usize = 5;

/// What changed since a moment.
pub(super) struct Since {
    /// The moment.
    pub(super) then: Timestamp,
    /// The visits that changed, by their names.
    pub(super) changed: Vec<String>,
}

/// What the banner is written from.
pub(super) struct News<'a> {
    /// Whether it was asked for, so that "nothing" is an answer too.
    pub(super) asked_for: bool,
    /// What changed since the list was seen.
    pub(super) seen: Option<Since>,
    /// What changed since the list was printed.
    pub(super) printed: Option<Since>,
    /// The council's calendar.
    pub(super) calendar: &'a Calendar,
    /// The moment of the look.
    pub(super) now: Timestamp,
}

impl News<'_> {
    /// Writes the banner; nothing where there is nothing to say.
    pub(super) fn banner(&self) -> Markup {
        let printed = self.said(self.printed.as_ref(), "you printed this");
        let seen = self.said(self.seen.as_ref(), "you last looked");
        let nothing = self.asked_for && seen.is_none();
        if printed.is_none() && seen.is_none() && !nothing {
            return html! {};
        }
        let content = html! {
            @if nothing { (self.nothing()) }
            @for said in [&printed, &seen].into_iter().flatten() { (said) }
        };
        notification_banner(Banner::Important, content)
    }

    fn nothing(&self) -> Markup {
        html! {
            p class="govuk-notification-banner__heading" {
                "Checked again at " (self.calendar.time(self.now)) ". "
                @match &self.seen {
                    Some(since) => {
                        "Nothing has changed since you last looked "
                        (at(self.calendar, self.now, since.then)) "."
                    }
                    None => "This is how it is now.",
                }
            }
        }
    }

    fn said(&self, since: Option<&Since>, what: &str) -> Option<Markup> {
        let since = since.filter(|since| !since.changed.is_empty())?;
        let when = at(self.calendar, self.now, since.then);
        let many = since.changed.len();
        Some(html! {
            @match since.changed.as_slice() {
                [one] => p class="govuk-notification-banner__heading" {
                    (one) " has changed since " (what) " " (when) "."
                },
                several => {
                    p class="govuk-notification-banner__heading" {
                        (many) " visits have changed since " (what) " " (when) ":"
                    }
                    ul class="govuk-list govuk-list--bullet" {
                        @for one in several.iter().take(NAMED) { li { (one) } }
                        @if many > NAMED { li { "and " (many - NAMED) " more" } }
                    }
                }
            }
        })
    }
}
