//! Frames on the Unix sockets.
//!
//! ```text
//! frame = u32 length | 0x01 | u64 id | message        (big-endian; length counts what follows it)
//! ```
//!
//! Many requests are under way on one connection; the reply carries the id of
//! its request, in any order. A peer that breaks the format is disconnected.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Version byte of every frame.
pub const VERSION: u8 = 1;
/// Bytes before the message.
pub const HEADER_BYTES: usize = 4 + 1 + 8;
/// Longest message in bytes: a batch of 8 MiB and a little.
pub const MAX_MESSAGE_BYTES: usize = 9 * 1024 * 1024;

/// A frame that breaks the format.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum FrameError {
    /// Another version byte.
    #[error("the peer speaks another version: restart all processes from one build")]
    Version,
    /// Over the cap, or under the header's own size.
    #[error("a frame of an impossible length")]
    Length,
    /// The message does not read, or has bytes left over.
    #[error("a message that does not read")]
    Message,
}

/// What stands before a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameHeader {
    /// Length of the message in bytes.
    pub message_bytes: usize,
    /// Ties a reply to its request.
    pub id: u64,
}

impl FrameHeader {
    /// Reads the 13 bytes before a message.
    pub fn parse(bytes: &[u8; HEADER_BYTES]) -> Result<Self, FrameError> {
        let [l0, l1, l2, l3, version, id @ ..] = bytes;
        let length = u32::from_be_bytes([*l0, *l1, *l2, *l3]) as usize;
        if *version != VERSION {
            return Err(FrameError::Version);
        }
        let message_bytes = length.checked_sub(1 + 8).ok_or(FrameError::Length)?;
        if message_bytes > MAX_MESSAGE_BYTES {
            return Err(FrameError::Length);
        }
        Ok(Self {
            message_bytes,
            id: u64::from_be_bytes(*id),
        })
    }
}

/// Lays out one frame.
pub fn encode(id: u64, message: &impl Serialize) -> Result<Vec<u8>, FrameError> {
    // Measured first and reserved once: a vector that grows would leave copies
    // of a password or a detail behind.
    let measured = postcard::serialize_with_flavor(message, postcard::ser_flavors::Size::default());
    let message_bytes = measured.map_err(|_| FrameError::Message)?;
    if message_bytes > MAX_MESSAGE_BYTES {
        return Err(FrameError::Length);
    }
    let length = u32::try_from(message_bytes + 1 + 8).map_err(|_| FrameError::Length)?;
    let mut frame = Vec::with_capacity(HEADER_BYTES + message_bytes);
    frame.extend_from_slice(&length.to_be_bytes());
    frame.push(VERSION);
    frame.extend_from_slice(&id.to_be_bytes());
    postcard::to_extend(message, frame).map_err(|_| FrameError::Message)
}

/// Reads a message whole and exact.
pub fn decode<T: DeserializeOwned>(message: &[u8]) -> Result<T, FrameError> {
    match postcard::take_from_bytes(message) {
        Ok((value, [])) => Ok(value),
        _ => Err(FrameError::Message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_message_comes_back_as_it_went() {
        let frame = encode(7, &("visit", 3u64)).expect("encodes");
        let (header, message) = frame.split_at(HEADER_BYTES);
        let header = FrameHeader::parse(header.try_into().expect("13 bytes")).expect("parses");
        assert_eq!((header.id, header.message_bytes), (7, message.len()));
        assert_eq!(decode(message), Ok(("visit".to_owned(), 3u64)));
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode::<crate::gate_keeper::Request>(&bytes);
            let _ = decode::<crate::gate_store::Request>(&bytes);
            let _ = decode::<crate::store_keeper::Request>(&bytes);
        }
    }
}
