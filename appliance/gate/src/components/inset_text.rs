//! A sentence set off from those around it.

use maud::{Markup, html};

use super::Content;

/// Renders words with a bar beside them.
pub(crate) fn inset_text<'a>(content: impl Into<Content<'a>>) -> Markup {
    let content = content.into();
    html! { div.govuk-inset-text { (content) } }
}
