//! The floors' server: one process, the same TLS and HTTP as the gate, and
//! nothing between the request and what has to be done for it.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::journal::Journal;
use super::property::Properties;
use crate::shape::{LOOK_UP_ENTRY_BYTES, RELEASE_ENTRY_BYTES, Shape};
use crate::tls;
use crate::unmeasured::{Because, Unmeasured};

/// Floor A.
pub(super) const HELLO: &str = "/hello";
/// Floor B.
pub(super) const LOOK_UP: &str = "/look-up";
/// Floor C.
pub(super) const RELEASE: &str = "/release";
/// The certificate clients trust, in the server's folder.
pub(super) const CERTIFICATE: &str = "certificate.pem";

/// What stands around detail and receipt in an answer, in bytes.
const AROUND_DETAIL: usize = r#"{"uprn":"100000000000","detail":"","receipt":""}"#.len();

/// Serves until standard input ends; says its port first.
pub(crate) async fn serve(dir: &Path, properties: u32, shape: &str) -> Result<(), Unmeasured> {
    let shape: Shape = serde_json::from_str(shape).because("the shape does not read")?;
    let floor = Arc::new(Floor::make(dir, properties, &shape)?);
    let (certificate, key) = tls::certificate()?;
    std::fs::write(dir.join(CERTIFICATE), &certificate)
        .because("the certificate cannot be written")?;
    let acceptor = TlsAcceptor::from(tls::server(&certificate, &key)?);
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .because("no port")?;
    let port = listener.local_addr().because("no port")?.port();
    let calls = Router::new()
        .route(HELLO, post(async || "hello"))
        .route(LOOK_UP, post(look_up))
        .route(RELEASE, post(release))
        .with_state(floor);
    writeln!(std::io::stdout(), "{port}").because("nobody listens")?;
    tokio::select! {
        error = accept(listener, acceptor, calls) => error,
        _ = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())) => Ok(()),
    }
}

async fn accept(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    calls: Router,
) -> Result<(), Unmeasured> {
    loop {
        let (stream, _) = listener.accept().await.because("no more connections")?;
        tokio::spawn(connection(stream, acceptor.clone(), calls.clone()));
    }
}

async fn connection(stream: TcpStream, acceptor: TlsAcceptor, calls: Router) {
    if stream.set_nodelay(true).is_ok()
        && let Ok(stream) = acceptor.accept(stream).await
    {
        let calls = TowerToHyperService::new(calls);
        // A client that leaves is no matter of the server's.
        let _ = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), calls)
            .await;
    }
}

/// All that the floors need.
struct Floor {
    properties: Properties,
    journal: Journal,
    identity: age::x25519::Identity,
    /// Stands where the box's receipt does.
    receipt: String,
}

#[derive(Deserialize)]
struct Ask {
    uprn: String,
}

#[derive(Serialize)]
struct LookedUp {
    uprn: String,
    flags: String,
}

#[derive(Serialize)]
struct Released<'a> {
    uprn: String,
    detail: String,
    receipt: &'a str,
}

impl Floor {
    fn make(dir: &Path, properties: u32, shape: &Shape) -> Result<Self, Unmeasured> {
        let identity = age::x25519::Identity::generate();
        let recipient = identity.to_public();
        let detail = vec![b'n'; shape.detail_bytes];
        let sealed: Vec<_> = (0..super::details(properties))
            .map(|_| age::encrypt(&recipient, &detail).because("no envelope"))
            .collect::<Result<_, _>>()?;
        let receipt = shape
            .release_bytes
            .saturating_sub(AROUND_DETAIL + detail.len());
        Ok(Self {
            properties: Properties::make(&dir.join("property.db"), properties, shape, &sealed)?,
            journal: Journal::make(&dir.join("entry.db"))?,
            identity,
            receipt: "r".repeat(receipt),
        })
    }

    /// Writes an entry as long as the box's, and waits until it is durable.
    async fn enter(&self, body: &[u8], bytes: usize) -> Result<(), StatusCode> {
        let mut entry = body.to_vec();
        entry.resize(bytes.max(body.len()), b' ');
        if self.journal.write(entry).await {
            Ok(())
        } else {
            Err(StatusCode::SERVICE_UNAVAILABLE)
        }
    }

    /// Opens one envelope.
    fn open(&self, envelope: &[u8]) -> Result<String, StatusCode> {
        let failed = StatusCode::INTERNAL_SERVER_ERROR;
        let detail = age::decrypt(&self.identity, envelope).map_err(|_| failed)?;
        String::from_utf8(detail).map_err(|_| failed)
    }
}

/// Looks one property up and writes the entry, durably, before it answers.
async fn look_up(State(floor): State<Arc<Floor>>, body: Bytes) -> Result<Response, StatusCode> {
    let (ask, uprn) = read(&body)?;
    let flags = floor.properties.flags(uprn).ok_or(StatusCode::NOT_FOUND)?;
    floor.enter(&body, LOOK_UP_ENTRY_BYTES).await?;
    let uprn = ask.uprn;
    answer(StatusCode::OK, &LookedUp { uprn, flags })
}

/// Looks one envelope up, opens it, and writes the entry, durably, before it answers.
async fn release(State(floor): State<Arc<Floor>>, body: Bytes) -> Result<Response, StatusCode> {
    let (ask, uprn) = read(&body)?;
    let sealed = floor.properties.sealed(uprn).ok_or(StatusCode::NOT_FOUND)?;
    let released = Released {
        uprn: ask.uprn,
        detail: floor.open(&sealed)?,
        receipt: &floor.receipt,
    };
    floor.enter(&body, RELEASE_ENTRY_BYTES).await?;
    answer(StatusCode::CREATED, &released)
}

fn read(body: &Bytes) -> Result<(Ask, u64), StatusCode> {
    let ask: Ask = serde_json::from_slice(body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let uprn = ask.uprn.parse().map_err(|_| StatusCode::BAD_REQUEST)?;
    Ok((ask, uprn))
}

fn answer(status: StatusCode, body: &impl Serialize) -> Result<Response, StatusCode> {
    let failed = StatusCode::INTERNAL_SERVER_ERROR;
    let body = serde_json::to_vec(body).map_err(|_| failed)?;
    Ok((status, [(CONTENT_TYPE, "application/json")], body).into_response())
}
