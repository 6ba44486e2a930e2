//! What one service needs to send: identity, state, memory, and the way to the
//! box. One agent carries several services and they share nothing of this.

use std::sync::Arc;
use std::time::{Duration, Instant};

use firebox_contract::batch::{Heartbeat, Line, SourceHealth};
use firebox_contract::recipients;
use jiff::Timestamp;
use tokio::runtime::Runtime;

use crate::deliver::{self, Counter, Delivery};
use crate::feed_error::FeedError;
use crate::identity::{FILE, Identity, own_folder};
use crate::intake::Intake;
use crate::interrupt::Interrupt;
use crate::memory::Memory;
use crate::part::one_line;
use crate::progress::Progress;
use crate::seal::{Link, Sealer};
use crate::settings::Settings;
use crate::state::{Beat, Feed, Load, State};
use crate::stop::{Stop, chain};

/// How long the box's keys are used before they are asked for again.
const KEYS_FRESH: Duration = Duration::from_secs(3600);

/// One service's sending side.
pub(crate) struct Carrier {
    pub(crate) identity: Identity,
    pub(crate) memory: Memory,
    pub(crate) stream: String,
    /// What is written goes through here.
    pub(crate) state: State,
    /// A second handle, to look up while the first one writes.
    pub(crate) lookup: State,
    /// The way to the box.
    pub(crate) intake: Intake,
    keys_at: Option<Instant>,
}

impl Carrier {
    /// Opens a service's state; none where it is not enrolled.
    pub(crate) fn open(
        settings: &Settings,
        service: &str,
        runtime: &Arc<Runtime>,
        interrupt: &Interrupt,
    ) -> Result<Option<Self>, Stop> {
        let folder = settings.state_of(service);
        let Some(identity) = Identity::load(&folder)? else {
            return Ok(None);
        };
        if identity.service != service {
            return Err(Stop::configuration(format!(
                "{FILE} of {service} is another service's: enrol again"
            )));
        }
        own_folder(&folder)?;
        let intake = Intake::new(
            Arc::clone(runtime),
            interrupt,
            &identity.intake_url,
            &identity.ca_pem,
            (
                &identity.client_certificate_pem,
                identity.client_key_pem.expose(),
            ),
        )?;
        Ok(Some(Self {
            memory: identity.memory()?,
            stream: identity.stream()?,
            state: State::open(&folder)?,
            lookup: State::open(&folder)?,
            identity,
            intake,
            keys_at: None,
        }))
    }

    /// Says why this agent may not send a feed, if it may not.
    pub(crate) fn may_send(&self, source: &str) -> Result<(), Stop> {
        if self.identity.sources.iter().any(|known| known == source) {
            return Ok(());
        }
        let service = &self.identity.service;
        Err(Stop::configuration(format!(
            "{source}: the agent of {service} is not enrolled for this feed: correct `id`, or make a new bundle that names it"
        )))
    }

    /// Sends what waits.
    pub(crate) fn deliver(
        &mut self,
        feed: &mut Feed,
        interrupt: &Interrupt,
    ) -> Result<Delivery, FeedError> {
        let counter = Counter {
            box_id: &self.identity.box_id,
            key: &self.identity.receipt_key,
        };
        let mut progress = Progress::of(&feed.id);
        let intake = &self.intake;
        let mut post = |bytes: &[u8]| intake.post_batch(bytes);
        Ok(deliver::deliver(
            &mut self.state,
            feed,
            &counter,
            &mut post,
            &mut progress,
            interrupt,
        )?)
    }

    /// Asks after a run the box keeps for two persons.
    pub(crate) fn ask_after(&mut self, feed: &mut Feed) -> Result<bool, FeedError> {
        let counter = Counter {
            box_id: &self.identity.box_id,
            key: &self.identity.receipt_key,
        };
        let intake = &self.intake;
        let mut post = |bytes: &[u8]| intake.post_batch(bytes);
        Ok(deliver::ask_after(
            &mut self.state,
            feed,
            &counter,
            &mut post,
        )?)
    }

    /// Makes sure that the box's keys are known and in force. Without the box
    /// the last ones serve until they expire.
    pub(crate) fn refresh_keys(&mut self, now: Timestamp) -> Result<(), Stop> {
        if self.keys_at.is_some_and(|at| at.elapsed() < KEYS_FRESH) && self.keys_in_force(now) {
            return Ok(());
        }
        match self.intake.recipients() {
            Ok(bytes) => self.take_keys(&bytes, now),
            Err(_) if self.keys_in_force(now) => Ok(()),
            Err(error) => Err(Stop::failed(format!(
                "the box's keys have expired and new ones cannot be fetched: {}",
                chain(&error)
            ))),
        }
    }

    /// Asks the box for its keys, whatever is known already.
    pub(crate) fn ask_keys(&mut self, now: Timestamp) -> Result<(), Stop> {
        let bytes = self
            .intake
            .recipients()
            .map_err(|e| Stop::failed(chain(&e)))?;
        self.take_keys(&bytes, now)
    }

    fn keys_in_force(&self, now: Timestamp) -> bool {
        self.identity.recipients.valid_until >= now
    }

    fn take_keys(&mut self, bytes: &[u8], now: Timestamp) -> Result<(), Stop> {
        let document = recipients::open(bytes, &self.identity.receipt_key, now).map_err(|e| {
            Stop::failed(format!("the box's list of keys was refused: {}", chain(&e)))
        })?;
        if document.box_id != self.identity.box_id {
            return Err(Stop::failed(
                "the list of keys is another box's: check the bundle",
            ));
        }
        self.keys_at = Some(Instant::now());
        if document != self.identity.recipients {
            self.identity.recipients = document;
            self.identity.save(self.state.folder(), FILE)?;
        }
        Ok(())
    }

    /// Puts a sign of life into the outbox when one is due: the state changed,
    /// or `every` has passed since the last.
    pub(crate) fn beat(
        &mut self,
        feed: &mut Feed,
        (state, code): (SourceHealth, Option<&str>),
        every: Duration,
        now: Timestamp,
    ) -> Result<(), FeedError> {
        let as_of = feed.applied.as_ref().map(|applied| applied.as_of);
        let beat = Beat {
            state,
            code: code.map(str::to_owned),
            as_of,
            at: now,
        };
        if feed.run.is_some() || !is_due(feed.beat.as_ref(), &beat, every) {
            return Ok(());
        }
        self.refresh_keys(now)?;
        let line = Line::Heartbeat(Heartbeat {
            state,
            as_of,
            code: beat.code.clone(),
            set: feed.applied.as_ref().map(|applied| applied.set),
        });
        let link = Link {
            epoch: feed.epoch,
            sequence: feed.next_sequence,
            previous: feed.last_hash.clone(),
        };
        let sealer = Sealer::new(&self.identity, &feed.id)?;
        let parcel = sealer.batch(&link, Load::Heartbeat, 0, (&one_line(&line)?, 1), now)?;
        feed.beat = Some(beat);
        Ok(self.state.enqueue(feed, &parcel)?)
    }
}

fn is_due(last: Option<&Beat>, next: &Beat, every: Duration) -> bool {
    let Some(last) = last else {
        return true;
    };
    let changed = (last.state, &last.code, last.as_of) != (next.state, &next.code, next.as_of);
    let passed = Duration::try_from(next.at.duration_since(last.at)).unwrap_or_default();
    changed || passed >= every
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_of_life_is_due_with_a_change_or_after_its_time() {
        let start: Timestamp = "2026-06-01T08:00:00Z".parse().unwrap();
        let beat = |minutes: i64, code: Option<&str>| Beat {
            state: SourceHealth::Ok,
            code: code.map(str::to_owned),
            as_of: Some(start),
            at: start + jiff::SignedDuration::from_mins(minutes),
        };
        let every = Duration::from_secs(15 * 60);
        assert!(is_due(None, &beat(0, None), every));
        assert!(!is_due(Some(&beat(0, None)), &beat(14, None), every));
        assert!(is_due(Some(&beat(0, None)), &beat(15, None), every));
        assert!(is_due(
            Some(&beat(0, None)),
            &beat(1, Some("missing-file")),
            every
        ));
    }
}
