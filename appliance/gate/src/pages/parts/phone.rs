//! Numbers to ring.

use maud::{Markup, html};

use crate::pages::said;

/// Writes a number as a link whose text is the number, to ring with a thumb.
pub(in crate::pages) fn phone(number: &str) -> Markup {
    html! { a class="govuk-link fbx-call" href=(said::dialled(number)) { (number) } }
}

/// Writes a link that rings a number and says what it rings: `Call 999`.
pub(in crate::pages) fn phone_named(words: &str, number: &str) -> Markup {
    html! { a class="govuk-link fbx-call" href=(said::dialled(number)) { (words) } }
}
