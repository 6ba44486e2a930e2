//! Handles: names of people, of those who speak for them, of properties and
//! flags, that mean something in one session and nowhere else.
//!
//! ```text
//! handle = base64url( nonce 12 | AES-256-GCM( id u64, big-endian ) | tag 16 )
//! associated data = "fbx-handle-v1" | kind | SHA-256 of the session's token
//! ```
//!
//! The key is drawn at start and kept nowhere. A handle of another session,
//! another kind or an earlier start does not open, and all three are the same
//! 404 as one that never was.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use firebox_protocol::Stop;
use firebox_protocol::query::ProxyId;
use zeroize::Zeroizing;

use crate::problem::{Kind as ProblemKind, Problem};

const DOMAIN: &[u8] = b"fbx-handle-v1";
/// Length of the associated data.
const ASSOCIATED_BYTES: usize = DOMAIN.len() + 1 + 32;

/// What a handle names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// A person.
    Person = 1,
    /// A property, by its UPRN.
    Property = 2,
    /// A flag, by the store's id of the record.
    Flag = 3,
    /// Somebody who speaks for a person, see [`proxy_number`].
    Proxy = 5,
    /// A form of a page, so that no other site can send it.
    Form = 6,
}

/// Bits of a proxy's number that hold the place in the record.
const PLACE_BITS: u32 = 16;

/// Packs a proxy into the one number a handle holds: `record << 16 | place`.
/// None: the record's id is negative or over 48 bits.
pub(crate) fn proxy_number(proxy: ProxyId) -> Option<u64> {
    let record = u64::try_from(proxy.record).ok()?;
    let fits = record >> (u64::BITS - PLACE_BITS) == 0;
    fits.then(|| record << PLACE_BITS | u64::from(proxy.place))
}

/// Gives the proxy that such a number stands for.
pub(crate) fn proxy_of(number: u64) -> ProxyId {
    let [.., high, low] = number.to_be_bytes();
    ProxyId {
        record: (number >> PLACE_BITS).cast_signed(),
        place: u16::from_be_bytes([high, low]),
    }
}

/// Seals and opens handles. No `Debug`, no `Clone`.
pub(crate) struct Handles(RandomizedNonceKey);

impl Handles {
    /// Draws the key. Nonces are random: one key serves four thousand million
    /// handles safely, which is years of a council's look-ups, and a gate that
    /// is never restarted is never patched either.
    pub(crate) fn draw() -> Result<Self, Stop> {
        let refuse = |_| Stop::operating_system("the kernel gives no randomness: restart the box");
        let mut key = Zeroizing::new([0u8; 32]);
        aws_lc_rs::rand::fill(key.as_mut_slice()).map_err(refuse)?;
        RandomizedNonceKey::new(&AES_256_GCM, key.as_slice())
            .map(Self)
            .map_err(refuse)
    }

    /// Makes the handle of a thing for a session, by the hash of its token.
    pub(crate) fn seal(&self, kind: Kind, id: u64, session: &[u8; 32]) -> Result<String, Problem> {
        let mut sealed = id.to_be_bytes();
        let (nonce, tag) = self
            .0
            .seal_in_place_separate_tag(associated(kind, session), &mut sealed)
            .map_err(|_| Problem::new(ProblemKind::Unexpected))?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_ref(), sealed.as_slice(), tag.as_ref()].concat()))
    }

    /// Gives the id a handle of this kind and session stands for.
    pub(crate) fn open(
        &self,
        kind: Kind,
        handle: &str,
        session: &[u8; 32],
    ) -> Result<u64, Problem> {
        self.id(kind, handle, session)
            .ok_or(Problem::new(ProblemKind::NotFound))
    }

    fn id(&self, kind: Kind, handle: &str, session: &[u8; 32]) -> Option<u64> {
        let mut bytes = URL_SAFE_NO_PAD.decode(handle).ok()?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let id = self
            .0
            .open_in_place(nonce, associated(kind, session), sealed)
            .ok()?;
        Some(u64::from_be_bytes((&*id).try_into().ok()?))
    }
}

fn associated(kind: Kind, session: &[u8; 32]) -> Aad<[u8; ASSOCIATED_BYTES]> {
    let mut bytes = [kind as u8; ASSOCIATED_BYTES];
    bytes[..DOMAIN.len()].copy_from_slice(DOMAIN);
    bytes[DOMAIN.len() + 1..].copy_from_slice(session);
    Aad::from(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: [u8; 32] = [7; 32];
    const KINDS: [Kind; 5] = [
        Kind::Person,
        Kind::Property,
        Kind::Flag,
        Kind::Proxy,
        Kind::Form,
    ];

    #[test]
    fn a_handle_opens_in_its_session_as_its_kind() {
        let handles = Handles::draw().unwrap();
        for kind in KINDS {
            let handle = handles.seal(kind, 100_023_336_956, &SESSION).unwrap();
            assert_eq!(handles.open(kind, &handle, &SESSION), Ok(100_023_336_956));
            assert!(
                handle
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            );
        }
    }

    #[test]
    fn a_handle_of_another_session_kind_or_start_is_the_same_not_found() {
        let handles = Handles::draw().unwrap();
        let not_found = Err(Problem::new(ProblemKind::NotFound));
        let handle = handles.seal(Kind::Flag, 12, &SESSION).unwrap();
        assert_eq!(handles.open(Kind::Flag, &handle, &[8; 32]), not_found);
        for kind in KINDS.into_iter().filter(|kind| *kind != Kind::Flag) {
            assert_eq!(handles.open(kind, &handle, &SESSION), not_found);
        }
        assert_eq!(
            Handles::draw().unwrap().open(Kind::Flag, &handle, &SESSION),
            not_found
        );
    }

    #[test]
    fn a_handle_changed_in_any_character_is_not_found() {
        let handles = Handles::draw().unwrap();
        let handle = handles.seal(Kind::Flag, 12, &SESSION).unwrap();
        for at in 0..handle.len() {
            let mut changed = handle.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(
                handles.open(Kind::Flag, &changed, &SESSION).is_err(),
                "character {at}"
            );
            assert!(
                handles.open(Kind::Flag, &handle[..at], &SESSION).is_err(),
                "cut at {at}"
            );
        }
    }

    #[test]
    fn a_proxy_that_fits_comes_back_as_it_was_and_one_that_does_not_gets_no_number() {
        let proxy = |record, place| ProxyId { record, place };
        let most = (1 << 48) - 1;
        for fits in [proxy(0, 0), proxy(41, 2), proxy(most, u16::MAX)] {
            assert_eq!(proxy_number(fits).map(proxy_of), Some(fits));
        }
        for too_large in [most + 1, i64::MAX, -1] {
            assert_eq!(proxy_number(proxy(too_large, 0)), None, "{too_large}");
        }
    }

    #[test]
    fn the_same_thing_has_another_handle_each_time() {
        let handles = Handles::draw().unwrap();
        let one = handles.seal(Kind::Flag, 12, &SESSION).unwrap();
        assert_ne!(one, handles.seal(Kind::Flag, 12, &SESSION).unwrap());
    }
}
