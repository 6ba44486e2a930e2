//! Speaks to the running box on the operator's sockets.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use firebox_protocol::frame::{self, FrameHeader, HEADER_BYTES};
use firebox_protocol::operator::{KeeperReply, KeeperRequest, StoreReply, StoreRequest};
use firebox_protocol::{Code, Exit, Refusal, Settings, Stop, socket};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How long a running process may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Asks the keeper.
pub(crate) fn keeper(settings: &Settings, request: &KeeperRequest) -> Result<KeeperReply, Stop> {
    match ask(&settings.folders.run, socket::KEEPER_OPERATOR, request)? {
        KeeperReply::Refused(refusal) => Err(refused(&refusal)),
        reply => Ok(reply),
    }
}

/// Asks the store.
pub(crate) fn store(settings: &Settings, request: &StoreRequest) -> Result<StoreReply, Stop> {
    match ask(&settings.folders.run, socket::STORE_OPERATOR, request)? {
        StoreReply::Refused(refusal) => Err(refused(&refusal)),
        reply => Ok(reply),
    }
}

/// An answer of another kind than the question's.
pub(crate) fn unexpected() -> Stop {
    Stop::failed(
        "the box answered something else than it was asked: is it another version? restart it",
    )
}

fn ask<T: DeserializeOwned>(run: &Path, name: &str, request: &impl Serialize) -> Result<T, Stop> {
    let path = run.join(socket::file(name));
    let away = |e: std::io::Error| Stop {
        exit: Exit::Unavailable,
        message: format!(
            "the box does not answer on {} ({e}): start it with `firebox run`, or `systemctl start firebox.target`",
            path.display()
        ),
    };
    let mut stream = UnixStream::connect(&path).map_err(away)?;
    stream.set_read_timeout(Some(ANSWER_WITHIN)).map_err(away)?;
    let wrong = |e| Stop::failed(format!("the box answered unreadably: {e}"));
    stream
        .write_all(&frame::encode(1, request).map_err(wrong)?)
        .map_err(away)?;
    let mut header = [0; HEADER_BYTES];
    stream.read_exact(&mut header).map_err(away)?;
    let header = FrameHeader::parse(&header).map_err(wrong)?;
    let mut message = vec![0; header.message_bytes];
    stream.read_exact(&mut message).map_err(away)?;
    frame::decode(&message).map_err(wrong)
}

fn refused(refusal: &Refusal) -> Stop {
    let message = match refusal.code {
        Code::AlreadyThere => "there is already one of that name: list them, or choose another",
        Code::PasswordTooWeak => {
            "the password is too short: use at least 12 characters, for example four words"
        }
        Code::NotFound => "there is none of that name: list them first",
        Code::LogUnavailable => {
            "the log cannot be written, so nothing was changed: look at `firebox status` and the keeper's log"
        }
        Code::NotReady => "the box is not ready yet: look at `firebox status` and try again",
        Code::Malformed => {
            "a name, role or service is not known or has characters that are not allowed"
        }
        _ => return Stop::failed(format!("the box refused ({:?})", refusal.code)),
    };
    Stop::failed(message)
}
