//! What somebody types into, ticks and presses, and the forms around it.

use std::collections::BTreeSet;

use super::Faults;
use super::html::{Element, Html};

/// Attributes that name ids of the same page.
const NAME_IDS: [&str; 4] = [
    "for",
    "aria-describedby",
    "aria-labelledby",
    "aria-controls",
];

/// A label that can be seen, tied by `for`.
pub(super) fn a04_labels(page: &Html) -> Faults {
    let controls = page.elements.iter().filter(|element| element.is_control());
    let unlabelled = controls.filter(|control| {
        let id = control.get("id").unwrap_or_default();
        let mut labels = page.named("label").filter(|label| label.is("for", id));
        !labels.any(|label| is_seen(label) && !page.words(label).is_empty())
    });
    unlabelled.map(Element::said).collect()
}

fn is_seen(label: &Element) -> bool {
    !label.has_class("govuk-visually-hidden")
}

/// A group of radios is asked something.
pub(super) fn a04_legends(page: &Html) -> Faults {
    let radios = page
        .named("input")
        .filter(|input| input.is("type", "radio"));
    let alone = radios.filter(|radio| {
        let group = page.within(radio, |outer| outer.name == "fieldset");
        !group.is_some_and(|group| {
            let mut legends = page.inside(group).filter(|one| one.name == "legend");
            legends.any(|legend| !page.words(legend).is_empty())
        })
    });
    alone.map(Element::said).collect()
}

pub(super) fn a04_no_placeholder(page: &Html) -> Faults {
    page.with("placeholder")
        .map(|(element, _)| element.said())
        .collect()
}

pub(super) fn a04_ids_once(page: &Html) -> Faults {
    let mut known = BTreeSet::new();
    let ids = page.with("id");
    let again = ids.filter(|(_, id)| id.is_empty() || id.contains(' ') || !known.insert(*id));
    again.map(|(element, _)| element.said()).collect()
}

/// Whatever is named by its id is there.
pub(super) fn a04_references(page: &Html) -> Faults {
    let named = NAME_IDS.iter().flat_map(|attribute| page.with(attribute));
    let named = named.flat_map(|(_, ids)| ids.split_whitespace());
    let linked = page
        .with("href")
        .filter_map(|(_, href)| href.strip_prefix('#'));
    let missing = named.chain(linked).filter(|id| page.id(id).is_none());
    missing
        .map(|id| format!("no element has the id {id:?}"))
        .collect()
}

pub(super) fn a07_no_required(page: &Html) -> Faults {
    let required = page.with("required").chain(page.with("aria-required"));
    required.map(|(element, _)| element.said()).collect()
}

pub(super) fn a07_novalidate(page: &Html) -> Faults {
    let forms = page
        .named("form")
        .filter(|form| form.get("novalidate").is_none());
    forms.map(Element::said).collect()
}

/// What is seen on a button stands in what a screen reader says.
pub(super) fn a36_label_in_name(page: &Html) -> Faults {
    let pressed = page.named("button").chain(page.named("a"));
    let silent = pressed.filter(|element| {
        let seen = page.words(element).to_lowercase();
        let named = element.get("aria-label").map(str::to_lowercase);
        seen.is_empty() || named.is_some_and(|named| !named.contains(&seen))
    });
    silent.map(Element::said).collect()
}

/// A browser keeps nobody else's data; only at sign-in is it one's own.
pub(super) fn b0_autocomplete(page: &Html) -> Faults {
    let typed = page.elements.iter().filter(|element| is_typed(element));
    let kept = typed.filter(|control| {
        let form = page.within(control, |outer| outer.name == "form");
        let own = form.is_some_and(|form| form.is("action", "/sign-in"));
        let off = control.is("autocomplete", "off")
            || form.is_some_and(|form| form.is("autocomplete", "off"));
        !own && !off
    });
    kept.map(Element::said).collect()
}

fn is_typed(element: &Element) -> bool {
    match element.name.as_str() {
        "textarea" => true,
        "input" => {
            let kind = element.get("type").unwrap_or("text");
            !["hidden", "radio", "checkbox", "file", "submit"].contains(&kind)
        }
        _ => false,
    }
}

/// A form that changes or asks something proves that our page sent it.
pub(super) fn b0_token(page: &Html) -> Faults {
    let forms = page.named("form").filter(|form| form.is("method", "post"));
    let without = forms.filter(|form| {
        let mut inside = page.inside(form);
        !inside
            .any(|one| one.is("name", "csrf") && one.get("value").is_some_and(|it| !it.is_empty()))
    });
    without.map(Element::said).collect()
}
