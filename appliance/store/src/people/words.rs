//! How well a typed name fits a record's. Pure.
//!
//! What it is not: it joins no records, and it finds nobody by itself: a search
//! brings a date of birth or a postcode as well. The invariant: every word that
//! was typed fits some word of the record.

use firebox_contract::Vocabulary;
use firebox_contract::record::fold;
use firebox_protocol::person::Why;

/// Most words of a typed name that are looked at.
const MAX_WORDS: usize = 12;
/// Longest beginning that may belong to the next word: "O Brien", "Mc Donald".
const MAX_PREFIX: usize = 3;

/// How a word fits, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// It is a word of the legal name.
    Name,
    /// It is what they are called, or a short form.
    KnownAs,
    /// It is spelled nearly so.
    Near,
    /// It sounds like it.
    Sounds,
}

impl Fit {
    /// Gives the reason as answered.
    pub(crate) fn why(self) -> Why {
        match self {
            Self::Name => Why::Name,
            Self::KnownAs => Why::KnownAs,
            Self::Near => Why::NearName,
            Self::Sounds => Why::SoundsLike,
        }
    }
}

/// A typed name, read once for many records.
pub(crate) struct Typed {
    /// The words, and the same with a short beginning joined to the next word.
    readings: Vec<Vec<String>>,
}

impl Typed {
    /// Reads a typed name.
    pub(crate) fn new(name: &str) -> Self {
        let folded = fold(name);
        let words: Vec<String> = folded
            .split_whitespace()
            .take(MAX_WORDS)
            .map(str::to_owned)
            .collect();
        let mut readings = vec![words.clone()];
        for at in 1..words.len() {
            if words[at - 1].chars().count() <= MAX_PREFIX {
                let mut joined = words.clone();
                let rest = joined.remove(at);
                joined[at - 1].push_str(&rest);
                readings.push(joined);
            }
        }
        Self { readings }
    }

    /// Tells how well the name fits a record's, the worst of its words; none
    /// when a word fits nothing, and for a name without a word.
    pub(crate) fn fit(&self, names: &str, vocabulary: &Vocabulary) -> Option<Fit> {
        let held = Held::new(names);
        let readings = self.readings.iter().filter(|words| !words.is_empty());
        readings
            .filter_map(|words| {
                let fits: Option<Vec<Fit>> = words
                    .iter()
                    .map(|word| held.fit(word, vocabulary))
                    .collect();
                fits?.into_iter().max()
            })
            .min()
    }
}

/// The words of a record's name.
struct Held<'a> {
    legal: Vec<&'a str>,
    /// Forename and surname of several words as one: "Smith-Jones".
    joined: Vec<String>,
    given: Vec<&'a str>,
    preferred: Vec<&'a str>,
}

impl<'a> Held<'a> {
    fn new(names: &'a str) -> Self {
        let mut parts = names.split('|');
        let mut next = || parts.next().unwrap_or_default();
        let (forename, middle, surname, preferred) = (next(), next(), next(), next());
        let words = |text: &'a str| text.split(' ').filter(|word| !word.is_empty());
        Self {
            legal: words(forename)
                .chain(words(middle))
                .chain(words(surname))
                .collect(),
            joined: [forename, surname]
                .into_iter()
                .filter(|text| text.contains(' '))
                .map(|text| text.replace(' ', ""))
                .collect(),
            given: words(forename).chain(words(middle)).collect(),
            preferred: words(preferred).collect(),
        }
    }

    fn fit(&self, word: &str, vocabulary: &Vocabulary) -> Option<Fit> {
        let any = |fits: &dyn Fn(&str) -> bool| {
            let joined = self.joined.iter().map(String::as_str);
            let words = self.legal.iter().chain(&self.preferred).copied();
            words.chain(joined).any(fits)
        };
        let called = || self.given.iter().chain(&self.preferred);
        if self.legal.contains(&word) || self.joined.iter().any(|held| held == word) {
            Some(Fit::Name)
        } else if self.preferred.contains(&word)
            || called().any(|held| vocabulary.names_alike(word, held))
        {
            Some(Fit::KnownAs)
        } else if any(&|held| is_near(word, held)) {
            Some(Fit::Near)
        } else {
            let sound = sound(word)?;
            any(&|held| self::sound(held).as_ref() == Some(&sound)).then_some(Fit::Sounds)
        }
    }
}

/// Tells whether a word is one slip from another, two from eight letters on.
fn is_near(typed: &str, held: &str) -> bool {
    let most = match typed.chars().count() {
        0..=3 => return false,
        4..=7 => 1,
        _ => 2,
    };
    distance(typed, held, most) <= most
}

/// Counts letters put in, left out, changed, or swapped with their neighbour;
/// stops counting beyond `most`.
fn distance(a: &str, b: &str, most: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    let mut before = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut cost = changed.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                let swapped: usize = before[j - 2];
                cost = cost.min(swapped + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(most + 1)
}

/// Letters that sound alike, as Soundex groups them; 0: a vowel, or hardly heard.
fn group(letter: u8) -> u8 {
    match letter {
        b'b' | b'f' | b'p' | b'v' => 1,
        b'c' | b'g' | b'j' | b'k' | b'q' | b's' | b'x' | b'z' => 2,
        b'd' | b't' => 3,
        b'l' => 4,
        b'm' | b'n' => 5,
        b'r' => 6,
        _ => 0,
    }
}

/// Gives what a name sounds like in English: how it begins, and up to four
/// groups of what follows. None for fewer than three letters or other scripts.
fn sound(word: &str) -> Option<Vec<u8>> {
    if word.len() < 3 || !word.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return None;
    }
    let spelled = [("ph", "f"), ("gh", "h"), ("ck", "k"), ("sch", "sk")]
        .into_iter()
        .fold(word.to_owned(), |text, (from, to)| text.replace(from, to));
    let silent = [
        ("kn", "n"),
        ("gn", "n"),
        ("wr", "r"),
        ("ps", "s"),
        ("wh", "w"),
    ];
    let begins = silent
        .into_iter()
        .find(|(from, _)| spelled.starts_with(from));
    let heard = match begins {
        Some((from, to)) => spelled.replacen(from, to, 1),
        None => spelled,
    };
    let letters = heard.as_bytes();
    let soft = matches!(letters.get(1), Some(b'e' | b'i' | b'y'));
    let first = match letters.first()? {
        b'c' if soft => b's',
        b'g' if soft => b'j',
        b'c' | b'q' => b'k',
        b'x' | b'z' => b's',
        letter => *letter,
    };
    let mut key = vec![first];
    let mut last = group(first);
    for letter in &letters[1..] {
        let now = group(*letter);
        if now != 0 && now != last && key.len() < 5 {
            key.push(now);
        }
        // As in Soundex, `h` and `w` do not part two letters of one group; vowels do.
        if !matches!(letter, b'h' | b'w') {
            last = now;
        }
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testbed::vocabulary;

    fn fit(typed: &str, names: &str) -> Option<Fit> {
        Typed::new(typed).fit(names, &vocabulary())
    }

    #[test]
    fn every_word_typed_must_fit_and_the_worst_word_decides() {
        let sam = "samuel|ade|okoro|sam";
        for (typed, expected) in [
            ("Samuel Okoro", Some(Fit::Name)),
            ("okoro, SAMUEL", Some(Fit::Name)),
            ("Ade Okoro", Some(Fit::Name)),
            ("Sam Okoro", Some(Fit::KnownAs)),
            ("Samuel Okora", Some(Fit::Near)),
            ("Sam Okora", Some(Fit::Near)),
            ("Samuel Okorrow", Some(Fit::Sounds)),
            ("Samuel Smith", None),
            ("Samuel Okoro Smith", None),
            ("", None),
            ("***", None),
        ] {
            assert_eq!(fit(typed, sam), expected, "{typed}");
        }
    }

    #[test]
    fn apostrophes_hyphens_and_parted_names_are_one_name() {
        for (typed, names) in [
            ("O'Brien", "ann||obrien|ann"),
            ("O Brien", "ann||obrien|ann"),
            ("Ann Mc Donald", "ann||mcdonald|ann"),
            ("Smith-Jones", "ann||smith jones|ann"),
            ("Smithjones", "ann||smith jones|ann"),
            ("Zoë Müller", "zoe||muller|zoe"),
        ] {
            assert_eq!(fit(typed, names), Some(Fit::Name), "{typed}");
        }
    }

    #[test]
    fn one_slip_from_four_letters_two_from_eight_and_none_below() {
        for (typed, held, near) in [
            ("ann", "anm", false),
            ("anne", "anni", true),
            ("nane", "anne", true),
            ("aenn", "anne", false),
            ("okoor", "okoro", true),
            ("okkoroo", "okoro", false),
            ("catherne", "catherine", true),
            ("cahterne", "catherine", true),
            ("cahtrne", "catherine", false),
        ] {
            assert_eq!(is_near(typed, held), near, "{typed} {held}");
        }
    }

    #[test]
    fn names_that_sound_alike_are_alike_and_others_are_not() {
        for (a, b) in [
            ("stephen", "steven"),
            ("catherine", "kathryn"),
            ("sean", "shaun"),
            ("geoffrey", "jeffrey"),
            ("knight", "night"),
            ("okoro", "okorrow"),
        ] {
            assert_eq!(sound(a), sound(b), "{a} {b}");
            assert!(sound(a).is_some());
        }
        for (a, b) in [("smith", "jones"), ("ann", "john"), ("ali", "leila")] {
            assert_ne!(sound(a), sound(b), "{a} {b}");
        }
        assert_eq!((sound("李"), sound("li")), (None, None));
    }
}
