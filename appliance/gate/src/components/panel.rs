//! A page's one large message: what has been done, or what to think of before
//! going on. Both are the `h1` of their page.

use maud::{Markup, html};

use super::{Button, ButtonLook, Content};

/// Renders the panel that says something has been done.
pub(crate) fn panel<'a>(title: impl Into<Content<'a>>, body: impl Into<Content<'a>>) -> Markup {
    let (title, body) = (title.into(), body.into());
    html! {
        div.govuk-panel.govuk-panel--confirmation { (message(&title, &body)) }
    }
}

/// The panel that makes a person stop and think. The more often it is seen, the
/// less it is read; it holds no question.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interruption<'a> {
    /// The heading of the page.
    pub(crate) title: &'a str,
    /// What to think of.
    pub(crate) body: Content<'a>,
    /// How to go on or back. A button that sends needs the form around the panel.
    pub(crate) actions: Vec<PanelAction<'a>>,
}

/// What can be done on an interruption.
#[derive(Clone, Debug)]
pub(crate) enum PanelAction<'a> {
    /// A button, made to stand out on the dark.
    Button(Button<'a>),
    /// A link.
    Link {
        /// What it says.
        words: &'a str,
        /// Where it goes.
        href: &'a str,
    },
}

impl Interruption<'_> {
    /// Renders the panel.
    pub(crate) fn render(&self) -> Markup {
        html! {
            div.govuk-panel.govuk-panel--interruption {
                (message(&self.title.into(), &self.body))
                @if !self.actions.is_empty() {
                    div.govuk-panel__actions {
                        div.govuk-button-group {
                            @for action in &self.actions { (action.render()) }
                        }
                    }
                }
            }
        }
    }
}

impl PanelAction<'_> {
    fn render(&self) -> Markup {
        match self {
            PanelAction::Button(button) => button.clone().look(ButtonLook::Inverse).render(),
            PanelAction::Link { words, href } => {
                html! { a.govuk-link.govuk-link--inverse href=(href) { (words) } }
            }
        }
    }
}

fn message(title: &Content<'_>, body: &Content<'_>) -> Markup {
    html! {
        h1.govuk-panel__title { (title) }
        @if !body.is_empty() {
            div.govuk-panel__body { (body) }
        }
    }
}
