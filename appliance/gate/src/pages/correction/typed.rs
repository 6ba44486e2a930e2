//! What was typed for one item: read into normal form, or what is wrong with
//! it and where; and read aloud again.

use firebox_contract::correction::{Field, MAX_SHOULD_BE_CHARACTERS};
use firebox_contract::record::{Phone, Reason};
use jiff::civil::Date;
use zeroize::Zeroizing;

use super::field::Control;
use super::item::Item;
use crate::pages::form::Fields;
use crate::pages::said;

/// What is wrong with what was typed: the id of the control, and the words.
pub(super) type Fault = (String, String);

/// Reads what an item should be.
pub(super) fn should_be(
    item: &Item,
    fields: &Fields,
    today: Date,
) -> Result<Zeroizing<String>, Fault> {
    let name = item.name();
    if item.asked.control == Control::Date {
        return day(item, fields, today);
    }
    let typed = printable(fields.get(&name));
    let read = item.asked.field.should_be(&typed).map(Zeroizing::new);
    read.map_err(|error| (name, words(item, error.reason)))
}

/// Reads day, month and year. The year has four digits, so that 61 is not the
/// first century, and nobody is born tomorrow.
fn day(item: &Item, fields: &Fields, today: Date) -> Result<Zeroizing<String>, Fault> {
    let name = item.name();
    let parts = ["day", "month", "year"].map(|part| {
        let name = format!("{name}-{part}");
        let typed = fields.get(&name).to_owned();
        (name, Zeroizing::new(typed))
    });
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let [(first, day), (_, month), (in_year, year)] = &parts;
    if parts.iter().all(|(_, typed)| typed.is_empty()) {
        return Err((first.clone(), item.asked.empty.to_owned()));
    }
    if let Some((part, _)) = parts.iter().find(|(_, typed)| !number(typed)) {
        return Err((part.clone(), NOT_A_DATE.to_owned()));
    }
    if year.len() != 4 {
        let words = "The year must have 4 numbers, like 1961";
        return Err((in_year.clone(), words.to_owned()));
    }
    let text = Zeroizing::new(format!("{}/{}/{}", **day, **month, **year));
    let read = Field::DateOfBirth.should_be(&text).map(Zeroizing::new);
    let read = read.map_err(|_| (first.clone(), NOT_A_DATE.to_owned()))?;
    match read.parse::<Date>() {
        Ok(day) if day <= today => Ok(read),
        _ => Err((
            in_year.clone(),
            "The date of birth must be in the past".to_owned(),
        )),
    }
}

const NOT_A_DATE: &str = "Enter a whole date of birth, like 27 3 1984";

/// A control character cannot be seen, so nobody could put it right.
fn printable(text: &str) -> Zeroizing<String> {
    let seen = |sign: char| if sign.is_control() { ' ' } else { sign };
    Zeroizing::new(text.chars().map(seen).collect())
}

fn words(item: &Item, reason: Reason) -> String {
    match (reason, item.asked.control) {
        (Reason::TooLong, _) => format!(
            "{} must be {MAX_SHOULD_BE_CHARACTERS} characters or less",
            item.asked.label
        ),
        (Reason::Missing, _) => item.asked.empty.to_owned(),
        (_, Control::Phone) => "Enter a whole phone number, like 01632 960 001".to_owned(),
        (_, Control::Email) => "Enter an email address, like name@example.com".to_owned(),
        _ => item.asked.empty.to_owned(),
    }
}

/// Says what an item should be as people read it.
pub(super) fn aloud(field: Field, should_be: &str) -> String {
    match field {
        Field::Phone => Phone::parse(should_be).map_or(should_be.to_owned(), |it| it.spoken()),
        Field::DateOfBirth => said::day(should_be),
        _ => should_be.to_owned(),
    }
}
