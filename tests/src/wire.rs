//! One TLS connection and the bytes on it, for a client that keeps to no rules.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::{Answer, Council};

/// Longest wait for bytes: over everything the box itself waits for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection.
pub struct Wire(BufReader<StreamOwned<ClientConnection, TcpStream>>);

impl Council {
    /// Opens a connection to the box.
    pub fn wire(&self) -> Wire {
        let port = self.url().rsplit(':').next().unwrap().parse().unwrap();
        let authority = self.summary()["ca"].as_str().unwrap();
        Wire::open(port, Path::new(authority))
    }
}

impl Wire {
    fn open(port: u16, authority: &Path) -> Self {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(authority).unwrap())
            .unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        let tls = ClientConnection::new(Arc::new(config), name).unwrap();
        let tcp = TcpStream::connect(("127.0.0.1", port)).unwrap();
        tcp.set_read_timeout(Some(PATIENCE)).unwrap();
        tcp.set_write_timeout(Some(PATIENCE)).unwrap();
        Self(BufReader::new(StreamOwned::new(tls, tcp)))
    }

    /// Sends bytes; false: the box has ended the connection.
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        let stream = self.0.get_mut();
        stream.write_all(bytes).is_ok() && stream.flush().is_ok()
    }

    /// Reads one answer; none: the connection ended.
    pub fn answer(&mut self) -> Option<Answer> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if self.0.read_until(b'\n', &mut head).ok()? == 0 {
                return None;
            }
        }
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().unwrap();
        let mut headers = reqwest::header::HeaderMap::new();
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            let name: reqwest::header::HeaderName = name.parse().unwrap();
            headers.append(name, value.parse().unwrap());
        }
        let length = headers.get("content-length");
        let length = length.map_or(0, |value| value.to_str().unwrap().parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).ok()?;
        let text = String::from_utf8(body).unwrap();
        Some(Answer {
            status,
            headers,
            text,
        })
    }
}

/// The bytes of a request with a JSON body and one more header line or several.
pub fn request_bytes(method: &str, path: &str, session: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {session}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
