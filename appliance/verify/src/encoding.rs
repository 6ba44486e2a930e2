//! Lines, base64 and decimals, each in the one form it has. Whatever could be
//! written in a second way is refused, so that a file changed in any byte is
//! refused too and not read as the same file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::Hash;

/// Splits a text into its lines; none when the last one has no newline. A
/// carriage return stays in its line, where nothing accepts it.
pub(crate) fn lines(text: &str) -> Option<Vec<&str>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    Some(text.strip_suffix('\n')?.split('\n').collect())
}

/// Reads base64 of RFC 4648, section 4: padded, with its unused bits zero.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Reads a hash in base64.
pub(crate) fn hash(text: &str) -> Option<Hash> {
    base64(text)?.as_slice().try_into().ok()
}

/// Reads a decimal without sign or leading zeros.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_ends_in_a_newline_and_a_carriage_return_is_part_of_it() {
        assert_eq!(lines(""), Some(vec![]));
        assert_eq!(lines("a\nb\n"), Some(vec!["a", "b"]));
        assert_eq!(lines("a\r\n"), Some(vec!["a\r"]));
        assert_eq!(lines("\n"), Some(vec![""]));
        assert_eq!(lines("a\nb"), None);
    }

    #[test]
    fn a_number_and_a_byte_string_have_one_form() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("18446744073709551615"), Some(u64::MAX));
        for other in [
            "",
            "00",
            "07",
            "+7",
            "-0",
            " 7",
            "7 ",
            "18446744073709551616",
        ] {
            assert_eq!(decimal(other), None, "{other:?}");
        }
        assert_eq!(base64("AQ=="), Some(vec![1]));
        for other in [
            "AQ", "AQ=", "AR==", "AQ===", "AQ==\n", " AQ==", "A_-=", "AQ==AQ==",
        ] {
            assert_eq!(base64(other), None, "{other:?}");
        }
    }
}
