//! HTTPS to the box's intake listener: TLS 1.3, the bundle's authority and no
//! other, our client certificate, no proxy, no redirect. Bytes in and out;
//! whether they are what they claim is judged by signatures elsewhere.

use std::sync::Arc;
use std::time::Duration;

use firebox_contract::batch::MAX_BATCH_BYTES;
use firebox_contract::correction::{MAX_CIPHERTEXT_BYTES, MAX_CORRECTIONS, Waiting};
use reqwest::{Client, Response, StatusCode, redirect};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::Runtime;

use crate::deliver::NoReceipt;
use crate::interrupt::Interrupt;
use crate::stop::{Stop, chain};

/// Time for a connection, TLS included.
const CONNECT: Duration = Duration::from_secs(10);
/// Time for an answer: the box applies a run of a million records before it
/// answers to its manifest.
const ANSWER: Duration = Duration::from_secs(300);
/// Time between two looks at whether the agent was asked to end.
const LOOK: Duration = Duration::from_millis(100);
/// Largest answer: a receipt with a note for every line of a large run.
const ANSWER_BYTES: usize = MAX_BATCH_BYTES;
/// Time for an answer about corrections: no feed waits longer for them.
const CORRECTIONS_ANSWER: Duration = Duration::from_secs(30);
/// Largest list of corrections: each with its header, as base64 in JSON.
const CORRECTIONS_BYTES: usize = MAX_CORRECTIONS * (MAX_CIPHERTEXT_BYTES + 4096) / 3 * 4;

/// Why the box did not take something, as far as the wire can tell.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IntakeError {
    #[error("the box cannot be reached: {0}")]
    Unreachable(String),
    #[error("the box answered {status}{}", code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default())]
    Status {
        /// HTTP status.
        status: u16,
        /// `code` of its problem document.
        code: Option<String>,
    },
    #[error("the box's answer is too long")]
    TooLong,
    #[error("the box's list of corrections does not read")]
    NoList,
    #[error(transparent)]
    NoReceipt(#[from] NoReceipt),
}

/// A box's intake.
pub(crate) struct Intake {
    runtime: Arc<Runtime>,
    client: Client,
    url: String,
    interrupt: Interrupt,
}

impl Intake {
    /// Prepares the client; connects when something is sent.
    pub(crate) fn new(
        runtime: Arc<Runtime>,
        interrupt: &Interrupt,
        url: &str,
        ca_pem: &str,
        (certificate_pem, key_pem): (&str, &str),
    ) -> Result<Self, Stop> {
        if !url.starts_with("https://") {
            return Err(Stop::configuration(
                "the bundle's `intake_url` is not https: make a new bundle",
            ));
        }
        let tls = tls(ca_pem, certificate_pem, key_pem)?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(true)
            .http1_only()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .build()
            .map_err(|e| Stop::failed(chain(&e)))?;
        let url = url.trim_end_matches('/').to_owned();
        Ok(Self {
            runtime,
            client,
            url,
            interrupt: interrupt.clone(),
        })
    }

    /// Sends a batch and gives the answer's bytes. The outcome stands in the
    /// signed receipt, so the HTTP status decides nothing where a body came
    /// that is no problem document.
    pub(crate) fn post_batch(&self, bytes: &[u8]) -> Result<Vec<u8>, IntakeError> {
        let request = self
            .client
            .post(format!("{}/intake/v1/batches", self.url))
            .header("content-type", "application/octet-stream")
            .body(bytes.to_vec());
        self.wait(async {
            let response = request.send().await.map_err(unreachable)?;
            let problem = is_problem(&response);
            let status = response.status();
            if status == StatusCode::SERVICE_UNAVAILABLE || problem {
                return Err(refusal(response).await);
            }
            read(response, ANSWER_BYTES).await
        })
    }

    /// Fetches the keys to seal to, signed.
    pub(crate) fn recipients(&self) -> Result<Vec<u8>, IntakeError> {
        let request = self
            .client
            .get(format!("{}/intake/v1/recipients", self.url));
        self.wait(async {
            let response = request.send().await.map_err(unreachable)?;
            if !response.status().is_success() {
                return Err(refusal(response).await);
            }
            read(response, ANSWER_BYTES).await
        })
    }

    /// Fetches the corrections that wait for this service, oldest first, each
    /// in base64. What more than the format allows came is left for the next time.
    pub(crate) fn corrections(&self) -> Result<Vec<String>, IntakeError> {
        let request = self
            .client
            .get(format!("{}/intake/v1/corrections", self.url))
            .timeout(CORRECTIONS_ANSWER);
        let body = self.wait(async {
            let response = request.send().await.map_err(unreachable)?;
            if !response.status().is_success() {
                return Err(refusal(response).await);
            }
            if !has_type(&response, "application/json") {
                return Err(IntakeError::NoList);
            }
            read(response, CORRECTIONS_BYTES).await
        })?;
        let waiting: Waiting = serde_json::from_slice(&body).map_err(|_| IntakeError::NoList)?;
        let mut corrections = waiting.corrections;
        corrections.truncate(MAX_CORRECTIONS);
        Ok(corrections)
    }

    /// Sends a signed answer to a correction. `reference` has the form of one:
    /// it becomes a part of the path.
    pub(crate) fn answer_correction(
        &self,
        reference: &str,
        answer: Vec<u8>,
    ) -> Result<(), IntakeError> {
        let request = self
            .client
            .post(format!("{}/intake/v1/corrections/{reference}", self.url))
            .header("content-type", "application/octet-stream")
            .timeout(CORRECTIONS_ANSWER)
            .body(answer);
        self.wait(async {
            let response = request.send().await.map_err(unreachable)?;
            if response.status().is_success() {
                Ok(())
            } else {
                Err(refusal(response).await)
            }
        })
    }

    /// Answers a bundle.
    pub(crate) fn enrol(&self, json: Vec<u8>) -> Result<(), IntakeError> {
        let request = self
            .client
            .post(format!("{}/intake/v1/enrol", self.url))
            .header("content-type", "application/json")
            .body(json);
        self.wait(async {
            let response = request.send().await.map_err(unreachable)?;
            if response.status().is_success() {
                Ok(())
            } else {
                Err(refusal(response).await)
            }
        })
    }

    /// Waits for an answer, or for the agent to be asked to end.
    fn wait<T>(
        &self,
        answer: impl Future<Output = Result<T, IntakeError>>,
    ) -> Result<T, IntakeError> {
        let ended = async {
            while !self.interrupt.is_raised() {
                tokio::time::sleep(LOOK).await;
            }
        };
        self.runtime.block_on(async {
            tokio::select! {
                answered = answer => answered,
                () = ended => Err(IntakeError::Unreachable("the agent was asked to end".to_owned())),
            }
        })
    }
}

fn tls(ca_pem: &str, certificate_pem: &str, key_pem: &str) -> Result<ClientConfig, Stop> {
    let damaged = |what: &str| {
        Stop::configuration(format!(
            "the bundle's {what} does not read: make a new bundle"
        ))
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(ca_pem.as_bytes()) {
        let certificate = certificate.map_err(|_| damaged("authority"))?;
        roots.add(certificate).map_err(|_| damaged("authority"))?;
    }
    let certificates = CertificateDer::pem_slice_iter(certificate_pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| damaged("client certificate"))?;
    let key =
        PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).map_err(|_| damaged("client key"))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|e| Stop::failed(chain(&e)))?
        .with_root_certificates(roots)
        .with_client_auth_cert(certificates, key)
        .map_err(|_| damaged("client certificate"))
}

/// Says why a request failed, without its address.
fn unreachable(error: reqwest::Error) -> IntakeError {
    IntakeError::Unreachable(crate::stop::chain(&error.without_url()))
}

fn is_problem(response: &Response) -> bool {
    has_type(response, "application/problem+json")
}

fn has_type(response: &Response, wanted: &str) -> bool {
    let kind = response
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with(wanted))
}

async fn refusal(response: Response) -> IntakeError {
    let status = response.status().as_u16();
    let body = read(response, ANSWER_BYTES).await.unwrap_or_default();
    let problem: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
    let code = problem.and_then(|problem| Some(problem.get("code")?.as_str()?.to_owned()));
    // A code is a word; anything else is not repeated.
    let is_word = |code: &String| {
        code.len() <= 64
            && code
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    IntakeError::Status {
        status,
        code: code.filter(is_word),
    }
}

async fn read(mut response: Response, most: usize) -> Result<Vec<u8>, IntakeError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > most {
            return Err(IntakeError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
