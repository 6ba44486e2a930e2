//! Several lines to type into, up to a number of characters that is counted
//! down where a script runs. The server counts again.

use maud::{Markup, html};

use super::{Textarea, label};

/// A question with several lines and a limit.
#[derive(Clone, Debug, Default)]
pub(crate) struct CharacterCount<'a> {
    /// The question.
    pub(crate) textarea: Textarea<'a>,
    /// How many characters it takes, as the browser counts them: UTF-16 units,
    /// a new line being one.
    pub(crate) maximum: u32,
}

impl CharacterCount<'_> {
    /// Renders the whole question; the limit stands under the lines.
    pub(crate) fn render(&self) -> Markup {
        let field = self.textarea.field();
        let info = format!("{}-info", field.id);
        let described_by = field.described_by(Some(info.clone()));
        html! {
            div.govuk-form-group
                .govuk-form-group--error[field.error.is_some()]
                .govuk-character-count
                data-module="govuk-character-count"
                data-maxlength=(self.maximum)
            {
                (label(&self.textarea.label, field.id))
                (field.help())
                (self.textarea.control(" govuk-js-character-count", described_by.as_deref()))
                div.govuk-hint.govuk-character-count__message id=(info) {
                    "You can enter up to " (self.maximum) " characters"
                }
            }
        }
    }
}
