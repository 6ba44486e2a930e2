//! Randomness, from the kernel and from nowhere else.

use std::cell::RefCell;

use zeroize::{Zeroize, Zeroizing};

/// The kernel gave no random bytes; nothing that needs them can be done.
#[derive(Debug, thiserror::Error)]
#[error("the kernel gives no random bytes: look at /dev/urandom and the system call filter")]
pub(crate) struct NoRandomness;

/// The 32 signs of Crockford's base32: no I, L, O or U, so that a code can be
/// read out over the telephone.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Bytes drawn from the kernel at once: every entry needs some, and a call for
/// each would cost more than all its hashes.
const DRAWN_AT_ONCE: usize = 1024;

/// Random bytes that nobody has had yet, each given once and then wiped.
struct Drawn {
    bytes: Zeroizing<[u8; DRAWN_AT_ONCE]>,
    left: usize,
}

thread_local! {
    static DRAWN: RefCell<Drawn> = RefCell::new(Drawn {
        bytes: Zeroizing::new([0; DRAWN_AT_ONCE]),
        left: 0,
    });
}

impl Drawn {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], NoRandomness> {
        if self.left < N {
            getrandom::fill(self.bytes.as_mut_slice()).map_err(|_| NoRandomness)?;
            self.left = DRAWN_AT_ONCE;
        }
        let from = self.left.checked_sub(N).ok_or(NoRandomness)?;
        let drawn = self.bytes.get_mut(from..self.left).ok_or(NoRandomness)?;
        let mut bytes = [0; N];
        bytes.copy_from_slice(drawn);
        drawn.zeroize();
        self.left = from;
        Ok(bytes)
    }
}

/// Draws `N` bytes, at most a thousand.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    DRAWN.with_borrow_mut(Drawn::take)
}

/// Draws a code of `N` signs, five bits each.
pub(crate) fn code<const N: usize>() -> Result<String, NoRandomness> {
    let drawn = bytes::<N>()?;
    // 256 is a multiple of 32, so every sign is as likely as the next.
    Ok(drawn
        .iter()
        .map(|byte| char::from(CROCKFORD[usize::from(byte % 32)]))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_length_and_only_signs_that_can_be_read_out() {
        let code = code::<20>().unwrap();
        assert_eq!(code.len(), 20);
        assert!(code.bytes().all(|sign| CROCKFORD.contains(&sign)));
        assert_ne!(bytes::<32>().unwrap(), bytes::<32>().unwrap());
    }

    #[test]
    fn no_byte_is_given_twice_across_many_draws() {
        let drawn: std::collections::HashSet<[u8; 24]> =
            (0..10_000).map(|_| bytes::<24>().unwrap()).collect();
        assert_eq!(drawn.len(), 10_000);
        assert!(!drawn.contains(&[0; 24]));
    }
}
