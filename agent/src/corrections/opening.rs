//! A correction's bytes to what it says: signed by the box, for this box and
//! this service, sealed to its key, and inside what the outside claims.

use age::x25519::Identity as Key;
use firebox_contract::correction::{Correction, CorrectionError, Header, Item, MAX_CORRECTIONS};
use zeroize::Zeroizing;

use super::is_reference;
use crate::identity::Identity;

/// Why a correction is not taken. Nothing of its content is in the text.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub(super) enum Unopened {
    #[error("{0}")]
    Contract(#[from] CorrectionError),
    #[error("it is no base64")]
    Base64,
    #[error("its reference has not the form of one")]
    Reference,
    #[error("it comes from another box")]
    OtherBox,
    #[error("it is for another service")]
    OtherService,
    #[error("it is not sealed to this service's key")]
    Sealed,
    #[error("another correction came under its reference; the first one stays")]
    Differs,
    #[error("it is no longer here")]
    Missing,
}

/// Proves and opens what the box sent.
pub(super) fn receive(
    bytes: &[u8],
    identity: &Identity,
    keys: &[Key],
) -> Result<Header, (Option<String>, Unopened)> {
    let correction = Correction::parse(bytes).map_err(|error| (None, error.into()))?;
    let reference = &correction.header.correction;
    if !is_reference(reference) {
        return Err((None, Unopened::Reference));
    }
    match prove(&correction, identity, keys) {
        Ok(()) => Ok(correction.header),
        Err(error) => Err((Some(reference.clone()), error)),
    }
}

fn prove(correction: &Correction, identity: &Identity, keys: &[Key]) -> Result<(), Unopened> {
    correction.verify(&identity.receipt_key)?;
    if correction.header.box_id != identity.box_id {
        return Err(Unopened::OtherBox);
    }
    if correction.header.service != identity.service {
        return Err(Unopened::OtherService);
    }
    open(correction, keys).map(|_| ())
}

/// Opens what was proved when it came. Its signature is not asked for again:
/// the box may have a new key since.
pub(super) fn reopen(bytes: &[u8], keys: &[Key]) -> Result<Item, Unopened> {
    open(&Correction::parse(bytes)?, keys)
}

fn open(correction: &Correction, keys: &[Key]) -> Result<Item, Unopened> {
    let plain = keys
        .iter()
        .find_map(|key| age::decrypt(key, &correction.ciphertext).ok())
        .map(Zeroizing::new)
        .ok_or(Unopened::Sealed)?;
    Ok(correction.accept(&plain)?)
}

/// Names the correction at `place` of a list where its reference does not read.
pub(super) fn nameless(place: usize) -> String {
    format!("number {} of at most {MAX_CORRECTIONS} listed", place + 1)
}
