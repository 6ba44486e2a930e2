//! Gives the sealed envelope of one record, with the store's word of what it
//! belongs to.
//!
//! What it is not: it opens nothing; to the store an envelope is bytes. The
//! invariants it keeps: only a warning that a look-up would show has an
//! envelope to give; envelope and slip are of one moment; and the gate, which
//! carries both, sees neither.

use firebox_contract::record::{HazardFlag, Location, Record};
use firebox_protocol::answer::SealedDetail;
use firebox_protocol::cover::{self, What};
use firebox_protocol::mac::MacKey;
use firebox_protocol::slip::{self, Slip};
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::database::{DatabaseError, counted};

/// Whom a slip is for, and from when it counts.
pub(crate) struct Bearer {
    /// SHA-256 of the session's token.
    pub(crate) session: [u8; 32],
    /// Boot-time clock in milliseconds.
    pub(crate) now_boottime_ms: u64,
}

/// Finds the envelope of a warning that is in force on a day; none for anything else, whatever it is.
pub(crate) fn find(
    connection: &Connection,
    record: i64,
    today: Date,
    bearer: &Bearer,
    key: &MacKey,
) -> Result<Option<SealedDetail>, DatabaseError> {
    connection
        .prepare_cached(
            "SELECT statement.id, feed.source, statement.key, statement.version, statement.record,
               statement.envelope
             FROM statement CROSS JOIN hazard ON hazard.statement = statement.id
             CROSS JOIN feed ON feed.id = statement.feed
             WHERE statement.id = ?1 AND statement.envelope IS NOT NULL
               AND hazard.ended = 0 AND (hazard.ends_on IS NULL OR hazard.ends_on >= ?2)",
        )?
        .query_row((record, today.to_string()), |row| {
            Ok(sealed_detail(row, bearer, key))
        })
        .optional()?
        .transpose()
}

fn sealed_detail(
    row: &Row<'_>,
    bearer: &Bearer,
    key: &MacKey,
) -> Result<SealedDetail, DatabaseError> {
    let unreadable = DatabaseError::Row("statement");
    let Ok(Record::Hazard(flag)) =
        serde_json::from_str::<Record>(row.get_ref(4)?.as_str().unwrap_or_default())
    else {
        return Err(unreadable);
    };
    let HazardFlag {
        location,
        review_due,
        ..
    } = *flag;
    let slip = Slip {
        session: bearer.session,
        record: row.get(0)?,
        source: row.get(1)?,
        key: row.get(2)?,
        version: counted(row.get(3)?)?,
        uprn: match location {
            Location::Uprn(uprn) => Some(uprn),
            Location::Address(_) | Location::Person(_) => None,
        },
        review_due,
        expires_boottime_ms: bearer.now_boottime_ms.saturating_add(slip::LIFETIME_MS),
    };
    let slip = slip
        .seal(key)
        .map_err(|_| DatabaseError::Row("statement"))?;
    let envelope: Vec<u8> = row.get(5)?;
    let cover = |what, bytes: &[u8]| {
        let mut nonce = [0; cover::NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| DatabaseError::Randomness)?;
        cover::cover(key, what, &bearer.session, &nonce, bytes)
            .map_err(|_| DatabaseError::Row("statement"))
    };
    Ok(SealedDetail {
        slip: cover(What::Slip, &slip)?,
        envelope: cover(What::Envelope, &envelope)?,
    })
}
