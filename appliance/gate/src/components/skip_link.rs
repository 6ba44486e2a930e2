//! The first link of every page: past the navigation, into the content.

use maud::{Markup, html};

/// Renders a link that is seen only while it has the focus.
pub(crate) fn skip_link(href: &str, words: &str) -> Markup {
    html! { a.govuk-skip-link href=(href) data-module="govuk-skip-link" { (words) } }
}
