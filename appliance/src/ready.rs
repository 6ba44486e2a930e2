//! Asks the gate's `/readyz` over TLS, as any program would.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use firebox_protocol::{Settings, Stop};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::keys;

/// How long the gate may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// Tells whether the box says that it is ready, trusting its own authority only.
pub(crate) fn is_ready(settings: &Settings) -> Result<bool, Stop> {
    let path = keys::authority_certificate(settings);
    let wrong = |e: &dyn std::fmt::Display| Stop::failed(format!("{}: {e}", path.display()));
    let authority = CertificateDer::from_pem_file(&path).map_err(|e| wrong(&e))?;
    let mut roots = RootCertStore::empty();
    roots.add(authority).map_err(|e| wrong(&e))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|e| wrong(&e))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let host = settings.hosts.first().map_or("localhost", String::as_str);
    let name = ServerName::try_from(host.to_owned()).map_err(|e| wrong(&e))?;
    let connection = ClientConnection::new(Arc::new(config), name).map_err(|e| wrong(&e))?;
    Ok(ask(settings.public, host, connection)
        .is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")))
}

fn ask(address: SocketAddr, host: &str, connection: ClientConnection) -> std::io::Result<String> {
    let socket = TcpStream::connect_timeout(&address, ANSWER_WITHIN)?;
    socket.set_read_timeout(Some(ANSWER_WITHIN))?;
    let mut stream = StreamOwned::new(connection, socket);
    let port = address.port();
    write!(
        stream,
        "GET /readyz HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = [0; 64];
    let length = stream.read(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer[..length]).into_owned())
}
