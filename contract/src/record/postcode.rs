//! UK postcodes in normal form: upper case, one space before the inward code.

use serde::{Deserialize, Serialize};

use super::{FieldError, Reason};

/// A full postcode such as `NB1 4QX`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Postcode(String);

impl Postcode {
    /// Reads a full postcode in any spacing and case. An outward part alone is refused.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let refuse = |reason| Err(FieldError::new("postcode", reason));
        let compact: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if compact.is_empty() {
            return refuse(Reason::Missing);
        }
        if !compact.is_ascii() || !(5..=7).contains(&compact.len()) {
            return refuse(Reason::Malformed);
        }
        let (outward, inward) = compact.split_at(compact.len() - 3);
        if is_outward(outward.as_bytes()) && is_inward(inward.as_bytes()) {
            Ok(Self(format!("{outward} {inward}")))
        } else {
            refuse(Reason::Malformed)
        }
    }

    /// Gives the normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells whether this stands for "no fixed abode" or "not known" and so is no place.
    pub fn is_pseudo(&self) -> bool {
        self.0.starts_with("ZZ99")
    }
}

/// One or two letters, a digit, and at most one more digit or letter.
fn is_outward(text: &[u8]) -> bool {
    let letters = text.iter().take_while(|b| b.is_ascii_uppercase()).count();
    let rest = &text[letters..];
    (1..=2).contains(&letters)
        && (1..=2).contains(&rest.len())
        && rest[0].is_ascii_digit()
        && rest.iter().all(u8::is_ascii_alphanumeric)
}

/// A digit and two letters.
fn is_inward(text: &[u8]) -> bool {
    text[0].is_ascii_digit() && text[1..].iter().all(u8::is_ascii_uppercase)
}

impl std::fmt::Display for Postcode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Postcode> for String {
    fn from(postcode: Postcode) -> Self {
        postcode.0
    }
}

impl TryFrom<String> for Postcode {
    type Error = FieldError;

    fn try_from(text: String) -> Result<Self, FieldError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spacing_and_case_do_not_matter() {
        for text in ["nb14qx", " NB1 4QX ", "Nb 1 4 qX"] {
            assert_eq!(
                Postcode::parse(text).map(String::from),
                Ok("NB1 4QX".into())
            );
        }
    }

    #[test]
    fn half_a_postcode_and_other_text_are_refused() {
        for text in [
            "",
            "NB1",
            "14 Mill Lane",
            "NBB1 4QX",
            "NB1 QX4",
            "É1 4QX",
            "12345",
        ] {
            assert!(Postcode::parse(text).is_err(), "{text:?}");
        }
    }
}
