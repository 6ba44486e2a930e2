//! The words above a control that say what is wrong with it.

use maud::{Markup, html};

/// Renders an error message under its id. Whoever cannot see red hears "Error:".
pub(crate) fn error_message(id: &str, words: &str) -> Markup {
    html! {
        p.govuk-error-message id=[(!id.is_empty()).then_some(id)] {
            span.govuk-visually-hidden { "Error:" } " " (words)
        }
    }
}
