//! Byte strings of a message, taken whole.
//!
//! What stands on the wire is what a `Vec<u8>` gives by itself, a length and
//! the bytes; but that would be written and read one byte at a time, and an
//! envelope has thousands.

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_bytes(bytes)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    from.deserialize_byte_buf(Whole)
}

struct Whole;

impl Visitor<'_> for Whole {
    type Value = Vec<u8>;

    fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    use crate::frame;

    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct AsAWhole(#[serde(with = "super")] Vec<u8>, u8);

    #[derive(Serialize, Deserialize)]
    struct ByteByByte(Vec<u8>, u8);

    proptest! {
        #[test]
        fn bytes_taken_whole_stand_on_the_wire_as_they_would_one_by_one(
            bytes in proptest::collection::vec(any::<u8>(), 0..400),
        ) {
            let whole = frame::encode(1, &AsAWhole(bytes.clone(), 7)).unwrap();
            prop_assert_eq!(&whole, &frame::encode(1, &ByteByByte(bytes.clone(), 7)).unwrap());
            let message = &whole[frame::HEADER_BYTES..];
            prop_assert_eq!(frame::decode(message), Ok(AsAWhole(bytes, 7)));
            for end in 0..message.len() {
                prop_assert!(frame::decode::<AsAWhole>(&message[..end]).is_err());
            }
        }
    }
}
