//! The wire to ChromeDriver: WebDriver is JSON over HTTP on the loopback.
//!
//! The driver chooses a free port itself, so two tests never want the same one.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use super::trust::missing;
use crate::Program;
use crate::http::{answer, install_provider};
use crate::programs::signal;

/// How long any answer may take before a test calls the browser stuck.
const STUCK_AFTER: Duration = Duration::from_secs(90);

/// A browser that does not close within this is killed.
const CLOSES_WITHIN: Duration = Duration::from_secs(10);

/// A ChromeDriver with one window.
pub(super) struct Driver {
    session: String,
    /// The browser's own process.
    chromium: Option<u32>,
    line: Line,
    /// Ended, by its process id, when it goes out of scope.
    _program: Program,
}

/// What the driver said no to.
#[derive(Debug)]
pub(super) struct Refused {
    pub error: String,
    pub message: String,
}

impl Driver {
    /// Starts the driver and its window.
    pub(super) fn start(home: &Path, capabilities: &Value) -> Self {
        let (program, port) = driver(home);
        let line = Line::to(port);
        let wanted = json!({"capabilities": {"alwaysMatch": capabilities}});
        let session = line.call("POST", "/session", &wanted).unwrap_or_else(|no| {
            panic!(
                "Chromium does not start ({}): run `packaging/setup/machine test` first",
                no.message
            )
        });
        let id = session["sessionId"].as_str().unwrap();
        let chromium = session["capabilities"]["goog:processID"].as_u64();
        Self {
            session: format!("/session/{id}"),
            chromium: chromium.and_then(|pid| pid.try_into().ok()),
            line,
            _program: program,
        }
    }

    /// Asks for something; a driver that says no ends the test with its words.
    #[track_caller]
    pub(super) fn get(&self, path: &str) -> Value {
        self.tries("GET", path, &Value::Null)
            .unwrap_or_else(|no| panic!("GET {path}: {}: {}", no.error, no.message))
    }

    /// Tells it to do something.
    #[track_caller]
    pub(super) fn post(&self, path: &str, body: &Value) -> Value {
        self.tries("POST", path, body)
            .unwrap_or_else(|no| panic!("POST {path} {body:.300}: {}: {}", no.error, no.message))
    }

    /// Calls, and hands back a no.
    pub(super) fn tries(&self, method: &str, path: &str, body: &Value) -> Result<Value, Refused> {
        self.line
            .call(method, &format!("{}{path}", self.session), body)
    }

    /// Calls the browser's own debugging interface.
    #[track_caller]
    pub(super) fn debug(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.post("/goog/cdp/execute", &body)
    }
}

impl Drop for Driver {
    /// Closes the window first, for Chromium is a child that would outlive its driver.
    fn drop(&mut self) {
        let line = &self.line;
        let closed = line.call_within(CLOSES_WITHIN, "DELETE", &self.session, &Value::Null);
        if let (Err(_), Some(chromium)) = (closed, self.chromium) {
            signal(chromium, Signal::KILL);
        }
    }
}

/// Starts ChromeDriver and hears which port it took.
fn driver(home: &Path) -> (Program, u16) {
    let mut command = Command::new("chromedriver");
    command
        .arg("--port=0")
        .env("HOME", home)
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_CACHE_HOME")
        .env_remove("XDG_DATA_HOME")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let child = command.spawn();
    let mut child = child.unwrap_or_else(|e| missing("chromedriver", &e));
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let program = Program::from(child);
    let (says, heard) = mpsc::channel();
    // To the end of its words, for it would stop at a full pipe that nobody empties.
    std::thread::spawn(move || {
        let ports = lines.map_while(Result::ok).filter_map(port_of);
        ports.for_each(|port| says.send(port).unwrap_or_default());
    });
    let port = heard.recv_timeout(STUCK_AFTER);
    (program, port.expect("chromedriver names no port"))
}

fn port_of(line: String) -> Option<u16> {
    let (_, port) = line.split_once("started successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

struct Line {
    root: String,
    http: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

impl Line {
    fn to(port: u16) -> Self {
        install_provider();
        let http = reqwest::Client::builder().tls_certs_only([]).no_proxy();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Self {
            root: format!("http://127.0.0.1:{port}"),
            http: http.build().unwrap(),
            runtime: runtime.unwrap(),
        }
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value, Refused> {
        self.call_within(STUCK_AFTER, method, path, body)
    }

    fn call_within(
        &self,
        time: Duration,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Value, Refused> {
        let request = self
            .http
            .request(method.parse().unwrap(), format!("{}{path}", self.root));
        let request = match method {
            "POST" => request.body(body.to_string()),
            _ => request,
        };
        let answer = self.runtime.block_on(answer(request.timeout(time)));
        if answer.status == 0 {
            return Err(Refused {
                error: "no answer".to_owned(),
                message: "the browser is gone or hangs".to_owned(),
            });
        }
        let mut answer_body = answer.json();
        let value = answer_body["value"].take();
        match answer.status {
            200 => Ok(value),
            _ => Err(Refused::read(&value)),
        }
    }
}

impl Refused {
    fn read(value: &Value) -> Self {
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let message = text("message");
        // The rest is about the driver's inside.
        let message = message.lines().next().unwrap_or_default().to_owned();
        Self {
            error: text("error"),
            message,
        }
    }
}
