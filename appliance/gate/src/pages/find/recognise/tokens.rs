//! The words of a text, of which one part after another is taken.

/// Words that only say what stands beside them.
const LABELS: [&str; 6] = ["dob", "d.o.b", "d.o.b.", "nhs", "tel", "ref"];

/// The words of a text.
pub(super) struct Tokens(Vec<Token>);

struct Token {
    text: String,
    taken: bool,
}

impl Tokens {
    /// Splits a text at blanks, commas and whatever cannot be seen.
    pub(super) fn of(text: &str) -> Self {
        let parts_words = |sign: char| {
            sign.is_whitespace() || sign.is_control() || matches!(sign, ',' | ';' | '(' | ')')
        };
        let text = text.replace(':', ": ");
        let words = text.split(parts_words).filter(|word| !word.is_empty());
        let words = words.filter(|word| !is_label(word));
        let token = |word: &str| Token {
            text: word.to_owned(),
            taken: false,
        };
        Self(words.map(token).collect())
    }

    /// Whether nothing that can be read stands there.
    pub(super) fn is_empty(&self) -> bool {
        let mut signs = self.0.iter().flat_map(|token| token.text.chars());
        !signs.any(char::is_alphanumeric)
    }

    /// Gives all words as they stand, parted by single blanks.
    pub(super) fn whole(&self) -> String {
        let words: Vec<&str> = self.0.iter().map(|token| token.text.as_str()).collect();
        words.join(" ")
    }

    /// Gives the words of the name: what is left and has letters only.
    pub(super) fn words(&self) -> String {
        let left = self.0.iter().filter(|token| !token.taken);
        let words = left.map(|token| {
            token
                .text
                .trim_matches(|sign: char| !sign.is_alphanumeric())
        });
        let words =
            words.filter(|word| !word.is_empty() && !word.bytes().any(|b| b.is_ascii_digit()));
        words.collect::<Vec<_>>().join(" ")
    }

    /// Whether a word of a name is left.
    pub(super) fn has_words(&self) -> bool {
        !self.words().is_empty()
    }

    /// Takes the first run of so many words in a row that reads as something.
    pub(super) fn take<T>(
        &mut self,
        words: usize,
        read: impl Fn(&[&str]) -> Option<T>,
    ) -> Option<T> {
        let found = self.0.windows(words).enumerate().find_map(|(at, run)| {
            let free = run.iter().all(|token| !token.taken);
            let texts: Vec<&str> = run.iter().map(|token| token.text.as_str()).collect();
            free.then(|| read(&texts)).flatten().map(|read| (at, read))
        });
        let (at, read) = found?;
        let run = self.0.iter_mut().skip(at).take(words);
        run.for_each(|token| token.taken = true);
        Some(read)
    }
}

fn is_label(word: &str) -> bool {
    let says = word.strip_suffix(':');
    let is_one = says.is_some_and(|says| !says.bytes().any(|b| b.is_ascii_digit()));
    is_one || LABELS.contains(&word.to_lowercase().as_str())
}
