//! What one thing should be: the control it is typed into.

use maud::Markup;

use super::field::Control;
use super::item::Item;
use crate::components::{DateInput, Input, InputKind, InputMode, Legend, Textarea, Width};
use crate::pages::form::Fields;

/// Lines of a longer answer.
const ROWS: u8 = 3;

/// Writes the control of an item, with what was typed and what was wrong.
pub(super) fn control(item: &Item, fields: &Fields, error: Option<&str>) -> Markup {
    let name = item.name();
    let line = |kind, mode, width| {
        Input {
            name: &name,
            label: item.asked.question.into(),
            hint: item.asked.hint.into(),
            error,
            value: fields.raw(&name),
            kind,
            mode,
            width,
            autocomplete: Some("off"),
            spellcheck: Some(false),
            ..Input::default()
        }
        .render()
    };
    match item.asked.control {
        Control::Line => line(InputKind::Text, None, None),
        Control::Email => line(InputKind::Email, None, None),
        Control::Phone => {
            let keys = Some(InputMode::Telephone);
            line(InputKind::Telephone, keys, Some(Width::Twenty))
        }
        Control::Date => date(item, fields, error),
        Control::Words => words(item, fields, error),
    }
}

fn words(item: &Item, fields: &Fields, error: Option<&str>) -> Markup {
    let name = item.name();
    Textarea {
        name: &name,
        label: item.asked.question.into(),
        hint: item.asked.hint.into(),
        error,
        value: fields.raw(&name),
        rows: Some(ROWS),
        autocomplete: Some("off"),
        ..Textarea::default()
    }
    .render()
}

/// Three lines; the browser keeps none of them, which the form around says.
fn date(item: &Item, fields: &Fields, error: Option<&str>) -> Markup {
    let name = item.name();
    let part = |part: &str| fields.raw(&format!("{name}-{part}"));
    let date = DateInput {
        name: &name,
        legend: Some(Legend::from(item.asked.question)),
        hint: item.asked.hint.into(),
        error,
        day: part("day"),
        month: part("month"),
        year: part("year"),
        ..DateInput::default()
    };
    date.render()
}
