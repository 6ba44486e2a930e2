//! The separate fields: what stands in each, and what is wrong with it.

use firebox_contract::record::{Phone, Postcode};
use firebox_protocol::PersonBy;
use firebox_protocol::query::{Confirmed, MAX_NAME_CHARACTERS, NameAnd};
use jiff::civil::Date;
use zeroize::Zeroizing;

use super::recognise::{Understood, born};
use crate::components::{Errors, WrongParts};
use crate::line;
use crate::pages::form::Fields;

/// The field that says which form was sent, and what it says for this one.
pub(super) const BY: &str = "by";
pub(super) const SEPARATE: &str = "fields";
pub(super) const NAME: &str = "name";
pub(super) const BORN: &str = "born";
pub(super) const POSTCODE: &str = "postcode";
pub(super) const PHONE: &str = "phone";
/// The parts of a date, in the order of the page.
const PARTS: [&str; 3] = ["day", "month", "year"];

/// What the fields say, each read by itself.
struct Read {
    name: Option<String>,
    born: Option<Date>,
    postcode: Option<Postcode>,
    phone: Option<Phone>,
}

/// Reads the fields.
pub(super) fn read(fields: &Fields, today: Date) -> Result<Understood, Errors> {
    let mut errors = Errors::default();
    let name = one(fields, NAME, &mut errors, "Enter a shorter name", |text| {
        line::filled(NAME, text, MAX_NAME_CHARACTERS).ok()
    });
    let born = read_born(fields, today, &mut errors);
    let full = "Enter a full postcode, like NB1 4QX";
    let postcode = one(fields, POSTCODE, &mut errors, full, |text| {
        Postcode::parse(text).ok()
    });
    let whole = "Enter a whole phone number, like 07700 900982";
    let phone = one(fields, PHONE, &mut errors, whole, |text| {
        Phone::parse(text).ok()
    });
    let read = Read {
        name,
        born,
        postcode,
        phone,
    };
    if errors.is_empty() {
        read.lacks(&mut errors);
    }
    if errors.is_empty() {
        Ok(read.understood())
    } else {
        Err(errors)
    }
}

/// Writes what stands in the fields as one would type it into the one box.
pub(super) fn typed(fields: &Fields) -> Zeroizing<String> {
    let born = date(fields);
    let parts = [
        fields.get(PHONE),
        fields.get(NAME),
        &born,
        fields.get(POSTCODE),
    ];
    let given: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Zeroizing::new(given.join(" "))
}

/// Tells which parts of the date were left out; none when all or none were.
pub(super) fn wrong_parts(fields: &Fields) -> WrongParts {
    let [day, month, year] = PARTS.map(|name| part(fields, name).is_empty());
    if day && month && year {
        return WrongParts::default();
    }
    WrongParts { day, month, year }
}

impl Read {
    fn lacks(&self, errors: &mut Errors) {
        let beside = self.born.is_some() || self.postcode.is_some();
        if self.phone.is_some() || self.name.is_some() && beside {
            return;
        }
        match (&self.name, beside) {
            (Some(_), _) => errors.add_at(
                BORN,
                format!("{BORN}-day"),
                "Add a date of birth, a postcode or a phone number",
            ),
            (None, true) => errors.add(NAME, "Enter a name as well"),
            (None, false) => errors.add(NAME, "Enter a name or a phone number"),
        }
    }

    fn understood(self) -> Understood {
        let by_phone = self.phone.map(PersonBy::Phone);
        let and = self.born.map(NameAnd::DateOfBirth);
        let and = and.or_else(|| self.postcode.clone().map(NameAnd::Postcode));
        let by_name = self
            .name
            .zip(and)
            .map(|(name, and)| PersonBy::Name { name, and });
        Understood {
            ways: by_phone.into_iter().chain(by_name).collect(),
            given: Confirmed {
                date_of_birth: self.born,
                postcode: self.postcode,
                house_number: None,
            },
            ..Understood::default()
        }
    }
}

fn one<T>(
    fields: &Fields,
    name: &'static str,
    errors: &mut Errors,
    words: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let text = fields.get(name);
    if text.is_empty() {
        return None;
    }
    let read = read(text);
    if read.is_none() {
        errors.add(name, words);
    }
    read
}

fn read_born(fields: &Fields, today: Date, errors: &mut Errors) -> Option<Date> {
    let parts = PARTS.map(|name| part(fields, name));
    if parts.iter().all(|part| part.is_empty()) {
        return None;
    }
    let missing = PARTS
        .into_iter()
        .zip(parts)
        .find(|(_, text)| text.is_empty());
    if let Some((part, _)) = missing {
        let words = format!("Date of birth must include a {part}");
        errors.add_at(BORN, format!("{BORN}-{part}"), words);
        return None;
    }
    let born = born(&parts, today);
    if born.is_none() {
        let words = "Date of birth must be a real date in the past";
        errors.add_at(BORN, format!("{BORN}-day"), words);
    }
    born
}

fn date(fields: &Fields) -> String {
    let parts = PARTS.map(|name| part(fields, name));
    if parts.iter().any(|part| part.is_empty()) {
        return String::new();
    }
    parts.join("/")
}

fn part<'a>(fields: &'a Fields, part: &str) -> &'a str {
    fields.get(&format!("{BORN}-{part}"))
}
