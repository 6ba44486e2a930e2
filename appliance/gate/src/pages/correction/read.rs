//! From a form that was sent to a letter, or to what is wrong with the form.

use std::sync::Arc;

use firebox_contract::correction::HowKnown;
use jiff::Timestamp;

use super::item::{Item, WRONG};
use super::letter::{Fate, Letter, Wrong};
use super::subject::Subject;
use super::typed::{self, Fault};
use crate::components::Errors;
use crate::pages::form::Fields;
use crate::pages::room::Room;

/// The name of the radios of how somebody knows.
pub(super) const HOW: &str = "how";

/// What can be known from whom, in the order it is asked.
pub(super) const HOW_KNOWN: [(HowKnown, &str); 4] = [
    (HowKnown::PersonToldMe, "The person told me"),
    (HowKnown::ProxyToldMe, "Someone speaking for them told me"),
    (HowKnown::SeenOnVisit, "I saw it on a visit"),
    (HowKnown::Other, "Another reason"),
];

/// Reads a form; gives its fields back with what is wrong.
pub(super) fn letter(
    room: &Room,
    subject: &Subject,
    items: &[Item],
    fields: Fields,
) -> Result<Letter, (Fields, Errors)> {
    let mut errors = Errors::default();
    let ticked: Vec<&Item> = items
        .iter()
        .filter(|item| item.is_ticked(&fields))
        .collect();
    if ticked.is_empty() {
        errors.add(WRONG, "Select what is wrong");
    }
    let mut wrong = Vec::new();
    for item in ticked {
        match read(room, item, &fields) {
            Ok(one) => wrong.push(one),
            Err((target, words)) => errors.add_at(item.name(), target, words),
        }
    }
    let how_known = HowKnown::parse(fields.get(HOW));
    if how_known.is_none() {
        errors.add(HOW, "Select how you know");
    }
    match how_known {
        Some(how_known) if errors.is_empty() => Ok(Letter {
            whom: subject.whom.clone(),
            fields: Arc::new(fields),
            how_known,
            items: wrong,
            sending: false,
            stopped: None,
        }),
        _ => Err((fields, errors)),
    }
}

fn read(room: &Room, item: &Item, fields: &Fields) -> Result<Wrong, Fault> {
    let today = room.words.calendar.day(Timestamp::now());
    Ok(Wrong {
        about: item.about,
        asked: item.asked,
        label: item.label.clone(),
        target: item.name(),
        should_be: typed::should_be(item, fields, today)?,
        fate: Fate::Waiting,
    })
}

/// Says how somebody knows.
pub(super) fn how_said(how_known: HowKnown) -> &'static str {
    let mut known = HOW_KNOWN.into_iter();
    known
        .find_map(|(how, words)| (how == how_known).then_some(words))
        .unwrap_or_default()
}
