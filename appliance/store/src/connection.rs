//! Frames on a Unix stream: read whole within the cap, written whole.

use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use firebox_protocol::frame::{self, FrameHeader, HEADER_BYTES};
use serde::Serialize;

/// How long a peer may leave a reply unread before it is given up.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);
/// The uid that means "nobody in this user namespace": never a peer of ours.
const NOBODY: u32 = 65_534;
/// Pause after a failed accept, so that a shortage of descriptors does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Longest message a header alone has room made for, in bytes.
const SMALL_BYTES: usize = 1_024;

/// A listening socket, and the one user that may connect to it.
pub struct Socket {
    /// The socket, inherited from the parent.
    pub listener: UnixListener,
    /// The peer's user id.
    pub peer_uid: u32,
}

impl Socket {
    /// Accepts for ever and hands on the connections of the right user.
    pub(crate) fn serve(&self, name: &str, mut each: impl FnMut(UnixStream)) {
        // The parent may have used the same socket without blocking.
        if let Err(error) = self.listener.set_nonblocking(false) {
            log::error!("{name}: the socket cannot be used ({})", error.kind());
            return;
        }
        loop {
            match self.listener.accept() {
                Ok((stream, _)) if self.allows(&stream) => each(stream),
                Ok(_) => log::warn!("{name}: a connection of another user was refused"),
                Err(error) => {
                    log::error!("{name}: accept failed ({})", error.kind());
                    std::thread::sleep(ACCEPT_PAUSE);
                }
            }
        }
    }

    fn allows(&self, stream: &UnixStream) -> bool {
        rustix::net::sockopt::socket_peercred(stream).is_ok_and(|peer| {
            let uid = peer.uid.as_raw();
            uid == self.peer_uid && uid != NOBODY
        })
    }
}

/// Messages laid out one after the other, to be written in one go.
#[derive(Default)]
pub(crate) struct Frames(Vec<u8>);

impl Frames {
    /// Adds a message.
    pub(crate) fn add(&mut self, id: u64, message: &impl Serialize) -> io::Result<()> {
        let frame = frame::encode(id, message).map_err(io::Error::other)?;
        if self.0.is_empty() {
            self.0 = frame;
        } else {
            self.0.extend_from_slice(&frame);
        }
        Ok(())
    }

    /// Tells whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The writing half; several threads may answer on it.
pub(crate) struct Writer(Mutex<UnixStream>);

impl Writer {
    /// Takes a stream's writing half.
    pub(crate) fn new(stream: UnixStream) -> io::Result<Self> {
        stream.set_write_timeout(Some(WRITE_TIMEOUT))?;
        Ok(Self(Mutex::new(stream)))
    }

    /// Writes one message.
    pub(crate) fn send(&self, id: u64, message: &impl Serialize) -> io::Result<()> {
        let mut frames = Frames::default();
        frames.add(id, message)?;
        self.send_all(&frames)
    }

    /// Writes messages. After an error the connection is shut, since half a frame may be out.
    pub(crate) fn send_all(&self, frames: &Frames) -> io::Result<()> {
        let mut stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stream.write_all(&frames.0).inspect_err(|_| {
            // The reader sees the end and leaves; a second error here changes nothing.
            let _ = stream.shutdown(std::net::Shutdown::Both);
        })
    }

    /// Ends the connection, for both halves.
    pub(crate) fn shut(&self) {
        let stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Already gone is as good as shut.
        let _ = stream.shutdown(std::net::Shutdown::Both);
    }
}

/// Tells whether the next frame can be read without waiting.
pub(crate) fn is_there(buffered: &[u8]) -> bool {
    buffered
        .split_first_chunk::<HEADER_BYTES>()
        .is_some_and(|(header, rest)| {
            FrameHeader::parse(header).is_ok_and(|header| header.message_bytes <= rest.len())
        })
}

/// Reads one frame: its id and its message's bytes.
pub(crate) fn receive(stream: &mut impl Read) -> io::Result<(u64, Vec<u8>)> {
    let mut header = [0; HEADER_BYTES];
    stream.read_exact(&mut header)?;
    let header = FrameHeader::parse(&header).map_err(io::Error::other)?;
    // Grown as bytes come, so that a header alone reserves next to nothing.
    let mut message = Vec::with_capacity(header.message_bytes.min(SMALL_BYTES));
    stream
        .take(header.message_bytes as u64)
        .read_to_end(&mut message)?;
    if message.len() < header.message_bytes {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((header.id, message))
}
