//! Clients: a program with a session, an agent with a certificate, and
//! whoever speaks raw bytes.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::WantsClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::house::House;

/// A session's token, as the keeper would have made it.
pub(crate) const TOKEN: &str = "c2Vzc2lvbi1vZi1hbi1vZmZpY2VyLWluLWEtdGVzdA0";
/// Longer than anything in a test takes; whoever waits so long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A certificate and its key, PEM.
pub(crate) struct Identity {
    pub(crate) certificate_pem: String,
    pub(crate) key_pem: String,
}

/// An HTTP answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Sees that this is a problem with all its members, and gives its code.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(
            self.headers["content-type"], "application/problem+json",
            "{self:?}"
        );
        let problem = self.json();
        let members: Vec<&String> = problem.as_object().unwrap().keys().collect();
        if problem["code"] == "signature_required" {
            assert_eq!(
                members,
                ["challenge", "code", "detail", "status", "title", "type"]
            );
            assert_eq!(problem["challenge"], json!({}));
        } else {
            assert_eq!(members, ["code", "detail", "status", "title", "type"]);
        }
        assert_eq!(problem["status"], self.status);
        for member in ["code", "detail", "title"] {
            assert!(!problem[member].as_str().unwrap().is_empty(), "{problem}");
        }
        let code = problem["code"].as_str().unwrap().to_owned();
        assert_eq!(problem["type"], format!("urn:firebox:problem:{code}"));
        code
    }

    pub(crate) fn detail(&self) -> String {
        self.json()["detail"].as_str().unwrap().to_owned()
    }
}

/// A client's TLS: trusts `authority_pem`, shows `identity` if asked.
pub(crate) fn tls(authority_pem: &str, identity: Option<&Identity>) -> ClientConfig {
    let builder = trusting(authority_pem, rustls::crypto::aws_lc_rs::default_provider());
    let Some(identity) = identity else {
        return builder.with_no_client_auth();
    };
    let chain = vec![CertificateDer::from_pem_slice(identity.certificate_pem.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes()).unwrap();
    builder.with_client_auth_cert(chain, key).unwrap()
}

/// A client's TLS with algorithms of its own.
pub(crate) fn tls_with(authority_pem: &str, provider: CryptoProvider) -> ClientConfig {
    trusting(authority_pem, provider).with_no_client_auth()
}

fn trusting(
    authority_pem: &str,
    provider: CryptoProvider,
) -> rustls::ConfigBuilder<ClientConfig, WantsClientCert> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(authority_pem.as_bytes()).unwrap())
        .unwrap();
    ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots)
}

pub(crate) async fn connect(
    address: SocketAddr,
    tls: ClientConfig,
) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(tls))
        .connect(name, stream)
        .await
}

/// One request, written out by the test.
pub(crate) struct Request {
    method: String,
    target: String,
    host: Option<String>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.into(),
            target: target.into(),
            host: Some("localhost".into()),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// A JSON call with a session.
    pub(crate) fn call(target: &str, body: &Value) -> Self {
        Self::new("POST", target)
            .signed_in()
            .body("application/json", body.to_string())
    }

    pub(crate) fn host(self, host: Option<&str>) -> Self {
        Self {
            host: host.map(str::to_owned),
            ..self
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn signed_in(self) -> Self {
        self.header("Authorization", &format!("Bearer {TOKEN}"))
    }

    pub(crate) fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            body: body.into(),
            ..self
        }
        .header("Content-Type", content_type)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nConnection: close\r\n",
            self.method, self.target
        );
        if let Some(host) = &self.host {
            head += &format!("Host: {host}\r\n");
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if self.method == "POST" {
            head += &format!("Content-Length: {}\r\n", self.body.len());
        }
        [head.as_bytes(), b"\r\n", &self.body].concat()
    }

    /// Sends it to the public listener.
    pub(crate) async fn send(self, house: &House) -> Reply {
        let stream = connect(house.public, house.client()).await.unwrap();
        exchange(stream, &self.bytes()).await.expect("an answer")
    }

    /// Sends it to the intake listener as an agent.
    pub(crate) async fn deliver(self, house: &House, agent: &Identity) -> Option<Reply> {
        let stream = connect(house.intake, tls(&house.authority_pem, Some(agent)))
            .await
            .ok()?;
        exchange(stream, &self.bytes()).await
    }
}

/// Sends bytes and reads the answer to its end. None: there was none.
pub(crate) async fn exchange(mut stream: TlsStream<TcpStream>, bytes: &[u8]) -> Option<Reply> {
    // A server that refuses early may stop reading; what it said still counts.
    let _ = stream.write_all(bytes).await;
    read_reply(&mut stream).await
}

/// The same, for a task of its own.
pub(crate) async fn exchange_owned(stream: TlsStream<TcpStream>, bytes: Vec<u8>) -> Option<Reply> {
    exchange(stream, &bytes).await
}

pub(crate) async fn read_reply(stream: &mut TlsStream<TcpStream>) -> Option<Reply> {
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer))
        .await
        .expect("in time");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_ascii_lowercase(), value.trim().to_owned())
    });
    Some(Reply {
        status,
        headers: headers.collect(),
        body: answer[end + 4..].to_vec(),
    })
}
