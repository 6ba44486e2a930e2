//! How to communicate with a person, and what to adjust for them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{FieldError, Reason, UNMAPPED};

/// A SNOMED CT concept or description identifier whose check digit agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Snomed(u64);

/// Digits of the shortest and the longest identifier.
const SNOMED_DIGITS: std::ops::RangeInclusive<usize> = 6..=18;

impl Snomed {
    /// Reads an identifier: 6 to 18 digits, the last of them Verhoeff's check digit.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let refuse = |reason| Err(FieldError::new("snomed", reason));
        let text = text.trim();
        if text.is_empty() {
            return refuse(Reason::Missing);
        }
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || !SNOMED_DIGITS.contains(&text.len()) || text.starts_with('0') {
            return refuse(Reason::Malformed);
        }
        if !verhoeff_agrees(text) {
            return refuse(Reason::CheckDigit);
        }
        text.parse()
            .map(Self)
            .or_else(|_| refuse(Reason::Malformed))
    }

    /// Gives the identifier as a number.
    pub fn number(self) -> u64 {
        self.0
    }
}

impl std::fmt::Display for Snomed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Snomed> for String {
    fn from(code: Snomed) -> Self {
        code.to_string()
    }
}

impl TryFrom<String> for Snomed {
    type Error = FieldError;

    fn try_from(text: String) -> Result<Self, FieldError> {
        Self::parse(&text)
    }
}

/// Verhoeff's scheme over the dihedral group D5: every single wrong digit and
/// every swap of two neighbours changes the check.
fn verhoeff_agrees(digits: &str) -> bool {
    const TIMES: [[u8; 10]; 10] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
        [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
        [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
        [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
        [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];
    const MOVE: [[u8; 10]; 8] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
        [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
        [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
        [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
        [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
        [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
        [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ];
    let places = digits.bytes().rev().enumerate();
    let check = places.fold(0u8, |check, (place, byte)| {
        let digit = MOVE[place % 8][usize::from(byte - b'0')];
        TIMES[usize::from(check)][usize::from(digit)]
    });
    check == 0
}

/// A communication need or a reasonable adjustment, as the service says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// Group of the vocabulary, or [`UNMAPPED`] where nobody knows the code.
    pub group: String,
    /// The code, where the service has one; kept whole for round trips.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snomed: Option<Snomed>,
    /// The service's own code or label where the group is [`UNMAPPED`]; never shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_code: Option<String>,
    /// The person's own words, one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Day it was last confirmed with the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_on: Option<Date>,
}

impl Need {
    /// Builds a need of a group, without code, words or date.
    pub fn of(group: &str) -> Self {
        Self {
            group: group.to_owned(),
            snomed: None,
            source_code: None,
            words: None,
            confirmed_on: None,
        }
    }

    /// Tells whether the vocabulary does not know it.
    pub fn is_unmapped(&self) -> bool {
        self.group == UNMAPPED
    }
}

/// How a language is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LanguageMode {
    /// Spoken.
    Spoken,
    /// Written.
    Written,
    /// Signed.
    Signed,
}

/// A language of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// BCP 47 tag, lower case: `so`, `cy`, `bfi`, `zh-yue`.
    pub tag: String,
    /// How it is used.
    pub mode: LanguageMode,
    /// Whether an interpreter is needed.
    #[serde(default)]
    pub interpreter: bool,
}

impl Language {
    /// Reads a tag: subtags of 1 to 8 letters or digits joined by hyphens, the
    /// first of 2 or 3 letters.
    pub fn parse(tag: &str, mode: LanguageMode, interpreter: bool) -> Result<Self, FieldError> {
        let refuse = |reason| Err(FieldError::new("language", reason));
        let tag = tag.trim().to_ascii_lowercase();
        if tag.is_empty() {
            return refuse(Reason::Missing);
        }
        let mut subtags = tag.split('-');
        let first = subtags.next().unwrap_or_default();
        let primary =
            (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic());
        let well_formed = |part: &str| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        if !primary || !subtags.all(well_formed) || tag.len() > 35 {
            return refuse(Reason::Malformed);
        }
        Ok(Self {
            tag,
            mode,
            interpreter,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_with_one_digit_wrong_or_two_swapped_is_refused() {
        let good = "285055002";
        assert_eq!(Snomed::parse(good).map(Snomed::number), Ok(285_055_002));
        for at in 0..good.len() {
            for digit in b'0'..=b'9' {
                let mut changed = good.as_bytes().to_vec();
                if changed[at] == digit {
                    continue;
                }
                changed[at] = digit;
                let text = String::from_utf8_lossy(&changed).into_owned();
                assert!(Snomed::parse(&text).is_err(), "{text}");
            }
            if at + 1 < good.len() && good.as_bytes()[at] != good.as_bytes()[at + 1] {
                let mut swapped = good.as_bytes().to_vec();
                swapped.swap(at, at + 1);
                let text = String::from_utf8_lossy(&swapped).into_owned();
                assert!(Snomed::parse(&text).is_err(), "{text}");
            }
        }
        for text in [
            "",
            "12345",
            "28505500x",
            "1082661000000100",
            "1234567890123456789",
        ] {
            assert!(Snomed::parse(text).is_err(), "{text}");
        }
        assert!(Snomed::parse("520471000000105").is_ok());
    }

    #[test]
    fn a_language_is_a_tag_and_never_a_word() {
        let tag = |text| Language::parse(text, LanguageMode::Spoken, true).map(|l| l.tag);
        assert_eq!(tag(" CY "), Ok("cy".into()));
        assert_eq!(tag("zh-yue"), Ok("zh-yue".into()));
        for text in ["", "Welsh language", "w", "123", "cy-"] {
            assert!(tag(text).is_err(), "{text}");
        }
    }
}
