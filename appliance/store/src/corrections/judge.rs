//! Whether what a service now says differs from what it said when a correction
//! was raised.
//!
//! The invariant: what cannot be told is no change. A statement that is gone is
//! one, but not while its feed is loaded anew and not yet proved complete.

use firebox_contract::correction::Field;
use firebox_contract::record::Uprn;
use firebox_protocol::settings::Service;
use rusqlite::Connection;

use super::rows;
use super::statement::{Statement, hash, in_order};
use super::whom::{Search, is_flag};
use crate::address;
use crate::database::{DatabaseError, counted};

/// An open correction with one service.
pub(super) struct Open {
    pub(super) sent: i64,
    field: Option<Field>,
    category: Option<String>,
    uprn: Option<Uprn>,
    said: [u8; 32],
}

/// A record a correction is about, as it was when it was raised.
struct About {
    statement: i64,
    feed: i64,
    key: String,
}

/// Lists what is open with a service and was signed: what never left is not
/// settled, so that the keeper hears of it before it hears of its end.
pub(super) fn open(connection: &Connection, service: &str) -> Result<Vec<Open>, DatabaseError> {
    let mut query = connection.prepare_cached(
        "SELECT sent.id, correction.field, correction.category, correction.uprn, sent.said
         FROM correction_sent AS sent CROSS JOIN correction ON correction.id = sent.correction
         WHERE sent.service = ?1 AND sent.progress < 4
           AND (sent.progress > 1 OR sent.signature IS NOT NULL) ORDER BY sent.id",
    )?;
    let mut found = query.query([service])?;
    let mut open = Vec::new();
    while let Some(row) = found.next()? {
        let (field, uprn): (Option<String>, Option<i64>) = (row.get(1)?, row.get(3)?);
        open.push(Open {
            sent: row.get(0)?,
            field: field.map(|code| rows::read_field(&code)).transpose()?,
            category: row.get(2)?,
            uprn: uprn.map(|uprn| address::uprn(counted(uprn)?)).transpose()?,
            said: row.get(4)?,
        });
    }
    Ok(open)
}

impl Open {
    /// Tells whether the service's statements show a change.
    pub(super) fn is_settled(
        &self,
        change: &Connection,
        search: &Search<'_>,
        service: &Service,
    ) -> Result<bool, DatabaseError> {
        let before = about(change, self.sent)?;
        let mut statements = Vec::new();
        for one in &before {
            match one.now(change, self.sent)? {
                Now::Is(statement) => statements.push(*statement),
                // A reported hazard is settled by one that comes, not by one that goes.
                Now::Gone if self.category.is_some() => one.forget(change, self.sent)?,
                Now::Gone => return Ok(true),
                Now::Unknown if self.category.is_some() => {}
                Now::Unknown => return Ok(false),
            }
        }
        in_order(&mut statements);
        let same = self.category.is_some() || hash(&statements, self.field)? == self.said;
        Ok(!same || self.has_new_warning(&before, search, service)?)
    }

    /// Tells whether a warning stands at the address that did not stand there.
    fn has_new_warning(
        &self,
        before: &[About],
        search: &Search<'_>,
        service: &Service,
    ) -> Result<bool, DatabaseError> {
        let counts = match (&self.category, self.field) {
            (Some(_), _) | (None, Some(Field::Warning | Field::Missing)) => self.uprn,
            _ => None,
        };
        let Some(uprn) = counts else {
            return Ok(false);
        };
        let flags = search.flags_at(uprn, service)?;
        let wanted = |flag: &&Statement| {
            let category = self.category.as_deref();
            category.is_none_or(|code| is_flag(flag, code))
        };
        // By key: a feed that was loaded anew gives the same record another id.
        let was_there = |flag: &Statement| {
            before
                .iter()
                .any(|b| b.feed == flag.feed && b.key == flag.key)
        };
        Ok(flags.iter().filter(wanted).any(|flag| !was_there(flag)))
    }
}

enum Now {
    Is(Box<Statement>),
    Gone,
    Unknown,
}

impl About {
    fn now(&self, change: &Connection, sent: i64) -> Result<Now, DatabaseError> {
        if let Some(statement) = Statement::load(change, self.statement)? {
            return Ok(Now::Is(Box::new(statement)));
        }
        if let Some(statement) = Statement::under(change, self.feed, &self.key)? {
            change
                .prepare_cached(
                    "UPDATE correction_about SET statement = ?3 WHERE sent = ?1 AND statement = ?2",
                )?
                .execute((sent, self.statement, statement.id))?;
            return Ok(Now::Is(Box::new(statement)));
        }
        let complete: bool = change
            .prepare_cached("SELECT synced FROM feed WHERE id = ?1")?
            .query_row([self.feed], |row| row.get(0))?;
        Ok(if complete { Now::Gone } else { Now::Unknown })
    }

    /// Forgets a record that is gone: its key is personal data.
    fn forget(&self, change: &Connection, sent: i64) -> Result<(), DatabaseError> {
        change
            .prepare_cached("DELETE FROM correction_about WHERE sent = ?1 AND statement = ?2")?
            .execute((sent, self.statement))?;
        Ok(())
    }
}

fn about(connection: &Connection, sent: i64) -> Result<Vec<About>, DatabaseError> {
    let mut query = connection.prepare_cached(
        "SELECT statement, feed, key FROM correction_about WHERE sent = ?1 AND key IS NOT NULL",
    )?;
    let rows = query.query_map([sent], |row| {
        Ok(About {
            statement: row.get(0)?,
            feed: row.get(1)?,
            key: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
