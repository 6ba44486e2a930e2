//! How to communicate, and what to do before anything is said.

use firebox_contract::record::LanguageMode;
use maud::{Markup, html};

use super::said::{told_on, wrong};
use crate::answer::Person;
use crate::answer::person::talk::{BeforeYouTalk, Language, Need, SpeakTo};
use crate::answer::writer::listed;
use crate::components::Details;
use crate::pages::parts::phone;

/// Lines that are seen at once; a greeting has no time for more.
const FIRST: usize = 3;

/// One line: what to do, and each service that was told, with the day.
struct Line<'a> {
    instruction: String,
    words: Option<&'a str>,
    told: Vec<(&'a str, &'a str)>,
}

/// Writes how to communicate: three lines, and the others on one press.
pub(super) fn communicate(person: &Person, path: &str) -> Markup {
    let lines = lines(person);
    let (first, more) = lines.split_at(lines.len().min(FIRST));
    html! {
        div class="fbx-needs" {
            h2 class="govuk-heading-m" { "How to communicate" }
            @if let Some(note) = person.communicate_note { (nothing(note, path)) }
            (groups(first, path))
            @if !more.is_empty() {
                (Details {
                    summary: &format!("Show {} more", more.len()),
                    content: groups(more, path).into(),
                    ..Details::default()
                }.render())
            }
        }
    }
}

/// Writes the block that is the same for everybody: what to ask, what to do
/// then, whom to speak to about it.
pub(super) fn before_you_talk(before: &BeforeYouTalk) -> Markup {
    html! {
        div class="fbx-before" {
            h2 class="govuk-heading-m" { "Before you talk" }
            p class="govuk-body" { "Ask: ‘" (before.ask) "’ " (before.instruction) }
            p class="govuk-body" {
                "Who to speak to about this: " (speak_to(&before.speak_to))
            }
        }
    }
}

fn speak_to(who: &SpeakTo) -> Markup {
    html! {
        (who.team) ", " (phone(&who.phone))
        @if !who.hours.is_empty() { " (" (who.hours) ")" }
        "."
    }
}

fn nothing(note: &str, path: &str) -> Markup {
    html! {
        p class="govuk-body" {
            (note) " "
            a class="govuk-link" href=(format!("{path}/correct")) { "Record what they say" }
        }
    }
}

/// An interpreter comes first: without one the rest cannot be done.
fn lines(person: &Person) -> Vec<Line<'_>> {
    let (interpreted, spoken): (Vec<&Language>, Vec<&Language>) =
        person.languages.iter().partition(|one| one.interpreter);
    let needs = person.how_to_communicate.iter().map(need);
    let interpreted = interpreted.into_iter().map(language);
    let spoken = spoken.into_iter().map(language);
    said_once(interpreted.chain(needs).chain(spoken))
}

/// What several services say in the same words is one line for all of them.
fn said_once<'a>(lines: impl Iterator<Item = Line<'a>>) -> Vec<Line<'a>> {
    let mut once: Vec<Line<'a>> = Vec::new();
    for line in lines {
        let same =
            |one: &&mut Line<'a>| (&one.instruction, one.words) == (&line.instruction, line.words);
        match once.iter_mut().find(same) {
            Some(one) => {
                let new = line.told.into_iter();
                let new: Vec<_> = new.filter(|told| !one.told.contains(told)).collect();
                one.told.extend(new);
            }
            None => once.push(line),
        }
    }
    once
}

fn need(need: &Need) -> Line<'_> {
    Line {
        instruction: need.instruction.clone(),
        words: need.words.as_deref(),
        told: vec![(
            &need.by.said_by,
            need.confirmed_on.as_deref().unwrap_or(&need.by.since),
        )],
    }
}

fn language(language: &Language) -> Line<'_> {
    let name = &language.language;
    let uses = match language.mode {
        LanguageMode::Spoken => format!("Speaks {name}."),
        LanguageMode::Written => format!("Reads and writes {name}."),
        LanguageMode::Signed => format!("Signs in {name}."),
    };
    Line {
        instruction: if language.interpreter {
            format!("{uses} Get an interpreter.")
        } else {
            uses
        },
        words: None,
        told: vec![(&language.by.said_by, &language.by.since)],
    }
}

/// Lines told to the same services on the same days stand together.
fn groups(lines: &[Line<'_>], path: &str) -> Markup {
    let same = |one: &Line<'_>, other: &Line<'_>| one.told == other.told;
    html! {
        @for group in lines.chunk_by(same) {
            ul class="govuk-list govuk-list--bullet" {
                @for line in group {
                    li {
                        (line.instruction)
                        @if let Some(words) = line.words {
                            " " span class="fbx-said" { "In their words: “" (words) "”" }
                        }
                    }
                }
            }
            @if let Some(line) = group.first() { (origin(line, path)) }
        }
    }
}

fn origin(line: &Line<'_>, path: &str) -> Markup {
    let mut services: Vec<String> = line.told.iter().map(|(by, _)| (*by).to_owned()).collect();
    services.dedup();
    let what = format!("what was told to {}", listed(&services));
    html! {
        p class="fbx-said" {
            @for (service, day) in &line.told { (told_on(service, day)) " " }
            (wrong(path, &what))
        }
    }
}
