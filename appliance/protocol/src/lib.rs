//! What gate, store and keeper say to each other.
//!
//! What it is: the messages of each socket, the frames they travel in, the
//! permit that lets one query pass, and the settings all three read. What it
//! is not: it opens no socket and no file. The invariant it keeps: every
//! message is read whole and exact within a cap, so that a hostile peer can
//! make a process refuse, and nothing else.

// The conversations, one per socket.
pub mod gate_keeper;
pub mod gate_store;
pub mod operator;
pub mod store_keeper;

// What travels in them.
pub mod answer;
pub mod cover;
pub mod mac;
pub mod permit;
pub mod person;
pub mod query;
pub mod refusal;
pub mod secret;
pub mod slip;

// How it travels, and what the processes agree on beforehand.
mod bytes;
pub mod colour;
pub mod frame;
pub mod settings;
pub mod stop;
pub mod wiped;

pub use colour::Colour;
pub use permit::{Action, Permit};
pub use query::{Ask, PersonBy, PropertyBy, Query, Visit};
pub use refusal::{Code, Refusal};
pub use secret::{Password, SessionToken};
pub use settings::Settings;
pub use slip::Slip;
pub use stop::{Exit, Stop};
pub use wiped::Wiped;

/// Names of the listening sockets, as systemd's `FileDescriptorName=` and
/// `firebox run` give them. One socket a caller, so that the socket says who speaks.
pub mod socket {
    /// Gate to keeper.
    pub const KEEPER_GATE: &str = "keeper-gate";
    /// Store to keeper.
    pub const KEEPER_STORE: &str = "keeper-store";
    /// The operator's command line to the keeper.
    pub const KEEPER_OPERATOR: &str = "keeper-operator";
    /// Gate to store.
    pub const STORE_GATE: &str = "store-gate";
    /// The operator's command line to the store.
    pub const STORE_OPERATOR: &str = "store-operator";
    /// People and programs, HTTPS.
    pub const PUBLIC: &str = "public";
    /// Agents, HTTPS with a client certificate.
    pub const INTAKE: &str = "intake";

    /// Gives the file name of a Unix socket in the run folder.
    pub fn file(name: &str) -> String {
        format!("{name}.sock")
    }
}
