//! The line that says what kind of service this is, such as a demonstration.

use maud::{Markup, html};

use super::Content;

/// Renders a tag and a sentence under the navigation.
pub(crate) fn phase_banner<'a>(tag: &str, content: impl Into<Content<'a>>) -> Markup {
    let content = content.into();
    html! {
        div.govuk-phase-banner.govuk-width-container {
            p.govuk-phase-banner__content {
                strong.govuk-tag.govuk-phase-banner__content__tag { (tag) }
                " "
                span.govuk-phase-banner__text { (content) }
            }
        }
    }
}
