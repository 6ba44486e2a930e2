//! NHS numbers with their check digit.

use serde::{Deserialize, Serialize};

use super::{FieldError, Reason};

/// A ten-digit NHS number whose check digit agrees. Used for matching only;
/// never shown or returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NhsNumber(u64);

impl NhsNumber {
    /// Reads ten digits in any spacing and checks the tenth (modulus 11).
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let refuse = |reason| Err(FieldError::new("nhs_number", reason));
        let compact: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect();
        if compact.is_empty() {
            return refuse(Reason::Missing);
        }
        if compact.len() != 10 || !compact.bytes().all(|b| b.is_ascii_digit()) {
            return refuse(Reason::Malformed);
        }
        let digits: Vec<u32> = compact.bytes().map(|b| u32::from(b - b'0')).collect();
        let sum: u32 = digits
            .iter()
            .zip((2..=10).rev())
            .map(|(d, weight)| d * weight)
            .sum();
        let check = match 11 - sum % 11 {
            11 => 0,
            other => other,
        };
        if check != digits[9] {
            return refuse(Reason::CheckDigit);
        }
        compact.parse().map(Self).or(refuse(Reason::Malformed))
    }

    /// Tells whether the number is from the range reserved for tests (999...).
    pub fn is_test(self) -> bool {
        self.0 / 10_000_000 == 999
    }
}

impl From<NhsNumber> for String {
    fn from(number: NhsNumber) -> Self {
        format!("{:010}", number.0)
    }
}

impl TryFrom<String> for NhsNumber {
    type Error = FieldError;

    fn try_from(text: String) -> Result<Self, FieldError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_decides() {
        assert!(NhsNumber::parse("999 000 0018").is_ok());
        assert_eq!(
            NhsNumber::parse("999 000 0019"),
            Err(FieldError::new("nhs_number", Reason::CheckDigit))
        );
    }

    #[test]
    fn a_check_digit_of_ten_is_never_valid() {
        // 9990000050..59 all fail: the ninth digit makes the check ten.
        let valid = (0..10)
            .filter(|d| NhsNumber::parse(&format!("999000006{d}")).is_ok())
            .count();
        assert!(valid <= 1);
    }
}
