//! Gate to store, on `store-gate`. The store answers a query only with a
//! permit, and takes a batch only with an enrolled agent's signature.

use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::refusal::Refusal;

/// What the gate asks.
#[derive(Serialize, Deserialize)]
pub enum Request {
    /// Answer a query.
    Answer {
        /// [`crate::Permit`] as sealed.
        #[serde(with = "crate::bytes")]
        permit: Vec<u8>,
        /// The query's bytes, the ones the keeper saw.
        #[serde(with = "crate::bytes")]
        query: Vec<u8>,
    },
    /// Take a batch.
    Apply {
        /// The service named by the client certificate.
        certificate_service: String,
        /// [`firebox_contract::batch::Batch`] as sent.
        #[serde(with = "crate::bytes")]
        batch: Vec<u8>,
    },
    /// The corrections that wait for a service's agent.
    Corrections {
        /// The service named by the client certificate.
        certificate_service: String,
    },
    /// An agent's answer to a correction.
    AnswerCorrection {
        /// The service named by the client certificate.
        certificate_service: String,
        /// [`firebox_contract::correction::Answer`] as signed.
        #[serde(with = "crate::bytes")]
        answer: Vec<u8>,
    },
    /// Whether the store serves.
    Ready,
}

/// What the store answers.
#[derive(Serialize, Deserialize)]
pub enum Reply {
    /// To a query.
    Answer(Answer),
    /// To a batch: [`firebox_contract::receipt::Receipt`] bytes.
    Receipt(#[serde(with = "crate::bytes")] Vec<u8>),
    /// Corrections, each as [`firebox_contract::correction::assemble`] lays it out.
    Corrections(Vec<Vec<u8>>),
    /// Done.
    Done,
    /// Not done.
    Refused(Refusal),
}
