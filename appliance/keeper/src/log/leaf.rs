//! One entry's leaf, and the commitment that ties its body to it.
//!
//! ```text
//! leaf       = index u64 | time_ms u64 | boot_id 16 | boottime_ms u64 | kind u8 | commitment 32
//! commitment = SHA-256("fbx-body-v1" || salt 32 || body)
//! ```
//!
//! Big-endian, no prefix. The body is RFC 8785 JSON. Salt and body can be
//! erased at the end of their retention: the leaf, and so the tree, stays.

use firebox_contract::canonical::sha256;

use super::tree::{Hash, leaf_hash};

/// Length of a leaf in bytes.
pub const LEAF_BYTES: usize = 8 + 8 + 16 + 8 + 1 + 32;

/// What is hashed into the tree for one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Place in the log, from 0.
    pub index: u64,
    /// Milliseconds since 1970; never less than the entry before.
    pub time_ms: u64,
    /// Which start of the machine.
    pub boot_id: [u8; 16],
    /// Milliseconds since that start.
    pub boottime_ms: u64,
    /// Kind of the entry, see [`super::kind::EntryKind`].
    pub kind: u8,
    /// Commitment to salt and body.
    pub commitment: Hash,
}

impl Leaf {
    /// Lays the leaf out.
    pub fn to_bytes(&self) -> [u8; LEAF_BYTES] {
        let mut bytes = [0; LEAF_BYTES];
        bytes[..8].copy_from_slice(&self.index.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.time_ms.to_be_bytes());
        bytes[16..32].copy_from_slice(&self.boot_id);
        bytes[32..40].copy_from_slice(&self.boottime_ms.to_be_bytes());
        bytes[40] = self.kind;
        bytes[41..].copy_from_slice(&self.commitment);
        bytes
    }

    /// Reads a leaf; none when it has not exactly [`LEAF_BYTES`].
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; LEAF_BYTES] = bytes.try_into().ok()?;
        Some(Self {
            index: u64::from_be_bytes(bytes[..8].try_into().ok()?),
            time_ms: u64::from_be_bytes(bytes[8..16].try_into().ok()?),
            boot_id: bytes[16..32].try_into().ok()?,
            boottime_ms: u64::from_be_bytes(bytes[32..40].try_into().ok()?),
            kind: bytes[40],
            commitment: bytes[41..].try_into().ok()?,
        })
    }

    /// Gives the leaf's hash in the tree.
    pub fn hash(&self) -> Hash {
        leaf_hash(&self.to_bytes())
    }
}

/// Commits to a body without telling anything of it.
pub fn commitment(salt: &[u8; 32], body: &[u8]) -> Hash {
    sha256(&[b"fbx-body-v1", salt, body])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_leaf_comes_back_as_it_went_and_no_other_length_reads() {
        let leaf = Leaf {
            index: 1,
            time_ms: 2,
            boot_id: [3; 16],
            boottime_ms: 4,
            kind: 5,
            commitment: commitment(&[6; 32], b"{}"),
        };
        let bytes = leaf.to_bytes();
        assert_eq!(Leaf::from_bytes(&bytes), Some(leaf));
        assert_eq!(Leaf::from_bytes(&bytes[1..]), None);
        assert_eq!(Leaf::from_bytes(&[bytes.as_slice(), &[0]].concat()), None);
    }

    #[test]
    fn every_field_of_a_leaf_stands_where_the_formats_page_says() {
        let leaf = Leaf {
            index: 0x0102_0304_0506_0708,
            time_ms: 0x1112_1314_1516_1718,
            boot_id: [0x21; 16],
            boottime_ms: 0x3132_3334_3536_3738,
            kind: 0x41,
            commitment: [0x51; 32],
        };
        let expected = [
            "0102030405060708",
            "1112131415161718",
            &"21".repeat(16),
            "3132333435363738",
            "41",
            &"51".repeat(32),
        ];
        assert_eq!(hex::encode(leaf.to_bytes()), expected.concat());
        assert_eq!(LEAF_BYTES, 73);
    }

    proptest! {
        #[test]
        fn any_73_bytes_are_one_leaf(bytes in proptest::collection::vec(any::<u8>(), LEAF_BYTES)) {
            let leaf = Leaf::from_bytes(&bytes).unwrap();
            prop_assert_eq!(leaf.to_bytes().to_vec(), bytes.clone());
            prop_assert_eq!(leaf.hash(), tlog_tiles::record_hash(&bytes).0);
        }

        #[test]
        fn a_commitment_is_kept_by_no_other_salt_and_body(
            salt: [u8; 32],
            body in proptest::collection::vec(any::<u8>(), 1..64),
            at: proptest::sample::Index,
            bit in 0u8..8,
        ) {
            let made = commitment(&salt, &body);
            let mut other_salt = salt;
            other_salt[at.index(32)] ^= 1u8 << bit;
            prop_assert_ne!(commitment(&other_salt, &body), made);
            let mut other_body = body.clone();
            other_body[at.index(body.len())] ^= 1u8 << bit;
            prop_assert_ne!(commitment(&salt, &other_body), made);
            prop_assert_ne!(commitment(&salt, &body[1..]), made);
        }
    }
}
