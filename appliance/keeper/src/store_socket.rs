//! The store's socket. `Hello` comes first, once; it says which start of the
//! store this is, and how far the store saw the log reach. A log that is shorter
//! was cut, and the keeper stops.

use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError};

use firebox_protocol::frame::MAX_MESSAGE_BYTES;
use firebox_protocol::store_keeper::{Matched, Reply, Request, ShownRecord};
use firebox_protocol::{Code, Refusal, Stop};

use crate::agents::Agents;
use crate::apart::Aparts;
use crate::attest::Attest;
use crate::connection::{Asker, Broken, serve};
use crate::corrections::Corrections;
use crate::log::book::DurableTip;
use crate::log::head::HeadFile;
use crate::log::opening::check_length;
use crate::outbox::CanRefuse;
use crate::shown;
use crate::writer::Log;

/// Most connections at once.
pub(crate) const MAX_CONNECTIONS: usize = 4;

/// Which start of the store is connected. The newest hello counts.
#[derive(Clone, Default)]
pub(crate) struct StoreLink(Arc<Mutex<Linked>>);

#[derive(Default)]
struct Linked {
    hellos: u64,
    nonce: Option<[u8; 16]>,
}

impl StoreLink {
    /// Gives the connected store's nonce; none while no store is connected.
    pub(crate) fn nonce(&self) -> Option<[u8; 16]> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).nonce
    }

    fn hello(&self, nonce: [u8; 16]) -> u64 {
        let mut linked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        linked.hellos += 1;
        linked.nonce = Some(nonce);
        linked.hellos
    }

    /// Forgets the store, unless another hello came since.
    fn bye(&self, hello: u64) {
        let mut linked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if linked.hellos == hello {
            linked.nonce = None;
        }
    }
}

/// What the store may ask for and tell.
pub(crate) struct StoreSocket {
    pub(crate) box_id: String,
    pub(crate) link: StoreLink,
    pub(crate) tip: Arc<DurableTip>,
    pub(crate) agents: Agents,
    pub(crate) attest: Attest,
    pub(crate) corrections: Corrections,
    pub(crate) aparts: Aparts,
    pub(crate) log: Log,
    /// Where a log that is too short is noted.
    pub(crate) short: Arc<HeadFile>,
    /// Ends the keeper.
    pub(crate) stop: Box<dyn Fn(Stop) + Send + Sync>,
}

impl CanRefuse for Reply {
    fn refused(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl StoreSocket {
    /// Serves one connection of the store.
    pub(crate) fn serve(&self, stream: &UnixStream) -> Result<(), Broken> {
        let mut hello = None;
        let result = serve(
            stream,
            MAX_MESSAGE_BYTES,
            |request, asker: Asker<'_>| match (request, hello) {
                (
                    Request::Hello {
                        nonce,
                        highest_log_index,
                    },
                    None,
                ) => {
                    hello = self.hello(nonce, highest_log_index, &asker);
                    Ok(())
                }
                (Request::Hello { .. }, Some(_)) | (_, None) => Err(Broken::Order),
                (request, Some(_)) => self.dispatch(request, &asker),
            },
        );
        if let Some(hello) = hello {
            self.link.bye(hello);
        }
        result
    }

    fn hello(&self, nonce: [u8; 16], highest: u64, asker: &Asker<'_>) -> Option<u64> {
        let size = self.tip.get().size;
        if highest >= size {
            // Index `highest` was in the log once, so it had one entry more.
            if let Err(stop) = check_length(size, highest.saturating_add(1)) {
                if let Err(error) = self.short.write(&self.tip.get()) {
                    log::error!("the refusal of a short log was not noted: {error}");
                }
                asker.ticket::<Reply>().refuse(Code::LogUnavailable);
                (self.stop)(stop);
                return None;
            }
        }
        // First known, then welcome: whoever was welcomed is served.
        let link = self.link.hello(nonce);
        asker.ticket().answer(&Reply::Welcome {
            box_id: self.box_id.clone(),
        });
        Some(link)
    }

    fn dispatch(&self, request: Request, asker: &Asker<'_>) -> Result<(), Broken> {
        match request {
            Request::Hello { .. } => Err(Broken::Order),
            Request::Agents => {
                self.agents.keys(asker.ticket());
                Ok(())
            }
            Request::Attest(attestation) => {
                self.attest.attest(attestation, asker.ticket());
                Ok(())
            }
            Request::Correction(sealed) => {
                self.corrections.sent(sealed, asker.ticket());
                Ok(())
            }
            Request::CorrectionMoved(moved) => {
                self.corrections.moved(moved, asker.ticket());
                Ok(())
            }
            Request::Apart(apart) => {
                self.aparts.apart(apart, asker.ticket());
                Ok(())
            }
            Request::Shown {
                permit,
                shown,
                confirmed,
            } => self.shown(permit, shown, confirmed),
        }
    }

    /// Brings what was shown to the log; nobody is answered.
    fn shown(
        &self,
        permit: [u8; 16],
        shown: Vec<ShownRecord>,
        confirmed: Option<Matched>,
    ) -> Result<(), Broken> {
        if !shown::is_exact(&shown, confirmed) {
            return Err(Broken::TooLong);
        }
        self.log.bring_later(move |desk| {
            shown::note(desk, &permit, &shown, confirmed)?;
            Ok(Box::new(|_| {}))
        });
        Ok(())
    }
}
