//! The order in which people look for an address in a list: 2 before 10, and
//! Flat 2 before Flat 10.

/// A piece of an address: a number by its size, or words.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// Digits, without leading zeros, by their count first.
    Number(usize, String),
    /// Anything else, in small letters.
    Words(String),
}

/// Gives what an address is ordered by.
pub(super) fn order(address: &str) -> Vec<Piece> {
    let mut pieces: Vec<(bool, String)> = Vec::new();
    for sign in address.chars().flat_map(char::to_lowercase) {
        let digit = sign.is_ascii_digit();
        match pieces.last_mut() {
            Some((digits, text)) if *digits == digit => text.push(sign),
            _ => pieces.push((digit, sign.to_string())),
        }
    }
    pieces.into_iter().map(piece).collect()
}

fn piece((digits, text): (bool, String)) -> Piece {
    if digits {
        let significant = text.trim_start_matches('0');
        Piece::Number(significant.len(), significant.to_owned())
    } else {
        Piece::Words(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ordered_by_size_wherever_they_stand() {
        let mut addresses = [
            "Flat 10, 2 Mill Lane",
            "10 Mill Lane",
            "Flat 2, 2 Mill Lane",
            "2a Mill Lane",
            "2 Mill Lane",
            "Flat 2, 1 Mill Lane",
        ];
        addresses.sort_by_key(|address| order(address));
        let read = [
            "2 Mill Lane",
            "2a Mill Lane",
            "10 Mill Lane",
            "Flat 2, 1 Mill Lane",
            "Flat 2, 2 Mill Lane",
            "Flat 10, 2 Mill Lane",
        ];
        assert_eq!(addresses, read);
    }
}
