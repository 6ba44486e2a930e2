//! One keep-alive connection of one client.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::{HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::question::Question;
use crate::tls;
use crate::unmeasured::{Because, Unmeasured};

/// Longest wait for an answer; longer is an error.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// Where questions go, and as whom.
#[derive(Clone)]
pub(crate) struct Place {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Whom to trust.
    pub(crate) tls: Arc<ClientConfig>,
    /// The `Authorization` header, once signed in.
    pub(crate) session: Option<HeaderValue>,
}

impl Place {
    /// Signs somebody in and gives the place as they see it.
    pub(crate) async fn signed_in(
        mut self,
        person: &str,
        password: &str,
    ) -> Result<Self, Unmeasured> {
        self.session = None;
        let mut line = Line::open(&Arc::new(self.clone())).await?;
        let body = json!({"person": person, "password": password});
        let (status, body) = line
            .post("/api/v1/sign-in", body.to_string().into())
            .await?;
        let answer = read(status, &body)?;
        let session = answer["session"]
            .as_str()
            .because("sign-in gave no session")?;
        let header = HeaderValue::try_from(format!("Bearer {session}")).because("the session")?;
        self.session = Some(header);
        Ok(self)
    }
}

/// Reads an answer that must have gone well.
pub(crate) fn read(status: StatusCode, body: &Bytes) -> Result<Value, Unmeasured> {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    if status.is_success() {
        return Ok(answer);
    }
    let code = answer["code"].as_str().unwrap_or("no code");
    Err(Unmeasured(format!(
        "the box answered {} ({code})",
        status.as_u16()
    )))
}

/// An open connection.
pub(crate) struct Line {
    place: Arc<Place>,
    host: HeaderValue,
    requests: SendRequest<Full<Bytes>>,
    agreed: String,
}

impl Line {
    /// Connects.
    pub(crate) async fn open(place: &Arc<Place>) -> Result<Self, Unmeasured> {
        let stream = TcpStream::connect(place.address)
            .await
            .because("no connection")?;
        stream.set_nodelay(true).because("no connection")?;
        let name = ServerName::try_from("localhost").because("no name")?;
        let stream = TlsConnector::from(place.tls.clone())
            .connect(name, stream)
            .await
            .because("no TLS")?;
        let agreed = tls::agreed(stream.get_ref().1);
        let (requests, connection) = handshake(TokioIo::new(stream)).await.because("no HTTP")?;
        // How it ends shows in the request that fails.
        tokio::spawn(connection);
        let host = format!("localhost:{}", place.address.port());
        let host = HeaderValue::try_from(host).because("no name")?;
        Ok(Self {
            place: place.clone(),
            host,
            requests,
            agreed,
        })
    }

    /// What both sides agreed on: version, cipher suite, key exchange.
    pub(crate) fn agreed(&self) -> &str {
        &self.agreed
    }

    /// Asks, and gives status and body.
    pub(crate) async fn post(
        &mut self,
        path: &str,
        body: Bytes,
    ) -> Result<(StatusCode, Bytes), Unmeasured> {
        let mut request = Request::post(path)
            .header(HOST, self.host.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .because("no request")?;
        if let Some(session) = &self.place.session {
            request.headers_mut().insert(AUTHORIZATION, session.clone());
        }
        let answer = tokio::time::timeout(ANSWER_WITHIN, self.answer(request)).await;
        answer.because("no answer in time")?
    }

    async fn answer(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<(StatusCode, Bytes), Unmeasured> {
        self.requests
            .ready()
            .await
            .because("the connection ended")?;
        let answer = self
            .requests
            .send_request(request)
            .await
            .because("no answer")?;
        let status = answer.status();
        let body = answer
            .into_body()
            .collect()
            .await
            .because("half an answer")?;
        Ok((status, body.to_bytes()))
    }

    /// Asks, and gives why the answer does not count, if it does not; an error
    /// means that the line is of no more use.
    pub(crate) async fn ask(
        &mut self,
        path: &str,
        question: &Question,
    ) -> Result<Option<String>, Unmeasured> {
        let (status, body) = self.post(path, question.body()).await?;
        Ok(question.judge(status, &body))
    }
}
