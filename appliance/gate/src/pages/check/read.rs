//! What was typed into the one box: a UPRN, a postcode or an address.

use firebox_contract::record::{Postcode, Uprn};
use firebox_protocol::PropertyBy;
use firebox_protocol::query::MAX_ADDRESS_CHARACTERS;

use crate::line;

const MISSING: &str = "Enter a postcode, UPRN or address";
const HALF_A_POSTCODE: &str = "Enter a full postcode, like NB1 4QX";
const TOO_LONG: &str = "Enter fewer words";

/// Reads what was typed, or says what is wrong with it.
pub(in crate::pages) fn read(typed: &str) -> Result<PropertyBy, &'static str> {
    if typed.chars().count() > MAX_ADDRESS_CHARACTERS {
        return Err(TOO_LONG);
    }
    let joined = joined(typed);
    if let Some(uprn) = uprn(&joined) {
        return Ok(PropertyBy::Uprn(uprn));
    }
    if let Ok(postcode) = Postcode::parse(&joined) {
        // The store lists the addresses of a postcode that stands alone.
        return Ok(PropertyBy::Address(postcode.as_str().to_owned()));
    }
    if is_beginning_of_postcode(&joined) {
        return Err(HALF_A_POSTCODE);
    }
    let nothing_to_find = !joined.chars().any(char::is_alphanumeric);
    match line::filled("address", typed, MAX_ADDRESS_CHARACTERS) {
        Ok(address) if !nothing_to_find => Ok(PropertyBy::Address(address)),
        _ => Err(MISSING),
    }
}

/// Says how it was understood: `the UPRN 100023336956`.
pub(in crate::pages) fn say(by: &PropertyBy) -> String {
    match by {
        PropertyBy::Uprn(uprn) => format!("the UPRN {uprn}"),
        PropertyBy::Place { postcode, number } => format!("{number}, {postcode}"),
        PropertyBy::Address(text) if Postcode::parse(text).is_ok() => {
            format!("the postcode {text}")
        }
        PropertyBy::Address(text) => format!("the address {text}"),
    }
}

/// Without what people put between the signs of a number or postcode.
fn joined(typed: &str) -> String {
    let between = |c: &char| !(c.is_whitespace() || matches!(c, '.' | '-' | '(' | ')' | '[' | ']'));
    typed.chars().filter(between).collect()
}

/// Whether it is digits alone, perhaps after the letters UPRN.
fn uprn(joined: &str) -> Option<Uprn> {
    let digits = match joined.get(..4) {
        Some(start) if start.eq_ignore_ascii_case("uprn") => joined[4..].trim_start_matches(':'),
        _ => joined,
    };
    Uprn::parse(digits).ok()
}

/// Whether it is the outward part, perhaps with a beginning of the inward one:
/// `NB1`, `NB1 4`, `NB1 4Q`. As an address it would match half a town.
fn is_beginning_of_postcode(joined: &str) -> bool {
    let upper = joined.to_ascii_uppercase();
    let ends = ["", "1AA", "AA", "A"];
    upper.len() <= 6
        && upper.ends_with(|c: char| c.is_ascii_alphanumeric())
        && ends
            .iter()
            .any(|end| Postcode::parse(&format!("{upper}{end}")).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Result<PropertyBy, &'static str> {
        Ok(PropertyBy::Address(text.into()))
    }

    #[test]
    fn digits_alone_are_a_uprn_however_they_are_parted() {
        let uprn = Ok(PropertyBy::Uprn(Uprn::parse("100023336956").unwrap()));
        for typed in [
            "100023336956",
            " 1000 2333 6956 ",
            "UPRN 100023336956",
            "uprn: 100-023-336-956",
        ] {
            assert_eq!(read(typed), uprn, "{typed}");
        }
    }

    #[test]
    fn a_postcode_alone_lists_its_addresses_whatever_its_case_and_gaps() {
        for typed in ["NB1 4QX", "nb14qx", "nb1-4qx", " Nb 1 4 qX "] {
            assert_eq!(read(typed), address("NB1 4QX"), "{typed}");
        }
    }

    #[test]
    fn anything_else_is_an_address_as_typed() {
        assert_eq!(
            read("14  Mill Lane NB1 4QX"),
            address("14 Mill Lane NB1 4QX")
        );
        assert_eq!(read("Flat 2, Tower House"), address("Flat 2, Tower House"));
        assert_eq!(read("14-16 Mill Lane"), address("14-16 Mill Lane"));
        // More digits than any UPRN has.
        assert_eq!(read("1234567890123"), address("1234567890123"));
    }

    #[test]
    fn half_a_postcode_asks_for_the_other_half() {
        for typed in ["NB1", "nb14", "N1", "NB1 4", "NB1 4Q", "EC1A", "EC1A 1B"] {
            assert_eq!(read(typed), Err(HALF_A_POSTCODE), "{typed}");
        }
    }

    #[test]
    fn nothing_to_look_for_and_too_much_are_said_so() {
        for typed in ["", "  ", "...", "( - )", ",", "\u{7}"] {
            assert_eq!(read(typed), Err(MISSING), "{typed:?}");
        }
        assert_eq!(read(&"a".repeat(200)), address(&"a".repeat(200)));
        assert_eq!(read(&"a".repeat(201)), Err(TOO_LONG));
    }

    #[test]
    fn whatever_is_typed_is_read_or_refused_and_never_more_than_the_store_takes() {
        let signs = ['1', 'N', 'é', ' ', '-', '\n', '\0', '🏠', '('];
        for seed in 0..20_000_u32 {
            let sign = |at| signs[(seed / 9_u32.pow(at) % 9) as usize];
            let typed: String = (0..seed % 7).map(sign).collect();
            if let Ok(PropertyBy::Address(text)) = read(&typed) {
                assert!(!text.trim().is_empty() && text.chars().count() <= MAX_ADDRESS_CHARACTERS);
            }
        }
    }
}
