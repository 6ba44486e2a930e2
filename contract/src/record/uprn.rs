//! Unique Property Reference Number: text at the edges, an integer inside.

use serde::{Deserialize, Serialize};

use super::{FieldError, Reason};

/// A UPRN: 1 to 12 digits, leading zeros accepted and dropped, never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uprn(u64);

impl Uprn {
    /// Reads a UPRN from text. Refuses signs, spaces inside, a decimal point
    /// (a spreadsheet's float), more than 12 digits and zero.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let refuse = |reason| Err(FieldError::new("uprn", reason));
        let text = text.trim();
        if text.is_empty() {
            return refuse(Reason::Missing);
        }
        if text.len() > 12 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return refuse(Reason::Malformed);
        }
        match text.parse() {
            Ok(0) => refuse(Reason::Placeholder),
            Ok(number) => Ok(Self(number)),
            Err(_) => refuse(Reason::Malformed),
        }
    }

    /// Gives the number, for the store's integer column.
    pub fn number(self) -> u64 {
        self.0
    }
}

impl std::fmt::Display for Uprn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Uprn> for String {
    fn from(uprn: Uprn) -> Self {
        uprn.to_string()
    }
}

impl TryFrom<String> for Uprn {
    type Error = FieldError;

    fn try_from(text: String) -> Result<Self, FieldError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_are_accepted_and_dropped() {
        assert_eq!(Uprn::parse("000000199356").map(Uprn::number), Ok(199_356));
    }

    #[test]
    fn zero_floats_signs_and_thirteen_digits_are_refused() {
        for text in [
            "",
            "0",
            "000",
            "100023336956.0",
            "-5",
            "1234567890123",
            "12 34",
            "٣",
        ] {
            assert!(Uprn::parse(text).is_err(), "{text:?}");
        }
    }
}
