//! The entries as they lie in the file: reading them, and recomputing them out
//! of their own bytes. Nothing here writes.

use std::ops::Range;

use rusqlite::{Connection, OptionalExtension, Row};

use super::book::Tip;
use super::database::{LogError, hash_at, stored};
use super::leaf::{LEAF_BYTES, Leaf, commitment};
use super::tree::{Frontier, Hash, Node};

/// Reads a leaf and requires that it stands at its own index.
pub(crate) fn leaf(conn: &Connection, index: u64) -> Result<Leaf, LogError> {
    let sql = "SELECT leaf FROM entry WHERE id = ?1";
    let bytes: Option<Vec<u8>> = conn
        .prepare_cached(sql)?
        .query_row([stored(index)], |row| row.get(0))
        .optional()?;
    bytes
        .and_then(|bytes| Leaf::from_bytes(&bytes))
        .filter(|leaf| leaf.index == index)
        .ok_or(LogError::Unsound(index))
}

/// Reads a node: a leaf's hash, or what was stored with the leaf that filled it.
pub(crate) fn node(conn: &Connection, at: Node) -> Result<Hash, LogError> {
    if at.level == 0 {
        return Ok(leaf(conn, at.index)?.hash());
    }
    let last = at.last_leaf();
    let sql = "SELECT nodes FROM entry WHERE id = ?1";
    let nodes: Option<Vec<u8>> = conn
        .prepare_cached(sql)?
        .query_row([stored(last)], |row| row.get(0))
        .optional()?;
    let place = usize::try_from(at.level - 1).unwrap_or(usize::MAX);
    nodes
        .and_then(|nodes| hash_at(&nodes, place))
        .ok_or(LogError::Unsound(last))
}

/// One entry as it lies in the file, its leaf at its index and its body the one
/// the leaf commits to.
pub(crate) struct Kept {
    pub(crate) leaf: Leaf,
    /// Salt and body; none: erased at the end of their retention.
    pub(crate) opened: Option<([u8; 32], Vec<u8>)>,
}

impl Kept {
    /// Reads a row whose first columns are id, leaf, salt and body.
    fn read(row: &Row<'_>, index: u64) -> Result<Self, LogError> {
        let columns = || -> rusqlite::Result<_> {
            let id: i64 = row.get(0)?;
            let leaf: Vec<u8> = row.get(1)?;
            let (salt, body): (Option<[u8; 32]>, Option<Vec<u8>>) = (row.get(2)?, row.get(3)?);
            Ok((id, leaf, salt, body))
        };
        // A column of another type or length was not written by a keeper.
        let (id, leaf, salt, body) = columns().map_err(|_| LogError::Unsound(index))?;
        let leaf = Leaf::from_bytes(&leaf).filter(|leaf| leaf.index == index);
        let opened = match (salt, body) {
            (Some(salt), Some(body)) => Some((salt, body)),
            (None, None) => None,
            _ => return Err(LogError::Unsound(index)),
        };
        let commits = |leaf: &Leaf| {
            let made = opened.as_ref().map(|(salt, body)| commitment(salt, body));
            made.is_none_or(|made| made == leaf.commitment)
        };
        match leaf {
            Some(leaf) if id == stored(index) && commits(&leaf) => Ok(Self { leaf, opened }),
            _ => Err(LogError::Unsound(index)),
        }
    }

    /// Gives its length as far as a reader's memory is concerned, in bytes.
    fn bytes(&self) -> usize {
        LEAF_BYTES
            + self
                .opened
                .as_ref()
                .map_or(0, |(salt, body)| salt.len() + body.len())
    }
}

/// Reads one entry; none when the file does not reach that far.
pub(crate) fn entry(conn: &Connection, index: u64) -> Result<Option<Kept>, LogError> {
    let sql = "SELECT id, leaf, salt, body FROM entry WHERE id = ?1";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([stored(index)])?;
    rows.next()?.map(|row| Kept::read(row, index)).transpose()
}

/// Reads the entries of a range from its start on: at most `most`, and no more
/// once they have `most_bytes` together. All of them must be there.
pub(crate) fn entries(
    conn: &Connection,
    range: &Range<u64>,
    most: usize,
    most_bytes: usize,
) -> Result<Vec<Kept>, LogError> {
    let sql = "SELECT id, leaf, salt, body FROM entry WHERE id >= ?1 AND id < ?2 ORDER BY id";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([stored(range.start), stored(range.end)])?;
    let (mut read, mut bytes) = (Vec::new(), 0);
    for index in range.clone().take(most) {
        let row = rows.next()?.ok_or(LogError::Unsound(index))?;
        let kept = Kept::read(row, index)?;
        bytes += kept.bytes();
        read.push(kept);
        if bytes >= most_bytes {
            break;
        }
    }
    Ok(read)
}

/// Recomputes the entries of a range out of their own leaves, salts and bodies,
/// and requires every stored hash to agree. An erased body is passed over; its
/// leaf is not. One entry is in memory at a time; `each` sees it, and the tree
/// that ends with it.
pub(crate) fn recompute<E: From<LogError>>(
    conn: &Connection,
    range: Range<u64>,
    mut each: impl FnMut(&Frontier, &Kept) -> Result<(), E>,
) -> Result<Frontier, E> {
    let mut frontier = Frontier::read(range.start, |at| node(conn, at))?;
    let sql = "SELECT id, leaf, salt, body, nodes FROM entry WHERE id >= ?1 AND id < ?2
               ORDER BY id";
    let failed = |error: rusqlite::Error| E::from(LogError::from(error));
    let mut statement = conn.prepare(sql).map_err(failed)?;
    let bounds = [stored(range.start), stored(range.end)];
    let mut rows = statement.query(bounds).map_err(failed)?;
    let mut last_ms = 0;
    while let Some(row) = rows.next().map_err(failed)? {
        let index = frontier.size();
        let kept = Kept::read(row, index)?;
        let full = frontier.push(kept.leaf.hash()).concat();
        let nodes = row.get::<_, Vec<u8>>(4).ok();
        if nodes.as_ref() != Some(&full) || kept.leaf.time_ms < last_ms {
            return Err(LogError::Unsound(index).into());
        }
        last_ms = kept.leaf.time_ms;
        each(&frontier, &kept)?;
    }
    if frontier.size() < range.end {
        return Err(LogError::Unsound(frontier.size()).into());
    }
    Ok(frontier)
}

/// Recomputes the entries from `from` to the end, and requires that they end
/// where `tip` says and give its root.
pub(crate) fn verify_tail(conn: &Connection, from: u64, tip: &Tip) -> Result<(), LogError> {
    let frontier = recompute(conn, from..tip.size, |_, _| Ok::<_, LogError>(()))?;
    let sql = "SELECT EXISTS (SELECT 1 FROM entry WHERE id >= ?1)";
    let more: bool = conn.query_row(sql, [stored(tip.size)], |row| row.get(0))?;
    if more || frontier.root() != tip.root {
        return Err(LogError::Unsound(tip.size));
    }
    Ok(())
}
