//! `identity.json`: who this agent is to one box, for one service. Written
//! 0600, replaced whole, and refused when others could read it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use firebox_contract::recipients::Document;
use firebox_contract::record::Class;
use firebox_contract::signing::{PublicKey, SigningKey};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::memory::Memory;
use crate::stop::Stop;

/// The file of an enrolled agent.
pub(crate) const FILE: &str = "identity.json";
/// The same, before the box has taken it.
pub(crate) const PENDING: &str = "identity.pending.json";
/// Enrolments whose corrections still open. A correction is over long before a
/// service has been enrolled so often.
const MOST_EARLIER_KEYS: usize = 16;

/// Text that is a key: no `Debug`, no `Clone`, wiped on drop.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// Makes a random 32-byte key, as base64.
    pub(crate) fn random() -> Result<Self, Stop> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut())
            .map_err(|_| Stop::failed("the kernel gave no randomness"))?;
        Ok(Self(STANDARD.encode(*bytes)))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Who this agent is.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Identity {
    /// Form of this file; 1.
    pub(crate) version: u8,
    /// The box.
    #[serde(rename = "box")]
    pub(crate) box_id: String,
    /// Where to deliver.
    pub(crate) intake_url: String,
    /// The service.
    pub(crate) service: String,
    /// The feeds it may send.
    pub(crate) sources: Vec<String>,
    /// The epoch its batches carry.
    pub(crate) epoch: u64,
    /// PEM of the authority the box's certificate must come from.
    pub(crate) ca_pem: String,
    /// PEM of the client certificate.
    pub(crate) client_certificate_pem: String,
    /// PEM of its key.
    pub(crate) client_key_pem: Secret,
    /// Ed25519 seed, base64. The box knows this agent by it.
    pub(crate) signing_seed: Secret,
    /// age identity that opens corrections.
    pub(crate) correction_identity: Secret,
    /// Those of earlier enrolments, newest first: corrections that were sealed
    /// to them are still open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) earlier_correction_identities: Vec<Secret>,
    /// Secret of the agent's memory, base64; leaves this file never.
    pub(crate) memory_secret: Secret,
    /// The key that signs receipts and recipients.
    pub(crate) receipt_key: PublicKey,
    /// The keys to seal to, with their validity.
    pub(crate) recipients: Document,
    /// SHA-256 of the one-time code it was enrolled with, 64 hex digits.
    pub(crate) code_sha256: String,
}

impl Identity {
    /// Reads the identity of a service; none where it is not enrolled.
    pub(crate) fn load(folder: &Path) -> Result<Option<Self>, Stop> {
        Self::read(&folder.join(FILE))
    }

    /// Reads an identity the box may not have taken yet.
    pub(crate) fn load_pending(folder: &Path) -> Result<Option<Self>, Stop> {
        Self::read(&folder.join(PENDING))
    }

    fn read(path: &Path) -> Result<Option<Self>, Stop> {
        if !path.exists() {
            return Ok(None);
        }
        check_mode(path)?;
        let text = fs::read(path)
            .map(Zeroizing::new)
            .map_err(|e| unusable(path, &e.to_string()))?;
        let identity: Self = serde_json::from_slice(&text)
            .map_err(|e| unusable(path, &format!("line {} does not read", e.line())))?;
        if identity.version != 1 {
            return Err(unusable(
                path,
                "it is of a newer version: install that agent",
            ));
        }
        Ok(Some(identity))
    }

    /// Writes the identity whole: a crash leaves the old file or the new one.
    pub(crate) fn save(&self, folder: &Path, name: &str) -> Result<(), Stop> {
        let path = folder.join(name);
        let text = serde_json::to_vec_pretty(self)
            .map(Zeroizing::new)
            .map_err(|_| unusable(&path, "it cannot be written as JSON"))?;
        replace(&path, &text).map_err(|e| unusable(&path, &e.to_string()))
    }

    /// Makes a pending identity the one in force. It takes over what opens the
    /// corrections of the one before, so that none is lost with it.
    pub(crate) fn confirm(folder: &Path) -> Result<(), Stop> {
        let path = folder.join(FILE);
        if let (Some(before), Some(mut pending)) =
            (Self::load(folder)?, Self::load_pending(folder)?)
        {
            pending.earlier_correction_identities = before.into_correction_identities();
            pending.save(folder, PENDING)?;
        }
        fs::rename(folder.join(PENDING), &path)
            .and_then(|()| sync_folder(folder))
            .map_err(|e| unusable(&path, &e.to_string()))
    }

    /// Gives the signing key.
    pub(crate) fn signing_key(&self) -> Result<SigningKey, Stop> {
        SigningKey::from_base64(self.signing_seed.expose()).map_err(|_| {
            Stop::configuration("identity.json: `signing_seed` is damaged: enrol again")
        })
    }

    /// Gives what opens corrections: the identity in force, then earlier ones.
    pub(crate) fn correction_keys(&self) -> Result<Vec<age::x25519::Identity>, Stop> {
        let earlier = self.earlier_correction_identities.iter();
        std::iter::once(&self.correction_identity)
            .chain(earlier)
            .map(|key| {
                key.expose().parse().map_err(|_| {
                    Stop::configuration(
                        "identity.json: a correction identity is damaged: enrol again",
                    )
                })
            })
            .collect()
    }

    fn into_correction_identities(self) -> Vec<Secret> {
        let mut keys = vec![self.correction_identity];
        keys.extend(self.earlier_correction_identities);
        keys.truncate(MOST_EARLIER_KEYS);
        keys
    }

    /// Gives the agent's memory.
    pub(crate) fn memory(&self) -> Result<Memory, Stop> {
        let damaged =
            || Stop::configuration("identity.json: `memory_secret` is damaged: enrol again");
        let bytes = STANDARD
            .decode(self.memory_secret.expose())
            .map(Zeroizing::new)
            .map_err(|_| damaged())?;
        let secret: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| damaged())?;
        Memory::new(secret).map_err(|_| damaged())
    }

    /// Names the chain of batches this identity writes: another epoch or
    /// another key begins a new one.
    pub(crate) fn stream(&self) -> Result<String, Stop> {
        Ok(format!(
            "{}/{}",
            self.epoch,
            self.signing_key()?.public().id()
        ))
    }

    /// Gives the age recipient of batch bodies.
    pub(crate) fn batch_recipient(&self) -> Result<age::x25519::Recipient, Stop> {
        recipient(&self.recipients.batch)
    }

    /// Gives the age recipient of details of a class.
    pub(crate) fn detail_recipient(&self, class: Class) -> Result<age::x25519::Recipient, Stop> {
        let text = self.recipients.details.get(class.code()).ok_or_else(|| {
            Stop::failed(format!(
                "the box gives no key for details of class `{}`: ask its operator",
                class.code()
            ))
        })?;
        recipient(text)
    }
}

fn recipient(text: &str) -> Result<age::x25519::Recipient, Stop> {
    text.parse()
        .map_err(|_| Stop::failed("the box gave a key that is no age recipient: ask its operator"))
}

fn unusable(path: &Path, what: &str) -> Stop {
    Stop::configuration(format!("{} cannot be used: {what}", path.display()))
}

/// Makes a folder only its owner may enter, or checks that it is one.
pub(crate) fn own_folder(path: &Path) -> Result<(), Stop> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|e| unusable(path, &e.to_string()))?;
    check_mode(path)
}

/// Refuses what others than its owner may read, or what is another user's.
pub(crate) fn check_mode(path: &Path) -> Result<(), Stop> {
    let metadata = fs::metadata(path).map_err(|e| unusable(path, &e.to_string()))?;
    if metadata.mode() & 0o077 != 0 {
        return Err(unusable(path, "others may read it: chmod go-rwx"));
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(unusable(
            path,
            "it belongs to another user: run the agent as its owner",
        ));
    }
    Ok(())
}

/// Writes a file only its owner may read, whole: when this returns, the new one
/// is on the disk under its name; a crash before leaves the old one.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let fresh = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    sync_folder(&folder)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
