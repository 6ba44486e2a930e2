//! Typed text of one line or several: trimmed, no control characters, not
//! longer than its member allows.

use crate::problem::Problem;

/// Reads a line that must hold something; runs of blanks become one.
pub(crate) fn filled(member: &str, text: &str, most_characters: usize) -> Result<String, Problem> {
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(Problem::unacceptable(member, "hold no control characters"));
    }
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    measured(member, joined, most_characters)
}

/// Reads one line or several that must hold something. Of the control
/// characters only the end of a line may stand in them.
pub(crate) fn several(member: &str, text: &str, most_characters: usize) -> Result<String, Problem> {
    if text.chars().any(|c| c.is_control() && c != '\n') {
        let must = "hold no control characters but the line feed";
        return Err(Problem::unacceptable(member, must));
    }
    measured(member, text.trim().to_owned(), most_characters)
}

fn measured(member: &str, text: String, most_characters: usize) -> Result<String, Problem> {
    match text.chars().count() {
        0 => Err(Problem::unacceptable(member, "not be blank")),
        n if n > most_characters => Err(Problem::unacceptable(member, "be shorter")),
        _ => Ok(text),
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

    #[test]
    fn several_lines_stay_as_typed_and_hold_no_other_control_character() {
        let typed = "Two  of us\ngo at 2pm";
        let read = several("a", &format!("\n {typed} \n"), typed.len());
        assert_eq!(read.as_deref(), Ok(typed));
        assert_eq!(several("a", "éé", 2).as_deref(), Ok("éé"));
        for text in [
            "", " \n ", "\u{a0}", "abc", "a\0", "\r\n", "a\t", "\u{1b}", "\u{85}",
        ] {
            assert!(several("a", text, 2).is_err(), "{text:?}");
        }
    }
}
