//! Opens a batch's body: age, then zstd, each within its cap.
//!
//! The invariant: however little a hostile body weighs, what it unpacks to
//! stops at the cap, and nothing of it is used before all of it was read.

use std::io::Read;

use age::x25519::Identity;
use firebox_contract::batch::{BatchError, MAX_BATCH_BYTES, MAX_BODY_BYTES};
use zeroize::Zeroizing;

/// Largest window a body may ask the decompressor for, as a power of two: 8 MiB.
const MAX_WINDOW_LOG: u32 = 23;

/// Decrypts and decompresses.
pub(crate) fn open(
    ciphertext: &[u8],
    identity: &Identity,
) -> Result<Zeroizing<Vec<u8>>, BatchError> {
    let unreadable = |_| BatchError::BodyUnreadable;
    let decryptor = age::Decryptor::new(ciphertext).map_err(|_| BatchError::BodyUnreadable)?;
    let plain = decryptor
        .decrypt(std::iter::once(identity as &dyn age::Identity))
        .map_err(|_| BatchError::BodyUnreadable)?;
    // What age gives is never longer than what it was given.
    let plain = std::io::BufReader::new(plain.take(MAX_BATCH_BYTES as u64));
    let mut unpacked = zstd::stream::read::Decoder::with_buffer(plain).map_err(unreadable)?;
    unpacked
        .window_log_max(MAX_WINDOW_LOG)
        .map_err(unreadable)?;
    let mut body = Zeroizing::new(Vec::with_capacity(
        ciphertext.len().saturating_mul(4).min(MAX_BODY_BYTES),
    ));
    unpacked
        .take(MAX_BODY_BYTES as u64 + 1)
        .read_to_end(&mut body)
        .map_err(unreadable)?;
    if body.len() > MAX_BODY_BYTES {
        return Err(BatchError::BodyUnreadable);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use firebox_contract::envelope::encrypt;

    #[test]
    fn a_bomb_stops_at_the_cap() {
        let identity = Identity::generate();
        let packed = |bytes: usize| {
            let packed = zstd::encode_all(std::io::repeat(b'a').take(bytes as u64), 3).unwrap();
            encrypt(&packed, &identity.to_public()).unwrap()
        };
        assert!(packed(MAX_BODY_BYTES + 1).len() < 64 * 1024);
        assert_eq!(
            open(&packed(MAX_BODY_BYTES + 1), &identity),
            Err(BatchError::BodyUnreadable)
        );
        assert_eq!(
            open(&packed(1_000), &identity).map(|body| body.len()),
            Ok(1_000)
        );
    }

    #[test]
    fn a_body_for_somebody_else_a_cut_one_and_a_window_too_large_do_not_open() {
        let identity = Identity::generate();
        let packed = zstd::encode_all(b"lines".as_slice(), 3).unwrap();
        let sealed = encrypt(&packed, &identity.to_public()).unwrap();
        assert_eq!(
            open(&sealed, &Identity::generate()),
            Err(BatchError::BodyUnreadable)
        );
        for length in 0..sealed.len() {
            assert_eq!(
                open(&sealed[..length], &identity),
                Err(BatchError::BodyUnreadable),
                "{length}"
            );
        }
        let mut wide = zstd::Encoder::new(Vec::new(), 3).unwrap();
        wide.window_log(27).unwrap();
        std::io::copy(&mut std::io::repeat(7).take(20_000_000), &mut wide).unwrap();
        let sealed = encrypt(&wide.finish().unwrap(), &identity.to_public()).unwrap();
        assert_eq!(open(&sealed, &identity), Err(BatchError::BodyUnreadable));
    }
}
