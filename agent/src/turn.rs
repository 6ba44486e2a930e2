//! One turn of one feed: finish what is in the outbox, look for a new export,
//! read it, plan it, judge it, send it, and tell the box how the feed is.

use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;

use crate::carrier::Carrier;
use crate::deliver::{Delivery, advice};
use crate::export::ExportError;
use crate::feed_error::FeedError;
use crate::folder::{self, Found, Settling};
use crate::interrupt::Interrupt;
use crate::report::Report;
use crate::source::Source;
use crate::state::{Feed, Phase};
use crate::stop::Exit;

/// What is remembered of a feed between two turns, as long as the agent runs.
#[derive(Default)]
pub(crate) struct Look {
    settling: Settling,
    judged: Option<(Glance, Report)>,
    refused: bool,
    /// When the box was last asked after a run it keeps.
    pub(crate) asked_at: Option<Timestamp>,
    /// How long until it is worth looking again, where that is known.
    pub(crate) again: Option<Duration>,
}

/// What a judgement was about: while none of it changes, neither does the judgement.
#[derive(PartialEq)]
pub(crate) struct Glance {
    /// The newest export.
    pub(crate) found: Found,
    fingerprint: String,
    /// SHA-256 of the export a person let past the guards.
    pub(crate) approval: Option<String>,
}

/// Circumstances of a turn.
pub(crate) struct At<'a> {
    /// The time.
    pub(crate) now: Timestamp,
    /// Time between two signs of life.
    pub(crate) heartbeat: Duration,
    /// Whether this is a single run, which tries everything again.
    pub(crate) once: bool,
    /// Whether the agent was asked to end.
    pub(crate) interrupt: &'a Interrupt,
}

impl Carrier {
    /// Does one turn of a feed.
    pub(crate) fn turn(&mut self, source: &Source, look: &mut Look, at: &At<'_>) -> Report {
        look.again = None;
        self.try_turn(source, look, at)
            .unwrap_or_else(|error| Report::of_error(error.into()))
    }

    fn try_turn(
        &mut self,
        source: &Source,
        look: &mut Look,
        at: &At<'_>,
    ) -> Result<Report, FeedError> {
        self.may_send(&source.id)?;
        let mut feed = self
            .state
            .feed(&source.id, self.identity.epoch, &self.stream)?;
        if let (Some(code), true, false) = (&feed.stopped, look.refused, at.once) {
            return Ok(Report::refused(code, advice(code)));
        }
        if let Some(report) = self.drain(&mut feed, look, at)? {
            return Ok(report);
        }
        let report = match self.examine(source, &mut feed, look, at) {
            Ok(report) => report,
            Err(FeedError::Export(error)) => Report::of_export(&error),
            Err(error) => return Err(error),
        };
        if let Some(health) = report.health {
            self.beat(
                &mut feed,
                (health, report.code.as_deref()),
                at.heartbeat,
                at.now,
            )?;
            if let Some(report) = self.drain(&mut feed, look, at)? {
                return Ok(report);
            }
        }
        Ok(report.or_late(source, &feed, at.now))
    }

    /// Sends what waits; gives a report when that did not come to its end.
    pub(crate) fn drain(
        &mut self,
        feed: &mut Feed,
        look: &mut Look,
        at: &At<'_>,
    ) -> Result<Option<Report>, FeedError> {
        match self.deliver(feed, at.interrupt)? {
            Delivery::Clear => {
                look.refused = false;
                if feed.stopped.take().is_some() {
                    self.state.save_feed(feed)?;
                }
                Ok(None)
            }
            Delivery::Interrupted => Ok(Some(Report::of_export(&ExportError::Interrupted))),
            Delivery::Unreachable(error) => {
                let waiting = self.state.waiting(feed)?;
                Ok(Some(Report::unreachable(&error, waiting)))
            }
            Delivery::Refused { code } => {
                look.refused = true;
                feed.stopped = Some(code.clone());
                self.state.save_feed(feed)?;
                Ok(Some(Report::refused(&code, advice(&code))))
            }
        }
    }

    /// Looks for the newest export and judges it unless that has been done.
    fn examine(
        &mut self,
        source: &Source,
        feed: &mut Feed,
        look: &mut Look,
        at: &At<'_>,
    ) -> Result<Report, FeedError> {
        let found = folder::newest(&source.folder, &source.pattern)?;
        let approval = self.state.approval(feed)?;
        let glance = Glance {
            found,
            fingerprint: source.fingerprint.clone(),
            approval,
        };
        self.ask_when_due(feed, look, at)?;
        if let Some((_, report)) = look.judged.as_ref().filter(|(before, _)| *before == glance) {
            return Ok(report.clone());
        }
        // Two persons may have decided since it was last asked. Judging a new
        // export against what was there before the hold would call the box up
        // to date with warnings it no longer has.
        if is_held_by_box(feed) && !self.ask_after(feed)? {
            return Ok(Report::undecided());
        }
        let wait = look.settling.wait(
            &glance.found,
            source.settle,
            Instant::now(),
            SystemTime::now(),
        );
        if let Some(wait) = wait {
            look.again = Some(wait);
            return Ok(Report::settling());
        }
        let judged = self.judge(source, feed, &glance, look, at);
        let report = match judged {
            Err(FeedError::Export(error)) if error.is_lasting() => Report::of_export(&error),
            other => other?,
        };
        // What does not last must not leave an earlier judgement standing either: once an
        // approval is used up, the glance is again the one that was held before it.
        look.judged = report.lasts.then(|| (glance, report.clone()));
        Ok(report)
    }

    /// Asks after a run the box keeps, as often as a sign of life would be due.
    fn ask_when_due(
        &mut self,
        feed: &mut Feed,
        look: &mut Look,
        at: &At<'_>,
    ) -> Result<(), FeedError> {
        if !is_held_by_box(feed) {
            return Ok(());
        }
        let passed = look.asked_at.map(|asked| at.now.duration_since(asked));
        let passed = passed.map_or(Duration::MAX, |span| {
            Duration::try_from(span).unwrap_or_default()
        });
        if passed >= at.heartbeat {
            look.asked_at = Some(at.now);
            self.ask_after(feed)?;
            if !is_held_by_box(feed) {
                look.judged = None;
            }
        }
        Ok(())
    }
}

/// Tells whether the box keeps a run of this feed for two persons.
pub(crate) fn is_held_by_box(feed: &Feed) -> bool {
    feed.run
        .as_ref()
        .is_some_and(|run| run.phase == Phase::HeldByBox)
}

/// Gives the exit code of the gravest report.
pub(crate) fn worst<'a>(reports: impl IntoIterator<Item = &'a Report>) -> Exit {
    reports
        .into_iter()
        .fold(Exit::Ok, |exit, report| exit.worst(report.exit))
}
