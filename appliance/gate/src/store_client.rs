//! The gate's side of `store-gate`: what can be asked of the store.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use firebox_protocol::answer::Answer;
use firebox_protocol::gate_store::{Reply, Request};
use firebox_protocol::socket;

use crate::limits::{APPLY_REPLY, READY_REPLY, STORE_REPLY};
use crate::peer::{Peer, PeerError};

/// The store, as the gate sees it.
#[derive(Clone)]
pub(crate) struct StoreClient {
    questions: Arc<Peer>,
    // What agents bring and fetch has a connection of its own, so that nobody at
    // a door waits behind eight megabytes of a service's export.
    batches: Arc<Peer>,
}

impl StoreClient {
    /// Speaks to the store's socket in the run folder.
    pub(crate) fn start(run_folder: &Path) -> Self {
        let path = run_folder.join(socket::file(socket::STORE_GATE));
        Self {
            questions: Arc::new(Peer::start("store", path.clone(), STORE_REPLY)),
            batches: Arc::new(Peer::start("store, batches", path, APPLY_REPLY)),
        }
    }

    /// Asks a question with the keeper's permit for these very bytes.
    pub(crate) async fn answer(
        &self,
        permit: Vec<u8>,
        query: Vec<u8>,
    ) -> Result<Answer, PeerError> {
        match ask(
            &self.questions,
            Request::Answer { permit, query },
            STORE_REPLY,
        )
        .await?
        {
            Reply::Answer(answer) => Ok(answer),
            _ => Err(PeerError::Broken),
        }
    }

    /// Hands over a batch; gives the signed receipt.
    pub(crate) async fn apply(
        &self,
        certificate_service: String,
        batch: Vec<u8>,
    ) -> Result<Vec<u8>, PeerError> {
        let request = Request::Apply {
            certificate_service,
            batch,
        };
        match ask(&self.batches, request, APPLY_REPLY).await? {
            Reply::Receipt(receipt) => Ok(receipt),
            _ => Err(PeerError::Broken),
        }
    }

    /// Gives the corrections that wait for a service's agent.
    pub(crate) async fn corrections(
        &self,
        certificate_service: String,
    ) -> Result<Vec<Vec<u8>>, PeerError> {
        let request = Request::Corrections {
            certificate_service,
        };
        match ask(&self.batches, request, APPLY_REPLY).await? {
            Reply::Corrections(corrections) => Ok(corrections),
            _ => Err(PeerError::Broken),
        }
    }

    /// Hands over an agent's answer to a correction.
    pub(crate) async fn answer_correction(
        &self,
        certificate_service: String,
        answer: Vec<u8>,
    ) -> Result<(), PeerError> {
        let request = Request::AnswerCorrection {
            certificate_service,
            answer,
        };
        match ask(&self.batches, request, APPLY_REPLY).await? {
            Reply::Done => Ok(()),
            _ => Err(PeerError::Broken),
        }
    }

    /// Asks whether the store serves.
    pub(crate) async fn ready(&self) -> Result<(), PeerError> {
        match ask(&self.questions, Request::Ready, READY_REPLY).await? {
            Reply::Done => Ok(()),
            _ => Err(PeerError::Broken),
        }
    }
}

async fn ask(peer: &Peer, request: Request, within: Duration) -> Result<Reply, PeerError> {
    match peer.ask(&request, within).await? {
        Reply::Refused(refusal) => Err(PeerError::Refused(refusal)),
        reply => Ok(reply),
    }
}
