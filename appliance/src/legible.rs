//! Text that somebody else typed, as a terminal may show it.

/// Writes text so that a terminal shows it and obeys nothing in it: control
/// characters, and characters that turn, hide or change their neighbours, stand
/// as `\n`, `\u{1b}` and the like; a backslash as two.
pub(crate) fn legible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '"' | '\'' => shown.push(sign),
            _ => shown.extend(sign.escape_debug()),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_terminal_would_obey_comes_through() {
        for (typed, shown) in [
            ("\u{1b}[2J", r"\u{1b}[2J"),
            ("\u{9b}31m", r"\u{9b}31m"),
            ("a\r\nb\tc\u{7}\u{7f}", r"a\r\nb\tc\u{7}\u{7f}"),
            ("\u{202e}gnp.exe", r"\u{202e}gnp.exe"),
            ("a\u{200b}b\u{feff}\u{2066}", r"a\u{200b}b\u{feff}\u{2066}"),
            ("\u{e0041}\u{ad}\u{2028}", r"\u{e0041}\u{ad}\u{2028}"),
            (r"\u{1b}", r"\\u{1b}"),
        ] {
            assert_eq!(legible(typed), shown);
        }
    }

    #[test]
    fn words_stay_as_they_were_written() {
        for text in ["Zoë O'Brien said \"no\"", "14 Mill Lane, NB1 4QX", "日本語"] {
            assert_eq!(legible(text), text);
        }
    }
}
