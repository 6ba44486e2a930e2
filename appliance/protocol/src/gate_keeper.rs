//! Gate to keeper, on `keeper-gate`. The gate can sign nobody in by itself,
//! and gets a permit only after the entry is on disk.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::secret::{Password, SessionToken};

/// What the gate asks.
#[derive(Serialize, Deserialize)]
pub enum Request {
    /// Sign a person in.
    SignIn {
        /// The name they sign in with.
        person: String,
        /// Their password.
        password: Password,
        /// The code of their app, when they have one.
        totp: Option<String>,
    },
    /// End a session.
    SignOut {
        /// Which.
        session: SessionToken,
    },
    /// Say whose session this is.
    Session {
        /// Which.
        session: SessionToken,
    },
    /// Decide and log a query; answer with a permit for the store.
    Permit {
        /// Who asks.
        session: SessionToken,
        /// The query's bytes ([`crate::query::to_bytes`]); the same go to the store.
        query: Vec<u8>,
    },
    /// The newest checkpoint, a signed note.
    Checkpoint,
    /// Proof that the tree of size `to` continues the tree of size `from`.
    Consistency {
        /// Smaller size.
        from: u64,
        /// Larger size.
        to: u64,
    },
    /// The signed list of keys to seal to.
    Recipients,
    /// An agent's answer to a bundle.
    Enrol {
        /// The service named by the client certificate.
        certificate_service: String,
        /// JSON of [`firebox_contract::enrolment::Request`].
        request: Vec<u8>,
    },
    /// Whether the keeper serves.
    Ready,
}

/// What the keeper answers.
#[derive(Serialize, Deserialize)]
pub enum Reply {
    /// Signed in.
    SignedIn {
        /// The token; leaves the box only in this answer.
        session: SessionToken,
        /// Who.
        session_of: SessionOf,
    },
    /// Whose session.
    Session(SessionOf),
    /// The query may be asked.
    Permit {
        /// [`crate::Permit`] as sealed.
        permit: Vec<u8>,
        /// Index of its entry.
        entry: u64,
        /// The reference that stands in the entry: the caller's, or the `CALL-` one the keeper made.
        reference: String,
    },
    /// Text, for checkpoint and consistency.
    Text(String),
    /// Bytes, for recipients.
    Bytes(Vec<u8>),
    /// Done.
    Done,
    /// Not done.
    Refused(Refusal),
}

/// Who a session belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionOf {
    /// The name they sign in with.
    pub person: String,
    /// Their roles.
    pub roles: Vec<String>,
    /// The end, in milliseconds since 1970.
    pub expires_at_ms: i64,
}
