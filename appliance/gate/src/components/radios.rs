//! One choice of several.

use maud::{Markup, html};

use super::choice::Choices;
use super::field::Field;
use super::{Choice, Content, Legend, fieldset};

/// A question with one answer out of several.
#[derive(Clone, Debug, Default)]
pub(crate) struct Radios<'a> {
    /// The name it is sent under.
    pub(crate) name: &'a str,
    /// The id of the first item, when another than the name.
    pub(crate) id: Option<&'a str>,
    /// What is asked. None only where something else names the group.
    pub(crate) legend: Option<Legend<'a>>,
    /// Help before the choices, or none.
    pub(crate) hint: Content<'a>,
    /// What is wrong with what was sent.
    pub(crate) error: Option<&'a str>,
    /// The choices, in order.
    pub(crate) items: Vec<Choice<'a>>,
    /// How they stand.
    pub(crate) look: RadiosLook,
}

/// How radios stand on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RadiosLook {
    /// One under the other.
    #[default]
    Stacked,
    /// Beside each other: two short choices, no conditional content.
    Inline,
    /// Smaller, one under the other: where many pages show the same choices.
    Small,
}

impl Radios<'_> {
    /// Renders the whole question: legend, hint, error, choices.
    pub(crate) fn render(&self) -> Markup {
        let field = Field {
            id: self.id.unwrap_or(self.name),
            hint: &self.hint,
            error: self.error,
        };
        let content = html! { (field.help()) (self.list(field.id)) };
        let described_by = field.described_by(None);
        field.group(&match &self.legend {
            Some(legend) => fieldset::described(legend, described_by.as_deref(), None, &content),
            None => content,
        })
    }

    fn list(&self, id: &str) -> Markup {
        let choices = Choices {
            kind: "radio",
            class: "govuk-radios",
            id,
            name: self.name,
            described_by: None,
        };
        html! {
            div.govuk-radios
                .govuk-radios--inline[self.look == RadiosLook::Inline]
                .govuk-radios--small[self.look == RadiosLook::Small]
                data-module="govuk-radios"
            { (choices.items(&self.items)) }
        }
    }
}
