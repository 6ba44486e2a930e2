//! What the box lists, proved and kept. A correction that does not open is an
//! alarm and stands in nobody's way.

use std::collections::BTreeSet;

use age::x25519::Identity as Key;
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::opening::{Unopened, nameless, receive};
use crate::carrier::Carrier;
use crate::intake::IntakeError;
use crate::state::{Arrived, StateError, Taken};
use crate::stop::Stop;

/// What one turn found.
#[derive(Default)]
pub(super) struct Found {
    /// What a person must look at, one line each.
    pub(super) alarms: BTreeSet<String>,
    /// References under which the box sent other bytes, or whose bytes do not
    /// open any more: not a word about them to the box.
    pub(super) silent: BTreeSet<String>,
    /// The box gives out no corrections at all.
    pub(super) none_given: bool,
}

impl Found {
    pub(super) fn alarm(&mut self, name: &str, error: &Unopened) {
        self.alarms.insert(format!("{name} was not taken: {error}"));
    }

    pub(super) fn refused(&mut self, reference: &str, status: u16) {
        let what = match status {
            403 => {
                "the box does not accept this agent's signature: see whether it was enrolled anew elsewhere"
            }
            404 => "the box does not know it: see whether the box was restored from a backup",
            _ => "the box refuses the answer",
        };
        self.alarms
            .insert(format!("{reference}: {what} ({status}); it is kept"));
    }
}

/// Fetches what waits and keeps it; gives how many the box listed.
pub(super) fn take(
    carrier: &mut Carrier,
    keys: &[Key],
    now: Timestamp,
    found: &mut Found,
) -> Result<Result<usize, IntakeError>, Stop> {
    let listed = match carrier.intake.corrections() {
        Ok(listed) => listed,
        // A box of an earlier build has none to give.
        Err(IntakeError::Status { status: 404, .. }) => {
            found.none_given = true;
            Vec::new()
        }
        Err(error) => return Ok(Err(error)),
    };
    let mut fresh = 0;
    for (place, text) in listed.iter().enumerate() {
        match take_one(carrier, text, keys, now)? {
            Ok(taken) => fresh += u64::from(taken == Taken::New),
            Err((reference, error)) => {
                let name = reference.clone().unwrap_or_else(|| nameless(place));
                found.alarm(&name, &error);
                // Only the box's own word silences what is here: a forger could
                // name any reference.
                if error == Unopened::Differs {
                    found.silent.extend(reference);
                }
            }
        }
    }
    if fresh > 0 {
        log::info!("{}: {fresh} corrections arrived", carrier.identity.service);
    }
    Ok(Ok(listed.len()))
}

fn take_one(
    carrier: &mut Carrier,
    text: &str,
    keys: &[Key],
    now: Timestamp,
) -> Result<Result<Taken, (Option<String>, Unopened)>, StateError> {
    let Ok(bytes) = STANDARD.decode(text) else {
        return Ok(Err((None, Unopened::Base64)));
    };
    let header = match receive(&bytes, &carrier.identity, keys) {
        Ok(header) => header,
        Err(error) => return Ok(Err(error)),
    };
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, &bytes).as_ref());
    let arrived = Arrived {
        reference: &header.correction,
        hash,
        bytes: &bytes,
        raised: header.raised,
    };
    let taken = carrier.state.take_correction(&arrived, now)?;
    Ok(match taken {
        Taken::Differs => Err((Some(header.correction), Unopened::Differs)),
        taken => Ok(taken),
    })
}
