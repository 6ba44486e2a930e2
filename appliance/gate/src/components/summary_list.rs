//! What is known, in rows of a name and a value, with links to change it.

use maud::{Markup, html};

use super::Content;

/// A row of the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct SummaryRow<'a> {
    /// What it is.
    pub(crate) key: Content<'a>,
    /// What is known of it.
    pub(crate) value: Content<'a>,
    /// What can be done about it.
    pub(crate) actions: Vec<SummaryAction<'a>>,
}

/// A link at the end of a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct SummaryAction<'a> {
    /// What is seen, such as `Change`.
    pub(crate) words: &'a str,
    /// Where it goes.
    pub(crate) href: &'a str,
    /// What is only heard, so that the link makes sense alone: `preferred name`.
    pub(crate) hidden: &'a str,
}

impl<'a> SummaryRow<'a> {
    /// Makes a row that cannot be changed.
    pub(crate) fn new(key: impl Into<Content<'a>>, value: impl Into<Content<'a>>) -> Self {
        Self {
            key: key.into(),
            value: value.into(),
            actions: Vec::new(),
        }
    }

    /// Adds a link "Change", heard as "Change" and what is changed.
    pub(crate) fn change(mut self, href: &'a str, what: &'a str) -> Self {
        self.actions.push(SummaryAction {
            words: "Change",
            href,
            hidden: what,
        });
        self
    }

    fn render(&self, others_have_actions: bool) -> Markup {
        let bare = others_have_actions && self.actions.is_empty();
        html! {
            div.govuk-summary-list__row.govuk-summary-list__row--no-actions[bare] {
                dt.govuk-summary-list__key { (self.key) }
                dd.govuk-summary-list__value { (self.value) }
                @if !self.actions.is_empty() {
                    dd.govuk-summary-list__actions { (actions(&self.actions)) }
                }
            }
        }
    }
}

/// Renders the list.
pub(crate) fn summary_list(rows: &[SummaryRow<'_>]) -> Markup {
    let any = rows.iter().any(|row| !row.actions.is_empty());
    html! {
        dl.govuk-summary-list { @for row in rows { (row.render(any)) } }
    }
}

fn actions(actions: &[SummaryAction<'_>]) -> Markup {
    if let [only] = actions {
        return only.render();
    }
    html! {
        ul.govuk-summary-list__actions-list {
            @for action in actions {
                li.govuk-summary-list__actions-list-item { (action.render()) }
            }
        }
    }
}

impl SummaryAction<'_> {
    fn render(&self) -> Markup {
        html! {
            a.govuk-link href=(self.href) {
                (self.words)
                @if !self.hidden.is_empty() {
                    span.govuk-visually-hidden { " " (self.hidden) }
                }
            }
        }
    }
}
