//! One line to type into.

use maud::{Markup, html};

use super::field::Field;
use super::{Content, Label, label};

/// A question with one line for an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Input<'a> {
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
    /// What was typed; kept after an error.
    pub(crate) value: &'a str,
    /// What kind of answer it takes.
    pub(crate) kind: InputKind,
    /// Which keyboard a phone shows, when another than letters.
    pub(crate) mode: Option<InputMode>,
    /// How many characters fit, so that its width tells what is expected.
    pub(crate) width: Option<Width>,
    /// Wider gaps between characters, for codes that are read digit by digit.
    pub(crate) spaced: bool,
    /// What the browser may fill in: `off` for other people's data.
    pub(crate) autocomplete: Option<&'a str>,
    /// Whether the browser checks spelling: `Some(false)` for names and ids.
    pub(crate) spellcheck: Option<bool>,
    /// Whether a phone makes the first letter a capital: `Some("none")` for codes.
    pub(crate) autocapitalize: Option<&'a str>,
    /// Whether the page opens with the focus here. Never beside an error summary.
    pub(crate) autofocus: bool,
}

/// What kind of answer a line takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum InputKind {
    /// Any words.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A phone number.
    Telephone,
}

/// Which keyboard a phone shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputMode {
    /// Digits only.
    Numeric,
    /// Digits and a point.
    Decimal,
    /// The keys of a phone.
    Telephone,
}

/// How many characters a line is wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    Two,
    Three,
    Four,
    Five,
    Ten,
    Twenty,
    Thirty,
}

impl Input<'_> {
    /// Renders the whole question: label, hint, error, line.
    pub(crate) fn render(&self) -> Markup {
        let id = self.id.unwrap_or(self.name);
        let field = Field {
            id,
            hint: &self.hint,
            error: self.error,
        };
        let content = html! {
            (label(&self.label, id))
            (field.help())
            (self.control(&self.class(), field.described_by(None).as_deref()))
        };
        field.group(&content)
    }

    /// Renders the line alone, for questions made of several.
    pub(crate) fn control(&self, class: &str, described_by: Option<&str>) -> Markup {
        html! {
            input class=(class)
                id=(self.id.unwrap_or(self.name))
                name=(self.name)
                type=(self.kind.html())
                spellcheck=[self.spellcheck]
                value=[(!self.value.is_empty()).then_some(self.value)]
                aria-describedby=[described_by]
                autocomplete=[self.autocomplete]
                autocapitalize=[self.autocapitalize]
                inputmode=[self.mode.map(InputMode::html)]
                autofocus[self.autofocus];
        }
    }

    fn class(&self) -> String {
        let mut class = String::from("govuk-input");
        if let Some(width) = self.width {
            class.push_str(" govuk-input--width-");
            class.push_str(width.html());
        }
        if self.spaced {
            class.push_str(" govuk-input--extra-letter-spacing");
        }
        if self.error.is_some() {
            class.push_str(" govuk-input--error");
        }
        class
    }
}

impl InputKind {
    fn html(self) -> &'static str {
        match self {
            InputKind::Text => "text",
            InputKind::Email => "email",
            InputKind::Telephone => "tel",
        }
    }
}

impl InputMode {
    fn html(self) -> &'static str {
        match self {
            InputMode::Numeric => "numeric",
            InputMode::Decimal => "decimal",
            InputMode::Telephone => "tel",
        }
    }
}

impl Width {
    fn html(self) -> &'static str {
        match self {
            Width::Two => "2",
            Width::Three => "3",
            Width::Four => "4",
            Width::Five => "5",
            Width::Ten => "10",
            Width::Twenty => "20",
            Width::Thirty => "30",
        }
    }
}
