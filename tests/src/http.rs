//! A program outside the box that speaks its JSON interface over real TLS.

use std::path::Path;
use std::sync::Once;

use serde_json::Value;

static PROVIDER: Once = Once::new();

/// A client that trusts the box's own authority and nothing else.
pub struct Client {
    url: String,
    session: Option<String>,
    http: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    /// The body as far as it came.
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|e| panic!("{} is not JSON ({e}): {}", self.status, self.text))
    }

    /// The body of an answer that must have gone well.
    pub fn ok(&self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{}: {}",
            self.status,
            self.text
        );
        self.json()
    }
}

impl Client {
    pub fn new(url: &str, ca: &Path) -> Self {
        install_provider();
        let authority = reqwest::Certificate::from_pem(&std::fs::read(ca).unwrap()).unwrap();
        let http = reqwest::Client::builder()
            .tls_certs_only([authority])
            .timeout(std::time::Duration::from_secs(60))
            .no_proxy()
            // A kept connection would die with a gate that a test kills.
            .pool_max_idle_per_host(0)
            .build()
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Self {
            url: url.to_owned(),
            session: None,
            http,
            runtime,
        }
    }

    pub fn with_session(mut self, session: String) -> Self {
        self.session = Some(session);
        self
    }

    /// The session's bearer token.
    pub fn session(&self) -> &str {
        self.session.as_deref().unwrap()
    }

    /// Begins a request to any path.
    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(format!("{}{path}", self.url)))
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        let request = self.http.post(format!("{}{path}", self.url));
        self.send(
            request
                .header("content-type", "application/json")
                .body(body.to_string()),
        )
    }

    /// Posts without a body.
    pub fn post_nothing(&self, path: &str) -> Answer {
        self.send(self.http.post(format!("{}{path}", self.url)))
    }

    /// Posts all of these bodies at once, each on a connection of its own.
    pub fn post_at_once(&self, path: &str, bodies: Vec<Value>) -> Vec<Answer> {
        let requests = bodies.into_iter().map(|body| {
            let request = self.request(reqwest::Method::POST, path);
            let request = request.header("content-type", "application/json");
            self.signed(request.body(body.to_string()))
        });
        self.runtime.block_on(async {
            let mut under_way = tokio::task::JoinSet::new();
            for request in requests {
                under_way.spawn(answer(request));
            }
            under_way.join_all().await
        })
    }

    fn signed(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.session {
            Some(session) => request.header("authorization", format!("Bearer {session}")),
            None => request,
        }
    }

    /// Sends any request; a box that is away gives status 0.
    pub fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        self.runtime.block_on(answer(self.signed(request)))
    }
}

/// Chooses the cryptography of this process's TLS, once.
pub(crate) fn install_provider() {
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    });
}

/// Sends a request and reads the answer; status 0 when none came.
pub(crate) async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let mut answer = match request.send().await {
        Ok(answer) => answer,
        Err(_) => {
            return Answer {
                status: 0,
                headers: Default::default(),
                text: String::new(),
            };
        }
    };
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    // What came before a connection broke was received all the same.
    let mut body = Vec::new();
    while let Ok(Some(bytes)) = answer.chunk().await {
        body.extend_from_slice(&bytes);
    }
    Answer {
        status,
        headers,
        text: String::from_utf8_lossy(&body).into_owned(),
    }
}
