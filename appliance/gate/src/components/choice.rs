//! One thing to choose, among radios or checkboxes.

use maud::{Markup, html};

use super::Content;

/// An item of radios or checkboxes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice<'a> {
    /// What is sent when it is chosen.
    pub(crate) value: &'a str,
    /// What it says.
    pub(crate) label: Content<'a>,
    /// Help under it, or none.
    pub(crate) hint: Content<'a>,
    /// Whether it is chosen.
    pub(crate) checked: bool,
    /// What is asked further when it is chosen. Without a script it is always seen.
    pub(crate) conditional: Option<Markup>,
}

impl<'a> Choice<'a> {
    /// Makes a choice that is not chosen.
    pub(crate) fn new(value: &'a str, label: impl Into<Content<'a>>) -> Self {
        Self {
            value,
            label: label.into(),
            ..Self::default()
        }
    }

    /// Chooses it, or not.
    pub(crate) fn checked(self, checked: bool) -> Self {
        Self { checked, ..self }
    }

    /// Gives it help.
    pub(crate) fn hint(self, hint: impl Into<Content<'a>>) -> Self {
        Self {
            hint: hint.into(),
            ..self
        }
    }

    /// Says what is asked further when it is chosen.
    pub(crate) fn asks(self, conditional: Markup) -> Self {
        Self {
            conditional: Some(conditional),
            ..self
        }
    }
}

/// How radios and checkboxes differ in their items.
pub(crate) struct Choices<'a> {
    /// `radio` or `checkbox`, the type of the control.
    pub(crate) kind: &'static str,
    /// The class that the classes of an item begin with.
    pub(crate) class: &'static str,
    /// The id of the first item; the others are numbered.
    pub(crate) id: &'a str,
    /// The name all are sent under.
    pub(crate) name: &'a str,
    /// What describes each item, where no fieldset carries it.
    pub(crate) described_by: Option<String>,
}

impl Choices<'_> {
    /// Renders the items, in order. The first has the bare id, so that a
    /// summary of errors can link to it.
    pub(crate) fn items(&self, choices: &[Choice<'_>]) -> Markup {
        html! {
            @for (index, choice) in choices.iter().enumerate() {
                @let id = if index == 0 {
                    self.id.to_owned()
                } else {
                    format!("{}-{}", self.id, index + 1)
                };
                (self.item(&id, choice))
            }
        }
    }

    fn item(&self, id: &str, choice: &Choice<'_>) -> Markup {
        let Self { class, .. } = self;
        html! {
            div class={ (class) "__item" } {
                (self.control(id, choice))
                label class={ "govuk-label " (class) "__label" } for=(id) { (choice.label) }
                @if !choice.hint.is_empty() {
                    div id={ (id) "-item-hint" } class={ "govuk-hint " (class) "__hint" } {
                        (choice.hint)
                    }
                }
            }
            @if let Some(content) = &choice.conditional {
                (self.conditional(id, choice.checked, content))
            }
        }
    }

    fn control(&self, id: &str, choice: &Choice<'_>) -> Markup {
        let controls = choice.conditional.is_some();
        html! {
            input class={ (self.class) "__input" }
                id=(id)
                name=(self.name)
                type=(self.kind)
                value=(choice.value)
                checked[choice.checked]
                data-aria-controls=[controls.then(|| format!("conditional-{id}"))]
                aria-describedby=[self.describes(id, choice)];
        }
    }

    fn describes(&self, id: &str, choice: &Choice<'_>) -> Option<String> {
        let hint = (!choice.hint.is_empty()).then(|| format!("{id}-item-hint"));
        let ids: Vec<String> = [self.described_by.clone(), hint]
            .into_iter()
            .flatten()
            .collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn conditional(&self, id: &str, open: bool, content: &Markup) -> Markup {
        let base = format!("{}__conditional", self.class);
        let class = if open {
            base
        } else {
            format!("{base} {base}--hidden")
        };
        html! { div class=(class) id={ "conditional-" (id) } { (content) } }
    }
}
