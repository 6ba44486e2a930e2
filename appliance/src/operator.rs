//! Speaks to the running box on the operator's sockets.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use firebox_protocol::frame::{self, FrameHeader, HEADER_BYTES};
use firebox_protocol::operator::{
    KeeperReply, KeeperRequest, KeeperStatus, StoreReply, StoreRequest,
};
use firebox_protocol::{Code, Exit, Refusal, Settings, Stop, socket};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How long a running process may take to answer.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Asks the keeper.
pub(crate) fn keeper(settings: &Settings, request: &KeeperRequest) -> Result<KeeperReply, Stop> {
    match keeper_says(settings, request, ANSWER_WITHIN)? {
        KeeperReply::Refused(refusal) => Err(refused(&refusal)),
        reply => Ok(reply),
    }
}

/// Asks the keeper, which may take `within` to answer; a refusal is a reply like others.
pub(crate) fn keeper_says(
    settings: &Settings,
    request: &KeeperRequest,
    within: Duration,
) -> Result<KeeperReply, Stop> {
    ask(
        &settings.folders.run,
        socket::KEEPER_OPERATOR,
        request,
        within,
    )
}

/// Asks the keeper how it is.
pub(crate) fn keeper_status(settings: &Settings) -> Result<KeeperStatus, Stop> {
    match keeper(settings, &KeeperRequest::Status)? {
        KeeperReply::Status(status) => Ok(status),
        _ => Err(unexpected()),
    }
}

/// Asks the store.
pub(crate) fn store(settings: &Settings, request: &StoreRequest) -> Result<StoreReply, Stop> {
    match store_says(settings, request)? {
        StoreReply::Refused(refusal) => Err(refused(&refusal)),
        reply => Ok(reply),
    }
}

/// Asks the store; a refusal is a reply like others.
pub(crate) fn store_says(settings: &Settings, request: &StoreRequest) -> Result<StoreReply, Stop> {
    let run = &settings.folders.run;
    ask(run, socket::STORE_OPERATOR, request, ANSWER_WITHIN)
}

/// An answer of another kind than the question's.
pub(crate) fn unexpected() -> Stop {
    Stop::failed(
        "the box answered something else than it was asked: is it another version? restart it",
    )
}

fn ask<T: DeserializeOwned>(
    run: &Path,
    name: &str,
    request: &impl Serialize,
    within: Duration,
) -> Result<T, Stop> {
    let path = run.join(socket::file(name));
    let away = |e: std::io::Error| Stop {
        exit: Exit::Unavailable,
        message: format!(
            "the box does not answer on {} ({e}): start it with `firebox run`, or `systemctl start firebox.target`",
            path.display()
        ),
    };
    // Somebody holds the socket and nobody answers: the process ends at each start, or hangs.
    let silent = |e: std::io::Error| Stop {
        exit: Exit::Unavailable,
        message: format!(
            "the box does not answer on {} ({}): its own log says why. If the log's disk is full: Make room on it (never by deleting the log), and it starts again by itself",
            path.display(),
            match e.kind() {
                ErrorKind::WouldBlock => "nothing came in time".to_owned(),
                _ => e.to_string(),
            }
        ),
    };
    let mut stream = UnixStream::connect(&path).map_err(away)?;
    stream.set_read_timeout(Some(within)).map_err(silent)?;
    let wrong = |e| Stop::failed(format!("the box answered unreadably: {e}"));
    stream
        .write_all(&frame::encode(1, request).map_err(wrong)?)
        .map_err(silent)?;
    let mut header = [0; HEADER_BYTES];
    stream.read_exact(&mut header).map_err(silent)?;
    let header = FrameHeader::parse(&header).map_err(wrong)?;
    let mut message = vec![0; header.message_bytes];
    stream.read_exact(&mut message).map_err(silent)?;
    frame::decode(&message).map_err(wrong)
}

/// Says a refusal in words, and what to do.
pub(crate) fn refused(refusal: &Refusal) -> Stop {
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
