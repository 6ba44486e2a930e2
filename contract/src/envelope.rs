//! The sealed detail of one record.
//!
//! ```text
//! envelope  = 0x01 | u16 length | context | u32 length | ciphertext | signature (64)
//! plaintext = 0x01 | u16 length | context | salt (32) | padded
//! padded    = u32 length | payload | zeros up to a multiple of 512 bytes
//! ```
//!
//! age has neither associated data nor a sender. So the context stands inside
//! the plaintext as well as outside, and the agent signs context and hash of
//! the ciphertext: an envelope moved to another record, or made by somebody
//! who only knows the public recipient, is refused with its own reason.
//! Opening needs an age identity and happens in the keeper alone; this module
//! only judges what came out.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::canonical::{self, NotCanonical, sha256};
use crate::record::Class;
use crate::signing::{BadSignature, Domain, PublicKey, SIGNATURE_BYTES};
use crate::wire::{self, Malformed, Reader};

/// First byte of an envelope and of its plaintext.
pub const VERSION: u8 = 1;
/// Largest payload in bytes.
pub const MAX_PAYLOAD_BYTES: usize = 60 * 1024;
/// Payloads are padded to a multiple of this many bytes.
pub const PAD_BYTES: usize = 512;
/// Largest ciphertext in bytes: payload, padding, context and age's own header.
const MAX_CIPHERTEXT_BYTES: usize = 72 * 1024;

/// What an envelope belongs to. Equal inside and outside, or it is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// Always `fbx-envelope-v1`.
    pub format: Format,
    /// The box it was sealed for.
    #[serde(rename = "box")]
    pub box_id: String,
    /// The service that owns the record.
    pub service: String,
    /// The feed it came by.
    pub source: String,
    /// The service's own id of the record.
    pub record: String,
    /// How closely it is held, and so which identity opens it.
    pub class: Class,
    /// Version of the record; rises with every change.
    pub version: u64,
    /// When the service last changed the record.
    pub source_time: Timestamp,
    /// SHA-256(salt || padded), as 64 hex digits.
    pub commitment: String,
    /// Id of the agent's signing key.
    pub key: String,
}

/// The format's name, the only value the field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Format {
    /// Version 1.
    #[default]
    #[serde(rename = "fbx-envelope-v1")]
    V1,
}

/// An envelope that read; its signature is not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// What it belongs to.
    pub context: Context,
    /// The age file.
    pub ciphertext: Vec<u8>,
    context_bytes: Vec<u8>,
    signature: [u8; SIGNATURE_BYTES],
}

/// Why an envelope was refused. Each is an alarm: none happens by accident.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum EnvelopeError {
    /// The bytes are no envelope.
    #[error("the envelope is malformed: {0}")]
    Malformed(#[from] Malformed),
    /// Not signed by the agent of this service.
    #[error("the envelope is forged or damaged: its signature is not the agent's")]
    BadSignature,
    /// Sealed for another record, class or version than asked for.
    #[error("the envelope belongs to another record")]
    Swapped,
    /// The context inside differs from the one outside.
    #[error("the envelope's inside does not belong to its outside")]
    ContextDiffers,
    /// Salt and payload do not give the commitment.
    #[error("the envelope's payload is not the one that was committed to")]
    Commitment,
}

impl Envelope {
    /// Reads an envelope, whole and exact.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes, VERSION)?;
        let context_bytes = reader.short()?.to_vec();
        let ciphertext = reader.long(MAX_CIPHERTEXT_BYTES)?.to_vec();
        let signature = reader.array()?;
        reader.end()?;
        let context = read_context(&context_bytes)?;
        Ok(Self {
            context,
            ciphertext,
            context_bytes,
            signature,
        })
    }

    /// Checks that `key` signed this context for this ciphertext.
    pub fn verify(&self, key: &PublicKey) -> Result<(), EnvelopeError> {
        let message = signed_message(&self.context_bytes, &self.ciphertext);
        key.verify(Domain::Envelope, &message, &self.signature)
            .map_err(|BadSignature| EnvelopeError::BadSignature)
    }

    /// Judges the plaintext that the keeper decrypted and gives the payload.
    pub fn accept(&self, plaintext: &[u8]) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
        let mut reader = Reader::new(plaintext, VERSION)?;
        if reader.short()? != self.context_bytes {
            return Err(EnvelopeError::ContextDiffers);
        }
        let salt: [u8; 32] = reader.array()?;
        let padded = reader.take(plaintext.len() - 1 - 2 - self.context_bytes.len() - 32)?;
        if hex::encode(sha256(&[&salt, padded])) != self.context.commitment {
            return Err(EnvelopeError::Commitment);
        }
        let (length, rest) = padded
            .split_first_chunk::<4>()
            .ok_or(Malformed::Truncated)?;
        let length = u32::from_be_bytes(*length) as usize;
        let payload = rest.get(..length).ok_or(Malformed::Truncated)?;
        Ok(Zeroizing::new(payload.to_vec()))
    }

    /// SHA-256 of the ciphertext, as the keeper's version map holds it.
    pub fn ciphertext_hash(&self) -> [u8; 32] {
        sha256(&[&self.ciphertext])
    }
}

fn read_context(bytes: &[u8]) -> Result<Context, Malformed> {
    let context: Context = serde_json::from_slice(bytes).map_err(|_| Malformed::Header)?;
    match canonical::to_bytes(&context) {
        Ok(canonical) if canonical == bytes => Ok(context),
        _ => Err(Malformed::Header),
    }
}

fn signed_message(context: &[u8], ciphertext: &[u8]) -> Vec<u8> {
    [context, &sha256(&[ciphertext])].concat()
}

/// Why a detail could not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Over 60 KiB.
    #[error("the detail is over 60 KiB: shorten it at the service")]
    TooLong,
    /// The kernel gave no randomness.
    #[error("no randomness from the kernel")]
    Randomness,
    /// age refused.
    #[error("age could not encrypt")]
    Encrypt(#[source] std::io::Error),
    /// The context or batch header cannot be written.
    #[error(transparent)]
    Canonical(#[from] NotCanonical),
    /// A part is longer than the format allows.
    #[error(transparent)]
    Format(#[from] Malformed),
}

/// Pads a payload as the format says: length, payload, zeros.
pub fn pad(payload: &[u8]) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    if payload.len() > MAX_PAYLOAD_BYTES {
        return Err(Malformed::TooLong);
    }
    let size = (4 + payload.len()).div_ceil(PAD_BYTES) * PAD_BYTES;
    let mut padded = Zeroizing::new(Vec::with_capacity(size));
    wire::put_long(&mut padded, payload)?;
    padded.resize(size, 0);
    Ok(padded)
}

/// Lays out the plaintext of an envelope; `context.commitment` must be that of
/// `salt` and `padded`.
pub fn plaintext(
    context: &[u8],
    salt: &[u8; 32],
    padded: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    let size = 1 + 2 + context.len() + 32 + padded.len();
    let mut plain = Zeroizing::new(Vec::with_capacity(size));
    plain.push(VERSION);
    wire::put_short(&mut plain, context)?;
    plain.extend_from_slice(salt);
    plain.extend_from_slice(padded);
    Ok(plain)
}

/// Lays out and signs an envelope around a ciphertext that is already made.
pub fn assemble(
    context: &[u8],
    ciphertext: &[u8],
    key: &crate::signing::SigningKey,
) -> Result<Vec<u8>, Malformed> {
    let mut bytes = vec![VERSION];
    wire::put_short(&mut bytes, context)?;
    wire::put_long(&mut bytes, ciphertext)?;
    bytes.extend_from_slice(&key.sign(Domain::Envelope, &signed_message(context, ciphertext)));
    Ok(bytes)
}

/// Seals a payload for one record: pads, commits, encrypts to `recipient` and
/// signs. `context.commitment` is filled in here.
#[cfg(feature = "seal")]
pub fn seal(
    payload: &[u8],
    mut context: Context,
    recipient: &age::x25519::Recipient,
    key: &crate::signing::SigningKey,
) -> Result<Vec<u8>, SealError> {
    let padded = pad(payload).map_err(|_| SealError::TooLong)?;
    let mut salt = [0u8; 32];
    getrandom::fill(&mut salt).map_err(|_| SealError::Randomness)?;
    context.commitment = hex::encode(sha256(&[&salt, &padded]));
    let context = canonical::to_bytes(&context)?;
    let plain = plaintext(&context, &salt, &padded)?;
    let ciphertext = encrypt(&plain, recipient)?;
    Ok(assemble(&context, &ciphertext, key)?)
}

/// Encrypts bytes as a binary age file to one recipient.
#[cfg(feature = "seal")]
pub fn encrypt(plain: &[u8], recipient: &age::x25519::Recipient) -> Result<Vec<u8>, SealError> {
    use std::io::{Error, Write};
    let wrong = |e: age::EncryptError| SealError::Encrypt(Error::other(e));
    let encryptor =
        age::Encryptor::with_recipients(std::iter::once(recipient as _)).map_err(wrong)?;
    let mut out = Vec::with_capacity(plain.len() + 512);
    let mut writer = encryptor
        .wrap_output(&mut out)
        .map_err(SealError::Encrypt)?;
    writer
        .write_all(plain)
        .and_then(|()| writer.finish().map(drop))
        .map_err(SealError::Encrypt)?;
    Ok(out)
}
