//! The store's one connection to the keeper.
//!
//! ```text
//! away --(connect, hello, welcome)--> greeted --(all that is owed is attested)--> ready
//!   ^-------------------- connection ends, or a reply does not come -----------------'
//! ```
//!
//! The nonce is drawn once a start and sent with every hello, so a keeper that
//! restarts gives permits for this very store. Nothing is served before ready.

use std::collections::HashMap;
use std::io::BufReader;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use firebox_protocol::store_keeper::{Reply, Request};
use firebox_protocol::{Stop, frame};

use crate::connection::{Frames, Writer, receive};

/// Longest wait for a reply: the keeper answers after one fsync; a socket whose parent holds it
/// open may take a connection that nobody reads.
const REPLY_TIMEOUT: Duration = Duration::from_secs(10);
/// Pauses between tries to connect, from the first to the longest.
const PAUSE_MS: (u64, u64) = (50, 1_000);

/// The keeper is not there, or did not answer in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the keeper is away")]
pub(crate) struct Away;

/// The connection, shared by all threads.
pub(crate) struct KeeperClient {
    link: Mutex<Option<Arc<Writer>>>,
    waiting: Mutex<HashMap<u64, SyncSender<Reply>>>,
    next: AtomicU64,
    ready: AtomicBool,
}

/// What each connection starts with.
pub(crate) struct Greeting {
    /// The keeper's socket.
    pub(crate) path: PathBuf,
    /// Drawn once a start.
    pub(crate) nonce: [u8; 16],
    /// The box both must serve.
    pub(crate) box_id: String,
}

impl KeeperClient {
    /// Makes a client that is away.
    pub(crate) fn new() -> Self {
        Self {
            link: Mutex::new(None),
            waiting: Mutex::new(HashMap::new()),
            next: AtomicU64::new(1),
            ready: AtomicBool::new(false),
        }
    }

    /// Makes a client that is ready and speaks to whoever has the other end.
    #[cfg(test)]
    pub(crate) fn linked(stream: UnixStream) -> Self {
        let client = Self::new();
        *held(&client.link) = Writer::new(stream).ok().map(Arc::new);
        client.ready.store(true, Ordering::Release);
        client
    }

    /// Tells whether the keeper is there and owes nothing.
    pub(crate) fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// Asks, and waits for the reply.
    pub(crate) fn ask(&self, request: &Request) -> Result<Reply, Away> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = sync_channel(1);
        held(&self.waiting).insert(id, sender);
        let reply = self
            .send(id, request)
            .and_then(|()| receiver.recv_timeout(REPLY_TIMEOUT).map_err(|_| Away));
        held(&self.waiting).remove(&id);
        if reply.is_err() {
            // A keeper that does not answer is treated as gone: the next connection starts anew.
            self.hang_up();
        }
        reply
    }

    /// Tells the keeper what gets no reply, all of it in one go. `Ok`: the
    /// kernel has all of it for the keeper.
    pub(crate) fn tell(&self, requests: &[Request]) -> Result<(), Away> {
        let mut frames = Frames::default();
        for request in requests {
            let id = self.next.fetch_add(1, Ordering::Relaxed);
            frames.add(id, request).map_err(|_| Away)?;
        }
        if frames.is_empty() {
            return Ok(());
        }
        self.link()?.send_all(&frames).map_err(|_| Away)
    }

    fn send(&self, id: u64, request: &Request) -> Result<(), Away> {
        self.link()?.send(id, request).map_err(|_| Away)
    }

    fn link(&self) -> Result<Arc<Writer>, Away> {
        held(&self.link).clone().ok_or(Away)
    }

    fn hang_up(&self) {
        self.ready.store(false, Ordering::Release);
        if let Some(link) = held(&self.link).take() {
            link.shut();
        }
    }

    /// Keeps connecting for ever. `owed` runs after each welcome, before the
    /// client is ready; an error in it hangs up and tries again.
    ///
    /// # Errors
    /// Only when the keeper serves another box.
    pub(crate) fn keep_connected(
        self: &Arc<Self>,
        greeting: &Greeting,
        highest_log_index: impl Fn() -> u64,
        owed: impl Fn(&Self) -> Result<(), Away>,
    ) -> Result<(), Stop> {
        let (mut pause, longest) = PAUSE_MS;
        let mut told = false;
        loop {
            if let Ok(reading) = self.connect(&greeting.path) {
                let hello = Request::Hello {
                    nonce: greeting.nonce,
                    highest_log_index: highest_log_index(),
                };
                if self.greet(&hello, &greeting.box_id)? && owed(self).is_ok() {
                    self.ready.store(true, Ordering::Release);
                    log::info!("the keeper is there");
                    (pause, told) = (PAUSE_MS.0, false);
                } else {
                    self.hang_up();
                }
                // Ends when the connection does.
                if reading.join().is_err() {
                    log::error!("the keeper's reader stopped");
                }
                self.hang_up();
            }
            if !told {
                log::warn!("the keeper is away: nothing is served until it is back");
                told = true;
            }
            std::thread::sleep(Duration::from_millis(pause));
            pause = (pause * 2).min(longest);
        }
    }

    fn connect(self: &Arc<Self>, path: &Path) -> std::io::Result<std::thread::JoinHandle<()>> {
        let stream = UnixStream::connect(path)?;
        let writer = Arc::new(Writer::new(stream.try_clone()?)?);
        *held(&self.link) = Some(writer);
        let client = Arc::clone(self);
        std::thread::Builder::new()
            .name("keeper".into())
            .spawn(move || client.read(stream))
    }

    /// Hands replies to whoever waits, until the connection ends.
    fn read(&self, stream: UnixStream) {
        let mut stream = BufReader::new(stream);
        while let Ok((id, message)) = receive(&mut stream) {
            let Ok(reply) = frame::decode::<Reply>(&message) else {
                break;
            };
            if let Some(waiting) = held(&self.waiting).remove(&id) {
                // Whoever waited may have given up.
                let _ = waiting.try_send(reply);
            }
        }
        // Dropping the senders wakes everybody who still waits.
        held(&self.waiting).clear();
        self.hang_up();
    }

    fn greet(&self, hello: &Request, box_id: &str) -> Result<bool, Stop> {
        match self.ask(hello) {
            Ok(Reply::Welcome { box_id: keeper }) if keeper == box_id => Ok(true),
            Ok(Reply::Welcome { .. }) => Err(Stop::configuration(
                "keeper and store serve different boxes: start both with the same firebox.toml",
            )),
            _ => Ok(false),
        }
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing under these locks can be left half done by a panic.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
