//! Releases of a sealed detail, as an officer's program asks for them.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::{Answer, Council, Person};

/// Shorter pieces of a note are words of the language and prove nothing.
const SHORTEST_PIECE: usize = 16;

/// What a released detail came with.
#[derive(Clone, Debug)]
pub struct Released {
    pub release: String,
    pub detail: Value,
    pub entry: u64,
    pub receipt: String,
    pub valid_until: jiff::Timestamp,
}

impl Released {
    /// Reads an answer that must be a release with this status.
    #[track_caller]
    pub fn read(answer: &Answer, status: u16) -> Self {
        assert_eq!(answer.status, status, "{}", answer.text);
        let body = answer.json();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        Self {
            release: text("release"),
            detail: body["detail"].clone(),
            entry: body["entry"].as_u64().unwrap(),
            receipt: text("receipt"),
            valid_until: text("valid_until").parse().unwrap(),
        }
    }

    pub fn note(&self) -> &str {
        self.detail["note"].as_str().unwrap()
    }
}

/// A reason that nobody gave before.
pub fn reason() -> String {
    static REASONS: AtomicU32 = AtomicU32::new(1);
    let number = REASONS.fetch_add(1, Ordering::Relaxed);
    format!("Boiler repair, the {number}th visit of this round")
}

/// The body of a request for a visit.
pub fn request(flag: &str, reason: &str) -> Value {
    json!({"flag": flag, "purpose": "visit", "reason": reason, "reference": "V-77"})
}

impl Person {
    /// Looks an address up and gives the handle of its first warning, which has a detail.
    pub fn flag(&self, uprn: &str) -> String {
        let answer = self.checks(uprn);
        let flag = &answer["matches"][0]["flags"][0];
        let detail = &flag["detail"];
        assert!(detail == "sealed" || detail == "released", "{answer:#}");
        flag["flag"].as_str().unwrap().to_owned()
    }

    /// Asks for the detail of a warning, for a visit.
    pub fn requests(&self, flag: &str, reason: &str) -> Answer {
        self.requests_by(&request(flag, reason))
    }

    /// Asks for a detail in any way.
    pub fn requests_by(&self, body: &Value) -> Answer {
        self.client().post("/api/v1/releases", body)
    }

    /// Asks for the detail of a warning in an emergency.
    pub fn is_in_an_emergency(&self, flag: &str, happening: &str) -> Answer {
        let body = json!({"flag": flag, "ground": "at-the-door", "happening": happening});
        self.client().post("/api/v1/releases/emergency", &body)
    }

    /// Opens a release again.
    pub fn opens(&self, release: &str) -> Answer {
        let path = format!("/api/v1/releases/{release}/open");
        self.client().post_nothing(&path)
    }
}

impl Council {
    /// The note that stands in the caution list for this address.
    pub fn note(&self, uprn: &str) -> String {
        self.caution_list()
            .value("UPRN", uprn, "Caution Description")
            .trim()
            .to_owned()
    }

    /// What betrays a note of the caution list wherever it turns up.
    pub fn betraying(&self) -> Vec<String> {
        let notes = self.caution_list().column("Caution Description");
        notes.iter().flat_map(|note| pieces(note)).collect()
    }
}

/// The pieces of a note that stand in JSON as they are.
pub fn pieces(note: &str) -> Vec<String> {
    note.split(['"', '\\', '\n', '\r', '\t'])
        .map(str::trim)
        .filter(|piece| piece.len() >= SHORTEST_PIECE)
        .map(str::to_owned)
        .collect()
}
