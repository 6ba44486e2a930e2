//! `[map.person]`: a person, as this one service knows them.

use firebox_contract::Reason;
use firebox_contract::record::{
    Address, AddressUse, Contact, ContactKind, FieldError, NhsNumber, Nino, Person, PersonName,
    Phone, Uprn, line,
};
use serde::Deserialize;

use super::place::Spot;
use super::value::{Day, Text, View};
use crate::source::SourceError;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonMap {
    title: Option<Text>,
    forename: Option<Text>,
    middle: Option<Text>,
    surname: Text,
    preferred_name: Option<Text>,
    date_of_birth: Option<Day>,
    nino: Option<Text>,
    nhs_number: Option<Text>,
    pub(super) address: Option<AddressMap>,
    #[serde(default)]
    phones: Vec<Text>,
    email: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AddressMap {
    pub(super) uprn: Text,
    from: Option<Day>,
    to: Option<Day>,
}

impl PersonMap {
    pub(super) fn read(
        &self,
        view: &View<'_>,
        test_identifiers: bool,
        left_out: &mut u64,
    ) -> Result<Person, FieldError> {
        let text = |text: &Option<Text>| {
            text.as_ref()
                .map(|text| text.read(view).into_owned())
                .unwrap_or_default()
        };
        let born = self.date_of_birth.as_ref();
        let nhs_number = optional(self.nhs_number.as_ref(), view, left_out, NhsNumber::parse)?;
        if nhs_number.is_some_and(NhsNumber::is_test) && !test_identifiers {
            return Err(FieldError::new("nhs_number", Reason::OutOfRange));
        }
        Ok(Person {
            name: PersonName::parse(
                &text(&self.title),
                &text(&self.forename),
                &text(&self.middle),
                &self.surname.read(view),
                &text(&self.preferred_name),
            )?,
            pronouns: None,
            date_of_birth: born
                .map_or(Ok(None), |day| day.read("date_of_birth", view, left_out))?,
            deceased: false,
            nhs_number,
            nino: optional(self.nino.as_ref(), view, left_out, Nino::parse)?,
            addresses: self.addresses(view, left_out)?,
            contacts: self.contacts(view, left_out)?,
        })
    }

    fn addresses(&self, view: &View<'_>, left_out: &mut u64) -> Result<Vec<Address>, FieldError> {
        let Some(map) = &self.address else {
            return Ok(Vec::new());
        };
        let mut day = |field, day: &Option<Day>| {
            day.as_ref()
                .map_or(Ok(None), |day| day.read(field, view, left_out))
        };
        let (from, to) = (day("address_from", &map.from)?, day("address_to", &map.to)?);
        let uprn = map.uprn.optional(view, left_out, Uprn::parse)?;
        let address = uprn.map(|uprn| Address {
            purpose: AddressUse::Home,
            uprn: Some(uprn),
            place: None,
            from,
            to,
            do_not_disclose: false,
        });
        Ok(address.into_iter().collect())
    }

    /// Telephones in the order of the file, then the e-mail address; a number
    /// that stands in two columns counts once.
    fn contacts(&self, view: &View<'_>, left_out: &mut u64) -> Result<Vec<Contact>, FieldError> {
        let mut contacts: Vec<Contact> = Vec::new();
        for text in &self.phones {
            let order = u8::try_from(contacts.len() + 1).unwrap_or(u8::MAX);
            let phone = text.optional(view, left_out, Phone::parse)?;
            let contact = phone.map(|phone| Contact::phone(&phone, order));
            contacts
                .extend(contact.filter(|new| contacts.iter().all(|old| old.value != new.value)));
        }
        let order = u8::try_from(contacts.len() + 1).unwrap_or(u8::MAX);
        let email = optional(self.email.as_ref(), view, left_out, read_email)?;
        contacts.extend(email.map(|value| Contact {
            kind: ContactKind::Email,
            value,
            order,
            safe_to_leave_message: None,
        }));
        Ok(contacts)
    }

    pub(super) fn spot(&self, view: &View<'_>) -> Spot {
        Spot::read(
            view,
            self.address.as_ref().map(|address| &address.uprn),
            &[],
            None,
        )
    }

    pub(super) fn columns(&self) -> Vec<String> {
        let days = self.days().map(|(_, day)| day.column());
        let texts = self.texts().filter_map(|(_, text)| text.column());
        texts.chain(days).map(str::to_owned).collect()
    }

    pub(super) fn check(&self) -> Result<(), SourceError> {
        for (name, text) in self.texts() {
            text.check(&format!("map.person.{name}"))?;
        }
        for (name, day) in self.days() {
            day.check(&format!("map.person.{name}"))?;
        }
        Ok(())
    }

    fn texts(&self) -> impl Iterator<Item = (&'static str, &Text)> {
        let single = [
            ("title", self.title.as_ref()),
            ("forename", self.forename.as_ref()),
            ("middle", self.middle.as_ref()),
            ("surname", Some(&self.surname)),
            ("preferred_name", self.preferred_name.as_ref()),
            ("nino", self.nino.as_ref()),
            ("nhs_number", self.nhs_number.as_ref()),
            ("email", self.email.as_ref()),
            (
                "address.uprn",
                self.address.as_ref().map(|address| &address.uprn),
            ),
        ];
        let phones = self.phones.iter().map(|text| ("phones", text));
        single
            .into_iter()
            .filter_map(|(name, text)| text.map(|text| (name, text)))
            .chain(phones)
    }

    fn days(&self) -> impl Iterator<Item = (&'static str, &Day)> {
        let address = self.address.as_ref();
        [
            ("date_of_birth", self.date_of_birth.as_ref()),
            (
                "address.from",
                address.and_then(|address| address.from.as_ref()),
            ),
            (
                "address.to",
                address.and_then(|address| address.to.as_ref()),
            ),
        ]
        .into_iter()
        .filter_map(|(name, day)| day.map(|day| (name, day)))
    }
}

fn optional<T>(
    text: Option<&Text>,
    view: &View<'_>,
    left_out: &mut u64,
    parse: impl FnOnce(&str) -> Result<T, FieldError>,
) -> Result<Option<T>, FieldError> {
    text.map_or(Ok(None), |text| text.optional(view, left_out, parse))
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
