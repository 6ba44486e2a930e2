//! A line for a password, which the person may show. What was typed is never
//! sent back, so there is no value.

use maud::{Markup, html};

use super::field::Field;
use super::{Content, Label, label};

/// A question for a password.
#[derive(Clone, Debug, Default)]
pub(crate) struct PasswordInput<'a> {
    /// The name it is sent under.
    pub(crate) name: &'a str,
    /// Its id, when another than its name.
    pub(crate) id: Option<&'a str>,
    /// What is asked.
    pub(crate) label: Label<'a>,
    /// Help before the line, or none.
    pub(crate) hint: Content<'a>,
    /// What is wrong with what was sent.
    pub(crate) error: Option<&'a str>,
    /// Whether a password is being chosen; else the present one is asked.
    pub(crate) new: bool,
}

impl PasswordInput<'_> {
    /// Renders the question with its button, which appears where a script runs.
    pub(crate) fn render(&self) -> Markup {
        let id = self.id.unwrap_or(self.name);
        let field = Field {
            id,
            hint: &self.hint,
            error: self.error,
        };
        html! {
            div.govuk-form-group
                .govuk-form-group--error[self.error.is_some()]
                .govuk-password-input
                data-module="govuk-password-input"
            {
                (label(&self.label, id))
                (field.help())
                div.govuk-input__wrapper.govuk-password-input__wrapper {
                    (self.control(id, field.described_by(None).as_deref()))
                    (toggle(id))
                }
            }
        }
    }

    fn control(&self, id: &str, described_by: Option<&str>) -> Markup {
        html! {
            input.govuk-input.govuk-password-input__input.govuk-js-password-input-input
                .govuk-input--error[self.error.is_some()]
                id=(id)
                name=(self.name)
                type="password"
                spellcheck="false"
                aria-describedby=[described_by]
                autocomplete=(if self.new { "new-password" } else { "current-password" })
                autocapitalize="none";
        }
    }
}

fn toggle(id: &str) -> Markup {
    html! {
        button type="button"
            class="govuk-button govuk-button--secondary govuk-password-input__toggle govuk-js-password-input-toggle"
            data-module="govuk-button"
            aria-controls=(id)
            aria-label="Show password"
            hidden
        { "Show" }
    }
}
