//! Deciding a reading that waits: one person may throw it away, two different
//! ones must agree to apply it. The first agreement is an entry and a row, so
//! it outlives a restart; an agreement of somebody who may no longer sign in is
//! none.

use firebox_protocol::Code;
use rusqlite::{OptionalExtension, params};

use crate::desk::Desk;
use crate::log::database::{LogError, stored};
use crate::people::Who;
use crate::roster::fold;

/// What a person's wish means for a held reading.
pub(crate) enum Step {
    /// It may be done now; with the name of who agreed before, where one must.
    Decided { first: Option<String> },
    /// This person is the first of two.
    First,
    /// Refused.
    Refused(Code),
}

/// Says what this person's wish means, without changing anything.
pub(crate) fn step(desk: &Desk<'_>, who: &Who, hold: u64, apply: bool) -> Result<Step, LogError> {
    if !apply {
        return Ok(Step::Decided { first: None });
    }
    let sql = "SELECT folded FROM hold_agreement WHERE hold = ?1";
    let agreed: Option<String> = desk
        .conn
        .prepare_cached(sql)?
        .query_row([stored(hold)], |row| row.get(0))
        .optional()?;
    let people = desk.people();
    let first = agreed
        .and_then(|folded| people.roster.get(&folded))
        .filter(|first| first.enabled);
    Ok(match first {
        None => Step::First,
        Some(first) if fold(&first.name) == fold(&who.person.name) => {
            Step::Refused(Code::SamePerson)
        }
        Some(first) => Step::Decided {
            first: Some(first.name.clone()),
        },
    })
}

/// Records the first agreement; its entry is `entry`.
pub(crate) fn agree(desk: &Desk<'_>, who: &Who, hold: u64, entry: u64) -> Result<(), LogError> {
    let sql = "INSERT OR REPLACE INTO hold_agreement (hold, folded, entry) VALUES (?1, ?2, ?3)";
    let values = params![stored(hold), fold(&who.person.name), stored(entry)];
    desk.conn.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// Forgets the agreement to a reading that is thrown away.
pub(crate) fn forget(desk: &Desk<'_>, hold: u64) -> Result<(), LogError> {
    desk.conn
        .prepare_cached("DELETE FROM hold_agreement WHERE hold = ?1")?
        .execute([stored(hold)])?;
    Ok(())
}
