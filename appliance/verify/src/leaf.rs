//! One entry's leaf: when it was made, its kind, and a commitment to what it says.

use sha2::{Digest, Sha256};

use crate::Hash;
use crate::tree::leaf_hash;

/// Length of a leaf in bytes.
const LEAF_BYTES: usize = 8 + 8 + 16 + 8 + 1 + 32;

/// A leaf as it stands in the tree.
pub(crate) struct Leaf([u8; LEAF_BYTES]);

impl Leaf {
    /// Reads a leaf; none when it has another length.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Gives the place in the log, from 0.
    pub(crate) fn index(&self) -> u64 {
        self.number(0)
    }

    /// Gives the time it was made, milliseconds since 1970.
    pub(crate) fn time_ms(&self) -> u64 {
        self.number(8)
    }

    /// Gives the kind of entry.
    pub(crate) fn kind(&self) -> u8 {
        self.0[40]
    }

    /// Says whether this leaf was made of that salt and body.
    pub(crate) fn commits_to(&self, salt: &[u8], body: &[u8]) -> bool {
        let mut hasher = Sha256::new();
        hasher.update(b"fbx-body-v1");
        hasher.update(salt);
        hasher.update(body);
        // A salt of another length would move the border between salt and body.
        salt.len() == 32 && hasher.finalize().as_slice() == &self.0[41..]
    }

    /// Gives its hash in the tree.
    pub(crate) fn hash(&self) -> Hash {
        leaf_hash(&self.0)
    }

    /// Reads the big-endian u64 at `at`.
    fn number(&self, at: usize) -> u64 {
        self.0[at..at + 8]
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}
