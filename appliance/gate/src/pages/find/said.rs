//! What a search was, in words that do not say it aloud: numbers by their last
//! three digits, a birthday by its year, a postcode by its first half and a
//! sign. Names stay, as they do in the rows.

use firebox_contract::record::Postcode;
use firebox_protocol::PersonBy;
use firebox_protocol::query::NameAnd;

/// Stands for the last two letters of a postcode.
const COVERED: &str = "••";

/// Says what was searched for: `phone ending 482`.
pub(super) fn searched(by: &PersonBy) -> String {
    match by {
        PersonBy::Phone(phone) => format!("phone {}", ending(phone.as_str())),
        PersonBy::NhsNumber(number) => {
            format!("NHS number {}", ending(&String::from(*number)))
        }
        PersonBy::Reference(reference) => format!("reference {}", ending(reference)),
        PersonBy::Name { name, and } => match and {
            NameAnd::DateOfBirth(day) => format!("name {name}, born {}", day.year()),
            NameAnd::Postcode(postcode) => format!("name {name}, postcode {}", covered(postcode)),
        },
    }
}

/// Says what kind of thing something was read as: `a phone number`.
pub(super) fn kind(by: &PersonBy) -> &'static str {
    match by {
        PersonBy::Phone(_) => "a phone number",
        PersonBy::NhsNumber(_) => "an NHS number",
        PersonBy::Reference(_) => "a reference",
        PersonBy::Name { .. } => "a name",
    }
}

/// Says what to press for another reading: `Search as NHS number instead`.
pub(super) fn instead(by: &PersonBy) -> &'static str {
    match by {
        PersonBy::Phone(_) => "Search as phone number instead",
        PersonBy::NhsNumber(_) => "Search as NHS number instead",
        PersonBy::Reference(_) => "Search as reference instead",
        PersonBy::Name { .. } => "Search by name instead",
    }
}

/// Says the end of a number: `ending 482`; all of what is no longer than that.
pub(super) fn ending(text: &str) -> String {
    let signs: Vec<char> = text.chars().collect();
    let end: String = signs.iter().skip(signs.len().saturating_sub(3)).collect();
    format!("ending {end}")
}

/// Gives as much of a postcode as a list shows: `NB1 4••`.
pub(super) fn covered(postcode: &Postcode) -> String {
    let text = postcode.as_str();
    let shown = text.len().saturating_sub(2);
    format!("{}{COVERED}", text.get(..shown).unwrap_or_default())
}
