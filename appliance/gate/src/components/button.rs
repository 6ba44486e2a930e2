//! What a person presses to go on.

use maud::{Markup, html};

use super::Content;

/// A button, or a link that looks like one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Button<'a> {
    /// What it says.
    pub(crate) content: Content<'a>,
    /// What it does.
    pub(crate) press: Press<'a>,
    /// How it looks.
    pub(crate) look: ButtonLook,
    /// The name its value is sent under, where a form has several buttons.
    pub(crate) name: Option<&'a str>,
    /// The value sent under that name.
    pub(crate) value: Option<&'a str>,
    /// Whether a second press within a second is left out.
    pub(crate) prevent_double_click: bool,
    /// Its id, where something else has to name it.
    pub(crate) id: Option<&'a str>,
}

/// What a press does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Press<'a> {
    /// Sends the form it stands in.
    #[default]
    Submit,
    /// Goes to another page, changing nothing.
    Link(&'a str),
    /// Prints the page, where a script runs.
    Print,
    /// Nothing without a script of its own.
    Script,
}

/// How a button looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ButtonLook {
    /// The one thing to do on a page.
    #[default]
    Primary,
    /// Anything else.
    Secondary,
    /// What cannot be undone or is looked into afterwards.
    Warning,
    /// On a dark panel.
    Inverse,
}

impl<'a> Button<'a> {
    /// Makes the button that sends a form, once.
    pub(crate) fn submit(content: impl Into<Content<'a>>) -> Self {
        Self {
            content: content.into(),
            prevent_double_click: true,
            ..Self::default()
        }
    }

    /// Makes a link that looks like a button.
    pub(crate) fn link(content: impl Into<Content<'a>>, href: &'a str) -> Self {
        Self {
            content: content.into(),
            press: Press::Link(href),
            ..Self::default()
        }
    }

    /// Makes the same button with another look.
    pub(crate) fn look(self, look: ButtonLook) -> Self {
        Self { look, ..self }
    }

    /// Renders the button. A link answers to the space bar too, where a script
    /// runs; name and value are left out of it.
    pub(crate) fn render(&self) -> Markup {
        if let Press::Link(href) = self.press {
            return html! {
                a href=(href) role="button" draggable="false" class=(self.look.class())
                    data-module="govuk-button" id=[self.id]
                { (self.content) }
            };
        }
        html! {
            button type=(self.press.kind())
                value=[self.value]
                name=[self.name]
                data-prevent-double-click=[self.prevent_double_click.then_some("true")]
                class=(self.look.class())
                data-module="govuk-button"
                data-print[self.press == Press::Print]
                id=[self.id]
            { (self.content) }
        }
    }
}

impl Press<'_> {
    fn kind(self) -> &'static str {
        match self {
            Press::Submit | Press::Link(_) => "submit",
            Press::Print | Press::Script => "button",
        }
    }
}

impl ButtonLook {
    fn class(self) -> &'static str {
        match self {
            ButtonLook::Primary => "govuk-button",
            ButtonLook::Secondary => "govuk-button govuk-button--secondary",
            ButtonLook::Warning => "govuk-button govuk-button--warning",
            ButtonLook::Inverse => "govuk-button govuk-button--inverse",
        }
    }
}
