//! What views and property answers show of corrections.
//!
//! The invariant: codes, services and times only; and a look-up where nothing
//! was ever raised pays one probe of an empty index.

use std::collections::BTreeSet;

use firebox_protocol::answer::{CorrectionState, FlagRow, ReportRow};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::rows;
use crate::database::{DatabaseError, stored};

/// Days a correction is still shown with a person after it was over.
const SHOWN_DAYS: i64 = 7;

/// Lists corrections about any of these statements that are not over, or over
/// since a week or less, newest first.
pub(crate) fn of_statements(
    reader: &Connection,
    statements: &[i64],
    now: Timestamp,
) -> Result<Vec<CorrectionState>, DatabaseError> {
    let oldest = now - SignedDuration::from_hours(24 * SHOWN_DAYS);
    let mut states = about(reader, statements)?;
    states.retain(|state| {
        let sent = &mut state.sent_to.iter();
        sent.any(|sent| !sent.progress.is_over() || sent.since >= oldest)
    });
    Ok(states)
}

/// Fills in the corrections of each warning that are not over.
pub(crate) fn of_flags(reader: &Connection, flags: &mut [FlagRow]) -> Result<(), DatabaseError> {
    for flag in flags {
        flag.reported = about(reader, &[flag.record])?;
        flag.reported
            .retain(|state| state.sent_to.iter().any(|sent| !sent.progress.is_over()));
    }
    Ok(())
}

/// Lists hazards reported at an address that are not over, oldest first.
pub(crate) fn reports_at(reader: &Connection, uprn: u64) -> Result<Vec<ReportRow>, DatabaseError> {
    let mut query = reader.prepare_cached(
        "SELECT correction.reference, correction.category, correction.raised, named.name, named.phone
         FROM correction CROSS JOIN correction_sent AS sent ON sent.correction = correction.id
         CROSS JOIN correction_service AS named ON named.service = sent.service
         WHERE correction.uprn = ?1 AND correction.category IS NOT NULL AND sent.progress < 4
         ORDER BY sent.id",
    )?;
    let mut found = query.query([stored(uprn)?])?;
    let mut reports = Vec::new();
    while let Some(row) = found.next()? {
        reports.push(ReportRow {
            correction: row.get(0)?,
            category: row.get(1)?,
            raised: rows::time(row.get(2)?)?,
            service: row.get(3)?,
            phone: rows::phone(row.get(4)?)?,
        });
    }
    Ok(reports)
}

/// Reads the corrections of fields that touch these statements, newest first.
fn about(reader: &Connection, statements: &[i64]) -> Result<Vec<CorrectionState>, DatabaseError> {
    let mut query = reader.prepare_cached(
        "SELECT correction.id FROM correction_about AS about
         CROSS JOIN correction_sent AS sent ON sent.id = about.sent
         CROSS JOIN correction ON correction.id = sent.correction
         WHERE about.statement = ?1 AND correction.field IS NOT NULL",
    )?;
    let mut found = BTreeSet::new();
    for statement in statements {
        for id in query.query_map([statement], |row| row.get::<_, i64>(0))? {
            found.insert(id?);
        }
    }
    let newest_first = found.into_iter().rev();
    newest_first.map(|id| rows::state(reader, id)).collect()
}
