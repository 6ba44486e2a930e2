//! The gate: the one process that speaks to the network.
//!
//! What it is: HTTPS for people's programs on one listener and for agents on
//! another, the words of answers and refusals, and a relay of sealed bytes.
//! What it is not: it holds no record, opens no envelope, signs nobody in and
//! decides nothing; the keeper decides and logs, the store answers. The
//! invariant it keeps: a question reaches the store only with the permit the
//! keeper gave for those very bytes, a detail reaches a person only as the
//! keeper released it, and "nothing found" is never told as "nothing there".

#![cfg_attr(
    test,
    // A test that fails by panicking says where; that is what it is for.
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

// The way in: sockets, TLS, the rules every request meets first.
mod front;
mod headers;
mod host;
mod limits;
mod serve;
mod tally;
mod tls;

// What is read from a request, and how a refusal reads.
mod address;
mod bearer;
mod body;
mod json;
mod line;
mod path;
mod person;
mod problem;

// The two processes behind.
mod ask;
mod keeper_client;
mod peer;
mod sealed;
mod store_client;

// The words of an answer.
mod answer;
mod handle;
mod moment;

// The calls, one file each, and the list that makes both router and document.
mod api;
mod call;
mod calls;
mod intake;
mod openapi;
mod rooms;

// Pages for people, and the parts they are made of.
mod components;
mod pages;

mod process;

#[cfg(test)]
mod tests;

use std::net::TcpListener;

use firebox_contract::Vocabulary;
use firebox_protocol::{Settings, Stop};
use zeroize::Zeroizing;

/// What the gate holds. No `Debug`, no `Clone`; the key is wiped on drop.
pub struct Keys {
    /// PEM of the certificate chain shown on both listeners, own certificate first.
    pub certificate_pem: String,
    /// PEM of its private key.
    pub key_pem: Zeroizing<String>,
    /// PEM of the authority that agents' client certificates must come from.
    pub authority_pem: String,
}

/// The inherited listening sockets.
pub struct Listeners {
    /// People and programs; asks for no client certificate.
    pub public: TcpListener,
    /// Agents; a client certificate is required.
    pub intake: TcpListener,
}

/// Serves both listeners until SIGTERM or SIGINT, then gives requests under
/// way five seconds and ends with `Ok`.
///
/// # Errors
/// Exit 78 when a certificate, key or host name cannot be used, 71 when the
/// kernel refuses sockets, threads or randomness. Keeper and store may be away:
/// that is answered with 503, not with a stop.
pub fn run(
    settings: Settings,
    vocabulary: Vocabulary,
    keys: Keys,
    listeners: Listeners,
) -> Result<(), Stop> {
    process::run(&settings, vocabulary, &keys, listeners)
}

/// Gives the OpenAPI 3.1 document of both listeners, made from the same list
/// of calls as the routes.
pub fn openapi() -> serde_json::Value {
    openapi::document(&calls::all())
}
