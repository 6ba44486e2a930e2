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
use axum::response::IntoResponse;
use axum::routing::post;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use serde::Deserialize;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::journal::Journal;
use super::property::Properties;
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

/// Bytes of a detail.
const DETAIL_BYTES: usize = 512;
/// Different envelopes; each is opened anew every time.
const ENVELOPES: usize = 1_000;

/// Serves until standard input ends; says its port first.
pub(crate) async fn serve(dir: &Path, properties: u32) -> Result<(), Unmeasured> {
    let floor = Arc::new(Floor::make(dir, properties)?);
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
    envelopes: Vec<Vec<u8>>,
}

#[derive(Deserialize)]
struct Ask {
    uprn: String,
}

impl Floor {
    fn make(dir: &Path, properties: u32) -> Result<Self, Unmeasured> {
        let identity = age::x25519::Identity::generate();
        let recipient = identity.to_public();
        let seal = |_| age::encrypt(&recipient, &[b'n'; DETAIL_BYTES]).because("no envelope");
        Ok(Self {
            envelopes: (0..ENVELOPES).map(seal).collect::<Result<_, _>>()?,
            properties: Properties::make(&dir.join("property.db"), properties)?,
            journal: Journal::make(&dir.join("entry.db"))?,
            identity,
        })
    }

    /// Looks one property up and writes the entry, durably, before it answers.
    async fn look_up(&self, body: Bytes) -> Result<(u64, String), StatusCode> {
        let ask: Ask = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
        let uprn: u64 = ask.uprn.parse().map_err(|_| StatusCode::BAD_REQUEST)?;
        let flags = self.properties.look_up(uprn).ok_or(StatusCode::NOT_FOUND)?;
        if !self.journal.write(body.to_vec()).await {
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
        Ok((uprn, flags))
    }

    /// Opens one envelope.
    fn open(&self, uprn: u64) -> Result<String, StatusCode> {
        let failed = StatusCode::INTERNAL_SERVER_ERROR;
        let place = usize::try_from(uprn).map_err(|_| failed)? % self.envelopes.len();
        let envelope = self.envelopes.get(place).ok_or(failed)?;
        let detail = age::decrypt(&self.identity, envelope).map_err(|_| failed)?;
        String::from_utf8(detail).map_err(|_| failed)
    }
}

async fn look_up(
    State(floor): State<Arc<Floor>>,
    body: Bytes,
) -> Result<impl IntoResponse, StatusCode> {
    let (uprn, flags) = floor.look_up(body).await?;
    Ok(answer(&json!({"uprn": uprn.to_string(), "flags": flags})))
}

async fn release(
    State(floor): State<Arc<Floor>>,
    body: Bytes,
) -> Result<impl IntoResponse, StatusCode> {
    let (uprn, flags) = floor.look_up(body).await?;
    let detail = floor.open(uprn)?;
    Ok(answer(
        &json!({"uprn": uprn.to_string(), "flags": flags, "detail": detail}),
    ))
}

fn answer(body: &serde_json::Value) -> impl IntoResponse + use<> {
    ([(CONTENT_TYPE, "application/json")], body.to_string())
}
