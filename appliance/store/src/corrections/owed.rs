//! What the keeper is still to be asked: signatures over corrections, and steps
//! to enter.
//!
//! The invariant: a row or a step leaves the list only on the keeper's own word.
//! Asked twice about one, the keeper makes one entry. What it refuses is an alarm
//! in its log, so it is asked again only when it connects anew.

use firebox_contract::signing::SIGNATURE_BYTES;
use firebox_protocol::Code;
use firebox_protocol::store_keeper::{CorrectionMoved, CorrectionSealed, Reply, Request};
use rusqlite::Connection;

use super::progress;
use crate::database::{Database, DatabaseError};
use crate::keeper_client::{Away, KeeperClient};

/// Has everything signed and entered that is owed, oldest first, also what the
/// keeper refused before: for a keeper that has just connected.
pub(crate) fn send_all_owed(database: &Database, keeper: &KeeperClient) -> Result<(), Away> {
    let reader = database.reader().map_err(unread)?;
    send(&reader, database, keeper, true)
}

/// Has everything signed and entered that is owed and was not refused, oldest
/// first. `Ok` says that the keeper was asked, not that it agreed to each.
pub(super) fn send_owed(database: &Database, keeper: &KeeperClient) -> Result<(), Away> {
    let reader = database.reader().map_err(unread)?;
    send_owed_of(&reader, database, keeper)
}

/// Does the same with a reader that stands in no moment of before.
pub(crate) fn send_owed_of(
    reader: &Connection,
    database: &Database,
    keeper: &KeeperClient,
) -> Result<(), Away> {
    send(reader, database, keeper, false)
}

fn send(
    reader: &Connection,
    database: &Database,
    keeper: &KeeperClient,
    refused: bool,
) -> Result<(), Away> {
    let unsigned = unsigned(reader, refused).map_err(unread)?;
    let moves = moves(reader, refused).map_err(unread)?;
    for (sent, sealed) in unsigned {
        let done = match ask(keeper, Request::Correction(sealed))? {
            Asked::Yes(Reply::Signature(bytes)) if bytes.len() == SIGNATURE_BYTES => {
                sign(database, sent, &bytes)
            }
            Asked::Yes(_) => return Err(Away),
            Asked::No => refuse(
                database,
                "UPDATE correction_sent SET refused = 1 WHERE id = ?1",
                sent,
            ),
            Asked::Later => return Ok(()),
        };
        done.map_err(unread)?;
    }
    for (owed, moved) in moves {
        let done = match ask(keeper, Request::CorrectionMoved(moved))? {
            Asked::Yes(Reply::Entered) => forget(database, owed),
            Asked::Yes(_) => return Err(Away),
            Asked::No => refuse(
                database,
                "UPDATE correction_owed SET refused = 1 WHERE id = ?1",
                owed,
            ),
            Asked::Later => return Ok(()),
        };
        done.map_err(unread)?;
    }
    Ok(())
}

/// Tells whether the keeper has yet to enter a step of this.
pub(super) fn owes(connection: &Connection, sent: i64) -> Result<bool, DatabaseError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM correction_owed WHERE sent = ?1)";
    let mut query = connection.prepare_cached(sql)?;
    Ok(query.query_row([sent], |row| row.get(0))?)
}

enum Asked {
    /// It answered.
    Yes(Reply),
    /// It refused this one, which stays owed; the others do not wait for it.
    No,
    /// It enters nothing just now, for example on its reserve: all of it waits.
    Later,
}

fn ask(keeper: &KeeperClient, request: Request) -> Result<Asked, Away> {
    match keeper.ask(&request)? {
        Reply::Refused(refusal)
            if matches!(
                refusal.code,
                Code::ReserveOnly | Code::LogUnavailable | Code::NotReady
            ) =>
        {
            log::warn!("the keeper enters no correction just now, all wait: {refusal}");
            Ok(Asked::Later)
        }
        Reply::Refused(refusal) => {
            log::error!("the keeper does not enter a correction, which stays owed: {refusal}");
            Ok(Asked::No)
        }
        reply => Ok(Asked::Yes(reply)),
    }
}

fn unsigned(
    connection: &Connection,
    refused: bool,
) -> Result<Vec<(i64, CorrectionSealed)>, DatabaseError> {
    let mut query = connection.prepare_cached(
        "SELECT sent.id, correction.permit, sent.header
         FROM correction_sent AS sent CROSS JOIN correction ON correction.id = sent.correction
         WHERE sent.header IS NOT NULL AND sent.signature IS NULL
           AND sent.refused <= ?1 ORDER BY sent.id",
    )?;
    let rows = query.query_map([refused], |row| {
        let (permit, header) = (row.get(1)?, row.get(2)?);
        Ok((row.get(0)?, CorrectionSealed { permit, header }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn moves(
    connection: &Connection,
    refused: bool,
) -> Result<Vec<(i64, CorrectionMoved)>, DatabaseError> {
    let mut query = connection.prepare_cached(
        "SELECT owed.id, correction.reference, sent.service, owed.progress, owed.reason
         FROM correction_owed AS owed CROSS JOIN correction_sent AS sent ON sent.id = owed.sent
         CROSS JOIN correction ON correction.id = sent.correction
         WHERE owed.refused <= ?1 ORDER BY owed.id",
    )?;
    let rows = query.query_map([refused], |row| {
        let reason: Option<String> = row.get(4)?;
        let moved = progress::read(row.get(3)?, reason.as_deref()).map(|progress| {
            Ok::<_, rusqlite::Error>(CorrectionMoved {
                correction: row.get(1)?,
                service: row.get(2)?,
                progress,
            })
        });
        Ok((row.get(0)?, moved))
    })?;
    let mut moves = Vec::new();
    for row in rows {
        let (owed, moved) = row?;
        moves.push((owed, moved??));
    }
    Ok(moves)
}

fn sign(database: &Database, sent: i64, signature: &[u8]) -> Result<(), DatabaseError> {
    database.write("sign correction", |change| {
        change
            .prepare_cached(
                "UPDATE correction_sent SET signature = ?2 WHERE id = ?1 AND header IS NOT NULL",
            )?
            .execute((sent, signature))?;
        Ok(())
    })
}

fn forget(database: &Database, owed: i64) -> Result<(), DatabaseError> {
    database.write("correction entered", |change| {
        change
            .prepare_cached("DELETE FROM correction_owed WHERE id = ?1")?
            .execute([owed])?;
        Ok(())
    })
}

fn refuse(database: &Database, sql: &'static str, id: i64) -> Result<(), DatabaseError> {
    database.write("correction refused", |change| {
        change.prepare_cached(sql)?.execute([id])?;
        Ok(())
    })
}

fn unread(error: DatabaseError) -> Away {
    log::error!("what is owed of corrections was not settled: {error}");
    Away
}
