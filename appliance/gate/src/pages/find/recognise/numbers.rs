//! Telephone numbers, NHS numbers and services' references.

use firebox_contract::record::{NhsNumber, Phone};
use firebox_protocol::PersonBy;
use firebox_protocol::query::MAX_NAME_CHARACTERS;
use jiff::civil::Date;

use super::dates::{self, Day};
use super::tokens::Tokens;
use super::{Lack, Understood, lacking, only};

/// Most words a number is typed in beside others; alone it may have more.
const MOST_WORDS: usize = 5;
/// Digits an NHS number has, and a telephone number without its first nought.
const TEN: usize = 10;

/// Reads a text that is one number or one reference and nothing else.
pub(super) fn alone(tokens: &Tokens, today: Date) -> Option<Understood> {
    let whole = tokens.whole();
    if let Some(digits) = compact(&whole) {
        return Some(match dates::of(&whole, today) {
            Some(Day::Unreal) => lacking(Lack::RealDate),
            Some(_) => lacking(Lack::Name),
            None => number(&digits, &whole),
        });
    }
    let signs: String = whole.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = signs.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits = signs.bytes().skip(letters).all(|b| b.is_ascii_digit());
    let is_reference = (1..=2).contains(&letters) && signs.len() - letters >= 3 && digits;
    is_reference.then(|| only(vec![PersonBy::Reference(whole)]))
}

/// Says what digits alone can be.
fn number(digits: &str, typed: &str) -> Understood {
    let reference = [typed]
        .into_iter()
        .filter(|typed| typed.chars().count() <= MAX_NAME_CHARACTERS);
    let reference = reference.map(|typed| PersonBy::Reference(typed.to_owned()));
    let nhs = NhsNumber::parse(digits).ok().map(PersonBy::NhsNumber);
    if let Some(phone) = dialled(digits) {
        // A Scottish CHI number begins with a nought and has the same check.
        let either = digits.len() <= TEN || !digits.starts_with(['+', '0']);
        let others = nhs.into_iter().chain(reference).filter(|_| either);
        return only([PersonBy::Phone(phone)].into_iter().chain(others).collect());
    }
    let ten = digits.len() == TEN && !digits.starts_with('0');
    let phone = ten
        .then(|| without_nought(digits))
        .flatten()
        .map(PersonBy::Phone);
    let is_nhs = nhs.is_some();
    let is_mobile = !is_nhs && digits.starts_with('7');
    let (first, last) = if is_mobile {
        (phone, None)
    } else {
        (None, phone)
    };
    let ways = nhs
        .into_iter()
        .chain(first)
        .chain(reference)
        .chain(last)
        .collect();
    Understood {
        no_nhs_number: ten && !is_nhs,
        ..only(ways)
    }
}

/// Takes a telephone number out of a text.
pub(super) fn phone(tokens: &mut Tokens) -> Option<PersonBy> {
    let read = |words: &[&str]| {
        let first = words.first()?;
        // The day of a date is not the first part of a number.
        let begins = first.len() >= 3 || first.starts_with('+');
        begins
            .then(|| dialled(&compact(&words.concat())?))
            .flatten()
    };
    let lengths = (1..=MOST_WORDS).rev();
    let mut found = lengths.filter_map(|words| tokens.take(words, read));
    found.next().map(PersonBy::Phone)
}

/// Takes an NHS number out of a text.
pub(super) fn nhs_number(tokens: &mut Tokens) -> Option<PersonBy> {
    let read = |words: &[&str]| {
        let digits = compact(&words.concat())?;
        let grouped = words.len() == 1 || words.iter().map(|word| word.len()).eq([3, 3, 4]);
        let serves = grouped && digits.len() == TEN && !digits.starts_with('0');
        serves.then(|| NhsNumber::parse(&digits).ok()).flatten()
    };
    let found = tokens.take(1, read).or_else(|| tokens.take(3, read));
    found.map(PersonBy::NhsNumber)
}

/// Takes a service's reference out of a text: a word with letters and digits,
/// or of more digits than a house number has.
pub(super) fn reference(tokens: &mut Tokens) -> Option<PersonBy> {
    let read = |words: &[&str]| {
        let word = words.first()?;
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let is = digits > 0 && word.len() > 4;
        let fits = word.chars().count() <= MAX_NAME_CHARACTERS;
        (is && fits).then(|| PersonBy::Reference((*word).to_owned()))
    };
    tokens.take(1, read)
}

/// Gives the digits of a number, with a leading plus; none: it is no number.
fn compact(text: &str) -> Option<String> {
    let text = text.trim();
    let (plus, rest) = match text.strip_prefix('+') {
        Some(rest) => ("+", rest),
        None => ("", text),
    };
    let plain = |sign: char| sign.is_ascii_digit() || matches!(sign, ' ' | '.' | '-' | '(' | ')');
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    (rest.chars().all(plain) && !digits.is_empty()).then(|| format!("{plus}{digits}"))
}

/// Reads a number as it is dialled: abroad, or with its first nought.
fn dialled(digits: &str) -> Option<Phone> {
    let abroad = digits.strip_prefix("00").map(|rest| format!("+{rest}"));
    let digits = abroad.as_deref().unwrap_or(digits);
    // `+44 (0)1632` says the nought that is left out from abroad.
    let said = digits.strip_prefix("+440").map(|rest| format!("+44{rest}"));
    let digits = said.as_deref().unwrap_or(digits);
    let here = digits.starts_with('0') && (TEN..=TEN + 1).contains(&digits.len());
    let bare = digits.starts_with("44") && digits.len() == TEN + 2;
    let parse = |text: &str| Phone::parse(text).ok();
    match digits {
        _ if digits.starts_with('+') || here => parse(digits),
        _ if bare => parse(&format!("+{digits}")),
        _ => None,
    }
}

/// Reads a number whose first nought was left out.
fn without_nought(digits: &str) -> Option<Phone> {
    let is_one = digits.starts_with(['1', '2', '3', '7']);
    is_one
        .then(|| Phone::parse(&format!("0{digits}")).ok())
        .flatten()
}
