//! Several controls under one question.

use maud::{Markup, html};

use super::size::sized;
use super::{Content, Size};

/// The question above several controls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Legend<'a> {
    /// What it says.
    pub(crate) content: Content<'a>,
    /// How large; plain text size when none.
    pub(crate) size: Option<Size>,
    /// Whether it is the one `h1` of the page.
    pub(crate) page_heading: bool,
}

impl<'a> Legend<'a> {
    /// Makes the one question of a page: its legend is the heading.
    pub(crate) fn page_heading(content: impl Into<Content<'a>>) -> Self {
        Self {
            content: content.into(),
            size: Some(Size::L),
            page_heading: true,
        }
    }

    /// Makes a legend larger than text.
    pub(crate) fn sized(content: impl Into<Content<'a>>, size: Size) -> Self {
        Self {
            content: content.into(),
            size: Some(size),
            page_heading: false,
        }
    }

    fn render(&self) -> Markup {
        let class = sized("govuk-fieldset__legend", self.size);
        html! {
            legend class=(class) {
                @if self.page_heading {
                    h1.govuk-fieldset__heading { (self.content) }
                } @else {
                    (self.content)
                }
            }
        }
    }
}

impl<'a, T: Into<Content<'a>>> From<T> for Legend<'a> {
    fn from(content: T) -> Self {
        Self {
            content: content.into(),
            ..Self::default()
        }
    }
}

/// Renders a group of controls that stand by themselves, each with its label.
pub(crate) fn fieldset(legend: &Legend<'_>, content: &Markup) -> Markup {
    described(legend, None, None, content)
}

/// Renders a group of controls with a description and, for text inputs, the
/// role that makes screen readers read the description out.
pub(crate) fn described(
    legend: &Legend<'_>,
    described_by: Option<&str>,
    role: Option<&str>,
    content: &Markup,
) -> Markup {
    html! {
        fieldset.govuk-fieldset role=[role] aria-describedby=[described_by] {
            (legend.render())
            (content)
        }
    }
}
