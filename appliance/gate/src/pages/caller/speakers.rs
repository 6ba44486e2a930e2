//! Who may speak for somebody, about what, and who may not.

use jiff::civil::Date;
use maud::{Markup, html};

use super::said::told;
use crate::answer::Person;
use crate::answer::person::proxies::Speaker;
use crate::answer::writer::sentence;
use crate::components::{TagColour, tag};
use crate::pages::said;

/// Days before its end from which a consent's end is announced.
const SOON: i32 = 28;

/// Writes the list and its one rule; with nobody listed the rule says so.
pub(super) fn speakers(person: &Person, today: Date) -> Markup {
    html! {
        h2 class="govuk-heading-m" { "Who can speak for " (person.call_them) }
        p class="govuk-body" { (person.who_note) }
        @if !person.who_may_speak.is_empty() {
            ul class="fbx-speakers" {
                @for speaker in &person.who_may_speak { (row(speaker, today)) }
            }
        }
    }
}

fn row(speaker: &Speaker, today: Date) -> Markup {
    html! {
        li {
            @if speaker.speaks {
                (speaker.sentence) " "
                (until(speaker, today))
                @if let Some(verify) = &speaker.verify {
                    "To know it is them: " (sentence(verify)) " "
                }
            } @else {
                strong class="fbx-may-not" { (speaker.sentence) } " "
            }
            span class="fbx-said" {
                @if let Some(evidence) = &speaker.evidence { "Seen: " (evidence) ". " }
                (told(&speaker.by))
            }
        }
    }
}

fn until(speaker: &Speaker, today: Date) -> Markup {
    let Some(end) = &speaker.until else {
        return html! {};
    };
    html! {
        "Until " (said::day(end)) ". "
        @if let Some(days) = days_left(end, today) {
            (tag(&ends(days), TagColour::Orange)) " "
        }
    }
}

/// Days from today to the last one; none when that is not soon.
fn days_left(end: &str, today: Date) -> Option<i32> {
    let end: Date = end.parse().ok()?;
    let days = today.until(end).ok()?.get_days();
    (0..=SOON).contains(&days).then_some(days)
}

fn ends(days: i32) -> String {
    match days {
        0 => "Ends today".to_owned(),
        1 => "Ends tomorrow".to_owned(),
        _ => format!("Ends in {days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_end_is_announced_from_four_weeks_before() {
        let left = |end: &str| days_left(end, date(2026, 11, 23)).map(ends);
        for (end, said) in [
            ("2026-11-23", Some("Ends today")),
            ("2026-11-24", Some("Ends tomorrow")),
            ("2026-12-02", Some("Ends in 9 days")),
            ("2026-12-21", Some("Ends in 28 days")),
            ("2026-12-22", None),
            ("2026-11-22", None),
            ("soon", None),
        ] {
            assert_eq!(left(end).as_deref(), said, "{end}");
        }
    }
}
