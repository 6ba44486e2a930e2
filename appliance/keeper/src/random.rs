//! Randomness, from the kernel and from nowhere else.

/// The kernel gave no random bytes; nothing that needs them can be done.
#[derive(Debug, thiserror::Error)]
#[error("the kernel gives no random bytes: look at /dev/urandom and the system call filter")]
pub(crate) struct NoRandomness;

/// The 32 signs of Crockford's base32: no I, L, O or U, so that a code can be
/// read out over the telephone.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Draws `N` bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
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
}
