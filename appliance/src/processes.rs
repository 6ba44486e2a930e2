//! The three processes: configuration, keys and sockets in, then the room's own `run`.

use std::path::Path;

use firebox_protocol::{Stop, socket};

use crate::sockets::Inherited;
use crate::{files, keys};

/// Runs the gate until it is told to stop.
pub(crate) fn gate(config: &Path) -> Result<(), Stop> {
    let settings = files::settings(config)?;
    let vocabulary = files::vocabulary(&settings)?;
    let keys = keys::gate(&settings)?;
    let mut sockets = Inherited::take();
    let listeners = firebox_gate::Listeners {
        public: sockets.tcp(socket::PUBLIC)?,
        intake: sockets.tcp(socket::INTAKE)?,
    };
    firebox_gate::run(settings, vocabulary, keys, listeners)
}

/// Runs the store until it is told to stop.
pub(crate) fn store(config: &Path) -> Result<(), Stop> {
    let settings = files::settings(config)?;
    let vocabulary = files::vocabulary(&settings)?;
    let keys = keys::store(&settings)?;
    let mut sockets = Inherited::take();
    let mut socket = |name| {
        Ok::<_, Stop>(firebox_store::Socket {
            listener: sockets.unix(name)?,
            peer_uid: own_uid(),
        })
    };
    let listeners = firebox_store::Listeners {
        gate: socket(socket::STORE_GATE)?,
        operator: socket(socket::STORE_OPERATOR)?,
    };
    firebox_store::run(settings, vocabulary, keys, listeners)
}

/// Runs the keeper until it is told to stop.
pub(crate) fn keeper(config: &Path) -> Result<(), Stop> {
    let settings = files::settings(config)?;
    let policy = files::policy(&settings)?;
    let keys = keys::keeper(&settings)?;
    let recipients = keys::recipients(&settings)?;
    let mut sockets = Inherited::take();
    let mut socket = |name| {
        Ok::<_, Stop>(firebox_keeper::Socket {
            listener: sockets.unix(name)?,
            peer_uid: own_uid(),
        })
    };
    let listeners = firebox_keeper::Listeners {
        gate: socket(socket::KEEPER_GATE)?,
        store: socket(socket::KEEPER_STORE)?,
        operator: socket(socket::KEEPER_OPERATOR)?,
    };
    let recipients = firebox_keeper::Recipients {
        batch: recipients.batch,
        details: recipients.details,
    };
    firebox_keeper::run(settings, &policy, keys, recipients, listeners)
}

/// Becomes `firebox-verify`, found beside this program: the checker shares no
/// code with the box, so it is a program of its own.
pub(crate) fn verify(arguments: &[std::ffi::OsString]) -> Result<(), Stop> {
    use std::os::unix::process::CommandExt;
    let program = sibling("firebox-verify")?;
    let error = std::process::Command::new(&program).args(arguments).exec();
    Err(Stop::operating_system(format!(
        "{} cannot be run: {error}",
        program.display()
    )))
}

/// Finds a program of ours beside this one.
pub(crate) fn sibling(name: &str) -> Result<std::path::PathBuf, Stop> {
    let here = std::env::current_exe()
        .map_err(|e| Stop::operating_system(format!("this program cannot find itself: {e}")))?;
    let program = here.with_file_name(name);
    if program.exists() {
        return Ok(program);
    }
    Err(Stop::configuration(format!(
        "{} is not there: build it with `cargo build -p {name}`",
        program.display()
    )))
}

/// Under `firebox run` every process is this user; under systemd each socket
/// unit belongs to the user of its caller and the packaging sets them apart.
fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}
