//! One process behind a Unix socket, spoken to by many requests at a time.
//!
//! ```text
//!   away --first question--> connecting --yes--> connected --end of stream--> away
//!    ^                            |                                            |
//!    +------------no--------------+<-------------------------------------------+
//! ```
//!
//! There is no timer: the next question connects again, so a peer that was
//! killed and restarted is found by whoever needs it. One task owns the
//! connection and writes, many frames at a time; one reads. The invariants:
//! every question ends within its time; a question nobody waits for any more
//! is not sent; at most [`IN_FLIGHT`] wait at a time. Nothing is asked twice,
//! since the keeper would log it twice.

use std::collections::HashMap;
use std::io::IoSlice;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use firebox_protocol::Refusal;
use firebox_protocol::frame::{self, FrameHeader, HEADER_BYTES};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;

use firebox_protocol::Wiped;

/// Questions under way to one peer: half as many as the public listener has
/// connections, so that a stuck peer cannot gather all of them.
const IN_FLIGHT: usize = 256;
/// Frames written in one go, at most.
const FRAMES_AT_ONCE: usize = 64;
/// Room for replies that came together, in bytes.
const READ_BYTES: usize = 64 * 1024;

/// Why a peer gave no reply.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum PeerError {
    /// Nobody listens.
    #[error("the process is not there: look whether it runs, and why it stopped")]
    Away,
    /// The connection ended before the reply came.
    #[error("the process went away: look why it stopped")]
    Lost,
    /// No reply within the time.
    #[error("the process did not answer in time: look what it is doing")]
    Slow,
    /// It answered with something else than was asked for.
    #[error("the process speaks differently: restart all of them from one build")]
    Broken,
    /// It said no.
    #[error("refused: {0}")]
    Refused(Refusal),
}

/// A process behind a Unix socket.
pub(crate) struct Peer {
    questions: mpsc::Sender<Question>,
    waiting: Arc<Waiting>,
    slots: Semaphore,
    next_id: AtomicU64,
}

// Wiped, because some hold a detail.
type Answer = Result<Wiped, PeerError>;

struct Question {
    id: u64,
    // Wiped, because some hold a password.
    frame: Wiped,
    reply: oneshot::Sender<Answer>,
}

/// Who waits for which reply on the connection that is up.
#[derive(Default)]
struct Waiting(Mutex<HashMap<u64, oneshot::Sender<Answer>>>);

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<Answer>>> {
        // Nothing under this lock can leave the map half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a question off the list when whoever asked stops waiting.
struct Forget<'a>(&'a Waiting, u64);

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.0.lock().remove(&self.1);
    }
}

impl Peer {
    /// Starts the task that speaks to `socket`; `name` is for the log. A peer
    /// that reads nothing for as long as `patience` is let go, and its
    /// questions with it. Must be called within the runtime; the task ends
    /// with the last `Peer`.
    pub(crate) fn start(name: &'static str, socket: PathBuf, patience: Duration) -> Self {
        let (questions, asked) = mpsc::channel(IN_FLIGHT);
        let waiting = Arc::new(Waiting::default());
        tokio::spawn(
            Line {
                name,
                socket,
                patience,
                waiting: waiting.clone(),
                away: false,
            }
            .run(asked),
        );
        Self {
            questions,
            waiting,
            slots: Semaphore::new(IN_FLIGHT),
            next_id: AtomicU64::new(1),
        }
    }

    /// Asks, and waits for the reply at most `within`.
    pub(crate) async fn ask<A: DeserializeOwned>(
        &self,
        question: &impl Serialize,
        within: Duration,
    ) -> Result<A, PeerError> {
        let reply = tokio::time::timeout(within, self.exchange(question)).await;
        let message = reply.map_err(|_| PeerError::Slow)??;
        frame::decode(&message).map_err(|_| PeerError::Broken)
    }

    async fn exchange(&self, question: &impl Serialize) -> Answer {
        let _slot = self.slots.acquire().await.map_err(|_| PeerError::Away)?;
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let frame = Wiped::new(frame::encode(id, question).map_err(|_| PeerError::Broken)?);
        // Declared first, so dropped last: once the receiver is gone the line
        // enlists nothing more, and what it had enlisted is then taken off.
        let _forget = Forget(&self.waiting, id);
        let (reply, answer) = oneshot::channel();
        let sent = self.questions.send(Question { id, frame, reply }).await;
        sent.map_err(|_| PeerError::Away)?;
        answer.await.map_err(|_| PeerError::Lost)?
    }
}

/// The task that owns the connection.
struct Line {
    name: &'static str,
    socket: PathBuf,
    patience: Duration,
    waiting: Arc<Waiting>,
    away: bool,
}

impl Line {
    async fn run(mut self, mut asked: mpsc::Receiver<Question>) {
        while let Some(first) = asked.recv().await {
            match UnixStream::connect(&self.socket).await {
                Ok(stream) => {
                    self.note_away(false);
                    self.converse(stream, first, &mut asked).await;
                }
                Err(_) => {
                    self.note_away(true);
                    refuse(first);
                    while let Ok(question) = asked.try_recv() {
                        refuse(question);
                    }
                }
            }
        }
    }

    /// Logs a change, not every question that meets it.
    fn note_away(&mut self, away: bool) {
        if away && !self.away {
            log::warn!(
                "{}: nobody listens; questions are answered with 503 until it is back",
                self.name
            );
        } else if !away {
            log::info!("{}: connected", self.name);
        }
        self.away = away;
    }

    async fn converse(
        &self,
        stream: UnixStream,
        first: Question,
        asked: &mut mpsc::Receiver<Question>,
    ) {
        let (read, write) = stream.into_split();
        let mut reader: JoinHandle<()> = tokio::spawn(read_replies(read, self.waiting.clone()));
        tokio::select! {
            _ = &mut reader => {}
            () = self.write_questions(write, first, asked) => {}
        }
        reader.abort();
        // Whoever still waits is told that the connection was lost.
        self.waiting.lock().clear();
        log::info!("{}: connection ended", self.name);
    }

    /// Writes until the connection or the gate ends.
    async fn write_questions(
        &self,
        mut write: OwnedWriteHalf,
        first: Question,
        asked: &mut mpsc::Receiver<Question>,
    ) {
        let mut batch = vec![first];
        loop {
            let frames: Vec<Wiped> = batch.drain(..).filter_map(|one| self.enlist(one)).collect();
            let written = tokio::time::timeout(self.patience, put(&mut write, &frames)).await;
            if !matches!(written, Ok(Ok(()))) {
                return;
            }
            if asked.recv_many(&mut batch, FRAMES_AT_ONCE).await == 0 {
                return;
            }
        }
    }

    /// Notes who waits for the reply; none: nobody does any more.
    fn enlist(&self, question: Question) -> Option<Wiped> {
        let Question { id, frame, reply } = question;
        let mut waiting = self.waiting.lock();
        if reply.is_closed() {
            return None;
        }
        waiting.insert(id, reply);
        Some(frame)
    }
}

/// Writes frames in as few calls as the socket takes, from where they are: a
/// copy of them would have to be wiped as well.
async fn put(write: &mut OwnedWriteHalf, frames: &[Wiped]) -> std::io::Result<()> {
    let mut slices: Vec<_> = frames.iter().map(|frame| IoSlice::new(frame)).collect();
    let mut left = slices.as_mut_slice();
    while !left.is_empty() {
        match write.write_vectored(left).await? {
            0 => return Err(std::io::ErrorKind::WriteZero.into()),
            written => IoSlice::advance_slices(&mut left, written),
        }
    }
    Ok(())
}

fn refuse(question: Question) {
    // Nobody waiting is no harm.
    let _ = question.reply.send(Err(PeerError::Away));
}

/// Reads replies until the stream ends or a frame breaks the format.
async fn read_replies(read: OwnedReadHalf, waiting: Arc<Waiting>) {
    let mut read = BufReader::with_capacity(READ_BYTES, read);
    let mut header = [0; HEADER_BYTES];
    while read.read_exact(&mut header).await.is_ok() {
        let Ok(header) = FrameHeader::parse(&header) else {
            return;
        };
        let mut message = Wiped::new(vec![0; header.message_bytes]);
        if read.read_exact(&mut message).await.is_err() {
            return;
        }
        // A reply that came too late has nobody waiting.
        let reply = waiting.lock().remove(&header.id);
        if let Some(reply) = reply {
            let _ = reply.send(Ok(message));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::net::UnixListener;

    use super::*;
    use crate::tests::peers::read_frame;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn socket() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("peer.sock");
        (folder, path)
    }

    #[tokio::test]
    async fn replies_find_their_questions_in_any_order() {
        let (_folder, path) = socket();
        let listener = UnixListener::bind(&path).unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut questions: Vec<_> =
                (0..100).map(|_| read_frame(&mut stream).unwrap()).collect();
            questions.reverse();
            for (id, message) in questions {
                let asked: u64 = frame::decode(&message).unwrap();
                stream
                    .write_all(&frame::encode(id, &(asked * 2)).unwrap())
                    .unwrap();
            }
        });
        let peer = Arc::new(Peer::start("peer", path, PATIENCE));
        let asked: Vec<_> = (0..100u64)
            .map(|number| {
                let peer = peer.clone();
                tokio::spawn(async move { peer.ask::<u64>(&number, PATIENCE).await })
            })
            .collect();
        for (number, asked) in (0..100u64).zip(asked) {
            assert_eq!(asked.await.unwrap(), Ok(number * 2));
        }
    }

    #[tokio::test]
    async fn frames_that_the_socket_takes_only_in_parts_arrive_whole() {
        let (_folder, path) = socket();
        let listener = UnixListener::bind(&path).unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            while let Some((id, message)) = read_frame(&mut stream) {
                let asked: Vec<u16> = frame::decode(&message).unwrap();
                let sum: u64 = asked.into_iter().map(u64::from).sum();
                stream.write_all(&frame::encode(id, &sum).unwrap()).unwrap();
            }
        });
        let peer = Arc::new(Peer::start("peer", path, PATIENCE));
        let asked: Vec<_> = (0..20u16)
            .map(|number| {
                let peer = peer.clone();
                let question = vec![number; 150_000 + usize::from(number)];
                tokio::spawn(async move { peer.ask::<u64>(&question, PATIENCE).await })
            })
            .collect();
        for (number, asked) in (0..20u64).zip(asked) {
            assert_eq!(asked.await.unwrap(), Ok(number * (150_000 + number)));
        }
    }

    #[tokio::test]
    async fn a_peer_that_is_not_there_is_away_and_found_again_when_it_is() {
        let (_folder, path) = socket();
        let peer = Peer::start("peer", path.clone(), PATIENCE);
        assert_eq!(peer.ask::<u64>(&1u64, PATIENCE).await, Err(PeerError::Away));
        let listener = UnixListener::bind(&path).unwrap();
        let played = std::thread::spawn(move || {
            // It answers once, dies, is started again by its parent, which kept
            // the listening socket, and answers once more.
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().unwrap();
                let (id, _) = read_frame(&mut stream).unwrap();
                stream
                    .write_all(&frame::encode(id, &7u64).unwrap())
                    .unwrap();
            }
        });
        assert_eq!(peer.ask::<u64>(&1u64, PATIENCE).await, Ok(7));
        // The end of the first connection may still be on its way.
        let mut again = peer.ask::<u64>(&1u64, PATIENCE).await;
        while again == Err(PeerError::Lost) {
            again = peer.ask::<u64>(&1u64, PATIENCE).await;
        }
        assert_eq!(again, Ok(7));
        played.join().unwrap();
    }

    #[tokio::test]
    async fn a_question_without_a_reply_ends_in_its_time_and_its_late_reply_hurts_nobody() {
        let (_folder, path) = socket();
        let listener = UnixListener::bind(&path).unwrap();
        let (tell, told) = std::sync::mpsc::channel::<()>();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let (late, _) = read_frame(&mut stream).unwrap();
            told.recv().unwrap();
            stream
                .write_all(&frame::encode(late, &1u64).unwrap())
                .unwrap();
            let (id, _) = read_frame(&mut stream).unwrap();
            stream
                .write_all(&frame::encode(id, &2u64).unwrap())
                .unwrap();
        });
        let peer = Peer::start("peer", path, PATIENCE);
        let slow = peer.ask::<u64>(&1u64, Duration::from_millis(100)).await;
        assert_eq!(slow, Err(PeerError::Slow));
        assert!(peer.waiting.lock().is_empty());
        tell.send(()).unwrap();
        assert_eq!(peer.ask::<u64>(&1u64, PATIENCE).await, Ok(2));
    }

    #[tokio::test]
    async fn a_peer_that_breaks_the_format_is_let_go() {
        let (_folder, path) = socket();
        let listener = UnixListener::bind(&path).unwrap();
        std::thread::spawn(move || {
            for garbage in [[0xff; 64], [0; 64]] {
                let (mut stream, _) = listener.accept().unwrap();
                read_frame(&mut stream).unwrap();
                stream.write_all(&garbage).unwrap();
                // The gate ends the connection; it does not wait for more.
                assert!(read_frame(&mut stream).is_none());
            }
            let (mut stream, _) = listener.accept().unwrap();
            let (id, _) = read_frame(&mut stream).unwrap();
            stream
                .write_all(&frame::encode(id, &"text").unwrap())
                .unwrap();
            read_frame(&mut stream);
        });
        let peer = Peer::start("peer", path, PATIENCE);
        assert_eq!(peer.ask::<u64>(&1u64, PATIENCE).await, Err(PeerError::Lost));
        assert_eq!(peer.ask::<u64>(&1u64, PATIENCE).await, Err(PeerError::Lost));
        // A frame that reads, with a message that does not.
        assert_eq!(
            peer.ask::<bool>(&1u64, PATIENCE).await,
            Err(PeerError::Broken)
        );
    }
}
