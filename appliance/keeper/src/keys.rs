//! What the keeper is given at its start: its keys, and the public keys that
//! agents seal to.

use std::collections::BTreeMap;

use firebox_contract::record::Class;
use firebox_contract::signing::SigningKey;
use firebox_protocol::mac::MacKey;
use zeroize::Zeroizing;

/// The keeper's keys. No `Debug`, no `Clone`; each is wiped on drop.
pub struct Keys {
    /// SQLCipher's raw key of `log-<epoch>.db`, 32 bytes.
    pub log: Zeroizing<[u8; 32]>,
    /// HMAC key of the head file, 32 bytes.
    pub head: Zeroizing<[u8; 32]>,
    /// MAC key of permits and of the list of agents; the store has it too.
    pub permit: MacKey,
    /// Ed25519 seed of the key that signs checkpoints, 32 bytes.
    pub checkpoint: Zeroizing<[u8; 32]>,
    /// Signs receipts and the list of recipients.
    pub receipt: SigningKey,
    /// age identities that open details, by class; several while a quarter turns.
    pub details: BTreeMap<Class, Vec<age::x25519::Identity>>,
}

/// age recipients; public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipients {
    /// Of batch bodies; the store holds the identity.
    pub batch: String,
    /// Of details, by class code.
    pub details: BTreeMap<String, String>,
}
