//! The operator's command line to keeper and store, on sockets that only the
//! operator's group can open.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::secret::Password;

/// What the command line asks the keeper. Every change is a log entry.
#[derive(Serialize, Deserialize)]
pub enum KeeperRequest {
    /// Add a person.
    AddPerson {
        /// The name they sign in with.
        person: String,
        /// Their roles; known ones only.
        roles: Vec<String>,
        /// Their service, for holders and service admins.
        service: Option<String>,
        /// Their first password.
        password: Password,
        /// Whether to give them a second factor.
        totp: bool,
    },
    /// List the people.
    ListPeople,
    /// Disable a person and end their sessions. People are never deleted.
    DisablePerson {
        /// Who.
        person: String,
    },
    /// Prepare an agent's enrolment. Adding a service again raises its epoch.
    AddAgent {
        /// The service.
        service: String,
        /// Its feeds.
        sources: Vec<String>,
    },
    /// List the agents.
    ListAgents,
    /// Say how the keeper is.
    Status,
}

/// What the keeper answers.
#[derive(Serialize, Deserialize)]
pub enum KeeperReply {
    /// A person was added.
    PersonAdded {
        /// Base32 secret of their second factor; shown once.
        totp_secret: Option<Password>,
        /// Index of the entry.
        entry: u64,
    },
    /// The people.
    People(Vec<PersonRow>),
    /// An agent may enrol.
    AgentPrepared {
        /// One-time code.
        code: Password,
        /// Its end, milliseconds since 1970.
        expires_at_ms: i64,
        /// The epoch to carry.
        epoch: u64,
    },
    /// The agents.
    Agents(Vec<AgentRow>),
    /// How the keeper is.
    Status(KeeperStatus),
    /// Done, with the index of the entry.
    Done {
        /// Index of the entry.
        entry: u64,
    },
    /// Not done.
    Refused(Refusal),
}

/// One person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// The name they sign in with.
    pub person: String,
    /// Their roles.
    pub roles: Vec<String>,
    /// Whether they have a second factor.
    pub totp: bool,
    /// Whether they may sign in.
    pub enabled: bool,
}

/// One agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRow {
    /// The service it speaks for.
    pub service: String,
    /// Its feeds.
    pub sources: Vec<String>,
    /// Its epoch.
    pub epoch: u64,
    /// Id of its key; none: prepared, not yet enrolled.
    pub key: Option<String>,
}

/// How the keeper is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeeperStatus {
    /// Entries in the log.
    pub entries: u64,
    /// The log's origin.
    pub origin: String,
    /// Whether a store is connected.
    pub store_connected: bool,
    /// People who may sign in.
    pub people: u64,
    /// Open sessions.
    pub sessions: u64,
    /// Free space of the log's file system, in bytes.
    pub free_bytes: u64,
}

/// What the command line asks the store.
#[derive(Serialize, Deserialize)]
pub enum StoreRequest {
    /// Say how the store is.
    Status,
    /// Recompute all buckets and the database's own checks.
    Sweep,
}

/// What the store answers.
#[derive(Serialize, Deserialize)]
pub enum StoreReply {
    /// How the store is.
    Status(StoreStatus),
    /// What the sweep found; empty: nothing.
    Sweep {
        /// Records looked at.
        records: u64,
        /// One line a finding, with ids and counts only.
        findings: Vec<String>,
    },
    /// Not done.
    Refused(Refusal),
}

/// How the store is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreStatus {
    /// Live records.
    pub records: u64,
    /// Batches applied and not yet attested.
    pub unattested: u64,
    /// Whether the keeper is connected.
    pub keeper_connected: bool,
    /// One a feed.
    pub feeds: Vec<crate::answer::FeedState>,
}
