//! A keeper and a store played by the test: threads on real Unix sockets.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use firebox_protocol::frame::{self, FrameHeader, HEADER_BYTES};
use firebox_protocol::{Code, Refusal, gate_keeper, gate_store};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a played process answers; changed while it runs.
pub(crate) type Script<Q, A> = Arc<Mutex<Box<dyn FnMut(Q) -> A + Send>>>;

pub(crate) type Keeper = Script<gate_keeper::Request, gate_keeper::Reply>;
pub(crate) type Store = Script<gate_store::Request, gate_store::Reply>;

/// Listens on `path` and answers every question by the script, until the test ends.
pub(crate) fn play<Q, A>(path: &Path, script: Script<Q, A>)
where
    Q: DeserializeOwned + 'static,
    A: Serialize + 'static,
{
    let listener = UnixListener::bind(path).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let script = script.clone();
            std::thread::spawn(move || converse(stream, &script));
        }
    });
}

fn converse<Q: DeserializeOwned, A: Serialize>(mut stream: UnixStream, script: &Script<Q, A>) {
    while let Some((id, message)) = read_frame(&mut stream) {
        let reply = script.lock().unwrap()(frame::decode(&message).unwrap());
        if stream
            .write_all(&frame::encode(id, &reply).unwrap())
            .is_err()
        {
            return;
        }
    }
}

/// Reads one frame: its id and message. None: the stream ended.
pub(crate) fn read_frame(stream: &mut UnixStream) -> Option<(u64, Vec<u8>)> {
    let mut header = [0; HEADER_BYTES];
    stream.read_exact(&mut header).ok()?;
    let header = FrameHeader::parse(&header).unwrap();
    let mut message = vec![0; header.message_bytes];
    stream.read_exact(&mut message).ok()?;
    Some((header.id, message))
}

pub(crate) fn keeper_refuses(code: Code) -> gate_keeper::Reply {
    gate_keeper::Reply::Refused(Refusal::new(code))
}

pub(crate) fn store_refuses(code: Code) -> gate_store::Reply {
    gate_store::Reply::Refused(Refusal::new(code))
}
