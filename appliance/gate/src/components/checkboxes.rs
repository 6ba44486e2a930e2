//! Any number of choices out of several.

use maud::{Markup, html};

use super::choice::Choices;
use super::field::Field;
use super::{Choice, Content, Legend, fieldset};

/// A question with any number of answers out of several.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checkboxes<'a> {
    /// The name all are sent under.
    pub(crate) name: &'a str,
    /// The id of the first item, when another than the name.
    pub(crate) id: Option<&'a str>,
    /// What is asked. None only for a single box whose label says it all.
    pub(crate) legend: Option<Legend<'a>>,
    /// Help before the choices, or none.
    pub(crate) hint: Content<'a>,
    /// What is wrong with what was sent.
    pub(crate) error: Option<&'a str>,
    /// The choices, in order.
    pub(crate) items: Vec<Choice<'a>>,
    /// Smaller boxes, where many pages show the same choices.
    pub(crate) small: bool,
}

impl Checkboxes<'_> {
    /// Renders the whole question: legend, hint, error, choices.
    pub(crate) fn render(&self) -> Markup {
        let field = Field {
            id: self.id.unwrap_or(self.name),
            hint: &self.hint,
            error: self.error,
        };
        let described_by = field.described_by(None);
        field.group(&match &self.legend {
            Some(legend) => {
                let content = html! { (field.help()) (self.list(field.id, None)) };
                fieldset::described(legend, described_by.as_deref(), None, &content)
            }
            None => html! { (field.help()) (self.list(field.id, described_by)) },
        })
    }

    /// Renders the boxes; without a fieldset each carries the description.
    fn list(&self, id: &str, described_by: Option<String>) -> Markup {
        let choices = Choices {
            kind: "checkbox",
            class: "govuk-checkboxes",
            id,
            name: self.name,
            described_by,
        };
        html! {
            div.govuk-checkboxes.govuk-checkboxes--small[self.small]
                data-module="govuk-checkboxes"
            { (choices.items(&self.items)) }
        }
    }
}
