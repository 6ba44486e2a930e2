//! Corrections and reported hazards, on their way to the services and home.
//!
//! ```text
//! raised --(agent has it)--> delivered --(staff)--> done ----(staff)---> declined
//!    |                           |                    |
//!    '---------------------------'--------------------'--(feed shows a change)--> settled
//! ```
//!
//! What it is not: it opens no correction and answers none; a service decides.
//! The invariants it keeps: the plain words are sealed to the service before
//! anything is written, and stand in no row and no log; a correction is written
//! for all its services or for none; each goes only forward; and every step is
//! owed to the keeper until it entered it.

mod agent;
mod judge;
mod owed;
mod progress;
mod raise;
mod rows;
mod settle;
mod shown;
mod statement;
mod whom;

use std::sync::Arc;

use firebox_protocol::Settings;
use firebox_protocol::answer::Answer;
use firebox_protocol::mac::MacKey;
use firebox_protocol::{Code, Refusal};
use jiff::Timestamp;
use rusqlite::Connection;

use crate::agents::Agents;
use crate::clock::Clock;
use crate::database::{Database, DatabaseError};
use crate::keeper_client::KeeperClient;
use crate::permits::Permitted;
use crate::taken::Desk;

pub(crate) use owed::{send_all_owed, send_owed_of};
pub(crate) use settle::after_batch;
pub(crate) use shown::{of_flags, of_statements, reports_at};

/// Raises corrections, says how they stand, and serves the services' agents.
#[derive(Clone)]
pub(crate) struct Corrections {
    pub(crate) database: Arc<Database>,
    pub(crate) keeper: Arc<KeeperClient>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) agents: Arc<Agents>,
    /// The list of agents carries its MAC.
    pub(crate) permit_key: Arc<MacKey>,
    pub(crate) clock: Clock,
}

impl Corrections {
    /// Raises the correction or report that was permitted.
    ///
    /// # Errors
    /// `NotFound` for what is not there, or is withheld; `NobodyToTell` when no
    /// service holds the field or has an agent; `AlreadyThere` when as many of
    /// the same wait as may; `Malformed` for words not in normal form.
    pub(crate) fn raise(
        &self,
        reader: &Connection,
        permitted: &Permitted,
        now: Timestamp,
    ) -> Result<Answer, Refusal> {
        Ok(self.raised(reader, permitted, now)?)
    }

    /// Says how one stands, to anybody who is permitted to ask.
    pub(crate) fn state(&self, reader: &Connection, reference: &str) -> Result<Answer, Refusal> {
        let found = rows::find(reader, reference).map_err(Failure::from)?;
        let correction = found.ok_or(Code::NotFound)?;
        let state = rows::state(reader, correction).map_err(Failure::from)?;
        Ok(Answer::Correction(state))
    }
}

/// Puts the rows in step with this start: what is too old goes, and services
/// are named as the settings now name them.
pub(crate) fn open(
    database: &Database,
    settings: &Settings,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    let any = "SELECT EXISTS (SELECT 1 FROM correction)";
    if !database
        .reader()?
        .query_row(any, [], |row| row.get::<_, bool>(0))?
    {
        return Ok(());
    }
    database.write("open corrections", |change| {
        rows::forget_old(change, now)?;
        for service in &settings.services {
            rows::name_service(change, service)?;
        }
        Ok(())
    })
}

/// Why a correction was not raised, or an agent not served.
#[derive(Debug)]
enum Failure {
    /// It is refused.
    Refused(Refusal),
    /// The database failed.
    Database(DatabaseError),
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::Refused(code.into())
    }
}

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal,
            Failure::Database(error) => {
                log::error!("a correction was not served: {error}");
                Code::NotReady.into()
            }
        }
    }
}
