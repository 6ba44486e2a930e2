//! How a source is, in words.

use crate::answer::source::State;
use crate::components::TagColour;

/// Goes on from a source's name.
pub(super) fn in_a_sentence(state: &State) -> &'static str {
    match state {
        State::Fresh => "is up to date",
        State::Late => "is late",
        State::Stopped => "has stopped",
        State::Held => "is held for checking",
    }
}

/// Gives the words of its tag, and the tag's colour.
pub(super) fn tagged(state: &State) -> (&'static str, TagColour) {
    match state {
        State::Fresh => ("Up to date", TagColour::Green),
        State::Late => ("Late", TagColour::Yellow),
        State::Stopped => ("Stopped", TagColour::Red),
        State::Held => ("Held for checking", TagColour::Orange),
    }
}

/// Ranks it: what needs somebody most stands first.
pub(super) fn rank(state: &State) -> u8 {
    match state {
        State::Stopped => 0,
        State::Held => 1,
        State::Late => 2,
        State::Fresh => 3,
    }
}

/// Says what holds or fails a source; none for what is only known by its code.
pub(super) fn reason(code: &str) -> Option<&'static str> {
    Some(match code {
        "drop-over-guard" | "guard-max-drop" => "It would take away more records than usual",
        "guard-max-change" => "It would change more records than usual",
        "guard-min-rows" => "It has fewer rows than ever expected",
        "guard-max-quarantine" => "More rows than usual could not be read",
        "unplaced" => "Some of it belongs to no address we know",
        "missing-file" => "The file is not there",
        "empty-file" => "The file is empty",
        "unreadable" => "The file cannot be opened",
        "drift-header"
        | "drift-duplicate-column"
        | "drift-missing-column"
        | "drift-column-count"
        | "drift-new-column" => "The columns are not as agreed",
        _ => return None,
    })
}
