//! Text as it may stand in a cell that staff open in a spreadsheet.
//!
//! A value that came from somebody else must never be taken for a formula: a
//! cell that begins like one gets an apostrophe in front, which makes it text.
//! Telephone numbers are the exception that would always be hit, so they are
//! written as they are dialled here, without a `+`.

use firebox_contract::record::Phone;

/// What a formula begins with, and the look-alikes that spreadsheets or input
/// methods turn into it.
const STARTS: &[char] = &[
    '=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−',
];

/// Gives a text on one line that no spreadsheet takes for a formula.
pub(super) fn safe(text: &str) -> String {
    let begins = text.trim_start_matches(is_blank);
    let formula = begins.starts_with(STARTS) || text.starts_with(['\t', '\r', '\n']);
    let mark = if formula { "'" } else { "" };
    format!("{mark}{}", one_line(text))
}

/// Gives a text on one line, without signs that steer a screen.
pub(super) fn one_line(text: &str) -> String {
    let shown = |sign: char| match sign {
        _ if !is_hidden(sign) => sign,
        _ if sign.is_whitespace() => ' ',
        _ => char::REPLACEMENT_CHARACTER,
    };
    text.chars().map(shown).collect()
}

/// Gives a number as it is dialled here: always with a blank, because digits
/// alone would lose their zero in a spreadsheet.
pub(super) fn dialled(phone: &Phone) -> String {
    match phone.as_str().strip_prefix("+44") {
        Some(national) if national.len() == 10 => phone.spoken(),
        Some(national) => {
            let (area, rest) = national.split_at(national.len().min(4));
            format!("0{area} {rest}")
        }
        None => format!("00 {}", phone.as_str().trim_start_matches('+')),
    }
}

fn is_blank(sign: char) -> bool {
    sign.is_whitespace() || is_hidden(sign) || matches!(sign, '\u{200b}'..='\u{200d}' | '\u{2060}')
}

/// Signs that steer a screen: controls, and those that turn the direction of
/// reading round and so could make a cell say something else than it holds.
fn is_hidden(sign: char) -> bool {
    sign.is_control()
        || matches!(
            sign,
            '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
                | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_becomes_text_and_all_else_stays_as_it_is() {
        for text in [
            "=1+1",
            "+447700900483",
            "-2",
            "@SUM(A1)",
            "  =1",
            "\t=1",
            "\tplain",
            "\rplain",
            "\u{a0}\u{200b}=1",
            "\u{feff}=1",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "\u{202e}=1",
            " \u{3000}＝1",
        ] {
            assert!(safe(text).starts_with('\''), "{text:?}");
        }
        for text in [
            "Sam O'Brien",
            "1961-03-04",
            "a=b",
            "",
            "Zoë, née \"Zo\"",
            "李",
        ] {
            assert_eq!(safe(text), text);
        }
    }

    #[test]
    fn a_cell_is_one_line_and_holds_no_sign_that_steers_the_screen() {
        assert_eq!(safe("a\r\nb\tc\u{0}d"), "a  b c\u{fffd}d");
        assert_eq!(safe("a\u{202e}b"), "a\u{fffd}b");
    }

    #[test]
    fn a_number_is_written_as_it_is_dialled_and_stays_text() {
        for (e164, here) in [
            ("+447700900483", "07700 900483"),
            ("+442079460000", "020 7946 0000"),
            ("+441697712345", "01697 712345"),
            ("+44169771234", "01697 71234"),
            ("+12025550123", "00 12025550123"),
        ] {
            let phone = Phone::parse(e164).unwrap();
            assert_eq!(dialled(&phone), here);
            assert_eq!(safe(here), here);
        }
    }
}
