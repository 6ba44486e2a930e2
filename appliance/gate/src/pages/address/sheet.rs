//! The page of one address, in an order that does not change: what to do, whom
//! to ask, what was only reported, what is not known.

use maud::{Markup, html};

use super::known;
use super::unsure::Unsure;
use crate::answer::correction::Reported;
use crate::answer::flag::Flag;
use crate::answer::found::Match;
use crate::api::look_up_property::Looked;
use crate::components::{Button, ButtonLook, Press, inset_text};
use crate::moment::{Calendar, spoken_day};
use crate::pages::form;
use crate::pages::page::Page;
use crate::pages::parts::{
    Again, Around, data_age, not_in_date, phone, phone_named, says_stop, stop_first, warning,
};
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// Gives the address in one line; of one that stands in no list, its number.
pub(in crate::pages) fn heading(one: &Match) -> String {
    let line = one.address.trim_matches([',', ' ']);
    if line.is_empty() {
        format!("UPRN {}", one.uprn)
    } else {
        line.to_owned()
    }
}

/// Releases of notes that can be opened once more, by the warning's handle.
pub(super) type Releases = Vec<(String, Again)>;

/// Writes the page.
pub(super) fn page(
    room: &Room,
    visitor: &Visitor,
    (looked, one): (&Looked, &Match),
    path: &str,
    again: &Releases,
) -> Result<Page, Problem> {
    let sheet = Sheet {
        looked,
        one,
        path,
        calendar: &room.words.calendar,
        duty_line: &room.council.duty_line,
        token: form::hidden(&room.words, visitor)?,
        again,
    };
    let page = Page::new("Address and its warnings", sheet.content());
    Ok(page
        .back("Check another address", "/check")
        .with_notice(not_in_date(&looked.found.sources)))
}

struct Sheet<'a> {
    looked: &'a Looked,
    one: &'a Match,
    path: &'a str,
    calendar: &'a Calendar,
    duty_line: &'a str,
    token: Markup,
    again: &'a Releases,
}

impl Sheet<'_> {
    fn content(&self) -> Markup {
        let flags = self.one.flags.as_deref().unwrap_or_default();
        let checked = self.checked();
        html! {
            @if flags.iter().any(says_stop) { (danger_now("fbx-danger-now fbx-danger-now--first")) }
            h1 class="govuk-heading-l" { (heading(self.one)) }
            p class="govuk-caption-m" { "Checked at " (checked) }
            (self.what_to_do())
            (reports(&self.one.reports))
            (known::section(&self.looked.found, self.one, &self.unsure()))
            (inset_text(
                "No warning on record does not mean there is no risk. \
                Follow your lone working procedure."
            ))
            (self.ways_on())
            (data_age(&self.looked.found.sources, self.calendar, self.looked.at))
            (danger_now("fbx-danger-now"))
            p class="fbx-print-footer" {
                "Correct at " (checked) ". Check again before you go. "
                "Reference " (self.looked.reference) "."
            }
        }
    }

    /// The time before the day, since it is the time that an officer looks for.
    fn checked(&self) -> String {
        let (at, calendar) = (self.looked.at, self.calendar);
        format!("{} on {}", calendar.time(at), spoken_day(calendar.day(at)))
    }

    fn what_to_do(&self) -> Markup {
        let flags = self.one.flags.as_deref().unwrap_or_default();
        if flags.is_empty() {
            return html! {};
        }
        html! {
            h2 class="govuk-heading-m" { "What to do" }
            (self.unsure().of_warnings_below())
            @for flag in stop_first(flags) { (warning(flag, self.around(flag))) }
        }
    }

    fn around(&self, flag: &Flag) -> Around<'_> {
        let mut again = self.again.iter();
        Around {
            token: &self.token,
            calendar: self.calendar,
            now: self.looked.at,
            again: again.find_map(|(of, again)| (*of == flag.flag).then_some(again)),
        }
    }

    fn unsure(&self) -> Unsure<'_> {
        Unsure {
            sources: &self.looked.found.sources,
            one: self.one,
            calendar: self.calendar,
            now: self.looked.at,
            duty_line: self.duty_line,
        }
    }

    fn ways_on(&self) -> Markup {
        let print = Button {
            content: "Print".into(),
            press: Press::Print,
            look: ButtonLook::Secondary,
            ..Button::default()
        };
        html! {
            div class="fbx-screen-only" {
                ul class="govuk-list" {
                    li { a class="govuk-link" href=(format!("{}/hazard", self.path)) { "Tell us about a new hazard" } }
                    li { a class="govuk-link" href=(format!("{}/report", self.path)) { "Something here is wrong" } }
                }
                (print.render())
            }
        }
    }
}

/// Hazards that were seen and that no service has confirmed.
fn reports(reports: &[Reported]) -> Markup {
    if reports.is_empty() {
        return html! {};
    }
    html! {
        h2 class="govuk-heading-m" { "Reported, not confirmed" }
        @for report in reports {
            div class="fbx-instruction fbx-instruction--care" {
                h3 class="fbx-instruction__text" { (report.category.label) }
                p class="fbx-instruction__who" {
                    (report.say.trim_end_matches('.')) " on " (phone(&report.phone)) "."
                }
                p class="fbx-instruction__said" { "Reference " (report.correction) "." }
            }
        }
    }
}

fn danger_now(class: &str) -> Markup {
    html! { p class=(class) { "In danger now? " (phone_named("Call 999", "999")) "." } }
}
