//! Properties, and places named by postcode and number.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{FieldError, Postcode, Reason, Uprn, line};

/// Most address lines a property carries.
const ADDRESS_LINES: usize = 6;

/// Address text: lines without the postcode, and the postcode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// One to six lines, most exact first.
    pub lines: Vec<String>,
    /// The postcode.
    pub postcode: Postcode,
}

impl Place {
    /// Builds a place from the lines a service holds; blank lines are dropped.
    pub fn parse<'a>(
        lines: impl IntoIterator<Item = &'a str>,
        postcode: &str,
    ) -> Result<Self, FieldError> {
        let lines = lines
            .into_iter()
            .filter(|text| !text.trim().is_empty())
            .map(|text| line("address", text))
            .collect::<Result<Vec<_>, _>>()?;
        if lines.is_empty() {
            return Err(FieldError::new("address", Reason::Missing));
        }
        if lines.len() > ADDRESS_LINES {
            return Err(FieldError::new("address", Reason::TooLong));
        }
        Ok(Self {
            lines,
            postcode: Postcode::parse(postcode)?,
        })
    }

    /// Gives the numbers of the address as a sorted set joined by blanks:
    /// "Flat 2, 14A Mill Lane" is `14A 2`. Two addresses of one postcode are
    /// the same place only when these sets are equal and not empty, so that a
    /// bare building never stands for a flat.
    pub fn numbers(&self) -> String {
        numbers_of(&self.lines.join(" "))
    }

    /// Gives the address in one line, postcode last.
    pub fn one_line(&self) -> String {
        format!("{}, {}", self.lines.join(", "), self.postcode)
    }
}

/// Gives the number-like words of an address text, as [`Place::numbers`] does.
pub fn numbers_of(text: &str) -> String {
    let mut numbers: Vec<String> = words(text)
        .filter(|word| word.bytes().any(|b| b.is_ascii_digit()))
        .map(|word| word.to_uppercase())
        .collect();
    numbers.sort();
    numbers.dedup();
    numbers.join(" ")
}

/// Folds text for matching: NFKD without marks, lower case, anything that is
/// neither letter nor digit made a blank.
pub fn fold(text: &str) -> String {
    words(text).collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let folded: String = text
        .nfkd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c) && *c != '\'' && *c != '’')
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    folded
        .split_whitespace()
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .into_iter()
}

/// An address with its UPRN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Property {
    /// The property's own number.
    pub uprn: Uprn,
    /// Where it is.
    pub place: Place,
    /// The building a flat is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Uprn>,
    /// The service's own class of the property, at most one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_building_and_its_flat_are_not_the_same_numbers() {
        let flat = Place::parse(["Flat 2", "14a Mill Lane"], "NB1 4QX").map(|p| p.numbers());
        let building = Place::parse(["14A Mill Lane"], "NB1 4QX").map(|p| p.numbers());
        assert_eq!(flat, Ok("14A 2".into()));
        assert_eq!(building, Ok("14A".into()));
    }

    #[test]
    fn folding_drops_accents_apostrophes_and_case() {
        assert_eq!(fold("Queen’s Court, Café-Row"), "queens court cafe row");
    }
}
