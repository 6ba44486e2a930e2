//! What went over the line, and what the browser complained about.
//!
//! A test searches it for names that must never stand in an address.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::Browser;
use super::page::words;

/// A request that the page made. What was posted is not kept: it may hold names.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub url: String,
    /// The `Referer` header.
    pub referrer: Option<String>,
    /// What it was for: `Document`, `Stylesheet`, `Script`, `Image`, `Fetch`...
    pub kind: String,
    /// None while no answer came.
    pub status: Option<u64>,
    /// Bytes of the answer on the line, headers included; 0 from the browser's own store.
    pub bytes: u64,
}

/// Something on the console.
#[derive(Clone, Debug)]
pub struct Said {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// Where it comes from: `javascript`, `network`, `security`, `console-api`...
    pub source: String,
    pub message: String,
}

/// The events as the driver gave them, in their order.
#[derive(Default)]
pub(super) struct Traffic(Vec<Value>);

impl Browser {
    /// Gives every request since the start or [`Browser::forgets_traffic`].
    pub fn traffic(&self) -> Vec<Request> {
        let mut traffic = self.requests.borrow_mut();
        for entry in self.log("performance") {
            let entry = entry["message"].as_str().unwrap();
            let mut entry: Value = serde_json::from_str(entry).unwrap();
            traffic.0.push(entry["message"].take());
        }
        traffic.requests()
    }

    /// Forgets the requests and complaints so far.
    pub fn forgets_traffic(&self) {
        self.traffic();
        self.console();
        self.requests.take();
        self.said.take();
    }

    /// Gives the requests in whose address or `Referer` one of these words stands.
    pub fn traffic_with(&self, searched: &[&str]) -> Vec<Request> {
        let has = |request: &Request| searched.iter().any(|word| request.tells(word));
        self.traffic().into_iter().filter(has).collect()
    }

    /// Gives everything on the console since the start.
    pub fn console(&self) -> Vec<Said> {
        let mut said = self.said.borrow_mut();
        said.extend(self.log("browser").iter().map(Said::read));
        said.clone()
    }

    /// Gives the complaints that a person with the console open would see in red.
    /// An answer of 400 or more is one too, of source `network`.
    pub fn console_errors(&self) -> Vec<Said> {
        let said = self.console();
        said.into_iter().filter(|s| s.level == "SEVERE").collect()
    }

    /// Takes what is new out of one of the driver's logs.
    fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.driver.post("/se/log", &json!({"type": kind}));
        entries.as_array().unwrap().clone()
    }
}

impl Request {
    /// Tells whether this stands in the address or the `Referer`, whatever the
    /// case and however it is written there.
    pub fn tells(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let referrer = self.referrer.as_deref().unwrap_or_default();
        [self.url.as_str(), referrer].into_iter().any(|text| {
            let plain = plain(text).to_lowercase();
            plain.contains(&word) || plain.replace('+', " ").contains(&word)
        })
    }
}

/// Undoes percent-encoding.
fn plain(url: &str) -> String {
    let mut bytes = Vec::with_capacity(url.len());
    let mut rest = url.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let code = hex.and_then(|two| u8::from_str_radix(two, 16).ok());
        (rest, _) = match (first, code) {
            (b'%', Some(code)) => (&after[2..], bytes.push(code)),
            _ => (after, bytes.push(*first)),
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Said {
    fn read(entry: &Value) -> Self {
        Self {
            level: words(entry["level"].clone()),
            source: words(entry["source"].clone()),
            message: words(entry["message"].clone()),
        }
    }
}

impl Traffic {
    /// Puts the events together; a redirected request keeps its id and counts anew.
    fn requests(&self) -> Vec<Request> {
        let mut requests = Vec::new();
        // What the browser fetches for its own first page is not the site's.
        let of_the_web = |parameters: &Value| {
            let url = parameters["request"]["url"].as_str();
            url.is_some_and(|url| url.starts_with("http"))
        };
        let mut sent: HashMap<&str, Vec<usize>> = HashMap::new();
        let asked = self.events("Network.requestWillBeSent");
        for (id, parameters) in asked.filter(|(_, one)| of_the_web(one)) {
            if let Some(&last) = sent.get(id).and_then(|all| all.last()) {
                let redirect: &mut Request = &mut requests[last];
                redirect.answered(&parameters["redirectResponse"]);
            }
            sent.entry(id).or_default().push(requests.len());
            requests.push(Request::read(parameters));
        }
        let last = |id: &str| sent.get(id).and_then(|all| all.last().copied());
        for (id, parameters) in self.events("Network.responseReceived") {
            last(id).inspect(|&at| requests[at].answered(&parameters["response"]));
        }
        for (id, parameters) in self.events("Network.loadingFinished") {
            let bytes = parameters["encodedDataLength"].as_f64().unwrap_or_default();
            last(id).inspect(|&at| requests[at].bytes = whole(bytes));
        }
        self.add_referrers(&sent, &mut requests);
        requests
    }

    /// The headers as they went out come in events of their own, one for each request.
    fn add_referrers(&self, sent: &HashMap<&str, Vec<usize>>, requests: &mut [Request]) {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (id, parameters) in self.events("Network.requestWillBeSentExtraInfo") {
            let times = seen.entry(id).or_default();
            if let Some(&at) = sent.get(id).and_then(|all| all.get(*times)) {
                requests[at].referrer = referrer(&parameters["headers"]);
            }
            *times += 1;
        }
    }

    fn events<'a>(&'a self, method: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let of_kind = self.0.iter().filter(move |event| event["method"] == method);
        of_kind.map(|event| {
            let parameters = &event["params"];
            (parameters["requestId"].as_str().unwrap(), parameters)
        })
    }
}

impl Request {
    fn read(parameters: &Value) -> Self {
        let request = &parameters["request"];
        Self {
            method: words(request["method"].clone()),
            url: words(request["url"].clone()),
            referrer: referrer(&request["headers"]),
            kind: words(parameters["type"].clone()),
            status: None,
            bytes: 0,
        }
    }

    fn answered(&mut self, response: &Value) {
        self.status = response["status"].as_u64();
    }
}

fn referrer(headers: &Value) -> Option<String> {
    let mut headers = headers.as_object()?.iter();
    let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case("referer"))?;
    value.as_str().map(str::to_owned)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of bytes that the browser writes as a float"
)]
fn whole(bytes: f64) -> u64 {
    bytes as u64
}
