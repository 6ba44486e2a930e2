//! The one box, and the separate fields for whoever prefers them.

use maud::{Markup, html};

use super::fields::{BORN, BY, NAME, PHONE, POSTCODE, SEPARATE, wrong_parts};
use crate::components::{Button, DateInput, Errors, Input, InputKind, Label, Legend, Size, Width};
use crate::pages::form::Fields;

/// The name of the box.
pub(super) const BOX: &str = "find";
/// The name under which a page sends the search it stands under, where another
/// search is of the same call.
pub(super) const CALL: &str = "call";

const LABEL: &str = "Phone number, name, postcode, NHS number or reference";
const HINT: &str = "You can combine them, for example jones 27/3/1984 AB1 2CD";

/// The box as one page shows it.
#[derive(Default)]
pub(super) struct TheBox<'a> {
    /// What stands in it.
    pub(super) value: &'a str,
    /// What is wrong with it.
    pub(super) error: Option<&'a str>,
    /// Whether the page opens with the focus here.
    pub(super) autofocus: bool,
    /// The search whose call goes on.
    pub(super) call: Option<&'a str>,
}

impl TheBox<'_> {
    /// Renders the form of the box.
    pub(super) fn render(&self, hidden: &Markup) -> Markup {
        let input = Input {
            label: Label::sized(LABEL, Size::S),
            hint: HINT.into(),
            error: self.error,
            value: self.value,
            autofocus: self.autofocus,
            ..bare()
        };
        form(
            hidden,
            self.call,
            "fbx-find",
            &html! {
                (input.render())
                (Button::submit("Find").render())
            },
        )
    }
}

/// Renders the box of a page that shows somebody already: "Find another caller".
pub(in crate::pages) fn another(hidden: &Markup) -> Markup {
    another_with(hidden, false)
}

/// The same, with the focus in it when its page opens.
pub(super) fn another_with(hidden: &Markup, autofocus: bool) -> Markup {
    let input = Input {
        label: "Find another caller".into(),
        autofocus,
        ..bare()
    };
    form(
        hidden,
        None,
        "fbx-find",
        &html! {
            (input.render())
            (Button::submit("Find").render())
        },
    )
}

fn bare<'a>() -> Input<'a> {
    Input {
        name: BOX,
        autocomplete: Some("off"),
        autocapitalize: Some("none"),
        spellcheck: Some(false),
        ..Input::default()
    }
}

/// Renders the separate fields.
pub(super) fn separate(hidden: &Markup, fields: &Fields, errors: &Errors) -> Markup {
    let part = |part: &str| fields.get(&format!("{BORN}-{part}")).to_owned();
    let (day, month, year) = (part("day"), part("month"), part("year"));
    let born = DateInput {
        name: BORN,
        legend: Some(Legend::sized("Date of birth", Size::S)),
        hint: "For example, 27 3 1984".into(),
        error: errors.of(BORN),
        wrong: wrong_parts(fields),
        day: &day,
        month: &month,
        year: &year,
        ..DateInput::default()
    };
    let line = |name: &'static str, label: &'static str| line(name, label, fields, errors);
    let phone = Input {
        kind: InputKind::Telephone,
        width: Some(Width::Twenty),
        ..line(PHONE, "Phone number")
    };
    let postcode = Input {
        width: Some(Width::Ten),
        ..line(POSTCODE, "Postcode")
    };
    form(
        hidden,
        None,
        "",
        &html! {
            input type="hidden" name=(BY) value=(SEPARATE);
            p class="govuk-body" {
                "Enter a phone number, or a name with a date of birth or a postcode."
            }
            (line(NAME, "Name").render())
            (born.render())
            (postcode.render())
            (phone.render())
            (Button::submit("Find by these").render())
        },
    )
}

fn line<'a>(
    name: &'static str,
    label: &'static str,
    fields: &'a Fields,
    errors: &'a Errors,
) -> Input<'a> {
    Input {
        name,
        label: Label::sized(label, Size::S),
        error: errors.of(name),
        value: fields.get(name),
        autocomplete: Some("off"),
        spellcheck: Some(false),
        ..Input::default()
    }
}

fn form(hidden: &Markup, call: Option<&str>, class: &str, content: &Markup) -> Markup {
    html! {
        form class=[(!class.is_empty()).then_some(class)] method="post" action="/find" novalidate
            autocomplete="off" {
            (hidden)
            @if let Some(call) = call { input type="hidden" name=(CALL) value=(call); }
            (content)
        }
    }
}
