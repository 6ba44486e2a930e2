//! Length-prefixed pieces of the binary formats, big-endian, read without
//! trusting any length.

use thiserror::Error;

/// What is wrong with a byte string that claims to be one of our formats.
#[derive(Debug, Error, PartialEq, Eq, Clone, Copy)]
pub enum Malformed {
    /// Fewer bytes than its own lengths say.
    #[error("the bytes end too early")]
    Truncated,
    /// More bytes than its own lengths say.
    #[error("there are bytes after the end")]
    Trailing,
    /// A first byte this build does not know.
    #[error("unknown version byte")]
    Version,
    /// A length over the format's cap.
    #[error("a part is longer than the format allows")]
    TooLong,
    /// The JSON part does not read, or is not in canonical form.
    #[error("the header is not the canonical JSON the format asks for")]
    Header,
}

pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Starts reading and requires the version byte.
    pub(crate) fn new(bytes: &'a [u8], version: u8) -> Result<Self, Malformed> {
        let (first, rest) = bytes.split_first().ok_or(Malformed::Truncated)?;
        if *first != version {
            return Err(Malformed::Version);
        }
        Ok(Self(rest))
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        if self.0.len() < length {
            return Err(Malformed::Truncated);
        }
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.take(N)?.try_into().map_err(|_| Malformed::Truncated)
    }

    /// Reads a u16 length and that many bytes.
    pub(crate) fn short(&mut self) -> Result<&'a [u8], Malformed> {
        let length = u16::from_be_bytes(self.array()?);
        self.take(usize::from(length))
    }

    /// Reads a u32 length and that many bytes, at most `cap`.
    pub(crate) fn long(&mut self, cap: usize) -> Result<&'a [u8], Malformed> {
        let length = u32::from_be_bytes(self.array()?) as usize;
        if length > cap {
            return Err(Malformed::TooLong);
        }
        self.take(length)
    }

    pub(crate) fn end(self) -> Result<(), Malformed> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Malformed::Trailing)
        }
    }
}

/// Appends a u16 length and the bytes.
pub(crate) fn put_short(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), Malformed> {
    let length = u16::try_from(bytes.len()).map_err(|_| Malformed::TooLong)?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

/// Appends a u32 length and the bytes.
pub(crate) fn put_long(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), Malformed> {
    let length = u32::try_from(bytes.len()).map_err(|_| Malformed::TooLong)?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}
