//! The enrolled agents' keys, as the keeper last gave them.
//!
//! The list carries a MAC, so nobody between keeper and store can add a key. A
//! key that is not on it makes the store ask again, at most once a second, so
//! that unknown keys cannot keep the keeper busy.

use std::sync::{Mutex, PoisonError};

use firebox_contract::signing::PublicKey;
use firebox_protocol::frame;
use firebox_protocol::mac::{MacDomain, MacKey};
use firebox_protocol::store_keeper::{AgentKey, AgentList, Reply, Request};

use crate::keeper_client::KeeperClient;

/// Shortest time between two requests for the list, in milliseconds.
const REFETCH_MS: u64 = 1_000;

/// Longest time a list is believed, in milliseconds, so that a disabled key soon is.
const BELIEVED_MS: u64 = 5_000;

/// The list.
pub(crate) struct Agents {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    agents: Vec<AgentKey>,
    /// When the keeper was last asked.
    fetched_ms: Option<u64>,
    /// Whether it answered then.
    answered: bool,
}

/// Why an agent was not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoAgent {
    /// The keeper knows no such key.
    Unknown,
    /// The keeper could not be asked, or its list is not authentic.
    NotReady,
}

impl Agents {
    /// Makes an empty list.
    pub(crate) fn new() -> Self {
        Self {
            known: Mutex::default(),
        }
    }

    /// Finds the agent whose key has this id. `epoch` is what the batch carries:
    /// a raised one may be newer than the list.
    pub(crate) fn find(
        &self,
        keeper: &KeeperClient,
        permit_key: &MacKey,
        (key_id, epoch): (&str, u64),
        now_ms: u64,
    ) -> Result<AgentKey, NoAgent> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let by_id = |known: &Known| known.agents.iter().find(|a| is(&a.key, key_id)).cloned();
        let older_than = |known: &Known, age_ms| {
            known
                .fetched_ms
                .is_none_or(|last| now_ms >= last.saturating_add(age_ms))
        };
        let found = by_id(&known).filter(|agent| agent.epoch == epoch);
        if let Some(agent) = found.filter(|_| !older_than(&known, BELIEVED_MS)) {
            return Ok(agent);
        }
        if older_than(&known, REFETCH_MS) {
            known.refresh(keeper, permit_key, now_ms)?;
        }
        by_id(&known).ok_or(NoAgent::Unknown)
    }

    /// Lists the agents of a service, from a list at most a second old; none: it
    /// has none enrolled.
    pub(crate) fn of_service(
        &self,
        keeper: &KeeperClient,
        permit_key: &MacKey,
        service: &str,
        now_ms: u64,
    ) -> Result<Vec<AgentKey>, NoAgent> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let fetched = known.fetched_ms.filter(|_| known.answered);
        if fetched.is_none_or(|last| now_ms >= last.saturating_add(REFETCH_MS)) {
            known.refresh(keeper, permit_key, now_ms)?;
        }
        let agents = known.agents.iter().filter(|agent| agent.service == service);
        Ok(agents.cloned().collect())
    }

    /// Forgets the list, because the keeper may be another one.
    pub(crate) fn forget(&self) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Known::default();
    }
}

impl Known {
    fn refresh(
        &mut self,
        keeper: &KeeperClient,
        permit_key: &MacKey,
        now_ms: u64,
    ) -> Result<(), NoAgent> {
        (self.fetched_ms, self.answered) = (Some(now_ms), false);
        self.agents = fetch(keeper, permit_key)?.agents;
        self.answered = true;
        Ok(())
    }
}

fn is(key: &PublicKey, id: &str) -> bool {
    key.id() == id
}

fn fetch(keeper: &KeeperClient, permit_key: &MacKey) -> Result<AgentList, NoAgent> {
    let Ok(Reply::Agents { list, mac }) = keeper.ask(&Request::Agents) else {
        return Err(NoAgent::NotReady);
    };
    if !permit_key.verify(MacDomain::Agents, &list, &mac) {
        log::error!(
            "the list of agents is not the keeper's: keeper and store hold different permit keys"
        );
        return Err(NoAgent::NotReady);
    }
    frame::decode(&list).map_err(|_| NoAgent::NotReady)
}
