//! The head file: size and root of the log, kept beside it under a MAC.
//!
//! ```text
//! head = 0x01 | size u64 | root 32 | MAC 32        MAC over "fbx-head-v1", origin, 0x00 and what stands before
//! ```
//!
//! SQLite throws a torn end of its write-ahead log away in silence, and whoever
//! can write the folder can put an older copy back. The head shows both at the
//! next start. It is written after the group it speaks of is durable, by a
//! thread of its own: it may lag the log and never leads it.

use std::fs::{OpenOptions, rename};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use firebox_protocol::Stop;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::book::{DurableTip, Tip};
use super::database::{check_mode, sync_folder};

/// Name of the head.
const HEAD: &str = "head";
/// Name of the mark of a log that was refused as too short.
const SHORT: &str = "short";
const VERSION: u8 = 1;
const HEAD_BYTES: usize = 1 + 8 + 32 + 32;
/// Shortest time between two writes: a busy log's own syncs come first.
const PAUSE: Duration = Duration::from_millis(100);

/// Reads and writes the head of one log.
pub(crate) struct HeadFile {
    folder: PathBuf,
    name: &'static str,
    origin: String,
    key: Zeroizing<[u8; 32]>,
}

impl HeadFile {
    /// Names the head in the keeper's folder. The origin ties it to one epoch.
    pub(crate) fn new(folder: PathBuf, origin: String, key: &[u8; 32]) -> Self {
        Self::named(HEAD, folder, origin, key)
    }

    /// Names the mark of a log that was found shorter than the store has seen:
    /// size and root of the log that was refused. Every start adds an entry, so
    /// without it a log that was put back would be long enough in the end.
    pub(crate) fn of_a_short_log(folder: PathBuf, origin: String, key: &[u8; 32]) -> Self {
        Self::named(SHORT, folder, origin, key)
    }

    fn named(name: &'static str, folder: PathBuf, origin: String, key: &[u8; 32]) -> Self {
        Self {
            folder,
            name,
            origin,
            key: Zeroizing::new(*key),
        }
    }

    /// Gives the file's path.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(self.name)
    }

    /// Reads the head; none when there is no file.
    pub(crate) fn read(&self) -> Result<Option<Tip>, Stop> {
        let path = self.path();
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(Stop::configuration(format!(
                    "{} cannot be read: {error}",
                    path.display()
                )));
            }
        };
        check_mode(&path)?;
        self.parse(&bytes).map(Some).ok_or_else(|| {
            Stop::configuration(format!(
                "{} is damaged, of another log, or made with another key: put back keys/keeper/head.key and this file from the same backup as the log",
                path.display()
            ))
        })
    }

    fn parse(&self, bytes: &[u8]) -> Option<Tip> {
        let bytes: &[u8; HEAD_BYTES] = bytes.try_into().ok()?;
        let (told, mac) = bytes.split_last_chunk::<32>()?;
        self.mac(told).verify_slice(mac).ok()?;
        let size = u64::from_be_bytes(told[1..9].try_into().ok()?);
        (told[0] == VERSION).then_some(Tip {
            size,
            root: told[9..].try_into().ok()?,
        })
    }

    /// Replaces the head in one step that is durable when this returns.
    pub(crate) fn write(&self, tip: &Tip) -> io::Result<()> {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&tip.size.to_be_bytes());
        bytes.extend_from_slice(&tip.root);
        let mac = self.mac(&bytes).finalize().into_bytes();
        bytes.extend_from_slice(&mac);
        let new = self.folder.join(format!("{}.new", self.name));
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        rename(&new, self.path())?;
        sync_folder(&self.folder)
    }

    /// Takes the file away, durably.
    pub(crate) fn remove(&self) -> io::Result<()> {
        std::fs::remove_file(self.path())?;
        sync_folder(&self.folder)
    }

    fn mac(&self, told: &[u8]) -> Hmac<Sha256> {
        // A key of the block's size needs no hashing and so cannot be refused.
        let mut block = Zeroizing::new([0u8; 64]);
        block[..32].copy_from_slice(self.key.as_slice());
        let mut mac = <Hmac<Sha256> as hmac::digest::KeyInit>::new((&*block).into());
        // One is never taken for the other.
        let domain: &[u8] = if self.name == HEAD {
            b"fbx-head-v1"
        } else {
            b"fbx-short-v1"
        };
        mac.update(domain);
        mac.update(self.origin.as_bytes());
        mac.update(&[0]);
        mac.update(told);
        mac
    }
}

/// Tells the head's thread that the log grew.
#[derive(Clone)]
pub(crate) struct HeadBell(SyncSender<()>);

impl HeadBell {
    /// Rings; one ring waiting stands for all. False when the thread is gone.
    pub(crate) fn ring(&self) -> bool {
        !matches!(self.0.try_send(()), Err(TrySendError::Disconnected(())))
    }
}

/// Starts the thread that writes the head after each group. When a write fails
/// it tells `failed` and ends, and so does the keeper.
pub(crate) fn start(
    file: HeadFile,
    tip: Arc<DurableTip>,
    failed: impl FnOnce(Stop) + Send + 'static,
) -> io::Result<(HeadBell, JoinHandle<()>)> {
    let (bell, rings) = sync_channel(1);
    let thread = thread::Builder::new().name("head".into()).spawn(move || {
        if let Err(error) = keep_up(&file, &tip, &rings) {
            failed(Stop::operating_system(format!(
                "{} cannot be written: {error}. Look at the disk, then start the keeper again",
                file.path().display()
            )));
        }
    })?;
    Ok((HeadBell(bell), thread))
}

fn keep_up(file: &HeadFile, tip: &DurableTip, rings: &Receiver<()>) -> io::Result<()> {
    while rings.recv().is_ok() {
        file.write(&tip.get())?;
        // Rings that come meanwhile are answered together by the next write.
        thread::sleep(PAUSE);
    }
    file.write(&tip.get())
}
