//! Statements a correction is about, and the hash of what they say.
//!
//! The hash is plain SHA-256: the record it is of stands beside it in the same
//! encrypted file, and it is erased when the correction is over.

use firebox_contract::canonical::sha256;
use firebox_contract::correction::Field;
use firebox_contract::record::Record;
use firebox_protocol::settings::Service;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::database::{DatabaseError, counted};

/// One service's statement.
#[derive(Clone)]
pub(super) struct Statement {
    pub(super) id: i64,
    pub(super) feed: i64,
    pub(super) source: String,
    pub(super) key: String,
    pub(super) version: u64,
    pub(super) record: Record,
}

const COLUMNS: &str = "SELECT statement.id, statement.feed, feed.source, statement.key,
       statement.version, statement.record
     FROM statement CROSS JOIN feed ON feed.id = statement.feed WHERE ";

impl Statement {
    /// Reads a statement by its id; none when it is gone.
    pub(super) fn load(connection: &Connection, id: i64) -> Result<Option<Self>, DatabaseError> {
        let sql = format!("{COLUMNS} statement.id = ?1");
        let mut query = connection.prepare_cached(&sql)?;
        let found = query.query_row([id], |row| Ok(Self::read(row)));
        found.optional()?.transpose()
    }

    /// Reads the statement that stands under a key.
    pub(super) fn under(
        connection: &Connection,
        feed: i64,
        key: &str,
    ) -> Result<Option<Self>, DatabaseError> {
        let sql = format!("{COLUMNS} statement.feed = ?1 AND statement.key = ?2");
        let mut query = connection.prepare_cached(&sql)?;
        let found = query.query_row((feed, key), |row| Ok(Self::read(row)));
        found.optional()?.transpose()
    }

    fn read(row: &Row<'_>) -> Result<Self, DatabaseError> {
        let unreadable = |_| DatabaseError::Row("statement");
        let text = row.get_ref(5)?.as_str().unwrap_or_default();
        Ok(Self {
            id: row.get(0)?,
            feed: row.get(1)?,
            source: row.get(2)?,
            key: row.get(3)?,
            version: counted(row.get(4)?)?,
            record: serde_json::from_str(text).map_err(unreadable)?,
        })
    }

    /// Tells whether it is this service's.
    pub(super) fn is_of(&self, service: &Service) -> bool {
        service.sources.contains(&self.source)
    }

    /// Gives the service's own name of the record, `feed/key`.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.source, self.key)
    }

    /// Gives what it says of a field: of a person the field's value, of a
    /// warning its version, of an address all of it.
    fn says(&self, field: Option<Field>) -> Result<String, DatabaseError> {
        match (&self.record, field) {
            (Record::Person(person), Some(field)) => Ok(field.value_in(person)),
            (Record::Hazard(_), _) => Ok(self.version.to_string()),
            (record, _) => {
                serde_json::to_string(record).map_err(|_| DatabaseError::Row("statement"))
            }
        }
    }
}

/// Puts statements in the order of their sources and keys.
pub(super) fn in_order(statements: &mut [Statement]) {
    statements.sort_by(|a, b| (&a.source, &a.key).cmp(&(&b.source, &b.key)));
}

/// Hashes what statements, in order, say of a field.
pub(super) fn hash(
    statements: &[Statement],
    field: Option<Field>,
) -> Result<[u8; 32], DatabaseError> {
    let mut parts = Vec::new();
    for statement in statements {
        let says = statement.says(field)?;
        // With its length, so that two statements never change places unseen.
        parts.push((says.len() as u64).to_be_bytes().to_vec());
        parts.push(says.into_bytes());
    }
    Ok(sha256(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}
