//! `/visits`: a day of an officer's visits.

mod adding;
mod carrying;
mod changing;
mod choosing;
mod printing;
mod showing;

use firebox_protocol::answer::{Answer, FlagRow, PropertyAnswer, Scope};
use jiff::Timestamp;
use jiff::civil::Date;

use super::play::Seen;
use crate::moment::Calendar;
use crate::tests::house::House;
use crate::tests::look_ups::{answer, flag, place};
use crate::tests::person_play::Asked;

pub(super) const DAY: &str = "2026-11-22";
pub(super) const PATH: &str = "/visits/2026-11-22";

/// The date of the form.
const DATE: [(&str, &str); 3] = [
    ("date-day", "22"),
    ("date-month", "11"),
    ("date-year", "2026"),
];

impl House {
    /// Lets the box answer a day so.
    fn answers_visits(&self, answers: Vec<PropertyAnswer>) -> Asked {
        self.tells(&["officer"], Answer::Visits(answers))
    }

    /// Sends a pasted list.
    async fn pastes(&self, list: &str) -> Seen {
        let fields: Vec<(&str, &str)> = DATE.into_iter().chain([("visits", list)]).collect();
        self.sends("/visits", &fields).await
    }

    /// Sends a list of as many lines as there are answers and opens its page.
    async fn checks(&self, answers: Vec<PropertyAnswer>) -> Seen {
        let lines: Vec<String> = (1..=answers.len()).map(listed).collect();
        self.answers_visits(answers);
        self.opens(&lines.join("\n")).await
    }

    /// Sends a list and opens its page.
    async fn opens(&self, list: &str) -> Seen {
        let sent = self.pastes(list).await;
        assert_eq!(sent.status, 303, "{}", sent.html);
        assert_eq!(sent.leads_to(), PATH);
        let seen = self.page(PATH).await;
        assert_eq!(seen.status, 200, "{}", seen.html);
        seen
    }
}

fn listed(number: usize) -> String {
    format!("{number} Mill Lane, Newbridge, NB1 4QX")
}

/// An address with these warnings.
fn at(number: usize, flags: Vec<FlagRow>) -> PropertyAnswer {
    let mut known = answer(vec![place(&(1000 + number).to_string(), flags)]);
    known.matches[0].lines[0] = format!("{number} Mill Lane");
    known
}

/// A warning without a sealed note.
fn plain(code: &str, controls: &[&str]) -> FlagRow {
    FlagRow {
        sealed: false,
        scope: Scope::Property,
        ..flag(code, controls)
    }
}

fn stop() -> FlagRow {
    plain("violence-physical", &["contact-owner-first"])
}

fn pairs() -> FlagRow {
    plain("violence-physical", &["visit-in-pairs"])
}

fn care() -> FlagRow {
    plain("dangerous-animal", &["animals-secured"])
}

/// No such address.
fn nowhere() -> PropertyAnswer {
    answer(Vec::new())
}

/// Two addresses that match.
fn either() -> PropertyAnswer {
    let mut known = at(1, Vec::new());
    known.matches.push(at(2, Vec::new()).matches.remove(0));
    for one in &mut known.matches {
        one.flags = None;
    }
    known.complete = false;
    known
}

/// The words of a page; no blank stands before a full stop that follows a link.
fn read(seen: &Seen) -> String {
    seen.text().replace(" .", ".").replace(" ;", ";")
}

/// The words of each row.
fn rows(seen: &Seen) -> Vec<String> {
    let list = seen.html.split_once("<ol class=\"fbx-visits\">").unwrap().1;
    let list = list.split_once("</ol>").unwrap().0;
    let rows = super::play::text_of(list, "li").into_iter();
    rows.map(|row| row.replace(" .", ".").replace(" ;", ";"))
        .collect()
}

fn today() -> Date {
    Calendar::london().unwrap().day(Timestamp::now())
}
