//! The floors' log: one thread writes, many wait, one sync serves all of them.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::property;
use crate::unmeasured::{Because, Unmeasured};

/// Most entries in one commit; as in the keeper.
const GROUP: usize = 1_024;
/// Page cache of the writing connection in KiB, as the keeper's.
const CACHE_KIB: u32 = 16 * 1024;

/// An entry and who waits for it to be durable.
type Waiting = (Vec<u8>, oneshot::Sender<bool>);

/// Brings entries to the writing thread.
pub(super) struct Journal(Sender<Waiting>);

impl Journal {
    /// Makes the file and starts its thread.
    pub(super) fn make(path: &Path) -> Result<Self, Unmeasured> {
        let failed = "the floors' entries cannot be written";
        let connection = property::open(path, &property::key()?, CACHE_KIB).because(failed)?;
        let schema = "CREATE TABLE entry (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT";
        connection.execute_batch(schema).because(failed)?;
        let (sender, inbox) = channel();
        let thread = std::thread::Builder::new().name("journal".to_owned());
        thread
            .spawn(move || write_all(connection, &inbox))
            .because(failed)?;
        Ok(Self(sender))
    }

    /// Writes an entry; true once it is on the disk.
    pub(super) async fn write(&self, entry: Vec<u8>) -> bool {
        let (done, waiting) = oneshot::channel();
        self.0.send((entry, done)).is_ok() && waiting.await.unwrap_or(false)
    }
}

/// Works until nobody can send any more.
fn write_all(mut connection: Connection, inbox: &Receiver<Waiting>) {
    while let Ok(first) = inbox.recv() {
        let mut group = vec![first];
        group.extend(inbox.try_iter().take(GROUP - 1));
        let done = write(&mut connection, &group).is_ok();
        for (_, waiting) in group {
            let _ = waiting.send(done);
        }
    }
}

fn write(connection: &mut Connection, group: &[Waiting]) -> rusqlite::Result<()> {
    let tx = connection.transaction()?;
    let mut insert = tx.prepare_cached("INSERT INTO entry (body) VALUES (?1)")?;
    for (entry, _) in group {
        insert.execute([entry])?;
    }
    drop(insert);
    tx.commit()
}
