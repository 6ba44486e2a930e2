//! Names and other short lines of text.

use serde::{Deserialize, Serialize};

use super::{FieldError, Reason, fold};

/// Longest line of text in any open field, in characters. Longer text is a
/// narrative, and narratives are sealed.
const LINE_CHARACTERS: usize = 120;

/// Reads a short line: trimmed, inner runs of blanks made one. Refuses control
/// characters (a file read in the wrong encoding) and more than 120 characters.
pub fn line(field: &'static str, text: &str) -> Result<String, FieldError> {
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(FieldError::new(field, Reason::ControlCharacters));
    }
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match joined.chars().count() {
        0 => Err(FieldError::new(field, Reason::Missing)),
        n if n > LINE_CHARACTERS => Err(FieldError::new(field, Reason::TooLong)),
        _ => Ok(joined),
    }
}

/// A legal name and what the person is called. The preferred name is always
/// filled, with the legal one where the service knows no other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonName {
    /// Mr, Ms, Dr, as the service writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// First given name; empty for a person with one name only.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub forename: String,
    /// Other given names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_names: Option<String>,
    /// Family name, or the only name.
    pub surname: String,
    /// What to call them.
    pub preferred: String,
}

impl PersonName {
    /// Builds a name from what a service holds; blank parts count as absent.
    pub fn parse(
        title: &str,
        forename: &str,
        middle_names: &str,
        surname: &str,
        preferred: &str,
    ) -> Result<Self, FieldError> {
        let optional = |field, text: &str| match line(field, text) {
            Err(FieldError {
                reason: Reason::Missing,
                ..
            }) => Ok(None),
            other => other.map(Some),
        };
        let surname = line("surname", surname)?;
        let forename = optional("forename", forename)?.unwrap_or_default();
        let legal = if forename.is_empty() {
            surname.clone()
        } else {
            forename.clone()
        };
        Ok(Self {
            title: optional("title", title)?,
            middle_names: optional("middle_names", middle_names)?,
            preferred: optional("preferred_name", preferred)?.unwrap_or(legal),
            forename,
            surname,
        })
    }

    /// Tells whether the preferred name is another than the legal one, so that
    /// somebody must have asked for it.
    pub fn is_chosen(&self) -> bool {
        let legal = match self.forename.as_str() {
            "" => &self.surname,
            forename => forename,
        };
        fold(&self.preferred) != fold(legal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_name_is_always_filled() {
        let named = |preferred| PersonName::parse("", "Samuel", "", "Okoro", preferred);
        assert_eq!(named("Sam").map(|n| n.preferred), Ok("Sam".into()));
        assert_eq!(named(" ").map(|n| n.preferred), Ok("Samuel".into()));
        let mononym = PersonName::parse("", "", "", "Suharto", "");
        assert_eq!(mononym.map(|n| n.preferred), Ok("Suharto".into()));
    }

    #[test]
    fn people_called_null_or_test_are_people() {
        for surname in ["Null", "Test", "True", "Testa", "O’Brien", "李"] {
            assert!(
                PersonName::parse("", "Ann", "", surname, "").is_ok(),
                "{surname}"
            );
        }
    }

    #[test]
    fn a_c1_control_character_means_the_wrong_encoding() {
        assert_eq!(
            line("surname", "O\u{92}Brien"),
            Err(FieldError::new("surname", Reason::ControlCharacters))
        );
    }
}
