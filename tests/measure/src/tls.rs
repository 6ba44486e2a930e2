//! TLS as the gate speaks it: 1.3 only, X25519MLKEM768 first, HTTP/1.1.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::unmeasured::{Because, Unmeasured};

/// The only version spoken.
const VERSIONS: [&rustls::SupportedProtocolVersion; 1] = [&rustls::version::TLS13];

/// A client that trusts the one authority in a PEM file.
pub(crate) fn client(authority: &Path) -> Result<Arc<ClientConfig>, Unmeasured> {
    let mut roots = RootCertStore::empty();
    let certificate =
        CertificateDer::from_pem_file(authority).because("no authority's certificate")?;
    roots
        .add(certificate)
        .because("the authority's certificate")?;
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&VERSIONS)
        .because("TLS 1.3")?;
    Ok(Arc::new(
        config.with_root_certificates(roots).with_no_client_auth(),
    ))
}

/// Says what a connection agreed on: version, cipher suite, key exchange.
pub(crate) fn agreed(connection: &ClientConnection) -> String {
    let version = connection.protocol_version().map(|v| format!("{v:?}"));
    let suite = connection
        .negotiated_cipher_suite()
        .map(|suite| format!("{:?}", suite.suite()));
    let group = connection
        .negotiated_key_exchange_group()
        .map(|group| format!("{:?}", group.name()));
    [version, suite, group]
        .map(|part| part.unwrap_or_else(|| "unknown".to_owned()))
        .join(", ")
}

/// A server with this certificate and key, both PEM.
pub(crate) fn server(certificate: &str, key: &str) -> Result<Arc<ServerConfig>, Unmeasured> {
    let chain =
        CertificateDer::from_pem_slice(certificate.as_bytes()).because("the certificate")?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).because("the key")?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&VERSIONS)
        .because("TLS 1.3")?
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .because("the certificate and its key")?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Makes a certificate for localhost and its key, both PEM; it is its own authority.
pub(crate) fn certificate() -> Result<(String, String), Unmeasured> {
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).because("no certificate")?;
    Ok((made.cert.pem(), made.signing_key.serialize_pem()))
}
