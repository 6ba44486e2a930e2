//! The block of one warning: what to do, whom to ask, and whether there is a
//! sealed note. It says never why.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::answer::flag::{Detail, Flag, Instruction, Level, Owner, Subject};
use crate::components::{Button, TagColour, tag, warning_text};
use crate::moment::Calendar;
use crate::pages::parts::phone;
use crate::pages::said;

/// A release of a note that this session can open once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::pages) struct Again {
    /// Its reference.
    pub(in crate::pages) release: String,
    /// When it was asked for.
    pub(in crate::pages) asked: Timestamp,
}

/// What the block of a warning is written with, besides the warning.
#[derive(Clone, Copy)]
pub(in crate::pages) struct Around<'a> {
    /// The hidden field of a form.
    pub(in crate::pages) token: &'a Markup,
    /// The council's calendar.
    pub(in crate::pages) calendar: &'a Calendar,
    /// The moment of the page.
    pub(in crate::pages) now: Timestamp,
    /// The release that can be opened once more, where the session knows it.
    pub(in crate::pages) again: Option<&'a Again>,
}

/// Whether a warning says to go no further before something is done.
pub(in crate::pages) fn says_stop(flag: &Flag) -> bool {
    let mut levels = flag.instructions.iter().map(|one| &one.level);
    levels.any(|level| matches!(level, Level::Stop))
}

/// Gives warnings in the order in which they are read: those that say stop
/// first, otherwise as they came.
pub(in crate::pages) fn stop_first(flags: &[Flag]) -> Vec<&Flag> {
    let mut ordered: Vec<&Flag> = flags.iter().collect();
    ordered.sort_by_key(|flag| !says_stop(flag));
    ordered
}

/// Writes a warning in full, its first instruction as a heading of the third
/// level, with the ways to its sealed note.
pub(in crate::pages) fn warning(flag: &Flag, around: Around<'_>) -> Markup {
    html! {
        div class=(class(flag)) {
            @for (place, one) in graver_first(flag).into_iter().enumerate() {
                @if place == 0 {
                    h3 class="fbx-instruction__text" { (one.text) }
                } @else {
                    p class="fbx-instruction__text" { (one.text) }
                }
            }
            (who(&flag.owner))
            (may_be_there(flag))
            (recorded(flag))
            (reported(flag))
            (note(flag, around))
        }
    }
}

fn class(flag: &Flag) -> &'static str {
    if says_stop(flag) {
        "fbx-instruction fbx-instruction--stop"
    } else {
        "fbx-instruction fbx-instruction--care"
    }
}

fn graver_first(flag: &Flag) -> Vec<&Instruction> {
    let mut ordered: Vec<&Instruction> = flag.instructions.iter().collect();
    ordered.sort_by_key(|one| !matches!(one.level, Level::Stop));
    ordered
}

fn who(owner: &Owner) -> Markup {
    html! {
        p class="fbx-instruction__who" {
            "Ask before you go: " (owner.team) ", " (phone(&owner.phone))
            @if !owner.hours.is_empty() { " (" (owner.hours) ")" }
            "."
            @if let Some(number) = &owner.out_of_hours {
                " Outside these hours: " (phone(number)) "."
            }
        }
    }
}

/// What may be there, unless that is kept back and the first instruction stands
/// in its place, and where it belongs.
fn may_be_there(flag: &Flag) -> Markup {
    let label = &flag.hazard.label;
    let said_already = flag.instructions.iter().any(|one| one.text == *label);
    html! {
        p class="fbx-instruction__said" {
            @if !said_already { "What may be there: " (label) ". " }
            (belongs(&flag.subject))
        }
    }
}

fn belongs(subject: &Subject) -> &'static str {
    match subject {
        Subject::Property => "This is about the address itself.",
        Subject::Person => "This is about a person who may be there.",
        Subject::Building => "This is about the whole building.",
    }
}

fn recorded(flag: &Flag) -> Markup {
    html! {
        p class="fbx-instruction__said" {
            "Recorded by " (flag.recorded_by) " on " (said::day(&flag.recorded_on)) ". "
            "Review due " (said::day(&flag.review_due)) ". "
            @if flag.overdue { (tag("Review overdue", TagColour::Red)) }
        }
    }
}

/// A correction never hides a warning, and says so.
fn reported(flag: &Flag) -> Markup {
    html! {
        @for wrong in &flag.reported {
            p class="fbx-instruction__said" {
                (wrong.say) " The warning stands until they change it. "
                "Reference " (wrong.correction) "."
            }
        }
    }
}

fn note(flag: &Flag, around: Around<'_>) -> Markup {
    match (&flag.detail, around.again) {
        (Detail::None, _) => html! {},
        (Detail::Sealed, _) => html! {
            (warning_text("There is a sealed note about this warning."))
            (ask(flag, "Ask to see it"))
        },
        (Detail::Released, Some(again)) => released(flag, again, around),
        (Detail::Released, None) => html! {
            p class="govuk-body" {
                "You were given the sealed note about this warning earlier. "
                "Ask again to read it here."
            }
            (ask(flag, "Ask to see it again"))
        },
    }
}

/// The ways to a sealed note: ask, phone, or an emergency.
fn ask(flag: &Flag, words: &str) -> Markup {
    let words = html! { (words) (about(flag)) };
    html! {
        div class="fbx-screen-only" {
            (Button::link(words, &format!("/ask/{}", flag.flag)).render())
            ul class="govuk-list" {
                (phone_instead(flag))
                li {
                    a class="govuk-link" href=(format!("/emergency/{}", flag.flag)) {
                        "Someone is in danger" (about(flag))
                    }
                }
            }
        }
    }
}

fn phone_instead(flag: &Flag) -> Markup {
    html! {
        li {
            a class="govuk-link" href=(format!("/ask/{}/phone", flag.flag)) {
                "Phone " (flag.owner.team) " instead" (about(flag))
            }
        }
    }
}

fn released(flag: &Flag, again: &Again, around: Around<'_>) -> Markup {
    let show = html! { "Show it again" (about(flag)) };
    html! {
        p class="govuk-body" {
            "You asked to see this note " (at(again.asked, around)) "."
        }
        div class="fbx-screen-only" {
            form method="post" action=(format!("/releases/{}/open", again.release)) novalidate {
                (around.token)
                (Button::submit(show).render())
            }
            ul class="govuk-list" { (phone_instead(flag)) }
        }
    }
}

/// Says when within a sentence: `at 1:10pm`, or with its day when that is past.
fn at(then: Timestamp, around: Around<'_>) -> String {
    let calendar = around.calendar;
    if calendar.day(then) == calendar.day(around.now) {
        format!("at {}", calendar.time(then))
    } else {
        format!("on {}", calendar.said(then))
    }
}

/// What a link adds for whoever hears it alone: an address may have several notes.
fn about(flag: &Flag) -> Markup {
    html! {
        span class="govuk-visually-hidden" {
            " (note about " (flag.hazard.label) ", held by " (flag.owner.team) ")"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::flag::Hazard;

    fn released_flag() -> Flag {
        let text = |text: &str| text.to_owned();
        Flag {
            flag: text("handle"),
            hazard: Hazard {
                code: text("asbestos"),
                label: text("Asbestos present or presumed"),
            },
            instructions: vec![Instruction {
                code: text("ppe"),
                text: text("Wear protective equipment."),
                level: Level::Care,
            }],
            owner: Owner {
                team: text("Housing"),
                phone: text("01632 960100"),
                hours: String::new(),
                out_of_hours: None,
            },
            recorded_by: text("Housing"),
            recorded_on: text("2026-05-03"),
            review_due: text("2027-05-03"),
            overdue: false,
            detail: Detail::Released,
            subject: Subject::Property,
            reported: Vec::new(),
        }
    }

    fn written(now: &str) -> String {
        let again = Again {
            release: "REL-0123456789".to_owned(),
            asked: "2026-11-22T13:10:00Z".parse().unwrap(),
        };
        let around = Around {
            token: &html! { "(token)" },
            calendar: &Calendar::london().unwrap(),
            now: now.parse().unwrap(),
            again: Some(&again),
        };
        warning(&released_flag(), around).into_string()
    }

    #[test]
    fn a_note_released_in_this_session_is_shown_again_with_one_press() {
        let html = written("2026-11-22T14:32:00Z");
        assert!(
            html.contains("You asked to see this note at 1:10pm."),
            "{html}"
        );
        let form =
            "<form method=\"post\" action=\"/releases/REL-0123456789/open\" novalidate>(token)";
        assert!(
            html.contains(form) && html.contains("Show it again"),
            "{html}"
        );
        assert!(!html.contains("href=\"/ask/handle\"") && html.contains("/ask/handle/phone"));
    }

    #[test]
    fn a_note_asked_for_yesterday_names_the_day() {
        let html = written("2026-11-23T00:10:00Z");
        let words = "You asked to see this note on 22 November 2026 at 1:10pm.";
        assert!(html.contains(words), "{html}");
    }
}
