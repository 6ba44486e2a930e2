//! One row a batch: first what the keeper must attest, then its signed receipt.
//!
//! The row is written in the batch's own transaction, so after any crash the
//! store knows exactly which batches it applied and did not yet have attested.

use firebox_protocol::store_keeper::{Attestation, EnvelopeChange};
use rusqlite::{Connection, OptionalExtension};

use crate::database::{Database, DatabaseError, counted, stored};

/// Receipts kept for each feed: ten days of a heartbeat every quarter of an hour. A batch sent
/// again after that is answered as a fork, which an agent that old is.
const KEPT: u64 = 1_000;

/// A batch's row.
pub(crate) struct Row {
    /// The batch's hash.
    pub(crate) batch: String,
    /// The signed receipt, once the keeper gave it.
    pub(crate) receipt: Option<Vec<u8>>,
    /// What the keeper still has to attest.
    pub(crate) attestation: Option<Attestation>,
}

/// Writes the row of a batch that was just taken, or whose hold was just decided.
pub(crate) fn owe(
    connection: &Connection,
    feed: i64,
    attestation: &Attestation,
) -> Result<(), DatabaseError> {
    let bytes = postcard::to_stdvec(attestation).map_err(|_| DatabaseError::Row("receipt"))?;
    connection
        .prepare_cached(
            "INSERT INTO receipt (feed, epoch, sequence, batch, attestation) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (feed, epoch, sequence) DO UPDATE
             SET attestation = excluded.attestation, receipt = NULL WHERE batch = excluded.batch",
        )?
        .execute((
            feed,
            stored(attestation.epoch)?,
            stored(attestation.sequence)?,
            &attestation.batch,
            bytes,
        ))?;
    Ok(())
}

/// Finds a batch's row.
pub(crate) fn find(
    connection: &Connection,
    feed: i64,
    epoch: u64,
    sequence: u64,
) -> Result<Option<Row>, DatabaseError> {
    let found = connection
        .prepare_cached(
            "SELECT batch, receipt, attestation FROM receipt WHERE feed = ?1 AND epoch = ?2 AND sequence = ?3",
        )?
        .query_row((feed, stored(epoch)?, stored(sequence)?), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<Vec<u8>>>(2)?))
        })
        .optional()?;
    found
        .map(|(batch, receipt, attestation)| {
            Ok(Row {
                batch,
                receipt,
                attestation: attestation.map(|bytes| read(&bytes)).transpose()?,
            })
        })
        .transpose()
}

/// Lists what is applied and not attested, oldest first.
pub(crate) fn unattested(connection: &Connection) -> Result<Vec<Attestation>, DatabaseError> {
    let mut query = connection
        .prepare_cached("SELECT attestation FROM receipt WHERE receipt IS NULL ORDER BY id")?;
    let rows = query.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
    rows.map(|bytes| read(&bytes?)).collect()
}

/// Counts what is applied and not attested.
pub(crate) fn count_unattested(connection: &Connection) -> Result<u64, DatabaseError> {
    let sql = "SELECT count(*) FROM receipt WHERE receipt IS NULL";
    counted(
        connection
            .prepare_cached(sql)?
            .query_row([], |row| row.get(0))?,
    )
}

/// Keeps the signed receipt and forgets what is too old to be asked for again.
/// A row that moved on meanwhile (its hold was decided) still owes the newer one.
pub(crate) fn keep(
    database: &Database,
    attested: &Attestation,
    receipt: &[u8],
) -> Result<(), DatabaseError> {
    let bytes = postcard::to_stdvec(attested).map_err(|_| DatabaseError::Row("receipt"))?;
    let (epoch, sequence) = (stored(attested.epoch)?, stored(attested.sequence)?);
    let oldest = stored(attested.sequence.saturating_sub(KEPT))?;
    database.write("keep receipt", |change| {
        change
            .prepare_cached(
                "UPDATE receipt SET receipt = ?1, attestation = NULL
                 WHERE epoch = ?2 AND sequence = ?3 AND attestation = ?4
                   AND feed = (SELECT id FROM feed WHERE source = ?5)",
            )?
            .execute((receipt, epoch, sequence, bytes, &attested.source))?;
        change
            .prepare_cached(
                "DELETE FROM receipt WHERE receipt IS NOT NULL AND (epoch < ?1 OR sequence < ?2)
                   AND feed = (SELECT id FROM feed WHERE source = ?3)",
            )?
            .execute((epoch, oldest, &attested.source))?;
        Ok(())
    })
}

/// Keeps envelope changes that no batch carried, for the feed's next one.
pub(crate) fn owe_envelopes(
    connection: &Connection,
    feed: i64,
    changes: &[EnvelopeChange],
) -> Result<(), DatabaseError> {
    let mut write =
        connection.prepare_cached("INSERT INTO owed_envelope (feed, change) VALUES (?1, ?2)")?;
    for change in changes {
        let bytes = postcard::to_stdvec(change).map_err(|_| DatabaseError::Row("owed_envelope"))?;
        write.execute((feed, bytes))?;
    }
    Ok(())
}

/// Takes up to `most` envelope changes that are owed, oldest first, to go with a batch.
pub(crate) fn take_owed_envelopes(
    connection: &Connection,
    feed: i64,
    most: u32,
) -> Result<Vec<EnvelopeChange>, DatabaseError> {
    let mut query = connection.prepare_cached(
        "DELETE FROM owed_envelope WHERE id IN (
           SELECT id FROM owed_envelope WHERE feed = ?1 ORDER BY id LIMIT ?2) RETURNING id, change",
    )?;
    let rows = query.query_map((feed, most), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut owed: Vec<(i64, Vec<u8>)> = rows.collect::<Result<_, _>>()?;
    owed.sort_by_key(|(id, _)| *id);
    let change = |(_, bytes): (i64, Vec<u8>)| {
        postcard::from_bytes(&bytes).map_err(|_| DatabaseError::Row("owed_envelope"))
    };
    owed.into_iter().map(change).collect()
}

fn read(bytes: &[u8]) -> Result<Attestation, DatabaseError> {
    postcard::from_bytes(bytes).map_err(|_| DatabaseError::Row("receipt"))
}
