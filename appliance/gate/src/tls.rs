//! TLS of the two listeners.
//!
//! TLS 1.3 and nothing older; key exchange prefers X25519MLKEM768, so that
//! what is recorded today is not read by a later machine. The public listener
//! never asks for a certificate (phones would show a picker); the intake
//! listener requires one of our own authority. That certificate only sheds
//! noise: a batch's signature is its authority.

use std::sync::Arc;

use firebox_protocol::Stop;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig};

use crate::Keys;

/// What the subject of an agent's certificate begins with.
const AGENT_PREFIX: &str = "agent:";
/// Longest service code in bytes, as the settings allow it.
const SERVICE_CODE_BYTES: usize = 64;

/// The service an agent's client certificate names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Agent(pub(crate) String);

/// TLS for people and programs.
pub(crate) fn public(keys: &Keys) -> Result<Arc<ServerConfig>, Stop> {
    config(
        keys,
        Arc::new(provider()),
        WebPkiClientVerifier::no_client_auth(),
    )
}

/// TLS for agents.
pub(crate) fn intake(keys: &Keys) -> Result<Arc<ServerConfig>, Stop> {
    let unusable = "the agents' authority cannot be used: restore its certificate";
    let provider = Arc::new(provider());
    let mut roots = RootCertStore::empty();
    for certificate in certificates(&keys.authority_pem, "the agents' authority")? {
        roots
            .add(certificate)
            .map_err(|_| Stop::configuration(unusable))?;
    }
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .build()
        .map_err(|_| Stop::configuration(unusable))?;
    config(keys, provider, verifier)
}

fn config(
    keys: &Keys,
    provider: Arc<CryptoProvider>,
    verifier: Arc<dyn ClientCertVerifier>,
) -> Result<Arc<ServerConfig>, Stop> {
    let chain = certificates(&keys.certificate_pem, "the gate's certificate")?;
    let key = PrivateKeyDer::from_pem_slice(keys.key_pem.as_bytes()).map_err(|_| {
        Stop::configuration("the gate's TLS key does not read: restore it, or make a new pair")
    })?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|_| Stop::configuration("this build cannot speak TLS 1.3: reinstall it"))?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .map_err(|_| {
            Stop::configuration(
                "the gate's certificate and TLS key do not belong together: restore both",
            )
        })?;
    // HTTP/1.1 only: no frame layer, no header compression and no streams to
    // get wrong, and answers here are one small document each.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// AWS-LC's algorithms, the hybrid first. The curves behind it stay for
/// browsers that do not have it yet.
fn provider() -> CryptoProvider {
    CryptoProvider {
        kx_groups: vec![
            aws_lc_rs::kx_group::X25519MLKEM768,
            aws_lc_rs::kx_group::X25519,
            aws_lc_rs::kx_group::SECP256R1,
        ],
        ..aws_lc_rs::default_provider()
    }
}

fn certificates(pem: &str, whose: &str) -> Result<Vec<CertificateDer<'static>>, Stop> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match read {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err(Stop::configuration(format!(
            "{whose} does not read: it must be a PEM certificate"
        ))),
    }
}

/// Reads the service out of a verified certificate: its one common name,
/// `agent:<service>`. Anything else is no agent.
pub(crate) fn agent(certificate: &[u8]) -> Option<Agent> {
    let (rest, certificate) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let mut names = certificate.subject().iter_common_name();
    let (name, None, []) = (names.next()?, names.next(), rest) else {
        return None;
    };
    let service = name.as_str().ok()?.strip_prefix(AGENT_PREFIX)?;
    let is_code = !service.is_empty()
        && service.len() <= SERVICE_CODE_BYTES
        && service
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    is_code.then(|| Agent(service.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, DnType, KeyPair};

    fn named(names: &[&str]) -> Vec<u8> {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        for name in names {
            params.distinguished_name.push(DnType::CommonName, *name);
        }
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn only_a_subject_of_agent_and_a_service_code_is_an_agent() {
        assert_eq!(
            agent(&named(&["agent:housing"])),
            Some(Agent("housing".into()))
        );
        for other in [
            "housing",
            "agent:",
            "agent:Housing",
            "agent:a/b",
            "agent:a b",
        ] {
            assert_eq!(agent(&named(&[other])), None, "{other}");
        }
        assert_eq!(agent(&named(&[&format!("agent:{}", "a".repeat(65))])), None);
        assert_eq!(agent(&named(&[])), None);
        assert_eq!(agent(b"no certificate"), None);
    }
}
