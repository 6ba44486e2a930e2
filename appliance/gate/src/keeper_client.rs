//! The gate's side of `keeper-gate`: what can be asked of the keeper.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use firebox_protocol::answer::SealedDetail;
use firebox_protocol::gate_keeper::{Fetch, Released, Reply, Request, SessionOf, ToldByPhone, Why};
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
    /// Records of which the person has a release that has not ended.
    pub(crate) standing: Vec<i64>,
}

/// The keeper's leave to fetch one sealed envelope.
pub(crate) struct FetchLeave {
    /// The permit, sealed; for the store.
    pub(crate) permit: Vec<u8>,
    /// The query's bytes, as the keeper made them; for the store.
    pub(crate) query: Vec<u8>,
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

    /// Says whose session it is.
    pub(crate) async fn session(&self, session: SessionToken) -> Result<SessionOf, PeerError> {
        match self.ask(Request::Session { session }).await? {
            Reply::Session(of) => Ok(of),
            _ => Err(PeerError::Broken),
        }
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
                standing,
            } => Ok(Leave {
                permit,
                entry,
                reference,
                standing,
            }),
            _ => Err(PeerError::Broken),
        }
    }

    /// Gets leave to fetch one sealed envelope. Nothing is logged: it is ciphertext.
    pub(crate) async fn fetch(
        &self,
        session: SessionToken,
        what: Fetch,
    ) -> Result<FetchLeave, PeerError> {
        match self.ask(Request::Fetch { session, what }).await? {
            Reply::Fetch { permit, query } => Ok(FetchLeave { permit, query }),
            _ => Err(PeerError::Broken),
        }
    }

    /// Has a release decided and logged, and its detail opened.
    pub(crate) async fn release(
        &self,
        session: SessionToken,
        why: Why,
        sealed: SealedDetail,
    ) -> Result<Released, PeerError> {
        let SealedDetail { slip, envelope } = sealed;
        released(
            self.ask(Request::Release {
                session,
                why,
                slip,
                envelope,
            })
            .await?,
        )
    }

    /// Has the detail of a release opened again: a new decision, a new entry.
    pub(crate) async fn open(
        &self,
        session: SessionToken,
        release: String,
        sealed: SealedDetail,
    ) -> Result<Released, PeerError> {
        let SealedDetail { slip, envelope } = sealed;
        released(
            self.ask(Request::Open {
                session,
                release,
                slip,
                envelope,
            })
            .await?,
        )
    }

    /// Has it entered that a note's matter was told by telephone; gives the entry's index.
    pub(crate) async fn told_by_phone(
        &self,
        session: SessionToken,
        told: ToldByPhone,
    ) -> Result<u64, PeerError> {
        match self.ask(Request::ToldByPhone { session, told }).await? {
            Reply::Entered { entry } => Ok(entry),
            _ => Err(PeerError::Broken),
        }
    }

    /// Gives the receipt of an entry.
    pub(crate) async fn proof(
        &self,
        session: SessionToken,
        entry: u64,
    ) -> Result<String, PeerError> {
        text(self.ask(Request::Proof { session, entry }).await?)
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

fn released(reply: Reply) -> Result<Released, PeerError> {
    if let Reply::Released(released) = reply {
        Ok(released)
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
