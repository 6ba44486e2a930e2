//! A small site over real TLS, with pages to try the harness on.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use super::pages;

/// The names that the site's certificate is good for, besides 127.0.0.1.
pub const OURS: &str = "firebox.test";
pub const ELSEWHERE: &str = "elsewhere.test";

/// The site; it serves until the tests end.
pub struct Site {
    port: u16,
    folder: TempDir,
}

/// What somebody asks the site for.
pub struct Asked {
    pub path: String,
    pub cookie: String,
    pub body: String,
    /// The site's port, for links between its names.
    pub port: u16,
}

impl Site {
    /// Serves with a certificate of an authority that is new.
    pub fn serve() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = authority();
        std::fs::write(folder.path().join("ca.crt"), authority.pem()).unwrap();
        std::fs::write(folder.path().join("other.crt"), self::authority().pem()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let tls = Arc::new(tls(&authority));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let tls = Arc::clone(&tls);
                std::thread::spawn(move || answer(stream, tls, port));
            }
        });
        Self { port, folder }
    }

    /// The authority that signed the site's certificate.
    pub fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.crt")
    }

    /// An authority that has nothing to do with it.
    pub fn other_ca(&self) -> PathBuf {
        self.folder.path().join("other.crt")
    }

    pub fn url(&self, host: &str) -> String {
        format!("https://{host}:{}", self.port)
    }
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut parameters = CertificateParams::default();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap()
}

fn tls(authority: &CertifiedIssuer<'_, KeyPair>) -> ServerConfig {
    let names = ["127.0.0.1", OURS, ELSEWHERE].map(str::to_owned);
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new(names.to_vec()).unwrap();
    let leaf = parameters.signed_by(&key, authority).unwrap();
    let chain = vec![CertificateDer::from(leaf)];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider);
    let config = config.with_protocol_versions(&[&rustls::version::TLS13]);
    let config = config.unwrap().with_no_client_auth();
    config.with_single_cert(chain, key).unwrap()
}

/// Answers one request; a browser that does not trust us hangs up before.
fn answer(stream: TcpStream, tls: Arc<ServerConfig>, port: u16) {
    let connection = ServerConnection::new(tls).unwrap();
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    if let Some(asked) = read(&mut stream, port) {
        let answer = pages::answer(&asked);
        let stream = stream.get_mut();
        let _ = stream.write_all(answer.as_bytes());
        stream.conn.send_close_notify();
        let _ = stream.flush();
    }
}

fn read(stream: &mut impl BufRead, port: u16) -> Option<Asked> {
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let (mut cookie, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_lowercase().as_str() {
            "cookie" => value.clone_into(&mut cookie),
            "content-length" => length = value.parse().ok()?,
            _ => {}
        }
    }
    let mut body = Vec::new();
    stream.take(length).read_to_end(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    Some(Asked {
        path,
        cookie,
        body,
        port,
    })
}
