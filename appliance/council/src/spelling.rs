//! The ways one name is written by several services: without accents, mistyped, before the marriage.

use crate::draw::Draw;
use crate::names::SURNAMES;

/// A name as a system without accents has it.
pub(crate) fn plain(name: &str) -> String {
    name.chars().map(unaccented).collect()
}

fn unaccented(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'š' => 's',
        'Š' => 'S',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ž' => 'z',
        'Ž' => 'Z',
        '’' => '\'',
        other => other,
    }
}

/// A name with the slip that is typed most: one of two equal letters left out, else the last two swapped.
/// A single letter stays.
pub(crate) fn mistyped(name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let double = letters.windows(2).position(|pair| pair[0] == pair[1]);
    if let Some(at) = double {
        letters.remove(at);
    } else if let Some(before) = letters.len().checked_sub(2) {
        letters.swap(before, before + 1);
    }
    letters.into_iter().collect()
}

/// The surname another service has: of before a marriage for some women, mistyped for a few.
pub(crate) fn surname(surname: &str, may_marry: bool, draw: &mut Draw) -> String {
    let (marriage, slip, earlier) = (draw.percent(8), draw.percent(3), draw.pick(SURNAMES));
    match (may_marry && marriage, slip) {
        (true, _) => earlier.to_owned(),
        (false, true) => mistyped(surname),
        (false, false) => surname.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{mistyped, plain};
    use crate::names::{FEMININE, MASCULINE, SURNAMES};

    #[test]
    fn a_system_without_accents_can_hold_every_name() {
        let given = FEMININE.iter().chain(MASCULINE).map(|name| name.name);
        for name in given.chain(SURNAMES.iter().copied()) {
            assert!(plain(name).is_ascii(), "{name}");
        }
        assert_eq!(plain("Zoë O’Brien"), "Zoe O'Brien");
    }

    #[test]
    fn a_slip_leaves_a_letter_out_or_swaps_two() {
        assert_eq!(
            (mistyped("Farrow").as_str(), mistyped("Shah").as_str()),
            ("Farow", "Shha")
        );
        assert_eq!((mistyped("L").as_str(), mistyped("")), ("L", String::new()));
    }
}
