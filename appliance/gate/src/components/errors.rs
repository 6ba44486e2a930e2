//! What is wrong with a form that was sent: the same words stand in the
//! summary at the top and beside the field, because both are read from here.

use std::borrow::Cow;

use maud::{Markup, html};

use super::error_summary;

/// Collects what is wrong, in the order of the fields on the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Errors {
    faults: Vec<Fault>,
}

#[derive(Clone, Debug)]
struct Fault {
    field: Cow<'static, str>,
    /// The id of the control the summary links to.
    target: Cow<'static, str>,
    words: Cow<'static, str>,
}

impl Errors {
    /// Notes what is wrong with a field. The summary links to the control whose
    /// id is the field's name: of radios and checkboxes that is the first one.
    pub(crate) fn add(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        words: impl Into<Cow<'static, str>>,
    ) {
        let field = field.into();
        self.add_at(field.clone(), field, words);
    }

    /// Notes what is wrong with a field, the summary linking to another id than
    /// its name: of a date to the first wrong part, such as `born-month`.
    pub(crate) fn add_at(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        target: impl Into<Cow<'static, str>>,
        words: impl Into<Cow<'static, str>>,
    ) {
        self.faults.push(Fault {
            field: field.into(),
            target: target.into(),
            words: words.into(),
        });
    }

    /// Makes the errors of a form with one thing wrong.
    pub(crate) fn one(
        field: impl Into<Cow<'static, str>>,
        words: impl Into<Cow<'static, str>>,
    ) -> Self {
        let mut errors = Self::default();
        errors.add(field, words);
        errors
    }

    /// Tells that the form can be used as it was sent.
    pub(crate) fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    /// Gives the words beside a field, the first when there are several.
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        let fault = self.faults.iter().find(|fault| fault.field == field)?;
        Some(&fault.words)
    }

    /// Gives the summary at the top of the page, or nothing when nothing is wrong.
    pub(crate) fn summary(&self) -> Markup {
        if self.is_empty() {
            return html! {};
        }
        let links: Vec<(&str, String)> = self.faults.iter().map(Fault::link).collect();
        error_summary(&links)
    }
}

impl Fault {
    fn link(&self) -> (&str, String) {
        (&self.words, format!("#{}", self.target))
    }
}
