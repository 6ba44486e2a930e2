//! National Insurance numbers: a weak key for matching, never proof of identity.

use serde::{Deserialize, Serialize};

use super::{FieldError, Reason};

/// A National Insurance number such as `AB123456C`, without spaces.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nino(String);

/// Prefixes that are never allocated.
const UNUSED_PREFIXES: [&str; 7] = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"];

impl Nino {
    /// Reads two letters, six digits and a suffix A to D, in any spacing and case.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let refuse = |reason| Err(FieldError::new("nino", reason));
        let compact: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if compact.is_empty() {
            return refuse(Reason::Missing);
        }
        let bytes = compact.as_bytes();
        if bytes.len() != 9 || !compact.is_ascii() {
            return refuse(Reason::Malformed);
        }
        let shape = bytes[..2].iter().all(u8::is_ascii_uppercase)
            && bytes[2..8].iter().all(u8::is_ascii_digit)
            && (b'A'..=b'D').contains(&bytes[8]);
        let letters = !b"DFIQUV".contains(&bytes[0]) && !b"DFIOQUV".contains(&bytes[1]);
        if shape && letters && !UNUSED_PREFIXES.contains(&&compact[..2]) {
            Ok(Self(compact))
        } else {
            refuse(Reason::Malformed)
        }
    }
}

impl From<Nino> for String {
    fn from(nino: Nino) -> Self {
        nino.0
    }
}

impl TryFrom<String> for Nino {
    type Error = FieldError;

    fn try_from(text: String) -> Result<Self, FieldError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unused_prefixes_and_letters_are_refused() {
        assert!(Nino::parse("ab 12 34 56 c").is_ok());
        for text in [
            "TN123456A",
            "DA123456A",
            "AO123456A",
            "AB123456E",
            "AB12345C",
            "",
        ] {
            assert!(Nino::parse(text).is_err(), "{text}");
        }
    }
}
