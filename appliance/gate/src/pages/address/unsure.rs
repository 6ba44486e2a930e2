//! Why it cannot be said that nothing (more) is there, and whom to phone about
//! each reason.

use jiff::Timestamp;
use maud::{Markup, html};

use super::sheet::heading;
use crate::answer::found::{Match, Notice};
use crate::answer::source::{Source, State};
use crate::moment::Calendar;
use crate::pages::parts::phone;
use crate::pages::said;

/// What the reasons are read from.
pub(in crate::pages) struct Unsure<'a> {
    /// The services.
    pub(in crate::pages) sources: &'a [Source],
    /// The address.
    pub(in crate::pages) one: &'a Match,
    /// The council's calendar.
    pub(in crate::pages) calendar: &'a Calendar,
    /// The moment of the look.
    pub(in crate::pages) now: Timestamp,
    /// Whom to phone when no service can be named.
    pub(in crate::pages) duty_line: &'a str,
}

impl Unsure<'_> {
    /// Writes the section: that nobody can say so, each reason, each number.
    pub(in crate::pages) fn section(&self) -> Markup {
        let warned = self
            .one
            .flags
            .as_ref()
            .is_some_and(|flags| !flags.is_empty());
        let title = if warned {
            "We cannot say these are all the warnings"
        } else {
            "We cannot say this address is clear"
        };
        html! {
            h2 class="govuk-heading-m" { (title) }
            div class="fbx-instruction fbx-instruction--unchecked" {
                @for reason in self.reasons() { p class="fbx-instruction__who" { (reason) } }
            }
        }
    }

    /// Says of warnings from a service that stopped how old they are: this
    /// stands above them.
    pub(in crate::pages) fn of_warnings_below(&self) -> Markup {
        let stopped = self
            .sources
            .iter()
            .filter(|source| self.stopped_with_warnings(source));
        html! {
            @for source in stopped {
                p class="fbx-hint" {
                    (source.name) " data has stopped arriving. The warnings below are from "
                    (self.day(source)) "."
                }
            }
        }
    }

    fn stopped_with_warnings(&self, source: &Source) -> bool {
        let mut flags = self.one.flags.iter().flatten();
        matches!(source.state, State::Stopped)
            && source.last_synced.is_some()
            && flags.any(|flag| flag.recorded_by == source.name)
    }

    /// Gives each reason as a sentence with the number to ring; at least one.
    pub(in crate::pages) fn reasons(&self) -> Vec<Markup> {
        let notices = self.one.notices.iter().map(held);
        let sources = self
            .sources
            .iter()
            .filter_map(|source| self.not_in_date(source));
        let mut reasons: Vec<Markup> = notices.chain(sources).collect();
        if self.one.address.is_empty() {
            reasons.push(html! {
                "Our list of addresses does not have " (heading(self.one)) ". "
                "Phone " (phone(self.duty_line)) " before you go."
            });
        }
        if reasons.is_empty() {
            reasons.push(html! { "Phone " (phone(self.duty_line)) " before you go." });
        }
        reasons
    }

    fn not_in_date(&self, source: &Source) -> Option<Markup> {
        let how = match (&source.state, &source.last_synced) {
            (State::Fresh, _) => return None,
            (_, None) => format!("{} has never sent us data.", source.name),
            (State::Late, Some(_)) => {
                format!("{} last sent data {}.", source.name, self.ago(source))
            }
            (State::Stopped, Some(_)) => format!(
                "{} data has stopped arriving. It last came {}.",
                source.name,
                self.ago(source)
            ),
            (State::Held, Some(_)) => format!(
                "Newer data from {} waits to be checked. What we show of theirs is from {}.",
                source.name,
                self.day(source)
            ),
        };
        Some(html! { (how) " Phone them on " (phone(&source.phone)) " before you go." })
    }

    fn ago(&self, source: &Source) -> String {
        let read = source.last_synced.as_deref().and_then(said::instant);
        let age = read.map(|read| said::age(self.now, read));
        age.map(|age| age.replace(" old", " ago"))
            .unwrap_or_default()
    }

    fn day(&self, source: &Source) -> String {
        let read = source.last_synced.as_deref().and_then(said::instant);
        let day = read.map(|read| self.calendar.day(read));
        day.map(crate::moment::spoken_day).unwrap_or_default()
    }
}

/// What a service holds and could not be read, its number to ring.
fn held(notice: &Notice) -> Markup {
    match notice.text.split_once(&notice.phone) {
        Some((before, after)) => html! { (before) (phone(&notice.phone)) (after) },
        None => html! { (notice.text) " " (phone(&notice.phone)) },
    }
}
