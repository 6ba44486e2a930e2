//! What the words of the pages mean.

use maud::{Markup, html};

use crate::components::{SummaryRow, summary_list};

const WORDS: [(&str, &str); 12] = [
    (
        "UPRN",
        "Unique Property Reference Number: the number that every address in the country has, up \
        to 12 digits. Your case system usually shows it.",
    ),
    (
        "Warning",
        "Something to know before you go or speak. It says what to do and who to phone, never why.",
    ),
    (
        "Stop",
        "Do not go, or do not go alone, until you have done what it says. A solid box.",
    ),
    (
        "Care",
        "Go, but do what it says first, such as asking for a dog to be shut away. A bar at the side.",
    ),
    (
        "Not checked",
        "We could not check this address, so we do not know. Phone before you go. A dashed box.",
    ),
    (
        "The team that holds this",
        "Recorded the warning, knows the detail and can tell you what you need.",
    ),
    (
        "Sealed note",
        "The detail behind a warning. It stays locked until somebody gives a reason to see it, and \
        each opening is recorded.",
    ),
    (
        "Release",
        "That one sealed note may be opened by one person for some hours. Its reference stands on \
        the receipt.",
    ),
    (
        "Review overdue",
        "The team should have looked at this warning again and has not. It still counts: ask them.",
    ),
    (
        "Late, stopped",
        "A service has not sent its data when it should, or for so long that it no longer counts. \
        Something may be missing: phone that service.",
    ),
    (
        "Not yet confirmed",
        "A colleague reported it and the team has not answered. Take it as true until they do.",
    ),
    (
        "Reference",
        "Letters and digits that stand for one request, correction or release. It says nothing \
        about anybody, so you may write it in an e-mail.",
    ),
];

/// Explains them, one a row.
pub(super) fn wording() -> Markup {
    let rows = WORDS.map(|(word, meaning)| SummaryRow::new(word, meaning));
    html! {
        h2 class="govuk-heading-m" { "What the words mean" }
        (summary_list(&rows))
    }
}
