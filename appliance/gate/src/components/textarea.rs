//! Several lines to type into.

use maud::{Markup, html};

use super::field::Field;
use super::{Content, Label, label};

/// A question with several lines for an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Textarea<'a> {
    /// The name it is sent under.
    pub(crate) name: &'a str,
    /// Its id, when another than its name.
    pub(crate) id: Option<&'a str>,
    /// What is asked.
    pub(crate) label: Label<'a>,
    /// Help before the lines, or none.
    pub(crate) hint: Content<'a>,
    /// What is wrong with what was sent.
    pub(crate) error: Option<&'a str>,
    /// What was typed; kept after an error.
    pub(crate) value: &'a str,
    /// How many lines are seen, five when not said.
    pub(crate) rows: Option<u8>,
    /// What the browser may fill in: `off` for other people's data.
    pub(crate) autocomplete: Option<&'a str>,
    /// Whether the browser checks spelling.
    pub(crate) spellcheck: Option<bool>,
}

const ROWS: u8 = 5;

impl<'a> Textarea<'a> {
    /// Renders the whole question: label, hint, error, lines.
    pub(crate) fn render(&self) -> Markup {
        let field = self.field();
        let content = html! {
            (label(&self.label, field.id))
            (field.help())
            (self.control("", field.described_by(None).as_deref()))
        };
        field.group(&content)
    }

    /// Gives what it shares with every question.
    pub(crate) fn field(&'a self) -> Field<'a> {
        Field {
            id: self.id.unwrap_or(self.name),
            hint: &self.hint,
            error: self.error,
        }
    }

    /// Renders the lines alone, with one more class or none.
    pub(crate) fn control(&self, more: &str, described_by: Option<&str>) -> Markup {
        let mut class = String::from("govuk-textarea");
        if self.error.is_some() {
            class.push_str(" govuk-textarea--error");
        }
        class.push_str(more);
        html! {
            textarea class=(class)
                id=(self.id.unwrap_or(self.name))
                name=(self.name)
                rows=(self.rows.unwrap_or(ROWS))
                spellcheck=[self.spellcheck]
                aria-describedby=[described_by]
                autocomplete=[self.autocomplete]
            { (self.value) }
        }
    }
}
