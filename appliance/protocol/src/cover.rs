//! What the gate carries from the store to the keeper without seeing it.
//!
//! ```text
//! cover = 0x01 | nonce 24 | XChaCha20-Poly1305(bytes) | tag 16
//! key   = HMAC-SHA256 of "fbx-cover-v1", with the key keeper and store share
//! associated data = 0x01 | what u8 | SHA-256 of the session's token 32
//! ```
//!
//! An envelope is ciphertext and a slip is under a MAC, but both say whose record
//! it is. A gate in hostile hands could fetch one record after the other and read
//! a list of addresses with warnings out of them; covered, it learns nothing.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::mac::{MacDomain, MacKey};

/// First byte of a cover.
pub const VERSION: u8 = 1;
/// Length of the nonce in bytes.
pub const NONCE_BYTES: usize = 24;

/// What is under a cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum What {
    /// A slip, as sealed.
    Slip = 1,
    /// An envelope, as the agent sent it.
    Envelope = 2,
}

/// A cover that does not open: of another box, session or thing, or changed.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("a cover that does not open")]
pub struct BadCover;

/// Covers bytes for one session. The nonce must be random and new.
pub fn cover(
    key: &MacKey,
    what: What,
    session: &[u8; 32],
    nonce: &[u8; NONCE_BYTES],
    bytes: &[u8],
) -> Result<Vec<u8>, BadCover> {
    let payload = Payload {
        msg: bytes,
        aad: &associated(what, session),
    };
    let sealed = cipher(key)
        .encrypt(XNonce::from_slice(nonce), payload)
        .map_err(|_| BadCover)?;
    Ok([&[VERSION], nonce.as_slice(), &sealed].concat())
}

/// Opens a cover.
pub fn uncover(
    key: &MacKey,
    what: What,
    session: &[u8; 32],
    covered: &[u8],
) -> Result<Vec<u8>, BadCover> {
    let Some((&VERSION, rest)) = covered.split_first() else {
        return Err(BadCover);
    };
    let (nonce, sealed) = rest.split_at_checked(NONCE_BYTES).ok_or(BadCover)?;
    let payload = Payload {
        msg: sealed,
        aad: &associated(what, session),
    };
    cipher(key)
        .decrypt(XNonce::from_slice(nonce), payload)
        .map_err(|_| BadCover)
}

fn cipher(key: &MacKey) -> XChaCha20Poly1305 {
    let key = zeroize::Zeroizing::new(key.mac(MacDomain::Cover, &[]));
    XChaCha20Poly1305::new(key.as_slice().into())
}

fn associated(what: What, session: &[u8; 32]) -> [u8; 34] {
    let mut bytes = [0; 34];
    bytes[0] = VERSION;
    bytes[1] = what as u8;
    bytes[2..].copy_from_slice(session);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cover_opens_for_its_session_and_thing_and_not_when_any_byte_is_changed() {
        let key = MacKey::new([9; 32]);
        let session = [3; 32];
        let covered = cover(&key, What::Slip, &session, &[5; 24], b"whose").expect("covers");
        let open = |what, session: u8, bytes: &[u8]| uncover(&key, what, &[session; 32], bytes);
        assert_eq!(open(What::Slip, 3, &covered), Ok(b"whose".to_vec()));
        assert_eq!(open(What::Envelope, 3, &covered), Err(BadCover));
        assert_eq!(open(What::Slip, 4, &covered), Err(BadCover));
        let other = uncover(&MacKey::new([8; 32]), What::Slip, &session, &covered);
        assert_eq!(other, Err(BadCover));
        for at in 0..covered.len() {
            let mut changed = covered.clone();
            changed[at] ^= 1;
            assert_eq!(open(What::Slip, 3, &changed), Err(BadCover), "byte {at}");
            assert_eq!(
                open(What::Slip, 3, &covered[..at]),
                Err(BadCover),
                "cut {at}"
            );
        }
    }
}
