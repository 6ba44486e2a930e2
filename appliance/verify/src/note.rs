//! A C2SP signed note: a text, a blank line, and signature lines.

use crate::encoding;
use crate::key::VerifierKey;

/// Most signature lines of a note. Witnesses add theirs below the box's own;
/// the format asks readers to take at least 16.
const MAX_SIGNATURES: usize = 64;

/// A note as it was written; nothing of it is believed yet.
pub(crate) struct Note<'a> {
    /// The text, its last newline included: what is signed.
    pub(crate) text: &'a str,
    signatures: Vec<Signature<'a>>,
}

struct Signature<'a> {
    name: &'a str,
    /// First the 4 bytes that name the key, then the signature.
    bytes: Vec<u8>,
}

impl<'a> Note<'a> {
    /// Reads a note; none when it is not one from its first byte to its last.
    pub(crate) fn read(note: &'a str) -> Option<Self> {
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return None;
        }
        let blank = note.rfind("\n\n")?;
        let (text, signatures) = (&note[..=blank], &note[blank + 2..]);
        let signatures: Vec<_> = encoding::lines(signatures)?
            .into_iter()
            .map(Signature::read)
            .collect::<Option<_>>()?;
        let some = (1..=MAX_SIGNATURES).contains(&signatures.len());
        some.then_some(Self { text, signatures })
    }

    /// Says whether `key` signed the text: with one line, and that line good.
    /// Lines of other keys say nothing either way.
    pub(crate) fn is_signed_by(&self, key: &VerifierKey) -> bool {
        let mut own = self.signatures.iter().filter_map(|line| line.of(key));
        match (own.next(), own.next()) {
            (Some(signature), None) => key.signed(self.text.as_bytes(), signature),
            _ => false,
        }
    }
}

impl<'a> Signature<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let (name, bytes) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
        let bytes = encoding::base64(bytes)?;
        // Four bytes name the key; a signature has at least one more.
        (is_key_name(name) && bytes.len() > 4).then_some(Self { name, bytes })
    }

    /// Gives the signature when the line names `key`.
    fn of(&self, key: &VerifierKey) -> Option<&[u8]> {
        let (id, signature) = self.bytes.split_first_chunk::<4>()?;
        (self.name == key.origin && *id == key.id()).then_some(signature)
    }
}

/// Says whether a key may have this name: not empty, no space, no plus.
pub(crate) fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c == '+')
}
