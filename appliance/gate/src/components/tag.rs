//! The state of a thing in a word. The colour adds nothing the word does not say.

use maud::{Markup, html};

/// The colours of tags; the default is blue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TagColour {
    #[default]
    Blue,
    Grey,
    Teal,
    Green,
    Purple,
    Magenta,
    Red,
    Orange,
    Yellow,
}

/// Renders a tag.
pub(crate) fn tag(words: &str, colour: TagColour) -> Markup {
    html! { strong class=(colour.class()) { (words) } }
}

impl TagColour {
    fn class(self) -> &'static str {
        match self {
            TagColour::Blue => "govuk-tag",
            TagColour::Grey => "govuk-tag govuk-tag--grey",
            TagColour::Teal => "govuk-tag govuk-tag--teal",
            TagColour::Green => "govuk-tag govuk-tag--green",
            TagColour::Purple => "govuk-tag govuk-tag--purple",
            TagColour::Magenta => "govuk-tag govuk-tag--magenta",
            TagColour::Red => "govuk-tag govuk-tag--red",
            TagColour::Orange => "govuk-tag govuk-tag--orange",
            TagColour::Yellow => "govuk-tag govuk-tag--yellow",
        }
    }
}
