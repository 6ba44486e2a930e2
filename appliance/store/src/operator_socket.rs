//! The operator's socket: how the store is, and the sweep.

use std::io::BufReader;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};

use firebox_protocol::operator::{StoreReply, StoreRequest, StoreStatus};
use firebox_protocol::{Code, frame};

use crate::connection::{Writer, receive};
use crate::database::DatabaseError;
use crate::lookup::LookUps;
use crate::receipts;
use crate::sources;
use crate::sweep::sweep;
use crate::threads::thread;

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
        let served = thread("operator", move || {
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
}
