//! The sentence above the list: how many visits need what. Counts only, so the
//! title may say the most important one of them.

use maud::{Markup, html};

use super::standing::Standing;
use crate::pages::said;

/// What is counted, in the order it is said: the words after `1` and after more.
const COUNTED: [(&[Standing], &str, &str); 6] = [
    (
        &[Standing::Stop],
        "needs something done before you go",
        "need something done before you go",
    ),
    (
        &[Standing::TwoPeople],
        "needs two people",
        "need two people",
    ),
    (&[Standing::Care], "needs care", "need care"),
    (
        &[Standing::Unsure],
        "cannot be called clear",
        "cannot be called clear",
    ),
    (
        &[Standing::NotFound, Standing::Choose],
        "could not be checked",
        "could not be checked",
    ),
    (
        &[Standing::Clear],
        "has no warning on record",
        "have no warning on record",
    ),
];

/// Writes the sentence.
pub(super) fn lead(all: &[Standing]) -> Markup {
    if all.iter().all(|one| *one == Standing::NotFound) {
        return html! {
            p class="govuk-body-l" {
                "We could not match any of these addresses. Nothing has been checked."
            }
        };
    }
    let counts = COUNTED.iter().map(|(which, one, several)| {
        let number = all
            .iter()
            .filter(|standing| which.contains(standing))
            .count();
        (number, if number == 1 { *one } else { *several })
    });
    let counts: Vec<_> = counts.filter(|(number, _)| *number > 0).collect();
    html! {
        p class="govuk-body-l" {
            @for (at, (number, words)) in counts.iter().enumerate() {
                @if at > 0 { " " }
                b { (number) @if at == 0 { " of " (all.len()) } }
                " " (words) "."
            }
        }
    }
}

/// Counts the visits that need somebody to do something first.
pub(super) fn need_action(all: &[Standing]) -> usize {
    all.iter().filter(|one| one.needs_action()).count()
}

/// Gives the page's title: counts and nothing else.
pub(super) fn title(all: &[Standing]) -> String {
    match need_action(all) {
        0 => "Visits: none needs action".to_owned(),
        number => format!(
            "Visits: {}",
            said::count(number, "needs action", "need action")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_count_says_of_how_many() {
        let all = [
            Standing::Clear,
            Standing::TwoPeople,
            Standing::NotFound,
            Standing::Care,
        ];
        let html = lead(&all).into_string();
        let words = "<b>1 of 4</b> needs two people. <b>1</b> needs care. \
            <b>1</b> could not be checked. <b>1</b> has no warning on record.";
        assert!(html.contains(words), "{html}");
        assert_eq!(title(&all), "Visits: 3 need action");
    }

    #[test]
    fn several_are_said_as_several_and_none_as_none() {
        let html = lead(&[Standing::Clear; 2]).into_string();
        assert!(
            html.contains("<b>2 of 2</b> have no warning on record."),
            "{html}"
        );
        assert_eq!(title(&[Standing::Clear]), "Visits: none needs action");
        assert_eq!(title(&[Standing::Choose]), "Visits: 1 needs action");
    }

    #[test]
    fn where_nothing_was_matched_nothing_was_checked() {
        let html = lead(&[Standing::NotFound; 3]).into_string();
        assert!(html.contains("Nothing has been checked."), "{html}");
    }
}
