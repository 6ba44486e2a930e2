//! The link back, above the heading of a page.

use maud::{Markup, html};

/// Renders the link to where the person came from.
pub(crate) fn back_link(words: &str, href: &str) -> Markup {
    html! { a.govuk-back-link href=(href) { (words) } }
}
