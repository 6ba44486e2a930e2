//! Something that only some need, closed until they ask.

use maud::{Markup, html};

use super::Content;

/// A line that opens to more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Details<'a> {
    /// What can be opened.
    pub(crate) summary: &'a str,
    /// What is found inside.
    pub(crate) content: Content<'a>,
    /// Whether it stands open: wherever a field inside has an error.
    pub(crate) open: bool,
    /// Its id, where something else has to name it.
    pub(crate) id: Option<&'a str>,
}

impl Details<'_> {
    /// Renders the line and what is inside.
    pub(crate) fn render(&self) -> Markup {
        html! {
            details.govuk-details id=[self.id] open[self.open] {
                summary.govuk-details__summary {
                    span.govuk-details__summary-text { (self.summary) }
                }
                div.govuk-details__text { (self.content) }
            }
        }
    }
}

/// Renders a line, closed, that opens to more.
pub(crate) fn details<'a>(summary: &'a str, content: impl Into<Content<'a>>) -> Markup {
    Details {
        summary,
        content: content.into(),
        ..Details::default()
    }
    .render()
}
