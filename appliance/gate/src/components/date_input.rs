//! A date in three lines: people type dates they know faster than they pick them.

use maud::{Markup, html};

use super::field::Field;
use super::{Content, Input, InputMode, Legend, fieldset};

/// A question with a date for an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct DateInput<'a> {
    /// The parts are sent as `name-day`, `name-month` and `name-year`; with an
    /// empty name as `day`, `month` and `year`.
    pub(crate) name: &'a str,
    /// The id, when another than the name; the parts have `id-day` and so on.
    pub(crate) id: Option<&'a str>,
    /// What is asked. None only where something else names the group.
    pub(crate) legend: Option<Legend<'a>>,
    /// Help before the lines, such as an example.
    pub(crate) hint: Content<'a>,
    /// What is wrong with what was sent.
    pub(crate) error: Option<&'a str>,
    /// Which parts it is about; all three when none is named.
    pub(crate) wrong: WrongParts,
    /// The day that was typed.
    pub(crate) day: &'a str,
    /// The month that was typed.
    pub(crate) month: &'a str,
    /// The year that was typed.
    pub(crate) year: &'a str,
}

/// Names the parts of a date that are wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WrongParts {
    pub(crate) day: bool,
    pub(crate) month: bool,
    pub(crate) year: bool,
}

/// One line of the three.
struct Part<'a> {
    name: &'static str,
    title: &'static str,
    width: u8,
    value: &'a str,
    wrong: bool,
}

impl DateInput<'_> {
    /// Renders the whole question: legend, hint, error, three lines.
    pub(crate) fn render(&self) -> Markup {
        let field = Field {
            id: self.id.unwrap_or(self.name),
            hint: &self.hint,
            error: self.error,
        };
        let content = html! { (field.help()) (self.lines(field.id)) };
        let described_by = field.described_by(None);
        field.group(&match &self.legend {
            // Without the role some screen readers leave the description out.
            Some(legend) => {
                fieldset::described(legend, described_by.as_deref(), Some("group"), &content)
            }
            None => content,
        })
    }

    fn lines(&self, id: &str) -> Markup {
        html! {
            div.govuk-date-input id=(id) {
                @for part in self.parts() { (self.line(id, &part)) }
            }
        }
    }

    fn parts(&self) -> [Part<'_>; 3] {
        let WrongParts { day, month, year } = self.wrong_parts();
        [
            part("day", "Day", 2, self.day, day),
            part("month", "Month", 2, self.month, month),
            part("year", "Year", 4, self.year, year),
        ]
    }

    fn wrong_parts(&self) -> WrongParts {
        if self.error.is_some() && self.wrong == WrongParts::default() {
            return WrongParts {
                day: true,
                month: true,
                year: true,
            };
        }
        self.wrong
    }

    fn line(&self, id: &str, part: &Part<'_>) -> Markup {
        let id = format!("{id}-{}", part.name);
        let name = match self.name {
            "" => part.name.to_owned(),
            prefix => format!("{prefix}-{}", part.name),
        };
        let input = Input {
            name: &name,
            id: Some(&id),
            value: part.value,
            mode: Some(InputMode::Numeric),
            ..Input::default()
        };
        html! {
            div.govuk-date-input__item {
                div.govuk-form-group {
                    label.govuk-label.govuk-date-input__label for=(id) { (part.title) }
                    (input.control(&part.class(), None))
                }
            }
        }
    }
}

impl Part<'_> {
    fn class(&self) -> String {
        let error = if self.wrong {
            " govuk-input--error"
        } else {
            ""
        };
        format!(
            "govuk-input govuk-date-input__input{error} govuk-input--width-{}",
            self.width
        )
    }
}

fn part<'a>(
    name: &'static str,
    title: &'static str,
    width: u8,
    value: &'a str,
    wrong: bool,
) -> Part<'a> {
    Part {
        name,
        title,
        width,
        value,
        wrong,
    }
}
