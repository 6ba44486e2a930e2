//! From "applied, not attested" to a signed receipt.
//!
//! The invariant: what the store applied is in the keeper's log before anything
//! new is served, also after a crash between the two. Asking the keeper twice
//! about one batch gives one receipt.

use firebox_contract::receipt::Receipt;
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
    let receipt = ask(keeper, owed.clone())?;
    receipts::keep(database, &owed, &receipt).map_err(|error| {
        log::error!("a receipt was not kept: {error}");
        Away
    })?;
    Ok(receipt)
}

/// Has a refusal signed. It leaves nothing in the store.
pub(crate) fn refuse(keeper: &KeeperClient, refusal: Attestation) -> Result<Vec<u8>, Away> {
    ask(keeper, refusal)
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
        attest(database, keeper, attestation)?;
    }
    Ok(())
}

fn ask(keeper: &KeeperClient, attestation: Attestation) -> Result<Vec<u8>, Away> {
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
            Err(Away)
        }
        Reply::Refused(refusal) => {
            log::error!("the keeper does not attest batch {sequence} of epoch {epoch}: {refusal}");
            Err(Away)
        }
        _ => Err(Away),
    }
}

fn answers(receipt: &[u8], epoch: u64, sequence: u64, batch: &str) -> bool {
    Receipt::parse(receipt).is_ok_and(|receipt| {
        let said = receipt.statement;
        (said.epoch, said.sequence, said.batch.as_str()) == (epoch, sequence, batch)
    })
}
