//! Bytes that are wiped when they are let go: a password, a detail, the
//! frames they travel in.
//!
//! `Zeroizing<Vec<u8>>` wipes as thoroughly, but one byte at a time, and the
//! frames of a release are thousands of bytes. As a slice they are wiped in
//! one go. The invariant: the room behind the last
//! byte is wiped too, since a vector that was shortened keeps its bytes there.

use std::ops::{Deref, DerefMut};

use zeroize::Zeroize;

/// Bytes, wiped on drop. No `Debug`, no `Clone`: there is one copy. Whoever
/// makes them longer reserves first, for a vector that moves leaves one behind.
#[derive(Default)]
pub struct Wiped(Vec<u8>);

impl Wiped {
    /// Takes bytes to wipe them in the end.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    fn wipe(&mut self) {
        self.0.spare_capacity_mut().zeroize();
        self.0.as_mut_slice().zeroize();
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.wipe();
    }
}

impl Deref for Wiped {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Wiped {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_wiped_and_so_is_the_room_behind_the_last() {
        let mut bytes = Wiped::new(vec![7; 100]);
        bytes.truncate(40);
        bytes.wipe();
        // Nothing moved, so the room may be looked at again.
        bytes.resize(40, 7);
        assert_eq!(bytes.as_slice(), [0; 40]);
        assert!(bytes.capacity() >= 100);
    }
}
