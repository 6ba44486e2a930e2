//! The rows of corrections. What changes one runs in the writer's transaction.

use firebox_contract::correction::Field;
use firebox_contract::record::{Phone, Uprn};
use firebox_protocol::Code;
use firebox_protocol::answer::{CorrectionState, Progress, SentTo};
use firebox_protocol::settings::Service;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row};

use super::raise::{Letter, Raised};
use super::statement::Statement;
use super::whom::{Matter, What};
use super::{Failure, progress};
use crate::database::{DatabaseError, stored};

/// Most open corrections of one field of one person, warning or address, and most open reports of
/// one hazard at one address: by then the services know, and a page of them helps nobody.
const MAX_OPEN: usize = 20;
/// Days a correction is kept after it was over with every service.
const KEPT_DAYS: i64 = 400;

/// Writes a correction and what is sent to each service.
pub(super) fn insert(
    change: &Connection,
    raised: &Raised<'_>,
    uprn: Option<Uprn>,
    letters: &[Letter<'_>],
) -> Result<(), Failure> {
    let correction = insert_correction(change, raised, uprn)?;
    for letter in letters {
        name_service(change, letter.service)?;
        let sent = insert_letter(change, correction, letter, raised.at)?;
        for statement in &letter.statements {
            insert_about(change, sent, statement)?;
        }
    }
    Ok(())
}

fn insert_correction(
    change: &Connection,
    raised: &Raised<'_>,
    uprn: Option<Uprn>,
) -> Result<i64, Failure> {
    let category = match raised.what {
        What::Field(_) => None,
        What::NewHazard(code) => Some(code),
    };
    let uprn = uprn.map(|uprn| stored(uprn.number())).transpose()?;
    let columns = (
        &raised.reference,
        &raised.permit,
        raised.what.field().map(Field::code),
        category,
        uprn,
        raised.at.as_millisecond(),
    );
    let written = change
        .prepare_cached(
            "INSERT INTO correction (reference, permit, field, category, uprn, raised)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (reference) DO NOTHING",
        )
        .and_then(|mut insert| insert.execute(columns))
        .map_err(DatabaseError::from)?;
    if written == 0 {
        return Err(Code::AlreadyThere.into());
    }
    Ok(change.last_insert_rowid())
}

fn insert_letter(
    change: &Connection,
    correction: i64,
    letter: &Letter<'_>,
    at: Timestamp,
) -> Result<i64, DatabaseError> {
    change
        .prepare_cached(
            "INSERT INTO correction_sent (correction, service, progress, since, header, ciphertext,
               recipient, said) VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            correction,
            &letter.service.id,
            at.as_millisecond(),
            &letter.header,
            &letter.ciphertext,
            &letter.recipient,
            &letter.said,
        ))?;
    Ok(change.last_insert_rowid())
}

fn insert_about(
    change: &Connection,
    sent: i64,
    statement: &Statement,
) -> Result<(), DatabaseError> {
    change
        .prepare_cached(
            "INSERT INTO correction_about (sent, statement, feed, key) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((sent, statement.id, statement.feed, &statement.key))?;
    Ok(())
}

/// Writes how a service is named to people.
pub(super) fn name_service(change: &Connection, service: &Service) -> Result<(), DatabaseError> {
    change
        .prepare_cached(
            "INSERT INTO correction_service (service, name, phone) VALUES (?1, ?2, ?3)
             ON CONFLICT (service) DO UPDATE SET name = excluded.name, phone = excluded.phone",
        )?
        .execute((&service.id, &service.name, service.phone.as_str()))?;
    Ok(())
}

/// Tells whether as many open corrections of the same are there as may be.
pub(super) fn too_many(
    connection: &Connection,
    what: What<'_>,
    matter: &Matter<'_>,
) -> Result<bool, DatabaseError> {
    const OPEN: &str = "EXISTS (SELECT 1 FROM correction_sent AS open
         WHERE open.correction = correction.id AND open.progress < 4)";
    let mut open = std::collections::BTreeSet::new();
    if let Some(uprn) = matter.uprn {
        let (column, code) = match what {
            What::Field(field) => ("field", field.code()),
            What::NewHazard(code) => ("category", code),
        };
        let sql = format!("SELECT id FROM correction WHERE uprn = ?1 AND {column} = ?2 AND {OPEN}");
        let mut query = connection.prepare_cached(&sql)?;
        let ids = query.query_map((stored(uprn.number())?, code), |row| row.get::<_, i64>(0))?;
        open = ids.collect::<Result<_, _>>()?;
    } else {
        let sql = format!(
            "SELECT correction.id FROM correction_about AS about
             CROSS JOIN correction_sent AS sent ON sent.id = about.sent
             CROSS JOIN correction ON correction.id = sent.correction
             WHERE about.statement = ?1 AND correction.field = ?2 AND correction.uprn IS NULL
               AND {OPEN}"
        );
        let mut query = connection.prepare_cached(&sql)?;
        for statement in &matter.touched {
            let field = what.field().map(Field::code);
            let ids = query.query_map((statement, field), |row| row.get::<_, i64>(0))?;
            for id in ids {
                open.insert(id?);
            }
        }
    }
    Ok(open.len() >= MAX_OPEN)
}

/// Deletes what was over with every service long ago, and owes the keeper nothing.
pub(super) fn forget_old(change: &Connection, now: Timestamp) -> Result<(), DatabaseError> {
    let oldest = now - SignedDuration::from_hours(24 * KEPT_DAYS);
    change
        .prepare_cached(
            "DELETE FROM correction WHERE id IN (
               SELECT correction FROM correction_sent GROUP BY correction
               HAVING min(progress) >= 4 AND max(since) < ?1)
             AND NOT EXISTS (SELECT 1 FROM correction_sent AS sent
               JOIN correction_owed AS owed ON owed.sent = sent.id
               WHERE sent.correction = correction.id)",
        )?
        .execute([oldest.as_millisecond()])?;
    Ok(())
}

/// Finds a correction by its reference.
pub(super) fn find(connection: &Connection, reference: &str) -> Result<Option<i64>, DatabaseError> {
    let mut query = connection.prepare_cached("SELECT id FROM correction WHERE reference = ?1")?;
    Ok(query.query_row([reference], |row| row.get(0)).optional()?)
}

/// Says how a correction stands with each service.
pub(super) fn state(
    connection: &Connection,
    correction: i64,
) -> Result<CorrectionState, DatabaseError> {
    let mut query = connection
        .prepare_cached("SELECT reference, field, raised FROM correction WHERE id = ?1")?;
    let (reference, field, raised): (_, Option<String>, i64) = query
        .query_row([correction], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    let mut query = connection.prepare_cached(
        "SELECT sent.service, named.name, named.phone, sent.since, sent.progress, sent.reason
         FROM correction_sent AS sent CROSS JOIN correction_service AS named
           ON named.service = sent.service
         WHERE sent.correction = ?1 ORDER BY sent.id",
    )?;
    let sent_to = query.query_map([correction], |row| Ok(sent_to(row)))?;
    Ok(CorrectionState {
        correction: reference,
        field: field.map(|code| read_field(&code)).transpose()?,
        raised: time(raised)?,
        sent_to: sent_to.map(|sent| sent?).collect::<Result<_, _>>()?,
    })
}

fn sent_to(row: &Row<'_>) -> Result<SentTo, DatabaseError> {
    let reason: Option<String> = row.get(5)?;
    Ok(SentTo {
        service: row.get(0)?,
        name: row.get(1)?,
        phone: phone(row.get(2)?)?,
        since: time(row.get(3)?)?,
        progress: progress::read(row.get(4)?, reason.as_deref())?,
    })
}

/// Reads a field's code.
pub(super) fn read_field(code: &str) -> Result<Field, DatabaseError> {
    Field::parse(code).ok_or(DatabaseError::Row("correction"))
}

/// Reads a time.
pub(super) fn time(milliseconds: i64) -> Result<Timestamp, DatabaseError> {
    Timestamp::from_millisecond(milliseconds).map_err(|_| DatabaseError::Row("correction"))
}

/// Reads a service's number.
pub(super) fn phone(text: String) -> Result<Phone, DatabaseError> {
    Phone::try_from(text).map_err(|_| DatabaseError::Row("correction_service"))
}

/// Takes a correction further with one service, and owes the keeper the step.
///
/// The ciphertext goes with the first step: an agent that answered has it, and
/// one enrolled anew after a loss has another identity and could not open it.
pub(super) fn advance(
    change: &Connection,
    sent: i64,
    to: Progress,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    let (number, reason) = progress::columns(to);
    change
        .prepare_cached(
            "UPDATE correction_sent SET progress = ?2, reason = ?3, since = ?4, header = NULL,
               ciphertext = NULL, signature = NULL, said = iif(?5, NULL, said) WHERE id = ?1",
        )?
        .execute((sent, number, reason, now.as_millisecond(), to.is_over()))?;
    if to.is_over() {
        change
            .prepare_cached("UPDATE correction_about SET feed = NULL, key = NULL WHERE sent = ?1")?
            .execute([sent])?;
    }
    change
        .prepare_cached("INSERT INTO correction_owed (sent, progress, reason) VALUES (?1, ?2, ?3)")?
        .execute((sent, number, reason))?;
    Ok(())
}
