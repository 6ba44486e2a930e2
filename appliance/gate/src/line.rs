//! One line of typed text: trimmed, runs of blanks made one, no control
//! characters, not longer than its member allows.

use crate::problem::Problem;

/// Reads a line that must hold something.
pub(crate) fn filled(member: &str, text: &str, most_characters: usize) -> Result<String, Problem> {
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(Problem::unacceptable(member, "hold no control characters"));
    }
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match joined.chars().count() {
        0 => Err(Problem::unacceptable(member, "not be blank")),
        n if n > most_characters => Err(Problem::unacceptable(member, "be shorter")),
        _ => Ok(joined),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_joined_and_blank_long_or_unprintable_text_is_refused() {
        assert_eq!(
            filled("a", "  14 \t Mill\n Lane ", 20).as_deref(),
            Ok("14 Mill Lane")
        );
        assert_eq!(filled("a", "éé", 2).as_deref(), Ok("éé"));
        for text in ["", " \n ", "abc", "a\0"] {
            assert!(filled("a", text, 2).is_err(), "{text:?}");
        }
    }
}
