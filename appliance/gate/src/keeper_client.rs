//! The gate's side of `keeper-gate`: what can be asked of the keeper.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use firebox_protocol::gate_keeper::{Reply, Request, SessionOf};
use firebox_protocol::{Password, SessionToken, socket};

use crate::limits::{KEEPER_REPLY, READY_REPLY};
use crate::peer::{Peer, PeerError};

/// The keeper, as the gate sees it.
#[derive(Clone)]
pub(crate) struct KeeperClient(Arc<Peer>);

/// The keeper's leave for one question.
pub(crate) struct Leave {
    /// The permit, sealed; for the store.
    pub(crate) permit: Vec<u8>,
    /// Index of the entry that is on disk.
    pub(crate) entry: u64,
    /// The reference that stands in the entry.
    pub(crate) reference: String,
}

impl KeeperClient {
    /// Speaks to the keeper's socket in the run folder.
    pub(crate) fn start(run_folder: &Path) -> Self {
        let path = run_folder.join(socket::file(socket::KEEPER_GATE));
        Self(Arc::new(Peer::start("keeper", path, KEEPER_REPLY)))
    }

    /// Signs a person in.
    pub(crate) async fn sign_in(
        &self,
        person: String,
        password: Password,
        totp: Option<String>,
    ) -> Result<(SessionToken, SessionOf), PeerError> {
        match self
            .ask(Request::SignIn {
                person,
                password,
                totp,
            })
            .await?
        {
            Reply::SignedIn {
                session,
                session_of,
            } => Ok((session, session_of)),
            _ => Err(PeerError::Broken),
        }
    }

    /// Ends a session.
    pub(crate) async fn sign_out(&self, session: SessionToken) -> Result<(), PeerError> {
        done(self.ask(Request::SignOut { session }).await?)
    }

    /// Has a question decided and logged.
    pub(crate) async fn permit(
        &self,
        session: SessionToken,
        query: Vec<u8>,
    ) -> Result<Leave, PeerError> {
        match self.ask(Request::Permit { session, query }).await? {
            Reply::Permit {
                permit,
                entry,
                reference,
            } => Ok(Leave {
                permit,
                entry,
                reference,
            }),
            _ => Err(PeerError::Broken),
        }
    }

    /// Gives the newest checkpoint.
    pub(crate) async fn checkpoint(&self) -> Result<String, PeerError> {
        text(self.ask(Request::Checkpoint).await?)
    }

    /// Gives the proof between two tree sizes.
    pub(crate) async fn consistency(&self, from: u64, to: u64) -> Result<String, PeerError> {
        text(self.ask(Request::Consistency { from, to }).await?)
    }

    /// Gives the signed list of keys to seal to.
    pub(crate) async fn recipients(&self) -> Result<Vec<u8>, PeerError> {
        match self.ask(Request::Recipients).await? {
            Reply::Bytes(bytes) => Ok(bytes),
            _ => Err(PeerError::Broken),
        }
    }

    /// Hands over an agent's answer to a bundle.
    pub(crate) async fn enrol(
        &self,
        certificate_service: String,
        request: Vec<u8>,
    ) -> Result<(), PeerError> {
        done(
            self.ask(Request::Enrol {
                certificate_service,
                request,
            })
            .await?,
        )
    }

    /// Asks whether the keeper serves.
    pub(crate) async fn ready(&self) -> Result<(), PeerError> {
        done(self.ask_within(Request::Ready, READY_REPLY).await?)
    }

    async fn ask(&self, request: Request) -> Result<Reply, PeerError> {
        self.ask_within(request, KEEPER_REPLY).await
    }

    async fn ask_within(&self, request: Request, within: Duration) -> Result<Reply, PeerError> {
        match self.0.ask(&request, within).await? {
            Reply::Refused(refusal) => Err(PeerError::Refused(refusal)),
            reply => Ok(reply),
        }
    }
}

fn done(reply: Reply) -> Result<(), PeerError> {
    if matches!(reply, Reply::Done) {
        Ok(())
    } else {
        Err(PeerError::Broken)
    }
}

fn text(reply: Reply) -> Result<String, PeerError> {
    if let Reply::Text(text) = reply {
        Ok(text)
    } else {
        Err(PeerError::Broken)
    }
}
