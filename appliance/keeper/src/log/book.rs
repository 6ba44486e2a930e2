//! The log as a book: where it ends, and appending an entry to it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use firebox_contract::canonical;
use rusqlite::{Connection, params};
use serde::Serialize;

use super::database::{LogError, stored};
use super::kind::EntryKind;
use super::leaf::{Leaf, commitment};
use super::proof;
use super::receipt::Entry;
use super::rows::{leaf, node};
use super::tree::{Frontier, Hash, Node};
use crate::clock::Now;
use crate::random;

/// Size and root of the log at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tip {
    pub(crate) size: u64,
    pub(crate) root: Hash,
}

/// The newest tip that is on the disk, for all to read.
pub(crate) struct DurableTip(Mutex<Tip>);

impl DurableTip {
    pub(crate) fn new(tip: Tip) -> Self {
        Self(Mutex::new(tip))
    }

    pub(crate) fn get(&self) -> Tip {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves on; only after a commit.
    pub(crate) fn set(&self, tip: Tip) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = tip;
    }
}

/// An entry as it was appended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Appended {
    pub(crate) index: u64,
    pub(crate) time_ms: u64,
}

/// What stands in every body: its kind, and the policy that held.
#[derive(Serialize)]
struct Body<'a, T> {
    kind: &'static str,
    /// SHA-256 of the policy file, 64 hex digits; only `created` has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<&'a str>,
    #[serde(flatten)]
    what: &'a T,
}

/// The end of the log, ready to append to.
pub(crate) struct Book {
    frontier: Frontier,
    last_time_ms: u64,
    /// Leaves and nodes of the group under way, and the edge it began at: what
    /// the proof of any of its entries is made of, without reading the file.
    group: HashMap<Node, Hash>,
}

impl Book {
    /// Starts a log that has no entry yet.
    pub(crate) fn empty() -> Self {
        Self {
            frontier: Frontier::default(),
            last_time_ms: 0,
            group: HashMap::new(),
        }
    }

    /// Takes up the log where it ends, in as many reads as the tree is high.
    pub(crate) fn open(conn: &Connection) -> Result<Self, LogError> {
        let last: Option<i64> =
            conn.query_row("SELECT max(id) FROM entry", [], |row| row.get(0))?;
        let Some(last) = last.and_then(|id| u64::try_from(id).ok()) else {
            return Ok(Self::empty());
        };
        let leaf = leaf(conn, last)?;
        Ok(Self {
            frontier: Frontier::read(last + 1, |at| node(conn, at))?,
            last_time_ms: leaf.time_ms,
            group: HashMap::new(),
        })
    }

    /// Gives the wall time of the last entry, in milliseconds since 1970; 0 without one.
    pub(crate) fn last_time_ms(&self) -> u64 {
        self.last_time_ms
    }

    /// Gives size and root, appended entries included.
    pub(crate) fn tip(&self) -> Tip {
        Tip {
            size: self.frontier.size(),
            root: self.frontier.root(),
        }
    }

    /// Begins a group: what is remembered of the one before is let go.
    pub(crate) fn begin_group(&mut self) {
        self.group.clear();
        self.group.extend(self.frontier.subtrees());
    }

    /// Proves that an entry of the group under way is in the log as it now ends.
    pub(crate) fn prove(&self, index: u64) -> Result<Vec<Hash>, LogError> {
        let known = |at: Node| self.group.get(&at).copied();
        let read = |at| known(at).ok_or(LogError::Unsound(index));
        proof::inclusion(index, self.frontier.size(), read)?.ok_or(LogError::Unsound(index))
    }

    /// Appends one entry. It is durable when the transaction is committed, not before.
    pub(crate) fn append(
        &mut self,
        conn: &Connection,
        now: &Now,
        kind: EntryKind,
        policy: Option<&str>,
        what: &impl Serialize,
    ) -> Result<Appended, LogError> {
        self.append_whole(conn, now, kind, policy, what)
            .map(|(appended, _)| appended)
    }

    /// Appends one entry and gives it back whole, for its receipt.
    pub(crate) fn append_whole(
        &mut self,
        conn: &Connection,
        now: &Now,
        kind: EntryKind,
        policy: Option<&str>,
        what: &impl Serialize,
    ) -> Result<(Appended, Entry), LogError> {
        let body = canonical::to_bytes(&Body {
            kind: kind.name(),
            policy,
            what,
        })?;
        let salt = random::bytes::<32>()?;
        let leaf = Leaf {
            index: self.frontier.size(),
            // A clock that was set back must not make the log run backwards.
            time_ms: self.last_time_ms.max(now.wall_ms),
            boot_id: now.boot_id,
            boottime_ms: now.boottime_ms,
            kind: kind.byte(),
            commitment: commitment(&salt, &body),
        };
        let nodes = self.push(leaf.index, leaf.hash()).concat();
        let sql = "INSERT INTO entry (id, leaf, nodes, salt, body) VALUES (?1, ?2, ?3, ?4, ?5)";
        conn.prepare_cached(sql)?.execute(params![
            stored(leaf.index),
            leaf.to_bytes(),
            nodes,
            salt,
            body
        ])?;
        self.last_time_ms = leaf.time_ms;
        let appended = Appended {
            index: leaf.index,
            time_ms: leaf.time_ms,
        };
        let leaf = leaf.to_bytes();
        Ok((appended, Entry { leaf, salt, body }))
    }

    /// Adds a leaf to the tree and remembers it with the nodes it made full.
    fn push(&mut self, index: u64, leaf: Hash) -> Vec<Hash> {
        let full = self.frontier.push(leaf);
        let hashes = std::iter::once(&leaf).chain(&full);
        for (level, hash) in (0..).zip(hashes) {
            let index = index >> level;
            self.group.insert(Node { level, index }, *hash);
        }
        full
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rows::verify_tail;
    use super::super::tree::{model, root};
    use super::*;

    fn conn() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        super::super::schema::make(&conn).unwrap();
        conn
    }

    fn now(wall_ms: u64) -> Now {
        Now {
            wall_ms,
            boottime_ms: 1,
            boot_id: [1; 16],
        }
    }

    #[derive(Serialize)]
    struct Note {
        text: String,
    }

    fn write(book: &mut Book, conn: &Connection, wall_ms: u64, text: &str) -> Appended {
        let note = Note { text: text.into() };
        book.append(conn, &now(wall_ms), EntryKind::Boot, Some("p"), &note)
            .unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn the_log_is_a_list_that_only_grows(texts in proptest::collection::vec(".{0,20}", 1..80)) {
            let conn = conn();
            let mut book = Book::empty();
            let mut list: Vec<Hash> = Vec::new();
            for (place, text) in texts.iter().enumerate() {
                let appended = write(&mut book, &conn, 5, text);
                prop_assert_eq!(usize::try_from(appended.index).unwrap(), place);
                list.push(leaf(&conn, appended.index).unwrap().hash());
                prop_assert_eq!(book.tip().root, model::root(&list));
            }
            let tip = book.tip();
            prop_assert_eq!(Book::open(&conn).unwrap().tip(), tip);
            for size in 0..=tip.size {
                let root = root(size, |at| node(&conn, at)).unwrap();
                prop_assert_eq!(root, model::root(&list[..usize::try_from(size).unwrap()]));
                prop_assert!(verify_tail(&conn, size, &tip).is_ok());
            }
        }

        #[test]
        fn a_proof_out_of_the_group_is_the_proof_out_of_the_file(
            before in 0u64..70, group in 1u64..40,
        ) {
            let (conn, mut book) = (conn(), Book::empty());
            for _ in 0..before {
                write(&mut book, &conn, 5, "before");
            }
            book.begin_group();
            for _ in 0..group {
                write(&mut book, &conn, 5, "group");
            }
            let size = before + group;
            for index in before..size {
                let from_file = proof::inclusion(index, size, |at| node(&conn, at)).unwrap();
                prop_assert_eq!(Some(book.prove(index).unwrap()), from_file);
            }
        }
    }

    #[test]
    fn a_body_says_its_kind_and_policy_and_is_canonical() {
        let conn = conn();
        write(&mut Book::empty(), &conn, 5, "a");
        let body: Vec<u8> = conn
            .query_row("SELECT body FROM entry", [], |row| row.get(0))
            .unwrap();
        assert_eq!(
            String::from_utf8(body).unwrap(),
            r#"{"kind":"boot","policy":"p","text":"a"}"#
        );
    }

    #[test]
    fn time_in_the_log_never_runs_backwards() {
        let (conn, mut book) = (conn(), Book::empty());
        assert_eq!(write(&mut book, &conn, 9, "a").time_ms, 9);
        assert_eq!(write(&mut book, &conn, 3, "b").time_ms, 9);
        assert_eq!(
            write(&mut Book::open(&conn).unwrap(), &conn, 4, "c").time_ms,
            9
        );
    }

    #[test]
    fn any_change_to_a_stored_entry_is_found() {
        for change in [
            "UPDATE entry SET body = CAST('{}' AS BLOB) WHERE id = 3",
            "UPDATE entry SET salt = zeroblob(32) WHERE id = 3",
            "UPDATE entry SET leaf = zeroblob(73) WHERE id = 3",
            "UPDATE entry SET nodes = zeroblob(64) WHERE id = 3",
            "DELETE FROM entry WHERE id = 3",
            "DELETE FROM entry WHERE id = 6",
        ] {
            let (conn, mut book) = (conn(), Book::empty());
            for place in 0..7 {
                write(&mut book, &conn, place, "x");
            }
            conn.execute(change, []).unwrap();
            assert!(verify_tail(&conn, 0, &book.tip()).is_err(), "{change}");
        }
    }

    #[test]
    fn a_log_whose_bodies_were_erased_still_verifies() {
        let (conn, mut book) = (conn(), Book::empty());
        for place in 0..7 {
            write(&mut book, &conn, place, "x");
        }
        conn.execute("UPDATE entry SET salt = NULL, body = NULL WHERE id < 4", [])
            .unwrap();
        assert!(verify_tail(&conn, 0, &book.tip()).is_ok());
    }
}
