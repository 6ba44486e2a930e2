//! From "applied, not attested" to a signed receipt.
//!
//! The invariant: what the store applied is in the keeper's log before anything
//! new is served, also after a crash between the two; only while the keeper lives
//! on its reserve is it owed. Asking the keeper twice about one batch gives one
//! receipt.

use firebox_contract::receipt::Receipt;
use firebox_protocol::Code;
use firebox_protocol::store_keeper::{Attestation, Reply, Request};

use crate::database::Database;
use crate::keeper_client::{Away, KeeperClient};
use crate::receipts;

/// Has a batch attested that is in the store, and keeps its receipt.
pub(crate) fn attest(
    database: &Database,
    keeper: &KeeperClient,
    owed: Attestation,
) -> Result<Vec<u8>, Away> {
    keep(database, keeper, owed).map_err(|_| Away)
}

fn keep(
    database: &Database,
    keeper: &KeeperClient,
    owed: Attestation,
) -> Result<Vec<u8>, Unattested> {
    let receipt = ask(keeper, owed.clone())?;
    receipts::keep(database, &owed, &receipt).map_err(|error| {
        log::error!("a receipt was not kept: {error}");
        Away
    })?;
    Ok(receipt)
}

/// Why a batch is not attested.
enum Unattested {
    /// The keeper is away, or its answer will not do.
    Away,
    /// The keeper lives on its reserve: it attests nothing until there is room,
    /// and permits little else. What it does permit must still be answered.
    OnReserve,
}

impl From<Away> for Unattested {
    fn from(_: Away) -> Self {
        Self::Away
    }
}

/// Has a refusal signed. It leaves nothing in the store.
pub(crate) fn refuse(keeper: &KeeperClient, refusal: Attestation) -> Result<Vec<u8>, Away> {
    ask(keeper, refusal).map_err(|_| Away)
}

/// Sends everything that is applied and not attested, oldest first.
pub(crate) fn send_owed(database: &Database, keeper: &KeeperClient) -> Result<(), Away> {
    let owed = database
        .reader()
        .and_then(|reader| receipts::unattested(&reader))
        .map_err(|error| {
            log::error!("what is not attested cannot be read: {error}");
            Away
        })?;
    for attestation in owed {
        log::info!("sending a batch again that was applied and not attested");
        match keep(database, keeper, attestation) {
            Ok(_) => {}
            Err(Unattested::Away) => return Err(Away),
            Err(Unattested::OnReserve) => {
                log::warn!("the keeper lives on its reserve: what is owed waits for room");
                return Ok(());
            }
        }
    }
    Ok(())
}

fn ask(keeper: &KeeperClient, attestation: Attestation) -> Result<Vec<u8>, Unattested> {
    let (epoch, sequence, batch) = (
        attestation.epoch,
        attestation.sequence,
        attestation.batch.clone(),
    );
    match keeper.ask(&Request::Attest(attestation))? {
        Reply::Receipt(bytes) if answers(&bytes, epoch, sequence, &batch) => Ok(bytes),
        Reply::Receipt(_) => {
            log::error!(
                "the keeper's receipt is for another batch than {sequence} of epoch {epoch}"
            );
            Err(Unattested::Away)
        }
        Reply::Refused(refusal) if refusal.code == Code::ReserveOnly => Err(Unattested::OnReserve),
        Reply::Refused(refusal) => {
            log::error!("the keeper does not attest batch {sequence} of epoch {epoch}: {refusal}");
            Err(Unattested::Away)
        }
        _ => Err(Unattested::Away),
    }
}

fn answers(receipt: &[u8], epoch: u64, sequence: u64, batch: &str) -> bool {
    Receipt::parse(receipt).is_ok_and(|receipt| {
        let said = receipt.statement;
        (said.epoch, said.sequence, said.batch.as_str()) == (epoch, sequence, batch)
    })
}
