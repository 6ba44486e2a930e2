//! Help under a label, before the control.

use maud::{Markup, html};

use super::Content;

/// Renders a hint under its id.
pub(crate) fn hint<'a>(id: &str, content: impl Into<Content<'a>>) -> Markup {
    let content = content.into();
    html! { div.govuk-hint id=[(!id.is_empty()).then_some(id)] { (content) } }
}
