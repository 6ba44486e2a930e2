//! Gate to keeper, on `keeper-gate`. The gate can sign nobody in by itself,
//! and gets a permit only after the entry is on disk.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::secret::{Password, Plaintext, SessionToken};

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
        #[serde(with = "crate::bytes")]
        query: Vec<u8>,
    },
    /// Give leave to fetch one sealed envelope from the store. No entry: what
    /// is fetched is ciphertext, and opening it is [`Request::Release`].
    Fetch {
        /// Who asks.
        session: SessionToken,
        /// Which.
        what: Fetch,
    },
    /// Decide a release, log it and open the envelope.
    Release {
        /// Who asks.
        session: SessionToken,
        /// Why.
        why: Why,
        /// The store's word about the record, covered as it came.
        #[serde(with = "crate::bytes")]
        slip: Vec<u8>,
        /// The envelope, covered as it came.
        #[serde(with = "crate::bytes")]
        envelope: Vec<u8>,
    },
    /// Show a release again: a new decision, a new entry.
    Open {
        /// Who asks.
        session: SessionToken,
        /// Its `REL-` reference.
        release: String,
        /// The store's word about the record, covered as it came.
        #[serde(with = "crate::bytes")]
        slip: Vec<u8>,
        /// The envelope, covered as it came.
        #[serde(with = "crate::bytes")]
        envelope: Vec<u8>,
    },
    /// Enter that a service told a sealed note's matter by telephone instead;
    /// answered by [`Reply::Entered`].
    ToldByPhone {
        /// Who was told.
        session: SessionToken,
        /// What they say about the call.
        told: ToldByPhone,
    },
    /// The receipt of an entry, for whoever made it or a reviewer. The reading is an entry.
    Proof {
        /// Who asks.
        session: SessionToken,
        /// Index of the entry.
        entry: u64,
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
        #[serde(with = "crate::bytes")]
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
        #[serde(with = "crate::bytes")]
        permit: Vec<u8>,
        /// Index of its entry.
        entry: u64,
        /// The reference that stands in the entry: the caller's, or the `CALL-` one the keeper made.
        reference: String,
        /// Records, by the store's id, of which this person has a release that has
        /// not ended; in no order.
        standing: Vec<i64>,
    },
    /// The envelope may be fetched.
    Fetch {
        /// [`crate::Permit`] as sealed.
        #[serde(with = "crate::bytes")]
        permit: Vec<u8>,
        /// The query's bytes, made by the keeper; both go to the store.
        #[serde(with = "crate::bytes")]
        query: Vec<u8>,
    },
    /// Released, or shown again; the entry was on disk before this was sent.
    Released(Released),
    /// It stands in the log, and on the disk.
    Entered {
        /// Index of its entry.
        entry: u64,
    },
    /// Text, for checkpoint, consistency and proof.
    Text(String),
    /// Bytes, for recipients.
    Bytes(#[serde(with = "crate::bytes")] Vec<u8>),
    /// Done.
    Done,
    /// Not done.
    Refused(Refusal),
}

/// What an envelope is fetched for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fetch {
    /// A release of the record with this id of the store.
    Record(i64),
    /// Showing this release again, by its reference.
    Release(String),
}

/// Why a detail is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// Stated and decided by the policy.
    Stated {
        /// Purpose code of the policy.
        purpose: String,
        /// Reason in words.
        reason: String,
        /// Id of the visit or call.
        reference: String,
    },
    /// An emergency: released at once and open until a reviewer has judged it.
    Emergency {
        /// Which ground.
        ground: Ground,
        /// What is happening, one line.
        happening: String,
    },
}

/// Grounds of an emergency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// Somebody is in danger now.
    ImmediateDanger,
    /// The officer is at or near the property.
    AtTheDoor,
    /// A court orders it.
    CourtOrder,
    /// The person it is about agrees.
    PersonAgrees,
}

/// A detail on its way out. No `Debug`: it holds what was sealed.
#[derive(Serialize, Deserialize)]
pub struct Released {
    /// Its `REL-` reference.
    pub release: String,
    /// The payload, JSON of [`firebox_contract::record::Detail`].
    pub detail: Plaintext,
    /// Index of the entry.
    pub entry: u64,
    /// Text of a C2SP tlog-proof of that entry.
    pub receipt: String,
    /// Until when it can be shown again, in milliseconds since 1970.
    pub valid_until_ms: i64,
    /// Whether a reviewer has still to judge it.
    pub review_open: bool,
    /// Whether it was past the person's quota of emergencies.
    pub escalated: bool,
}

/// Longest name of whoever was spoken to on the telephone, in characters.
pub const MAX_SPOKE_TO_CHARACTERS: usize = 120;

/// A call to the team that holds a sealed note, instead of opening it. Nothing of
/// what was said: the log says only that it was told, by whom and whether it helped.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldByPhone {
    /// The store's id of the warning's record.
    pub record: i64,
    /// Purpose code of the policy.
    pub purpose: String,
    /// Id of the visit or call it was for, one line.
    pub reference: String,
    /// Whether they got what they needed.
    pub answered: bool,
    /// Who they spoke to, one line of at most [`MAX_SPOKE_TO_CHARACTERS`];
    /// may be empty only when `answered` is false: nobody may have answered.
    pub spoke_to: String,
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
    /// How long it may stay unused before it ends earlier, in seconds. Being asked
    /// about is use, so it is always the whole of it.
    pub idle_seconds: u32,
}
