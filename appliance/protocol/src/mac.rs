//! HMAC-SHA256 between keeper and store, with the key both hold in a file of
//! their own.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::ZeroizeOnDrop;

/// The key shared by keeper and store. No `Debug`, no `Clone`, wiped on drop.
#[derive(ZeroizeOnDrop)]
pub struct MacKey([u8; 32]);

/// What a MAC is for; its text stands in front of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MacDomain {
    /// A permit.
    Permit,
    /// The list of agents' keys.
    Agents,
    /// The store's word about a record.
    Slip,
    /// The key of covers, made out of the shared one.
    Cover,
}

impl MacDomain {
    fn text(self) -> &'static [u8] {
        match self {
            MacDomain::Permit => b"fbx-permit-v1",
            MacDomain::Agents => b"fbx-agents-v1",
            MacDomain::Slip => b"fbx-slip-v1",
            MacDomain::Cover => b"fbx-cover-v1",
        }
    }
}

impl MacKey {
    /// Takes the 32 bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// MACs `domain || bytes`.
    pub fn mac(&self, domain: MacDomain, bytes: &[u8]) -> [u8; 32] {
        self.over(domain, bytes).finalize().into_bytes().into()
    }

    /// Checks a MAC in constant time.
    pub fn verify(&self, domain: MacDomain, bytes: &[u8], mac: &[u8; 32]) -> bool {
        self.over(domain, bytes).verify_slice(mac).is_ok()
    }

    fn over(&self, domain: MacDomain, bytes: &[u8]) -> Hmac<Sha256> {
        // A key of the block's size needs no hashing and so cannot be refused.
        let mut block = [0u8; 64];
        block[..32].copy_from_slice(&self.0);
        let mut mac = <Hmac<Sha256> as hmac::digest::KeyInit>::new(&block.into());
        mac.update(domain.text());
        mac.update(bytes);
        mac
    }
}
