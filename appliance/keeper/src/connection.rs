//! One connection: requests in, one after the other; replies out, in any order.
//! Whatever breaks the format ends the connection and nothing else.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;

use firebox_protocol::frame::{FrameError, FrameHeader, HEADER_BYTES, decode};
use serde::de::DeserializeOwned;
use zeroize::{Zeroize, Zeroizing};

use crate::outbox::{CanRefuse, Outbox, Ticket};

/// Bytes read at once: many small requests come in one call.
const READ_BYTES: usize = 64 * 1024;

/// Why a connection was ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    /// The peer broke the format.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The peer broke the order of the conversation.
    #[error("a request out of its order: restart all processes from one build")]
    Order,
    /// The peer sent more than this socket takes.
    #[error("a request longer than this socket takes")]
    TooLong,
    /// The socket failed.
    #[error("the socket failed")]
    Socket(#[source] io::Error),
}

/// One request's way to a ticket. A request that needs no reply opens none.
pub(crate) struct Asker<'a> {
    outbox: &'a Arc<Outbox>,
    id: u64,
}

impl Asker<'_> {
    /// Opens the ticket.
    pub(crate) fn ticket<R: CanRefuse>(&self) -> Ticket<R> {
        Ticket::open(self.outbox, self.id)
    }
}

/// Serves a connection until its peer ends it or breaks the format. Requests
/// longer than `most_bytes` break it.
pub(crate) fn serve<Q: DeserializeOwned>(
    stream: &UnixStream,
    most_bytes: usize,
    mut take: impl FnMut(Q, Asker<'_>) -> Result<(), Broken>,
) -> Result<(), Broken> {
    let outbox = Outbox::on(stream.try_clone().map_err(Broken::Socket)?);
    thread::scope(|scope| {
        let writer = thread::Builder::new().name("replies".into());
        writer
            .spawn_scoped(scope, || outbox.write_to(stream))
            .map_err(Broken::Socket)?;
        let result = read_all(stream, most_bytes, &outbox, &mut take);
        outbox.close();
        result
    })
}

fn read_all<Q: DeserializeOwned>(
    stream: &UnixStream,
    most_bytes: usize,
    outbox: &Arc<Outbox>,
    take: &mut impl FnMut(Q, Asker<'_>) -> Result<(), Broken>,
) -> Result<(), Broken> {
    let mut frames = Frames::new(stream, most_bytes);
    while outbox.wait_for_room() {
        let Some((id, request)) = frames.next()? else {
            return Ok(());
        };
        take(request, Asker { outbox, id })?;
    }
    Ok(())
}

/// Reads frames. What was read is wiped, because it may hold passwords.
struct Frames<S> {
    source: S,
    most_bytes: usize,
    buffer: Zeroizing<Vec<u8>>,
    start: usize,
    end: usize,
}

impl<S: Read> Frames<S> {
    fn new(source: S, most_bytes: usize) -> Self {
        let buffer = Zeroizing::new(vec![0; READ_BYTES]);
        Self {
            source,
            most_bytes,
            buffer,
            start: 0,
            end: 0,
        }
    }

    /// Reads the next request; none when the peer ended the connection between two.
    fn next<Q: DeserializeOwned>(&mut self) -> Result<Option<(u64, Q)>, Broken> {
        if !self.fill(HEADER_BYTES)? {
            return Ok(None);
        }
        let header: &[u8; HEADER_BYTES] = self.buffer[self.start..self.start + HEADER_BYTES]
            .try_into()
            .map_err(|_| FrameError::Length)?;
        let header = FrameHeader::parse(header)?;
        if header.message_bytes > self.most_bytes {
            return Err(Broken::TooLong);
        }
        let whole = HEADER_BYTES + header.message_bytes;
        if !self.fill(whole)? {
            return Err(FrameError::Length.into());
        }
        let frame = &mut self.buffer[self.start..self.start + whole];
        let request = decode(&frame[HEADER_BYTES..]);
        frame.zeroize();
        self.start += whole;
        Ok(Some((header.id, request?)))
    }

    /// Reads until `needed` bytes stand ready; false when the peer ended before the first.
    fn fill(&mut self, needed: usize) -> Result<bool, Broken> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            if self.buffer.len() > READ_BYTES && needed <= READ_BYTES {
                // A long request came and went; its room is not kept for ever.
                self.buffer = Zeroizing::new(vec![0; READ_BYTES]);
            }
        }
        while self.end - self.start < needed {
            self.make_room(needed);
            let got = match self.source.read(&mut self.buffer[self.end..]) {
                Ok(got) => got,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Broken::Socket(error)),
            };
            if got == 0 {
                return if self.start == self.end {
                    Ok(false)
                } else {
                    Err(FrameError::Length.into())
                };
            }
            self.end += got;
        }
        Ok(true)
    }

    fn make_room(&mut self, needed: usize) {
        if self.start + needed <= self.buffer.len() {
            return;
        }
        let size = needed.max(READ_BYTES);
        let mut roomier = Zeroizing::new(vec![0; size]);
        roomier[..self.end - self.start].copy_from_slice(&self.buffer[self.start..self.end]);
        (self.buffer, self.end, self.start) = (roomier, self.end - self.start, 0);
    }
}

#[cfg(test)]
mod tests {
    use firebox_protocol::frame::encode;
    use proptest::prelude::*;

    use super::*;

    /// Gives what is asked for in pieces of at most `size` bytes.
    struct Pieces<'a> {
        bytes: &'a [u8],
        size: usize,
    }

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.size.min(buffer.len()).min(self.bytes.len());
            buffer[..count].copy_from_slice(&self.bytes[..count]);
            self.bytes = &self.bytes[count..];
            Ok(count)
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn requests_come_out_as_they_went_in_whatever_the_pieces(
            lengths in proptest::collection::vec(0usize..100_000, 0..12),
            size in 1usize..70_000,
        ) {
            let message = |length: &usize| "x".repeat(*length);
            let bytes: Vec<u8> = (0..)
                .zip(&lengths)
                .flat_map(|(id, length)| encode(id, &message(length)).unwrap())
                .collect();
            let mut frames = Frames::new(Pieces { bytes: &bytes, size }, 200_000);
            for (id, length) in (0..).zip(&lengths) {
                prop_assert_eq!(frames.next::<String>().unwrap(), Some((id, message(length))));
            }
            prop_assert_eq!(frames.next::<String>().unwrap(), None);
        }
    }

    #[test]
    fn a_long_short_or_foreign_frame_breaks_the_connection() {
        let next = |bytes: &[u8]| Frames::new(bytes, 100).next::<String>();
        let good = encode(1, &"x".repeat(90)).unwrap();
        assert!(matches!(next(&good), Ok(Some(_))));
        assert!(matches!(
            next(&good[..50]),
            Err(Broken::Frame(FrameError::Length))
        ));
        assert!(matches!(
            next(&good[..5]),
            Err(Broken::Frame(FrameError::Length))
        ));
        let long = encode(1, &"x".repeat(101)).unwrap();
        assert!(matches!(next(&long), Err(Broken::TooLong)));
        let mut foreign = good.clone();
        foreign[4] = 9;
        assert!(matches!(
            next(&foreign),
            Err(Broken::Frame(FrameError::Version))
        ));
        let mut longer = encode(1, &"x").unwrap();
        longer.push(0);
        longer[3] += 1;
        assert!(matches!(
            next(&longer),
            Err(Broken::Frame(FrameError::Message))
        ));
    }
}
