//! What one form offers: the fields of a person, or of an address with the
//! warnings that this session was shown there.

use firebox_contract::record::Uprn;
use firebox_protocol::query::About;

use super::field::{A_WARNING, Asked, MISSING_THERE, OF_PERSON, THE_ADDRESS};
use super::subject::{self, Subject, Whom};
use crate::handle::Kind as HandleKind;
use crate::pages::ask::Warning;
use crate::pages::desk::Desk;
use crate::pages::form::Fields;
use crate::pages::room::Room;
use crate::pages::visitor::Visitor;

/// The name of the boxes of what is wrong.
pub(super) const WRONG: &str = "wrong";

/// Something that can be ticked.
pub(super) struct Item {
    /// What is sent when it is ticked: the field's code, or a warning's handle.
    pub(super) key: String,
    /// Whom or what it is about.
    pub(super) about: About,
    /// Which field, and how it is asked after.
    pub(super) asked: &'static Asked,
    /// What it is called.
    pub(super) label: String,
    /// Who recorded it, of a warning.
    pub(super) recorded_by: Option<String>,
}

impl Item {
    /// The name of what it should be.
    pub(super) fn name(&self) -> String {
        format!("should-{}", self.key)
    }

    /// Whether it was ticked.
    pub(super) fn is_ticked(&self, fields: &Fields) -> bool {
        fields.has(WRONG, &self.key)
    }

    fn field(asked: &'static Asked, about: About) -> Self {
        Self {
            key: asked.field.code().to_owned(),
            about,
            asked,
            label: asked.label.to_owned(),
            recorded_by: None,
        }
    }

    fn warning(warning: &Warning, record: u64, key: String) -> Self {
        Self {
            key,
            about: About::Flag(record.cast_signed()),
            asked: &A_WARNING,
            label: format!("The warning: {}", warning.hazard),
            recorded_by: Some(warning.recorded_by.clone()),
        }
    }
}

/// Lists what a form offers, in the order of the page it is about. A warning
/// that was ticked keeps the handle it was ticked by.
pub(super) fn items(
    room: &Room,
    visitor: &Visitor,
    subject: &Subject,
    fields: &Fields,
) -> Vec<Item> {
    let of = |asked| Item::field(asked, subject.about());
    match subject.whom {
        Whom::Person(_) => OF_PERSON.iter().map(of).collect(),
        Whom::Address(uprn) => {
            let shown = room.at(visitor, |desk| {
                warnings(room, visitor, desk, (uprn, fields))
            });
            let around = [&THE_ADDRESS, &MISSING_THERE].map(of);
            shown.into_iter().chain(around).collect()
        }
    }
}

fn warnings(
    room: &Room,
    visitor: &Visitor,
    desk: &Desk,
    (uprn, fields): (Uprn, &Fields),
) -> Vec<Item> {
    let record_of = |handle: &str| {
        let handles = &room.words.handles;
        handles
            .open(HandleKind::Flag, handle, visitor.session())
            .ok()
    };
    let shown = desk.warnings.iter().map(|(_, warning)| warning);
    let here = shown.filter(|warning| stands_at(room, visitor, warning) == Some(uprn));
    here.filter_map(|warning| {
        let record = record_of(&warning.flag)?;
        let mut ticked = fields.all(WRONG);
        let key = ticked.find(|handle| record_of(handle) == Some(record));
        let key = key.unwrap_or(&warning.flag).to_owned();
        Some(Item::warning(warning, record, key))
    })
    .collect()
}

/// Gives the address whose page a warning was shown on.
fn stands_at(room: &Room, visitor: &Visitor, warning: &Warning) -> Option<Uprn> {
    let handle = warning.shown_on.strip_prefix("/address/")?;
    let handle = handle.split('/').next()?;
    subject::uprn(&room.words, visitor, handle).ok()
}
