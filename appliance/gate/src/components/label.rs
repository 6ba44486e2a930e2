//! The visible name of a control.

use maud::{Markup, html};

use super::size::sized;
use super::{Content, Size};

/// What a control is called, and whether that is the heading of the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Label<'a> {
    /// What it says.
    pub(crate) content: Content<'a>,
    /// How large; plain text size when none.
    pub(crate) size: Option<Size>,
    /// Whether it is the one `h1` of the page.
    pub(crate) page_heading: bool,
}

impl<'a> Label<'a> {
    /// Makes the one question of a page: its label is the heading.
    pub(crate) fn page_heading(content: impl Into<Content<'a>>) -> Self {
        Self {
            content: content.into(),
            size: Some(Size::L),
            page_heading: true,
        }
    }

    /// Makes a label larger than text.
    pub(crate) fn sized(content: impl Into<Content<'a>>, size: Size) -> Self {
        Self {
            content: content.into(),
            size: Some(size),
            page_heading: false,
        }
    }
}

impl<'a, T: Into<Content<'a>>> From<T> for Label<'a> {
    fn from(content: T) -> Self {
        Self {
            content: content.into(),
            ..Self::default()
        }
    }
}

/// Renders a label of the control with this id.
pub(crate) fn label(label: &Label<'_>, id: &str) -> Markup {
    if label.content.is_empty() {
        return html! {};
    }
    let class = sized("govuk-label", label.size);
    let markup = html! {
        label class=(class) for=[(!id.is_empty()).then_some(id)] { (label.content) }
    };
    if label.page_heading {
        html! { h1.govuk-label-wrapper { (markup) } }
    } else {
        markup
    }
}
