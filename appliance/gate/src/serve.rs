//! Accepts connections of one listener and speaks HTTP/1.1 over TLS on them.
//!
//! ```text
//! slot -> accept -> handshake -> (head -> answer)* -> end
//!          |           |           |       |
//!          +-----------+-----------+-------+--> each with its own time
//! ```
//!
//! The invariant it keeps: a client that is slow, silent or never reads gives
//! its slot back within a bounded time, and no client gets a second one by it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::front::Front;
use crate::limits::Limits;
use crate::tls::{self, Agent};

/// How long to wait after `accept` failed (no file descriptor is left, mostly),
/// so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// One listener with everything it needs.
pub(crate) struct Door {
    /// What its requests meet.
    pub(crate) front: Front,
    /// Its TLS.
    pub(crate) tls: Arc<ServerConfig>,
    /// What a client may take.
    pub(crate) limits: Limits,
    /// Whether a client must be an agent.
    pub(crate) agents_only: bool,
}

/// Serves until `stop` becomes true, then waits for requests under way, at
/// most as long as the limits' farewell.
pub(crate) async fn listen(
    door: Arc<Door>,
    listener: TcpListener,
    mut stop: watch::Receiver<bool>,
) {
    let slots = Arc::new(Semaphore::new(door.limits.connections as usize));
    let told = stop.clone();
    loop {
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            (stream, slot) = next(&door, &listener, &slots) => {
                tokio::spawn(connection(door.clone(), stream, slot, told.clone()));
            }
        }
    }
    drop(listener);
    // Every connection holds a slot, so all slots free means nobody is left.
    let all = slots.acquire_many(door.limits.connections);
    if tokio::time::timeout(door.limits.farewell, all)
        .await
        .is_err()
    {
        log::warn!(
            "{}: some requests did not end in time",
            door.front.tally.listener()
        );
    }
}

async fn next(
    door: &Door,
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so there always is a slot in the end.
    let slot = slots.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, slot),
            Err(error) => {
                log::warn!(
                    "{}: accept failed: {}",
                    door.front.tally.listener(),
                    error.kind()
                );
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn connection(
    door: Arc<Door>,
    stream: TcpStream,
    // Held to the end of the connection, however it ends.
    _slot: Option<OwnedSemaphorePermit>,
    stop: watch::Receiver<bool>,
) {
    prepare(&stream, &door.limits);
    let accept = TlsAcceptor::from(door.tls.clone()).accept(stream);
    let Ok(Ok(stream)) = tokio::time::timeout(door.limits.handshake, accept).await else {
        door.front.tally.count_cut();
        return;
    };
    let agent = agent_of(&stream);
    if door.agents_only && agent.is_none() {
        log::warn!(
            "{}: a client certificate names no agent",
            door.front.tally.listener()
        );
        door.front.tally.count_cut();
        return;
    }
    http(&door, stream, agent, stop).await;
}

/// Small answers leave at once, and a peer that acknowledges nothing is dropped
/// by the kernel. Failing to set either costs speed, not safety.
fn prepare(stream: &TcpStream, limits: &Limits) {
    let milliseconds = u32::try_from(limits.unread.as_millis()).unwrap_or(u32::MAX);
    let set = stream.set_nodelay(true).is_ok()
        && rustix::net::sockopt::set_tcp_user_timeout(stream, milliseconds).is_ok();
    if !set {
        log::debug!("a socket option could not be set");
    }
}

fn agent_of(stream: &TlsStream<TcpStream>) -> Option<Agent> {
    let (_, session) = stream.get_ref();
    session
        .peer_certificates()?
        .first()
        .and_then(|certificate| tls::agent(certificate))
}

async fn http(
    door: &Door,
    stream: TlsStream<TcpStream>,
    agent: Option<Agent>,
    mut stop: watch::Receiver<bool>,
) {
    let limits = &door.limits;
    let service = service_fn(|request| {
        let agent = agent.clone();
        async move { Ok::<_, Infallible>(door.front.answer(request, agent).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_header_size(limits.head_bytes)
        .max_headers(limits.head_lines)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        // How a client left is its own business: nothing to log.
        _ = &mut connection => return,
        _ = stop.wait_for(|stop| *stop) => {}
        () = tokio::time::sleep(limits.connection) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(limits.request, connection).await;
}
