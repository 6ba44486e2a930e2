//! What every question has: a name, an id, a hint, an error, and the ids by
//! which a screen reader finds the last two.

use maud::{Markup, html};

use super::{Content, error_message, hint};

/// The part of a question that is the same for every kind of control.
pub(crate) struct Field<'a> {
    /// The id of the control; hint and error take theirs from it.
    pub(crate) id: &'a str,
    /// Help before the control, or none.
    pub(crate) hint: &'a Content<'a>,
    /// What is wrong with what was sent.
    pub(crate) error: Option<&'a str>,
}

impl Field<'_> {
    /// Gives `aria-describedby`: what comes before, then hint, then error.
    pub(crate) fn described_by(&self, before: Option<String>) -> Option<String> {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let error = self.error.map(|_| format!("{}-error", self.id));
        let ids: Vec<String> = [before, hint, error].into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// Renders hint and error message, in this order, above the control.
    pub(crate) fn help(&self) -> Markup {
        html! {
            @if !self.hint.is_empty() {
                (hint(&format!("{}-hint", self.id), self.hint.clone()))
            }
            @if let Some(words) = self.error {
                (error_message(&format!("{}-error", self.id), words))
            }
        }
    }

    /// Renders the frame around a question.
    pub(crate) fn group(&self, content: &Markup) -> Markup {
        html! {
            div.govuk-form-group.govuk-form-group--error[self.error.is_some()] { (content) }
        }
    }
}
