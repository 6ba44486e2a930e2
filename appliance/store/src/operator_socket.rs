//! The operator's socket: how the store is, the sweep, and decisions that two
//! records are not one person.
//!
//! The invariant: such a decision is in the keeper's log before it takes effect.

use std::io::BufReader;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};

use firebox_contract::record::line;
use firebox_protocol::operator::{StoreReply, StoreRequest, StoreStatus};
use firebox_protocol::store_keeper::{Apart, Reply, Request};
use firebox_protocol::{Code, Refusal, frame};
use rusqlite::Connection;

use crate::connection::{Writer, receive};
use crate::database::DatabaseError;
use crate::lookup::LookUps;
use crate::people::apart::{Decision, record_hash, records_named, set_apart};
use crate::receipts;
use crate::sources;
use crate::sweep::sweep;
use crate::threads::thread;

/// Most pairs of records one decision may be about: each is an entry of the keeper's.
const MAX_PAIRS: usize = 64;

/// Where the operator's requests go.
pub(crate) struct Operator {
    pub(crate) look_ups: Arc<LookUps>,
    /// One sweep at a time: it reads everything.
    pub(crate) sweeping: Mutex<()>,
}

impl Operator {
    /// Serves one connection on a thread of its own.
    pub(crate) fn serve(self: &Arc<Self>, stream: UnixStream) {
        let operator = Arc::clone(self);
        let served = thread("operator", &self.look_ups.database.rest, move || {
            if let Err(error) = operator.read(stream) {
                log::debug!("store-operator: a connection ended ({})", error.kind());
            }
        });
        if let Err(stop) = served {
            log::error!("store-operator: {stop}");
        }
    }

    fn read(&self, stream: UnixStream) -> std::io::Result<()> {
        let to = Writer::new(stream.try_clone()?)?;
        let mut stream = BufReader::new(stream);
        loop {
            let (id, message) = receive(&mut stream)?;
            let request = frame::decode::<StoreRequest>(&message).map_err(std::io::Error::other)?;
            let reply = self.answer(&request).unwrap_or_else(|error| {
                log::error!("the operator was not answered: {error}");
                StoreReply::Refused(Code::NotReady.into())
            });
            to.send(id, &reply)?;
        }
    }

    fn answer(&self, request: &StoreRequest) -> Result<StoreReply, DatabaseError> {
        let _awake = self.look_ups.database.rest.awake();
        let reader = self.look_ups.database.reader()?;
        match request {
            StoreRequest::Status => {
                let views = self.look_ups.feeds.views();
                Ok(StoreReply::Status(StoreStatus {
                    records: views.iter().map(|view| view.feed.records).sum(),
                    unattested: receipts::count_unattested(&reader)?,
                    keeper_connected: self.look_ups.keeper.is_ready(),
                    feeds: sources::feeds(
                        &self.look_ups.desk.settings,
                        &views,
                        self.look_ups.clock.now(),
                    ),
                }))
            }
            StoreRequest::Apart {
                records,
                by,
                why,
                apart,
            } => {
                let wanted = Wanted {
                    records,
                    by,
                    why,
                    apart: *apart,
                };
                Ok(match self.apart(&reader, &wanted) {
                    Ok(changed) => StoreReply::Apart { changed },
                    Err(Undecided::Refused(refusal)) => StoreReply::Refused(refusal),
                    Err(Undecided::Unread(error)) => return Err(error),
                })
            }
            StoreRequest::Sweep => {
                let Ok(_alone) = self.sweeping.try_lock() else {
                    return Ok(StoreReply::Refused(Code::NotReady.into()));
                };
                let found = sweep(&reader, &self.look_ups.desk.buckets)?;
                log::info!(
                    "the sweep looked at {} records and found {}",
                    found.records,
                    found.findings.len()
                );
                Ok(StoreReply::Sweep {
                    records: found.records,
                    findings: found.findings,
                })
            }
        }
    }

    /// Keeps two people apart, or takes that back. Gives how many joins ended or
    /// came again.
    ///
    /// # Errors
    /// `NotFound` when a service names nobody so, `Malformed` when both names are
    /// one record's or a line is empty or too long, `BoxLimit` for more pairs of
    /// records than a person would decide about, `NotReady` while the keeper is
    /// away. Nothing is changed then.
    fn apart(&self, reader: &Connection, wanted: &Wanted<'_>) -> Result<u64, Undecided> {
        for (field, text) in [("by", wanted.by), ("why", wanted.why)] {
            line(field, text).map_err(|_| Code::Malformed)?;
        }
        let pairs = self.pairs(reader, wanted)?;
        for (one, other) in &pairs {
            self.enter(reader, (*one, *other), wanted)?;
        }
        let (database, desk) = (&self.look_ups.database, &self.look_ups.desk);
        let decision = Decision {
            by: wanted.by,
            why: wanted.why,
            at: self.look_ups.clock.now(),
            apart: wanted.apart,
        };
        let changed = database.write("apart", |change| {
            // What the keeper entered must be what is changed.
            if self.pairs(change, wanted)? != pairs {
                return Err(Undecided::from(Code::NotReady));
            }
            let mut changed = 0;
            for pair in &pairs {
                changed += set_apart(change, desk, *pair, &decision)?;
            }
            Ok(changed)
        })?;
        log::info!("{changed} joins of people changed by a decision");
        Ok(changed)
    }

    /// Lists the statements the decision is about, each of one with each of the other.
    fn pairs(
        &self,
        reader: &Connection,
        wanted: &Wanted<'_>,
    ) -> Result<Vec<(i64, i64)>, Undecided> {
        let desk = &self.look_ups.desk;
        let named = |(service, reference): &(String, String)| {
            records_named(reader, desk, service, reference)
        };
        let [one, other] = wanted.records;
        let (one, other) = (named(one)?, named(other)?);
        if one.is_empty() || other.is_empty() {
            return Err(Code::NotFound.into());
        }
        if one.iter().any(|id| other.contains(id)) {
            return Err(Code::Malformed.into());
        }
        if one.len() * other.len() > MAX_PAIRS {
            return Err(Code::BoxLimit.into());
        }
        let with_each = |one: &i64| {
            let one = *one;
            other.iter().map(move |other| (one, *other))
        };
        Ok(one.iter().flat_map(with_each).collect())
    }

    /// Has the keeper enter a decision, and waits until it is on the disk.
    fn enter(
        &self,
        reader: &Connection,
        (one, other): (i64, i64),
        wanted: &Wanted<'_>,
    ) -> Result<(), Undecided> {
        let hash = |id| record_hash(reader, id)?.ok_or(DatabaseError::Row("statement"));
        let request = Request::Apart(Apart {
            by: wanted.by.to_owned(),
            why: wanted.why.to_owned(),
            records: [hash(one)?, hash(other)?],
            apart: wanted.apart,
        });
        let keeper = &self.look_ups.keeper;
        if !keeper.is_ready() {
            return Err(Code::NotReady.into());
        }
        match keeper.ask(&request) {
            Ok(Reply::Entered) => Ok(()),
            Ok(Reply::Refused(refusal)) => Err(Undecided::Refused(refusal)),
            _ => Err(Code::NotReady.into()),
        }
    }
}

/// A decision that is asked for.
struct Wanted<'a> {
    records: &'a [(String, String); 2],
    by: &'a str,
    why: &'a str,
    apart: bool,
}

/// Why nothing was decided.
enum Undecided {
    Refused(Refusal),
    Unread(DatabaseError),
}

impl From<Code> for Undecided {
    fn from(code: Code) -> Self {
        Self::Refused(code.into())
    }
}

impl From<DatabaseError> for Undecided {
    fn from(error: DatabaseError) -> Self {
        Self::Unread(error)
    }
}
