//! Bytes to UTF-8 text, in the encoding the source file names. A byte order
//! mark that contradicts it, or a byte the encoding does not have, fails the
//! file: the wrong encoding turns names into other names.

use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};

/// Bytes read from the file at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// The encodings exports come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Charset {
    /// UTF-8, with or without its mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// What older Windows programs write. Every byte is a character of it, so
    /// only rows with control characters show that it was the wrong choice.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// "Unicode text" of spreadsheets.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// The same, bytes the other way round.
    #[serde(rename = "utf-16be")]
    Utf16Be,
}

impl Charset {
    fn encoding(self) -> &'static Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Windows1252 => WINDOWS_1252,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
        }
    }

    /// Gives the name people and source files use.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Windows1252 => "windows-1252",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
        }
    }
}

/// Gives the encoding a byte order mark stands for, and the mark's length.
pub(crate) fn mark(first: &[u8]) -> Option<(Charset, u64)> {
    match first {
        [0xEF, 0xBB, 0xBF, ..] => Some((Charset::Utf8, 3)),
        [0xFF, 0xFE, ..] => Some((Charset::Utf16Le, 2)),
        [0xFE, 0xFF, ..] => Some((Charset::Utf16Be, 2)),
        _ => None,
    }
}

/// Decides the encoding of a file: the configured one wins, unless a mark
/// contradicts it (then none). Without configuration the mark decides, then
/// strict UTF-8, then windows-1252; `is_utf8` is asked only then.
pub(crate) fn decide(
    configured: Option<Charset>,
    marked: Option<Charset>,
    is_utf8: impl FnOnce() -> io::Result<bool>,
) -> io::Result<Option<Charset>> {
    Ok(match (configured, marked) {
        (Some(wanted), Some(found)) if wanted != found => None,
        (Some(wanted), _) => Some(wanted),
        (None, Some(found)) => Some(found),
        (None, None) if is_utf8()? => Some(Charset::Utf8),
        (None, None) => Some(Charset::Windows1252),
    })
}

/// Reads `inner` (past any mark) as UTF-8. A malformed sequence is an error of
/// kind `InvalidData`.
pub(crate) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    raw: Window,
    text: Window,
    at_end: bool,
    done: bool,
}

/// A buffer and what of it has not been used yet.
struct Window {
    bytes: Box<[u8]>,
    start: usize,
    end: usize,
}

impl Window {
    fn new() -> Self {
        Self {
            bytes: vec![0; CHUNK_BYTES].into_boxed_slice(),
            start: 0,
            end: 0,
        }
    }

    fn is_empty(&self) -> bool {
        self.start == self.end
    }
}

impl<R: Read> Decoded<R> {
    pub(crate) fn new(inner: R, charset: Charset) -> Self {
        Self {
            inner,
            decoder: charset.encoding().new_decoder_without_bom_handling(),
            raw: Window::new(),
            text: Window::new(),
            at_end: false,
            done: false,
        }
    }

    /// Reads and decodes until there is text or the end.
    fn refill(&mut self) -> io::Result<()> {
        while self.text.is_empty() && !self.done {
            if self.raw.is_empty() && !self.at_end {
                let count = self.inner.read(&mut self.raw.bytes)?;
                (self.raw.start, self.raw.end) = (0, count);
                self.at_end = count == 0;
            }
            let waiting = &self.raw.bytes[self.raw.start..self.raw.end];
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
                waiting,
                &mut self.text.bytes,
                self.at_end,
            );
            self.raw.start += read;
            (self.text.start, self.text.end) = (0, written);
            match result {
                DecoderResult::Malformed(..) => return Err(io::ErrorKind::InvalidData.into()),
                DecoderResult::InputEmpty => self.done = self.at_end,
                DecoderResult::OutputFull => {}
            }
        }
        Ok(())
    }
}

impl<R: Read> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.refill()?;
        Ok(&self.text.bytes[self.text.start..self.text.end])
    }

    fn consume(&mut self, amount: usize) {
        self.text.start = self.text.end.min(self.text.start + amount);
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

/// Tells whether `reader` is valid UTF-8 to its end.
pub(crate) fn is_utf8(reader: impl Read) -> io::Result<bool> {
    let mut decoded = Decoded::new(reader, Charset::Utf8);
    match io::copy(&mut decoded, &mut io::sink()) {
        Ok(_) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::InvalidData => Ok(false),
        Err(e) => Err(e),
    }
}

/// Gives what a text was before windows-1252 bytes of UTF-8 were taken for
/// characters ("Oâ€™Brien" was "O’Brien"); none where it never was that.
pub(crate) fn before_mojibake(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
    if unmappable {
        return None;
    }
    String::from_utf8(bytes.into_owned())
        .ok()
        .filter(|before| before != text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8], charset: Charset) -> io::Result<String> {
        let mut text = String::new();
        Decoded::new(bytes, charset).read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn e1_windows_1252_is_found_where_utf_8_is_invalid_and_the_configuration_wins() {
        let bytes = b"O\x92Brien";
        let found = decide(None, None, || is_utf8(&bytes[..])).unwrap();
        assert_eq!(found, Some(Charset::Windows1252));
        assert_eq!(decode(bytes, Charset::Windows1252).unwrap(), "O’Brien");
        let forced = decide(Some(Charset::Utf8), None, || is_utf8(&bytes[..])).unwrap();
        assert_eq!(forced, Some(Charset::Utf8));
        assert!(decode(bytes, Charset::Utf8).is_err());
    }

    #[test]
    fn e3_mojibake_is_seen_and_plain_text_is_not_taken_for_it() {
        assert_eq!(before_mojibake("Oâ€™Brien").as_deref(), Some("O’Brien"));
        for text in ["O’Brien", "Café-Row", "Zoë", "plain", "李"] {
            assert_eq!(before_mojibake(text), None, "{text}");
        }
    }

    #[test]
    fn e5_a_utf_16_mark_decides_and_contradicts() {
        let (found, length) = mark(b"\xFF\xFER\0e\0f\0").unwrap();
        assert_eq!((found, length), (Charset::Utf16Le, 2));
        assert_eq!(decode(b"R\0e\0f\0", Charset::Utf16Le).unwrap(), "Ref");
        let contradicted = decide(Some(Charset::Utf8), Some(found), || Ok(true)).unwrap();
        assert_eq!(contradicted, None);
    }

    #[test]
    fn a_character_cut_at_the_end_of_the_file_is_an_error() {
        assert!(decode(b"Caf\xC3", Charset::Utf8).is_err());
        assert!(!is_utf8(&b"Caf\xC3"[..]).unwrap());
    }

    #[test]
    fn a_character_across_two_chunks_is_one_character() {
        let text = format!("{}é end", "a".repeat(CHUNK_BYTES - 1));
        assert_eq!(decode(text.as_bytes(), Charset::Utf8).unwrap(), text);
    }
}
