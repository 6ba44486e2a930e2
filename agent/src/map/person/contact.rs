//! `[[map.person.contacts]]`: ways to reach a person, and what is safe.

use std::num::NonZeroU8;

use firebox_contract::Reason;
use firebox_contract::record::{Contact, ContactKind, FieldError, Phone, Whose, line};
use serde::Deserialize;

use super::fields::Fields;
use crate::map::code::{self, Tables};
use crate::map::word::{OrWord, Value, Word, YesNo, named};
use crate::source::SourceError;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactMap {
    kind: OrWord<ContactKind>,
    value: Word,
    order: Option<OrWord<NonZeroU8>>,
    #[serde(rename = "use")]
    purpose: Option<Word>,
    whose_name: Option<Word>,
    whose_relationship: Option<Word>,
    leave_message: Option<YesNo>,
    safe: Option<YesNo>,
    safe_times: Option<Word>,
}

impl ContactMap {
    /// Reads the contact; none where its value is empty. `place` is its order
    /// unless the row gives one.
    fn read<'a>(
        &'a self,
        fields: &mut Fields<'a>,
        place: usize,
    ) -> Result<Option<Contact>, FieldError> {
        if fields.text("contact", Some(&self.value))?.is_empty() {
            return Ok(None);
        }
        let kind = self.kind(fields)?;
        let value = fields.value("contact", Some(&self.value), |text| read_value(kind, text))?;
        let Some(value) = value else {
            return Ok(None);
        };
        let whose = self.whose(fields);
        let Some(whose) = self.value.if_bad().settle(whose, &mut fields.left_out)? else {
            return Ok(None);
        };
        Ok(Some(Contact {
            kind,
            value,
            order: self.order(fields, place)?,
            purpose: fields.words("contact_use", self.purpose.as_ref())?.line(),
            whose,
            safe_to_leave_message: fields.answer("leave_message", self.leave_message.as_ref())?,
            safe_times: fields.words("safe_times", self.safe_times.as_ref())?.line(),
            safe: fields.is_yes("safe", self.safe.as_ref())?,
        }))
    }

    fn kind(&self, fields: &Fields<'_>) -> Result<ContactKind, FieldError> {
        let word = match &self.kind {
            OrWord::Fixed(kind) => return Ok(*kind),
            OrWord::Word(word) => word,
        };
        let code = word.read("contact_kind", fields.view, fields.tables)?;
        let reason = if code.is_empty() {
            Reason::Missing
        } else {
            Reason::Malformed
        };
        code::named(&code).ok_or(FieldError::new("contact_kind", reason))
    }

    fn order<'a>(&'a self, fields: &mut Fields<'a>, place: usize) -> Result<u8, FieldError> {
        let place = u8::try_from(place).unwrap_or(u8::MAX);
        match &self.order {
            None => Ok(place),
            Some(OrWord::Fixed(order)) => Ok(order.get()),
            Some(OrWord::Word(word)) => {
                let order = fields.value("contact_order", Some(word), |text| {
                    let number: Option<NonZeroU8> = text.parse().ok();
                    number.ok_or(FieldError::new("contact_order", Reason::Malformed))
                })?;
                Ok(order.map_or(place, NonZeroU8::get))
            }
        }
    }

    /// Reads whose it is. A name without a relationship, or the other way round,
    /// must not pass for the person's own.
    fn whose<'a>(&'a self, fields: &mut Fields<'a>) -> Result<Option<Whose>, FieldError> {
        let name = fields.line("whose_name", self.whose_name.as_ref())?;
        let relationship = fields.line("whose_relationship", self.whose_relationship.as_ref())?;
        match (name, relationship) {
            (None, None) => Ok(None),
            (Some(name), Some(relationship)) => Ok(Some(Whose { name, relationship })),
            (None, Some(_)) => Err(FieldError::new("whose_name", Reason::Missing)),
            (Some(_), None) => Err(FieldError::new("whose_relationship", Reason::Missing)),
        }
    }

    pub(super) fn values(&self) -> Vec<(&'static str, Value<'_>)> {
        let order = self.order.as_ref().and_then(OrWord::word);
        named([
            ("kind", self.kind.word().map(Value::Word)),
            ("value", Some(Value::Word(&self.value))),
            ("order", order.map(Value::Word)),
            ("use", self.purpose.as_ref().map(Value::Word)),
            ("whose_name", self.whose_name.as_ref().map(Value::Word)),
            (
                "whose_relationship",
                self.whose_relationship.as_ref().map(Value::Word),
            ),
            (
                "leave_message",
                self.leave_message.as_ref().map(Value::YesNo),
            ),
            ("safe", self.safe.as_ref().map(Value::YesNo)),
            ("safe_times", self.safe_times.as_ref().map(Value::Word)),
        ])
    }

    pub(super) fn check(&self, key: &str, tables: &Tables) -> Result<(), SourceError> {
        if self.whose_name.is_some() != self.whose_relationship.is_some() {
            return Err(SourceError::key(
                key,
                "`whose_name` and `whose_relationship` belong together",
            ));
        }
        // Left out alone, a relative's number would pass for the person's own.
        let whose = [&self.whose_name, &self.whose_relationship];
        if whose.into_iter().flatten().any(Word::is_left_out_if_bad) {
            return Err(SourceError::key(
                key,
                "`if_bad` goes with `value`: whose it is cannot be left out by itself",
            ));
        }
        let kind = self.kind.word();
        kind.map_or(Ok(()), |kind| {
            kind.check_codes(&format!("{key}.kind"), tables, |code| {
                code::named::<ContactKind>(code).is_some()
            })
        })
    }
}

/// Reads all contacts, first choice first. A value that stands in two columns
/// counts once, with the more careful of what both say.
pub(super) fn read_all<'a>(
    maps: &'a [ContactMap],
    fields: &mut Fields<'a>,
) -> Result<Vec<Contact>, FieldError> {
    let mut contacts: Vec<Contact> = Vec::new();
    for map in maps {
        let Some(new) = map.read(fields, contacts.len() + 1)? else {
            continue;
        };
        match contacts.iter_mut().find(|old| old.value == new.value) {
            Some(old) => merge(old, new),
            None => contacts.push(new),
        }
    }
    contacts.sort_by_key(|contact| contact.order);
    Ok(contacts)
}

fn merge(old: &mut Contact, new: Contact) {
    old.order = old.order.min(new.order);
    old.safe |= new.safe;
    old.safe_to_leave_message = match (old.safe_to_leave_message, new.safe_to_leave_message) {
        (Some(old), Some(new)) => Some(old && new),
        (old, new) => old.or(new),
    };
    old.purpose = old.purpose.take().or(new.purpose);
    old.safe_times = old.safe_times.take().or(new.safe_times);
    old.whose = old.whose.take().or(new.whose);
}

fn read_value(kind: ContactKind, text: &str) -> Result<String, FieldError> {
    match kind {
        ContactKind::Phone | ContactKind::Sms | ContactKind::Textphone | ContactKind::Relay => {
            Phone::parse(text).map(String::from)
        }
        ContactKind::Email => read_email(text),
        ContactKind::Letter => line("contact", text),
    }
}

/// Something on both sides of one @, no blanks: enough to be an address, and
/// all that can be known without writing to it.
fn read_email(text: &str) -> Result<String, FieldError> {
    let text = line("email", text)?;
    let sound = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.contains('@') && !text.contains(' ')
    });
    if sound {
        Ok(text)
    } else {
        Err(FieldError::new("email", Reason::Malformed))
    }
}
