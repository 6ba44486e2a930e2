//! The box to type into, and the page it stands on.

use maud::{Markup, html};

use super::Checked;
use crate::components::{Button, Errors, Input};
use crate::pages::address::path_of;
use crate::pages::form;
use crate::pages::page::Page;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// The name of the one field.
pub(super) const FIELD: &str = "address";

/// Writes the page, with what was typed and what was wrong with it.
pub(super) fn page(
    room: &Room,
    visitor: &Visitor,
    typed: &str,
    errors: Errors,
) -> Result<Page, Problem> {
    let checked = room.at(visitor, |desk| desk.checked.clone());
    let search = Search {
        typed,
        error: errors.of(FIELD),
        first_thing: errors.is_empty(),
    };
    let content = html! {
        h1 class="govuk-heading-l" { "Check an address before you visit" }
        (search.form(room, visitor)?)
        p class="govuk-body" {
            a class="govuk-link" href="/visits" { "Check a whole day of visits" }
        }
        (recently(&checked))
    };
    Ok(Page::new("Check an address", content).with_errors(errors))
}

/// The form with its one box.
pub(super) struct Search<'a> {
    /// What was typed.
    pub(super) typed: &'a str,
    /// What was wrong with it.
    pub(super) error: Option<&'a str>,
    /// Whether the page is opened to type here.
    pub(super) first_thing: bool,
}

impl Search<'_> {
    /// Writes the form.
    pub(super) fn form(&self, room: &Room, visitor: &Visitor) -> Result<Markup, Problem> {
        let input = Input {
            name: FIELD,
            label: "Postcode, UPRN or address".into(),
            hint: "For example, NB1 4QX or 14 Mill Lane".into(),
            error: self.error,
            value: self.typed,
            autocomplete: Some("off"),
            spellcheck: Some(false),
            autofocus: self.first_thing,
            ..Input::default()
        };
        let token = form::hidden(&room.words, visitor)?;
        Ok(html! {
            form method="post" action="/check" novalidate {
                (token)
                (input.render())
                (Button::submit("Check address").render())
            }
        })
    }
}

fn recently(checked: &[Checked]) -> Markup {
    if checked.is_empty() {
        return html! {};
    }
    html! {
        h2 class="govuk-heading-m" { "Checked recently" }
        ul class="fbx-list" {
            @for one in checked.iter().rev() {
                li class="fbx-row" {
                    a class="govuk-link" href=(path_of(&one.property)) { (one.address) }
                }
            }
        }
    }
}
