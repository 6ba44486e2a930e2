//! The listening sockets, inherited by name from systemd or `firebox run`.

use std::net::TcpListener;
use std::os::unix::net::UnixListener;

use firebox_protocol::Stop;
use listenfd::ListenFd;

/// The sockets this process was given.
pub(crate) struct Inherited {
    fds: ListenFd,
    names: Vec<String>,
}

impl Inherited {
    /// Takes what the parent left in `LISTEN_FDS` and `LISTEN_FDNAMES`.
    pub(crate) fn take() -> Self {
        let names = std::env::var("LISTEN_FDNAMES").unwrap_or_default();
        Self {
            fds: ListenFd::from_env(),
            names: names.split(':').map(str::to_owned).collect(),
        }
    }

    /// Gives the Unix socket of this name.
    pub(crate) fn unix(&mut self, name: &str) -> Result<UnixListener, Stop> {
        let index = self.index(name)?;
        self.fds
            .take_unix_listener(index)
            .ok()
            .flatten()
            .ok_or_else(|| missing(name))
    }

    /// Gives the TCP socket of this name.
    pub(crate) fn tcp(&mut self, name: &str) -> Result<TcpListener, Stop> {
        let index = self.index(name)?;
        self.fds
            .take_tcp_listener(index)
            .ok()
            .flatten()
            .ok_or_else(|| missing(name))
    }

    fn index(&self, name: &str) -> Result<usize, Stop> {
        self.names
            .iter()
            .position(|n| n == name)
            .ok_or_else(|| missing(name))
    }
}

fn missing(name: &str) -> Stop {
    Stop::configuration(format!(
        "no listening socket `{name}` was handed over: start the box with `firebox run`, or by its systemd socket units"
    ))
}
