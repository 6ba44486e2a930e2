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
    /// Begin to read entries, as a reviewer. The reading is an entry itself.
    ReadLog {
        /// The reviewer's name.
        person: String,
        /// Their password.
        password: Password,
        /// The code of their app, when they have one.
        totp: Option<String>,
        /// Purpose code of the policy.
        purpose: String,
        /// What it is read for: a complaint's or request's number.
        reference: String,
        /// First entry.
        from: u64,
        /// How many.
        count: u64,
        /// Whether they are shown or written to a file.
        how: ReadHow,
    },
    /// The next entries of a reading that was begun.
    LogPage {
        /// Which reading.
        reading: [u8; 16],
        /// First entry.
        from: u64,
    },
    /// Recompute the whole log from its own bytes. The check is an entry itself.
    CheckLog,
}

/// What entries are read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadHow {
    /// Shown in the terminal.
    Show,
    /// Written to a file.
    Export,
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
    /// A reading was begun.
    Reading {
        /// For [`KeeperRequest::LogPage`]; good for an hour on this start of the keeper.
        reading: [u8; 16],
        /// First entry.
        from: u64,
        /// The entry after the last.
        to: u64,
        /// The log's origin.
        origin: String,
        /// Checkpoint of the log that ends with the reading's own entry, a signed note.
        checkpoint: String,
        /// Roots of the full subtrees that make up the log before the range, left to right.
        left: Vec<[u8; 32]>,
        /// The same for the log after the range, up to the checkpoint.
        right: Vec<[u8; 32]>,
        /// Index of the reading's own entry.
        entry: u64,
    },
    /// Entries of a reading, from the asked one on; empty: there are no more.
    LogPage(Vec<LogEntry>),
    /// The whole log was recomputed and agrees with itself.
    LogChecked {
        /// Entries that were recomputed.
        entries: u64,
        /// Those among them whose body was erased.
        erased: u64,
        /// Checkpoint they agree with, a signed note.
        checkpoint: String,
        /// Index of the check's own entry.
        entry: u64,
    },
    /// The log does not agree with itself. An alarm was entered.
    LogUnsound {
        /// What does not agree.
        fault: LogFault,
        /// Index of the alarm.
        entry: u64,
    },
    /// Done, with the index of the entry.
    Done {
        /// Index of the entry.
        entry: u64,
    },
    /// Not done.
    Refused(Refusal),
}

/// What a check of the whole log found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogFault {
    /// The first entry that does not agree with its own leaf, salt and body, with
    /// the hashes kept beside it, or is not there.
    Entry(u64),
    /// The file cannot be read from this entry on.
    Unreadable(u64),
    /// Each entry agrees with itself, and together they do not give the root the
    /// keeper knows.
    Root,
    /// They do not agree with the head file beside the log.
    Head,
}

/// One entry as it lies in the log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// The leaf, 73 bytes.
    pub leaf: Vec<u8>,
    /// Salt and body; none: erased at the end of their retention.
    pub opened: Option<([u8; 32], Vec<u8>)>,
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
    /// The key that checks its receipts, checkpoints and exports; public.
    pub verifier_key: String,
    /// Whether a store is connected.
    pub store_connected: bool,
    /// People who may sign in.
    pub people: u64,
    /// Open sessions.
    pub sessions: u64,
    /// Free space of the log's file system, in bytes.
    pub free_bytes: u64,
    /// Size of the log's file system, in bytes.
    pub whole_bytes: u64,
    /// Whether the log's reserve is there.
    pub reserve: Reserve,
    /// Emergencies that no reviewer has judged yet.
    pub open_reviews: u64,
    /// Of these, the ones past a person's quota.
    pub escalated: u64,
}

/// Share of the log's disk that must be free, in percent; less is an alarm.
const LOW_DISK_PERCENT: u64 = 5;

/// Tells whether a disk of `whole_bytes` has so little room that somebody must be told.
pub fn is_low(free_bytes: u64, whole_bytes: u64) -> bool {
    free_bytes < whole_bytes / 100 * LOW_DISK_PERCENT
}

/// The space kept back for emergencies when the log's disk is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reserve {
    /// It is there.
    Whole,
    /// It was given up: only sign-in, emergencies and administration go on.
    InUse,
}

/// What the command line asks the store.
#[derive(Serialize, Deserialize)]
pub enum StoreRequest {
    /// Say how the store is.
    Status,
    /// Recompute all buckets and the database's own checks.
    Sweep,
    /// Say that the records of two services are not the same person, or take that back.
    Apart {
        /// The records, each a service's code and its own id of the person.
        records: [(String, String); 2],
        /// Who decided.
        by: String,
        /// Why, one line without personal data.
        why: String,
        /// True: not the same person. False: the decision is taken back.
        apart: bool,
    },
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
    /// Decided; the keeper's entry is on the disk.
    Apart {
        /// How many joins it ended, or made again.
        changed: u64,
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
