//! The outbox to the box. A batch leaves the outbox only on a receipt that the
//! box's key signed for exactly that batch; anything else leaves it where it is.

use firebox_contract::batch::BatchError;
use firebox_contract::receipt::{Outcome, Receipt, Statement};
use firebox_contract::signing::PublicKey;

use crate::intake::IntakeError;
use crate::interrupt::Interrupt;
use crate::progress::Progress;
use crate::state::{Feed, Load, Parcel, State, StateError};

/// Whose receipts count, and for what.
pub(crate) struct Counter<'a> {
    /// The box.
    pub(crate) box_id: &'a str,
    /// The key that signs its receipts.
    pub(crate) key: &'a PublicKey,
}

/// Sends a batch's bytes and gives the answer's.
pub(crate) type Post<'a> = dyn FnMut(&[u8]) -> Result<Vec<u8>, IntakeError> + 'a;

/// How far the outbox came.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// It is empty.
    Clear,
    /// The box was not reached, or did not answer with its receipt.
    Unreachable(IntakeError),
    /// The box refused a batch; it stays.
    Refused {
        /// Its code.
        code: String,
    },
    /// The agent was asked to end.
    Interrupted,
}

/// Why an answer is no receipt for a batch.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub(crate) enum NoReceipt {
    #[error("the answer is no receipt")]
    Malformed,
    #[error("the receipt is not signed by the box: check the bundle the agent was enrolled with")]
    Signature,
    #[error("the receipt is for another batch")]
    OtherBatch,
}

/// Judges an answer: signed by the box, and for this batch of this feed.
pub(crate) fn judge(
    answer: &[u8],
    counter: &Counter<'_>,
    feed: &Feed,
    parcel: &Parcel,
) -> Result<Statement, NoReceipt> {
    let receipt = Receipt::parse(answer).map_err(|_| NoReceipt::Malformed)?;
    receipt
        .verify(counter.key)
        .map_err(|_| NoReceipt::Signature)?;
    let said = receipt.statement;
    let ours = said.box_id == counter.box_id
        && said.source == feed.id
        && said.epoch == feed.epoch
        && said.sequence == parcel.sequence
        && said.batch == parcel.hash;
    if ours {
        Ok(said)
    } else {
        Err(NoReceipt::OtherBatch)
    }
}

/// Sends what waits, in order, and does what each receipt says.
pub(crate) fn deliver(
    state: &mut State,
    feed: &mut Feed,
    counter: &Counter<'_>,
    post: &mut Post<'_>,
    progress: &mut Progress,
    interrupt: &Interrupt,
) -> Result<Delivery, StateError> {
    let waiting = state.waiting(feed)?;
    if waiting > 1 {
        progress.start("delivering", waiting);
    }
    while let Some(parcel) = state.next_parcel(feed)? {
        if interrupt.is_raised() {
            return Ok(Delivery::Interrupted);
        }
        let answer = post(&parcel.bytes)
            .and_then(|answer| judge(&answer, counter, feed, &parcel).map_err(IntakeError::from));
        let said = match answer {
            Ok(said) => said,
            Err(error) => return Ok(Delivery::Unreachable(error)),
        };
        progress.advance(1);
        if let Some(code) = take(state, feed, &parcel, &said)? {
            return Ok(Delivery::Refused { code });
        }
    }
    progress.done();
    Ok(Delivery::Clear)
}

/// Asks again after a manifest the box keeps: two persons may have decided. An
/// answer that decides nothing changes nothing. Gives whether there was an answer.
pub(crate) fn ask_after(
    state: &mut State,
    feed: &mut Feed,
    counter: &Counter<'_>,
    post: &mut Post<'_>,
) -> Result<bool, StateError> {
    let Some(parcel) = state.held_manifest(feed)? else {
        return Ok(true);
    };
    let said = post(&parcel.bytes)
        .ok()
        .and_then(|answer| judge(&answer, counter, feed, &parcel).ok());
    let Some(said) = said else {
        return Ok(false);
    };
    if said.outcome == Outcome::Applied {
        state.apply_run(feed, &parcel)?;
    }
    Ok(true)
}

/// Does what a receipt says; gives the code of a refusal that stops the feed.
fn take(
    state: &mut State,
    feed: &mut Feed,
    parcel: &Parcel,
    said: &Statement,
) -> Result<Option<String>, StateError> {
    tell_notes(feed, said);
    match (said.outcome, parcel.load) {
        (Outcome::Applied, Load::Manifest) => state.apply_run(feed, parcel)?,
        (Outcome::Held, Load::Manifest) => state.hold_run(feed, parcel)?,
        // A held part or sign of life is kept by the box: nothing more is asked of us.
        (Outcome::Applied | Outcome::Held, Load::Part | Load::Heartbeat) => {
            state.delivered(feed, parcel)?;
        }
        (Outcome::Refused, load) => {
            let code = said.reason.clone().unwrap_or_else(|| "refused".to_owned());
            let unproved = code == BatchError::SnapshotUnproved.code() && load != Load::Heartbeat;
            if unproved {
                log::warn!(
                    "{}: the box could not prove the run; the export is read anew",
                    feed.id
                );
                state.drop_unproved(feed, parcel)?;
            }
            // Once may be chance; twice in a row is a fault that a person must see.
            return Ok((!unproved || feed.unproved > 1).then_some(code));
        }
    }
    Ok(None)
}

/// Says how many records the box noted something about, by code and never by key.
fn tell_notes(feed: &Feed, said: &Statement) {
    let mut codes: Vec<&str> = said.notes.iter().map(|note| note.code.as_str()).collect();
    codes.sort_unstable();
    for same in codes.chunk_by(|a, b| a == b) {
        log::info!(
            "{}: the box noted {} for {} records",
            feed.id,
            same[0],
            same.len()
        );
    }
}

/// Says what the owner of the agent can do about a refusal.
pub(crate) fn advice(code: &str) -> String {
    let known: Option<BatchError> = serde_json::from_value(code.into()).ok();
    known.map_or_else(
        || format!("the box refused a batch with `{code}`: ask its operator"),
        |error| format!("the box refused a batch with `{code}`: {}", error.advice()),
    )
}
