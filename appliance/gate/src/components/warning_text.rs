//! A sentence with a mark of exclamation, read out as "Warning". It is no
//! alert: what was stored before the page was opened interrupts nobody.

use maud::{Markup, html};

use super::Content;

/// Renders a warning.
pub(crate) fn warning_text<'a>(content: impl Into<Content<'a>>) -> Markup {
    let content = content.into();
    html! {
        div.govuk-warning-text {
            span.govuk-warning-text__icon aria-hidden="true" { "!" } " "
            strong.govuk-warning-text__text {
                span.govuk-visually-hidden { "Warning" } " "
                (content)
            }
        }
    }
}
