//! Takes a batch from the gate.
//!
//! ```text
//! parse -> known key -> signature -> box, service, source, epoch -> turn -> open -> lines -> settle -> attest
//! ```
//!
//! What it is: the order in which a batch is believed. Before the signature is
//! good nothing it says is repeated; after it, a refusal is a receipt signed by
//! the keeper. The invariant it keeps: a batch has its effect once, however
//! often it comes.

use std::sync::{Arc, Mutex, PoisonError};

use firebox_contract::batch::{Batch, BatchError, Header};
use firebox_contract::receipt::{Outcome, Receipt, Statement};
use firebox_protocol::mac::MacKey;
use firebox_protocol::settings::Service;
use firebox_protocol::store_keeper::{AgentKey, Attestation};
use firebox_protocol::{Code, Refusal};
use rusqlite::Connection;

use crate::agents::{Agents, NoAgent};
use crate::clock::Clock;
use crate::database::{Database, DatabaseError};
use crate::feed::Feed;
use crate::keeper_client::{Away, KeeperClient};
use crate::lookup::Feeds;
use crate::receipts;
use crate::sequence::{Turn, turn};
use crate::settle::settle;
use crate::taken::{Desk, Taken, Trouble};
use crate::{attest, body, corrections};

/// Seconds after which a batch that could not be taken is worth sending again.
const RETRY_SECONDS: u32 = 2;

/// Refusals remembered; more feeds than any council has, few enough to look through.
const KEPT_REFUSALS: usize = 64;

/// Where batches are taken. One at a time, in the order they come.
pub(crate) struct Intake {
    pub(crate) database: Arc<Database>,
    pub(crate) keeper: Arc<KeeperClient>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) feeds: Arc<Feeds>,
    pub(crate) agents: Arc<Agents>,
    pub(crate) permit_key: Arc<MacKey>,
    pub(crate) identity: age::x25519::Identity,
    pub(crate) clock: Clock,
    /// The last refusal of each feed, so that a refused batch sent over and over fills no log.
    pub(crate) refused: Mutex<Vec<(Statement, Vec<u8>)>>,
}

/// How a batch ends without a receipt of its own.
enum End {
    /// No receipt: who sent it is not known, or nothing works just now.
    Refuse(Refusal),
    /// A signed refusal with this code.
    Sign(String),
}

impl From<DatabaseError> for End {
    fn from(error: DatabaseError) -> Self {
        log::error!("a batch was not taken: {error}");
        Self::Refuse(not_ready())
    }
}

impl From<Away> for End {
    fn from(_: Away) -> Self {
        Self::Refuse(not_ready())
    }
}

impl From<BatchError> for End {
    fn from(error: BatchError) -> Self {
        Self::Sign(error.code())
    }
}

impl From<Trouble> for End {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Refused(code) => Self::Sign(code),
            // Held readings are settled where they are judged.
            Trouble::OverGuard { .. } => Self::Refuse(not_ready()),
            Trouble::Database(error) => error.into(),
        }
    }
}

impl Intake {
    /// Takes a batch and gives its receipt's bytes.
    pub(crate) fn take(&self, certificate_service: &str, bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
        if !self.keeper.is_ready() {
            return Err(not_ready());
        }
        let batch = Batch::parse(bytes).map_err(distrusted)?;
        let agent = self.agent(&batch)?;
        batch.verify(&agent.key).map_err(distrusted)?;
        let reader = self.database.reader().map_err(|error| {
            log::error!("a batch was not taken: {error}");
            not_ready()
        })?;
        match self.believe(&reader, &batch, &agent, certificate_service) {
            Ok(receipt) => Ok(receipt),
            Err(End::Refuse(refusal)) => Err(refusal),
            Err(End::Sign(code)) => self.sign_refusal(&reader, &batch, &code),
        }
    }

    fn agent(&self, batch: &Batch) -> Result<AgentKey, Refusal> {
        let sought = (batch.header.agent_key.as_str(), batch.header.epoch);
        self.agents
            .find(
                &self.keeper,
                &self.permit_key,
                sought,
                self.clock.boottime_ms(),
            )
            .map_err(|missing| match missing {
                NoAgent::Unknown => distrusted(BatchError::UnknownKey),
                NoAgent::NotReady => not_ready(),
            })
    }

    /// Goes on with a batch whose signature is good.
    fn believe(
        &self,
        reader: &Connection,
        batch: &Batch,
        agent: &AgentKey,
        certificate_service: &str,
    ) -> Result<Vec<u8>, End> {
        let header = &batch.header;
        let service = self.owner(header, agent, certificate_service)?;
        let hash = batch.hash();
        let feed =
            Feed::find(reader, &header.source)?.unwrap_or_else(|| Feed::new(0, &header.source));
        if turn(&feed.head, header, &hash)? == Turn::Again {
            return self.again(reader, &feed, header, &hash);
        }
        let body = body::open(&batch.ciphertext, &self.identity)?;
        let lines = batch.lines(&body)?;
        let taken = Taken {
            desk: &self.desk,
            header,
            hash,
            agent,
            service,
            received: self.clock.now(),
        };
        let settled = settle(&self.database, &taken, &lines);
        // Before the keeper is waited for: answers must not call a source fresh that no longer is.
        self.feeds.refresh(reader)?;
        let owed = settled?;
        log::info!(
            "batch {} of {}: {:?}",
            owed.sequence,
            owed.source,
            owed.outcome
        );
        // What it settled is entered before the receipt; a keeper that refuses is asked again.
        corrections::send_owed_of(reader, &self.database, &self.keeper)?;
        Ok(attest::attest(&self.database, &self.keeper, owed)?)
    }

    /// Checks that the batch is for this box, and from whom it says.
    fn owner(
        &self,
        header: &Header,
        agent: &AgentKey,
        certificate_service: &str,
    ) -> Result<&Service, BatchError> {
        if header.box_id != self.desk.settings.box_id {
            return Err(BatchError::WrongBox);
        }
        let service = self
            .desk
            .settings
            .service_of(&header.source)
            .ok_or(BatchError::WrongSource)?;
        let enrolled = agent.sources.contains(&header.source);
        if !enrolled || service.id != agent.service || agent.service != certificate_service {
            return Err(BatchError::WrongSource);
        }
        if header.epoch != agent.epoch {
            return Err(BatchError::WrongEpoch);
        }
        Ok(service)
    }

    /// Answers a batch that was taken before.
    fn again(
        &self,
        reader: &Connection,
        feed: &Feed,
        header: &Header,
        hash: &str,
    ) -> Result<Vec<u8>, End> {
        let row = receipts::find(reader, feed.id, header.epoch, header.sequence)?;
        let row = row
            .filter(|row| row.batch == hash)
            .ok_or(BatchError::Fork)?;
        match (row.receipt, row.attestation) {
            (Some(receipt), _) => Ok(receipt),
            (None, Some(owed)) => Ok(attest::attest(&self.database, &self.keeper, owed)?),
            (None, None) => Err(DatabaseError::Row("receipt").into()),
        }
    }

    /// Has a refusal signed, or gives the one that was signed for these very bytes.
    fn sign_refusal(
        &self,
        reader: &Connection,
        batch: &Batch,
        code: &str,
    ) -> Result<Vec<u8>, Refusal> {
        let (header, hash) = (&batch.header, batch.hash());
        log::warn!(
            "batch {} of epoch {} was refused: {code}",
            header.sequence,
            header.epoch
        );
        if self.desk.settings.service_of(&header.source).is_none() {
            // The keeper signs nothing for a feed the box does not have.
            return Err(Code::Malformed.into());
        }
        if let Some(signed) = self.signed_before(&hash, code) {
            return Ok(signed);
        }
        let records = Feed::find(reader, &header.source)
            .ok()
            .flatten()
            .map_or(0, |feed| feed.records);
        let refusal = Attestation {
            source: header.source.clone(),
            epoch: header.epoch,
            sequence: header.sequence,
            batch: hash,
            outcome: Outcome::Refused,
            reason: Some(code.to_owned()),
            notes: Vec::new(),
            manifest: self.database.manifest(),
            records,
            envelopes: Vec::new(),
        };
        let signed = attest::refuse(&self.keeper, refusal).map_err(|Away| not_ready())?;
        self.remember(&signed);
        Ok(signed)
    }

    fn signed_before(&self, hash: &str, code: &str) -> Option<Vec<u8>> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let found = refused
            .iter()
            .find(|(said, _)| said.batch == hash && said.reason.as_deref() == Some(code));
        found.map(|(_, bytes)| bytes.clone())
    }

    fn remember(&self, receipt: &[u8]) {
        let Ok(read) = Receipt::parse(receipt) else {
            return;
        };
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.retain(|(said, _)| said.source != read.statement.source);
        if refused.len() >= KEPT_REFUSALS {
            refused.remove(0);
        }
        refused.push((read.statement, receipt.to_vec()));
    }
}

fn not_ready() -> Refusal {
    Refusal {
        code: Code::NotReady,
        retry_after_seconds: Some(RETRY_SECONDS),
    }
}

/// Refuses what cannot be trusted enough to be answered with a receipt.
fn distrusted(error: BatchError) -> Refusal {
    log::warn!("a batch was refused: {error}");
    Code::Malformed.into()
}
