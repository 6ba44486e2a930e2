//! Postcodes, halves of them, and house numbers.

use firebox_contract::record::Postcode;

use super::tokens::Tokens;

/// Takes a full postcode, typed in one word or two.
pub(super) fn postcode(tokens: &mut Tokens) -> Option<Postcode> {
    let read = |words: &[&str]| {
        let written: String = words.concat().split('-').collect();
        Postcode::parse(&written).ok()
    };
    tokens.take(1, read).or_else(|| tokens.take(2, read))
}

/// Takes the first half of a postcode, and tells whether there was one.
pub(super) fn outward(tokens: &mut Tokens) -> bool {
    // With any second half it is a postcode exactly when the first half is one.
    let read = |words: &[&str]| Postcode::parse(&format!("{}0AA", words.first()?)).ok();
    tokens.take(1, read).is_some()
}

/// Takes a house number that stands beside a name: `14`, `14a`.
pub(super) fn house_number(tokens: &mut Tokens) -> Option<String> {
    if !tokens.has_words() {
        return None;
    }
    tokens.take(1, |words| {
        let word = words.first()?;
        let digits = word
            .strip_suffix(|sign: char| sign.is_ascii_alphabetic())
            .unwrap_or(word);
        let is = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        is.then(|| (*word).to_owned())
    })
}
