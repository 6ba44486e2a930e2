//! An order-free fingerprint of a set of statements: the sum, modulo 2^256,
//! of one 32-byte hash each. Adding and taking away are exact inverses, so a
//! change costs one addition and one subtraction whatever the set's size.

use serde::{Deserialize, Serialize};

/// Fingerprint of a set; the empty set is all zeros. Written as 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SetSum([u8; 32]);

impl SetSum {
    /// Takes a stored fingerprint (32 bytes, least significant first).
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Gives the 32 bytes, least significant first.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Puts a member in, by its 32-byte hash.
    pub fn add(&mut self, member: &[u8; 32]) {
        let mut carry = 0u16;
        for (sum, byte) in self.0.iter_mut().zip(member) {
            let total = u16::from(*sum) + u16::from(*byte) + carry;
            *sum = total.to_le_bytes()[0];
            carry = total >> 8;
        }
    }

    /// Takes a member out, by its 32-byte hash.
    pub fn remove(&mut self, member: &[u8; 32]) {
        let mut borrow = 0i16;
        for (sum, byte) in self.0.iter_mut().zip(member) {
            let total = i16::from(*sum) - i16::from(*byte) - borrow;
            borrow = i16::from(total < 0);
            *sum = total.to_le_bytes()[0];
        }
    }
}

/// Gives the member hash of one statement: SHA-256("fbx-set-v1" || line),
/// `line` being the canonical JSON of the `put` or `held` line as it was sent.
pub fn member(line: &[u8]) -> [u8; 32] {
    crate::canonical::sha256(&[b"fbx-set-v1", line])
}

impl From<SetSum> for String {
    fn from(sum: SetSum) -> Self {
        hex::encode(sum.0)
    }
}

impl TryFrom<String> for SetSum {
    type Error = hex::FromHexError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes)?;
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn taking_out_what_was_put_in_gives_the_set_back(
            members in proptest::collection::vec(any::<[u8; 32]>(), 0..20),
            extra in any::<[u8; 32]>(),
        ) {
            let mut sum = SetSum::default();
            for member in &members { sum.add(member); }
            let before = sum;
            sum.add(&extra);
            sum.remove(&extra);
            prop_assert_eq!(sum, before);
            for member in members.iter().rev() { sum.remove(member); }
            prop_assert_eq!(sum, SetSum::default());
        }
    }
}
