//! Every key an agent ever enrolled with. An envelope was signed with the key of
//! its day and stays the newest of its record until the service changes it, so a
//! key that was followed by another still proves whose envelope it is.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use firebox_contract::signing::PublicKey;
use rusqlite::{Connection, params};

use crate::log::database::{LogError, stored};

/// Read by those who open envelopes, changed by the log thread alone.
#[derive(Clone)]
pub(crate) struct AgentKeys(Arc<RwLock<HashMap<(String, String), PublicKey>>>);

impl AgentKeys {
    /// Reads the keys.
    pub(crate) fn load(conn: &Connection) -> Result<Self, LogError> {
        let mut keys = HashMap::new();
        let mut statement = conn.prepare("SELECT service, id, key FROM agent_key")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let key: [u8; 32] = row.get(2)?;
            if let Ok(key) = PublicKey::from_bytes(&key) {
                keys.insert((row.get(0)?, row.get(1)?), key);
            }
        }
        Ok(Self(Arc::new(RwLock::new(keys))))
    }

    /// Gives a service's key by its id.
    pub(crate) fn get(&self, service: &str, id: &str) -> Option<PublicKey> {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        keys.get(&(service.to_owned(), id.to_owned())).copied()
    }

    /// Adds the key of an agent that enrols with entry `entry`.
    pub(crate) fn add(
        &self,
        conn: &Connection,
        service: &str,
        key: &PublicKey,
        entry: u64,
    ) -> rusqlite::Result<()> {
        let sql =
            "INSERT OR REPLACE INTO agent_key (service, id, key, entry) VALUES (?1, ?2, ?3, ?4)";
        conn.prepare_cached(sql)?.execute(params![
            service,
            key.id(),
            key.as_bytes(),
            stored(entry)
        ])?;
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        keys.insert((service.to_owned(), key.id()), *key);
        Ok(())
    }
}
