//! How an agent and a box get to know each other.
//!
//! `firebox agent add` writes a [`Bundle`]; it is carried to the agent's host by
//! hand. `firebox-agent enrol BUNDLE` makes the agent's own keys there and
//! answers with a [`Request`] over the intake listener. The bundle is a secret
//! until it is used: it holds a client certificate with its key, which only
//! lets the agent knock, and a one-time code, which binds the agent's own
//! signing key to the service.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::signing::PublicKey;

/// The format's name, the only value the field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Format {
    /// Version 1.
    #[default]
    #[serde(rename = "fbx-bundle-v1")]
    V1,
}

/// What `firebox agent add` writes, as JSON. No `Debug`: it holds a key and a code.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Always `fbx-bundle-v1`.
    pub format: Format,
    /// The box.
    #[serde(rename = "box")]
    pub box_id: String,
    /// Where to deliver, for example `https://firebox.example.gov.uk:8444`.
    pub intake_url: String,
    /// The service this agent speaks for.
    pub service: String,
    /// The feeds it may send.
    pub sources: Vec<String>,
    /// The epoch its batches carry.
    pub epoch: u64,
    /// PEM of the authority the box's certificate must come from.
    pub ca_pem: String,
    /// PEM of the agent's client certificate.
    pub client_certificate_pem: String,
    /// PEM of its key.
    pub client_key_pem: String,
    /// One-time code.
    pub code: String,
    /// The code's end.
    pub expires: Timestamp,
    /// The key that signs receipts and recipients.
    pub receipt_key: PublicKey,
    /// age recipient of batch bodies.
    pub batch_recipient: String,
    /// age recipients of details, by class code.
    pub detail_recipients: BTreeMap<String, String>,
}

/// What the agent answers with, as JSON.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The service.
    pub service: String,
    /// The one-time code.
    pub code: String,
    /// The agent's own signing key.
    pub signing_key: PublicKey,
    /// age recipient to which corrections are sealed.
    pub correction_recipient: String,
}
