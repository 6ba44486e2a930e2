//! Telephone numbers in E.164, read as they are typed in the UK.

use phonenumber::country::GB;
use serde::{Deserialize, Serialize};

use super::{FieldError, Reason};

/// A telephone number such as `+441632960100`.
///
/// Possible, not proved to be in use: the numbers reserved for drama and
/// tests, which an area-code list would refuse, are accepted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

impl Phone {
    /// Reads a number; without a country code it is taken as a UK one.
    /// Extensions, words and numbers of impossible length are refused.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let refuse = |reason| Err(FieldError::new("phone", reason));
        let text = text.trim();
        if text.is_empty() {
            return refuse(Reason::Missing);
        }
        // The parser would read a word as the digits of a keypad.
        if text.chars().any(char::is_alphabetic) {
            return refuse(Reason::Malformed);
        }
        // Our own form comes back at every message: it needs no reading again.
        if is_e164(text) {
            return Ok(Self(text.to_owned()));
        }
        if let Some(number) = plain_uk(text) {
            return Ok(Self(number));
        }
        let Ok(number) = phonenumber::parse(Some(GB), text) else {
            return refuse(Reason::Malformed);
        };
        let e164 = number.format().mode(phonenumber::Mode::E164).to_string();
        if is_e164(&e164) && number.extension().is_none() {
            Ok(Self(e164))
        } else {
            refuse(Reason::Malformed)
        }
    }

    /// Gives the E.164 form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Gives the form people read aloud: national spacing for UK numbers.
    pub fn spoken(&self) -> String {
        match self.0.strip_prefix("+44") {
            Some(national) if national.len() == 10 && national.starts_with('2') => {
                format!("0{} {} {}", &national[..2], &national[2..6], &national[6..])
            }
            Some(national) if national.len() == 10 => {
                format!("0{} {}", &national[..4], &national[4..])
            }
            Some(national) => format!("0{national}"),
            None => self.0.clone(),
        }
    }
}

/// Reads a UK number of eleven digits and blanks, as most are typed. The reader
/// of all other forms takes ten microseconds, which a million rows feel.
fn plain_uk(text: &str) -> Option<String> {
    let national = text.strip_prefix('0')?;
    if national.starts_with('0') || !national.bytes().all(|b| b.is_ascii_digit() || b == b' ') {
        return None;
    }
    let digits: String = national.chars().filter(|sign| *sign != ' ').collect();
    (digits.len() == 10 && !digits.starts_with('0')).then(|| format!("+44{digits}"))
}

/// Tells whether a text is `+`, a country code and a number of possible length.
fn is_e164(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('+') else {
        return false;
    };
    let possible = match digits.strip_prefix("44") {
        Some(national) => (9..=10).contains(&national.len()) && !national.starts_with('0'),
        None => (8..=15).contains(&digits.len()),
    };
    possible && digits.bytes().all(|b| b.is_ascii_digit())
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

impl TryFrom<String> for Phone {
    type Error = FieldError;

    fn try_from(text: String) -> Result<Self, FieldError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_typed_in_many_ways_is_one_number() {
        for text in [
            "01632 960100",
            "(01632) 960 100",
            "+44 1632 960100",
            "0044 1632 960100",
        ] {
            assert_eq!(
                Phone::parse(text).map(String::from),
                Ok("+441632960100".into()),
                "{text}"
            );
        }
        let mobile = Phone::parse("07700 900123").map(|p| p.spoken());
        assert_eq!(mobile, Ok("07700 900123".into()));
    }

    #[test]
    fn the_short_way_reads_what_the_long_way_reads() {
        let long = |text: &str| {
            let number = phonenumber::parse(Some(GB), text).ok()?;
            Some(number.format().mode(phonenumber::Mode::E164).to_string())
        };
        for text in [
            "01632 960100",
            "07700 900482",
            "0 7 7 0 0 9 0 0 4 8 2",
            "02079460000",
            "0113 496 0000",
            "0800 001 0010",
        ] {
            let short = plain_uk(text);
            assert!(short.is_some() && short == long(text), "{text}");
        }
        for text in [
            "00441632960100",
            "0800 1111",
            "01632 96010",
            "0163 296 01000",
            "0 0800 001 0010",
        ] {
            assert_eq!(plain_uk(text), None, "{text}");
        }
    }

    #[test]
    fn words_extensions_and_short_numbers_are_refused() {
        for text in [
            "",
            "ask reception",
            "960100",
            "01632 960100 ext 4",
            "7700900123456789",
        ] {
            assert!(Phone::parse(text).is_err(), "{text:?}");
        }
    }
}
