//! One visit in the list: when, where, what to do, whom to ask. A row can be
//! read at a door without opening anything, and it is lean, since sixty of them
//! come over a slow line. On paper it leads nowhere.

use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};

use super::choose;
use super::clock;
use super::day::Visit;
use super::facts::name;
use super::standing::Standing;
use crate::answer::correction::Reported;
use crate::answer::flag::{Detail, Flag, Level};
use crate::answer::found::{Found, Match};
use crate::answer::source::{Source, State};
use crate::components::{TagColour, tag};
use crate::pages::address::known::Known;
use crate::pages::address::{path_of, the_one};
use crate::pages::parts::{says_stop, stop_first};
use crate::pages::said;

/// What every row is written with.
pub(super) struct Rows<'a> {
    /// The day.
    pub(super) day: Date,
    /// Releases that can be opened once more, by the warning's handle.
    pub(super) again: &'a [(String, String)],
    /// Names that several visits of the list have.
    pub(super) repeated: &'a [String],
    /// Whom to phone when no service can be named.
    pub(super) duty_line: &'a str,
    /// The moment of the look.
    pub(super) now: Timestamp,
    /// Whether it is for paper.
    pub(super) on_paper: bool,
}

impl Rows<'_> {
    /// Writes the visit at a place of the list, counted from 1.
    pub(super) fn row(&self, place: usize, visit: &Visit, found: &Found) -> Markup {
        html! {
            li {
                h2 {
                    @if let Some(time) = visit.time { (clock::said(time)) " " }
                    (self.address(place, visit, found))
                }
                @if self.on_paper { p { "Reference " (visit.reference(place)) } }
                @match (Standing::of(found), the_one(found)) {
                    (Standing::NotFound, _) => (self.not_found()),
                    (_, Some(one)) => (self.known(place, found, one)),
                    _ => (self.choose(place)),
                }
            }
        }
    }

    fn address(&self, place: usize, visit: &Visit, found: &Found) -> Markup {
        let name = name(visit, found);
        match the_one(found).filter(|_| !self.on_paper) {
            Some(one) => html! {
                a href=(path_of(&one.property)) {
                    (name)
                    // Links that read alike would lead to two places.
                    @if self.repeated.contains(&name) { ", visit " (place) }
                }
            },
            None => html! { (name) },
        }
    }

    fn not_found(&self) -> Markup {
        html! {
            div class="fbx-unchecked" {
                b { "We could not check this address." }
                p {
                    "We did not find it. Check the spelling or use the UPRN. Phone "
                    (call(self.duty_line)) " before you go."
                }
            }
        }
    }

    fn choose(&self, place: usize) -> Markup {
        html! {
            div class="fbx-unchecked" {
                b { "We could not check this address." }
                @if self.on_paper {
                    p { "Several addresses match. Phone " (call(self.duty_line)) " before you go." }
                } @else {
                    p {
                        "Several addresses match. "
                        a href=(choose::path(self.day, place)) {
                            "Choose the address of visit " (place)
                        }
                    }
                }
            }
        }
    }

    fn known(&self, place: usize, found: &Found, one: &Match) -> Markup {
        let flags = one.flags.as_deref().unwrap_or_default();
        html! {
            @for (number, flag) in stop_first(flags).into_iter().enumerate() {
                (self.warning((place, number), flag))
            }
            @for report in &one.reports { (reported(report)) }
            @match Known::of(found, one) {
                Known::Clear => (clear(found.sources.len())),
                Known::Unsure => (self.unsure(found, one)),
                Known::OnlyReports | Known::Warned => {}
            }
        }
    }

    fn warning(&self, place: (usize, usize), flag: &Flag) -> Markup {
        let class = if says_stop(flag) {
            "fbx-stop"
        } else {
            "fbx-care"
        };
        let mut ordered: Vec<_> = flag.instructions.iter().collect();
        ordered.sort_by_key(|one| !matches!(one.level, Level::Stop));
        html! {
            div class=(class) {
                @for one in ordered { b { (one.text) } }
                (whom_to_ask(flag))
                @if flag.overdue { p { (tag("Review overdue", TagColour::Red)) } }
                @for wrong in &flag.reported {
                    p { (wrong.say) " The warning stands until they change it." }
                }
                (self.note(place, flag))
            }
        }
    }

    /// The way to a sealed note; its words tell it from every other.
    fn note(&self, (place, number): (usize, usize), flag: &Flag) -> Markup {
        if matches!(flag.detail, Detail::None) {
            return html! {};
        }
        if self.on_paper {
            return html! { p { "There is a sealed note about this warning." } };
        }
        let which = match number {
            0 => format!("visit {place}"),
            _ => format!("visit {place}, warning {}", number + 1),
        };
        let mut again = self.again.iter();
        let again = again.find_map(|(of, path)| (*of == flag.flag).then_some(path));
        html! {
            p {
                @match (again, &flag.detail) {
                    (Some(path), _) => a href=(path) { "Show the sealed note again, " (which) },
                    (None, Detail::Released) => a href={ "/ask/" (flag.flag) } {
                        "Ask to see the sealed note again, " (which)
                    },
                    _ => a href={ "/ask/" (flag.flag) } { "Ask to see the sealed note, " (which) },
                }
            }
        }
    }

    /// Says that something may be missing, and whom to phone about it.
    fn unsure(&self, found: &Found, one: &Match) -> Markup {
        let warned = one.flags.as_ref().is_some_and(|flags| !flags.is_empty());
        let late: Vec<&Source> = found
            .sources
            .iter()
            .filter(|source| is_late(source))
            .collect();
        html! {
            div class="fbx-unchecked" {
                b {
                    @if warned { "These may not be all the warnings." }
                    @else { "We cannot say this address is clear." }
                }
                @for notice in &one.notices {
                    p { (linked(&notice.text, &notice.phone)) }
                }
                @if !late.is_empty() {
                    p {
                        "Phone before you go: "
                        @for (at, source) in late.iter().enumerate() {
                            @if at > 0 { "; " }
                            (source.name) " (" (self.how_late(source)) "), " (call(&source.phone))
                        }
                        "."
                    }
                }
                @if one.address.is_empty() {
                    p { "It is not in our list of addresses." }
                }
                @if one.address.is_empty() || (late.is_empty() && one.notices.is_empty()) {
                    p { "Phone " (call(self.duty_line)) " before you go." }
                }
            }
        }
    }

    fn how_late(&self, source: &Source) -> String {
        let read = source.last_synced.as_deref().and_then(said::instant);
        let Some(read) = read else {
            return "has never sent data".to_owned();
        };
        let age = said::age(self.now, read);
        match source.state {
            State::Held => format!("newer data waits to be checked, ours is {age}"),
            State::Stopped => format!("data has stopped arriving, ours is {age}"),
            State::Late | State::Fresh => format!("data is {age}"),
        }
    }
}

fn is_late(source: &Source) -> bool {
    !matches!(source.state, State::Fresh)
}

fn whom_to_ask(flag: &Flag) -> Markup {
    let owner = &flag.owner;
    html! {
        p {
            "Ask first: " (owner.team) ", " (call(&owner.phone))
            @if !owner.hours.is_empty() { " (" (owner.hours) ")" }
            "."
            @if let Some(number) = &owner.out_of_hours {
                " Outside these hours: " (call(number)) "."
            }
        }
    }
}

fn reported(report: &Reported) -> Markup {
    html! {
        div class="fbx-care" {
            b { "Reported, not confirmed: " (report.category.label) }
            p { (report.say.trim_end_matches('.')) " on " (call(&report.phone)) "." }
        }
    }
}

fn clear(services: usize) -> Markup {
    html! {
        div class="fbx-clear" {
            p {
                "No warnings recorded by the " (said::count(services, "service", "services"))
                @if services == 1 { " that sends us data." } @else { " that send us data." }
            }
        }
    }
}

/// Writes a sentence with the number in it as a link.
fn linked(text: &str, phone: &str) -> Markup {
    match text.split_once(phone) {
        Some((before, after)) => html! { (before) (call(phone)) (after) },
        None => html! { (text) " " (call(phone)) },
    }
}

/// A number to ring; the list styles it, so that it needs no class.
fn call(number: &str) -> Markup {
    html! { a href=(said::dialled(number)) { (number) } }
}
