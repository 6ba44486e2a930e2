//! The doors: one listening Unix socket a caller, inherited from the parent. The
//! socket says who calls; the peer's uid is the second check. The listeners
//! belong to the parent and outlive this process, so a door is left open here
//! and never shut down.

use std::collections::HashMap;
use std::io::{self, PipeReader, PipeWriter};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::net::sockopt::socket_peercred;

use crate::connection::Broken;

/// The uid of somebody from another user namespace: nobody we know.
const OVERFLOW_UID: u32 = 65_534;
/// How long a door rests when the kernel has no descriptors left.
const REST: Duration = Duration::from_millis(100);

/// A listening socket and the only uid that may connect to it.
pub struct Socket {
    /// The listener, as inherited.
    pub listener: UnixListener,
    /// The caller's uid.
    pub peer_uid: u32,
}

/// The keeper's sockets.
pub struct Listeners {
    /// `keeper-gate`.
    pub gate: Socket,
    /// `keeper-store`.
    pub store: Socket,
    /// `keeper-operator`.
    pub operator: Socket,
}

/// Rings when the keeper ends. Dropped, it wakes every door at once.
pub(crate) struct Closing(PipeWriter);

impl Closing {
    /// Makes the bell and what the doors listen to.
    pub(crate) fn new() -> io::Result<(Self, Arc<PipeReader>)> {
        let (reader, writer) = io::pipe()?;
        Ok((Self(writer), Arc::new(reader)))
    }

    /// Wakes the doors.
    pub(crate) fn ring(self) {
        drop(self.0);
    }
}

type Serve = dyn Fn(&UnixStream) -> Result<(), Broken> + Send + Sync;

/// One door with its open connections.
pub(crate) struct Door {
    name: &'static str,
    peer_uid: u32,
    /// Most connections at once; a peer needs one, and two while it restarts.
    most: usize,
    serve: Box<Serve>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    next: u64,
    connections: HashMap<u64, (Arc<UnixStream>, JoinHandle<()>)>,
}

impl Door {
    /// Opens the door: accepts until `closing` rings.
    pub(crate) fn open(
        name: &'static str,
        socket: Socket,
        most: usize,
        closing: Arc<PipeReader>,
        serve: impl Fn(&UnixStream) -> Result<(), Broken> + Send + Sync + 'static,
    ) -> io::Result<(Arc<Self>, JoinHandle<()>)> {
        let Socket { listener, peer_uid } = socket;
        // A connection may be gone again between the kernel's word and ours.
        listener.set_nonblocking(true)?;
        let open = Mutex::new(Open::default());
        let door = Arc::new(Self {
            name,
            peer_uid,
            most,
            serve: Box::new(serve),
            open,
        });
        let keeps = Arc::clone(&door);
        let thread = thread::Builder::new()
            .name(name.into())
            .spawn(move || while keeps.next(&listener, &closing) {})?;
        Ok((door, thread))
    }

    /// Ends every connection once its replies are written.
    pub(crate) fn end_connections(&self) {
        let connections: Vec<_> = self
            .lock()
            .connections
            .drain()
            .map(|(_, one)| one)
            .collect();
        for (stream, _) in &connections {
            let _gone = stream.shutdown(Shutdown::Read);
        }
        for thread in connections.into_iter().map(|(_, thread)| thread) {
            let _panicked = thread.join();
        }
    }

    /// Waits for one connection or the bell; false at the bell.
    fn next(self: &Arc<Self>, listener: &UnixListener, closing: &PipeReader) -> bool {
        let mut ready = [
            PollFd::new(listener, PollFlags::IN),
            PollFd::new(closing, PollFlags::IN),
        ];
        if poll(&mut ready, None).is_err() {
            return true;
        }
        if !ready[1].revents().is_empty() {
            return false;
        }
        match listener.accept() {
            Ok((stream, _)) => self.greet(stream),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => {
                log::warn!("{}: a connection could not be taken", self.name);
                thread::sleep(REST);
            }
        }
        true
    }

    fn greet(self: &Arc<Self>, stream: UnixStream) {
        let uid = socket_peercred(&stream).map(|peer| peer.uid.as_raw());
        if uid != Ok(self.peer_uid) || self.peer_uid == OVERFLOW_UID {
            return log::warn!("{}: a caller with another uid was turned away", self.name);
        }
        if stream.set_nonblocking(false).is_err() {
            return;
        }
        let mut open = self.lock();
        if open.connections.len() >= self.most {
            return log::warn!(
                "{}: more than {} connections, turned away",
                self.name,
                self.most
            );
        }
        let (number, stream) = (open.next, Arc::new(stream));
        open.next += 1;
        let (door, served) = (Arc::clone(self), Arc::clone(&stream));
        let thread = thread::Builder::new()
            .name(format!("{}-{number}", self.name))
            .spawn(move || door.keep(number, &served));
        match thread {
            Ok(thread) => drop(open.connections.insert(number, (stream, thread))),
            Err(_) => log::warn!("{}: no thread for a connection", self.name),
        }
    }

    fn keep(&self, number: u64, stream: &UnixStream) {
        if let Err(broken) = (self.serve)(stream) {
            log::warn!("{}: connection ended: {broken}", self.name);
        }
        let _gone = stream.shutdown(Shutdown::Both);
        self.lock().connections.remove(&number);
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
