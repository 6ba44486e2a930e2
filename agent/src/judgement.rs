//! Judging one export: is it the one the box has, an old one, or news; does a
//! guard stand against it; and if not, sending what it changes.

use firebox_contract::batch::SourceHealth;

use crate::carrier::Carrier;
use crate::export::{Export, ExportError};
use crate::feed_error::FeedError;
use crate::memory::Memory;
use crate::progress::Progress;
use crate::reading::{Reader, Summary};
use crate::report::Report;
use crate::seal::Sealer;
use crate::sending::Writer;
use crate::source::{NewColumn, Source};
use crate::state::{Applied, Beat, Feed, Held, Phase, Reading, State};
use crate::stop::Exit;
use crate::turn::{At, Glance, Look, is_held_by_box};

impl Carrier {
    pub(crate) fn judge(
        &mut self,
        source: &Source,
        feed: &mut Feed,
        glance: &Glance,
        look: &mut Look,
        at: &At<'_>,
    ) -> Result<Report, FeedError> {
        let export = Export::open(&glance.found.path, source.format.charset)?;
        let approved = glance.approval.as_deref() == Some(export.sha256.as_str());
        let case = Case {
            source,
            export: &export,
            approved,
            at,
        };
        if let Some(run) = feed
            .run
            .as_ref()
            .filter(|run| run.phase == Phase::HeldByBox)
        {
            if case.is_of(&run.outcome) {
                return Ok(Report::held_by_box());
            }
            self.state.supersede(feed)?;
        }
        let applied = feed
            .applied
            .clone()
            .filter(|applied| case.is_of(applied) && !feed.full_next);
        if let Some(applied) = applied {
            return self.confirm(feed, applied, &case);
        }
        if !approved && self.is_old(feed, &case)? {
            return self.hold(feed, &case, Report::old_export());
        }
        let report = self.take(feed, &case, look)?;
        if feed.full_next && feed.stopped.is_none() && report.exit == Exit::Ok {
            // The box could not prove the run: everything, once more.
            return self.take(feed, &case, look);
        }
        Ok(report)
    }

    /// The export the box has already: only its age moves on.
    fn confirm(
        &mut self,
        feed: &mut Feed,
        mut applied: Applied,
        case: &Case<'_>,
    ) -> Result<Report, FeedError> {
        let modified = case.export.modified;
        if modified > applied.as_of || feed.held.is_some() {
            applied.as_of = applied.as_of.max(modified);
            applied.at = case.at.now;
            self.state.confirm_unchanged(feed, applied)?;
        }
        Ok(Report::unchanged(feed))
    }

    /// An export from before the one applied last: dropped again, or come late.
    /// Its deletions would bring old warnings back and take new ones away.
    fn is_old(&self, feed: &Feed, case: &Case<'_>) -> Result<bool, FeedError> {
        let Some(applied) = &feed.applied else {
            return Ok(false);
        };
        if applied.sha256 == case.export.sha256 {
            return Ok(false);
        }
        let earlier = case.export.modified < applied.as_of;
        Ok(earlier || self.state.was_applied(feed, &case.export.sha256)?)
    }

    fn hold(
        &mut self,
        feed: &mut Feed,
        case: &Case<'_>,
        report: Report,
    ) -> Result<Report, FeedError> {
        let code = report.code.clone().unwrap_or_default();
        feed.held = Some(Held {
            sha256: case.export.sha256.clone(),
            code,
        });
        self.state.save_feed(feed)?;
        Ok(report)
    }

    /// Reads the export, and sends what it changes unless a guard is against it.
    fn take(
        &mut self,
        feed: &mut Feed,
        case: &Case<'_>,
        look: &mut Look,
    ) -> Result<Report, FeedError> {
        let notes = self.lookup.reading()?;
        let mut progress = Progress::of(&feed.id);
        let full = feed.is_full_next();
        let before = feed.clone();
        let reader = case.reader(&self.memory, &self.lookup, &before);
        let summary = reader.read(case.export, &notes, full, case.approved, &mut progress)?;
        self.state
            .quarantine(feed, &case.export.sha256, &notes.bad()?)?;
        if !case.approved
            && let Some(report) = self.guard(feed, case, &summary)?
        {
            return Ok(report);
        }
        tell(case.source, feed, &summary);
        if !full && let Some(applied) = case.without_change(feed, &summary) {
            self.state.confirm_unchanged(feed, applied)?;
            return Ok(Report::unchanged(feed));
        }
        self.write(feed, case, &notes, &summary, &mut progress)?;
        self.send(feed, &summary, look, case.at)
    }

    /// Seals the run into the outbox.
    fn write(
        &mut self,
        feed: &mut Feed,
        case: &Case<'_>,
        notes: &Reading,
        summary: &Summary,
        progress: &mut Progress,
    ) -> Result<(), FeedError> {
        self.refresh_keys(case.at.now)?;
        let sealer = Sealer::new(&self.identity, &feed.id)?;
        let before = feed.clone();
        let reader = case.reader(&self.memory, &self.lookup, &before);
        let writer = Writer::new(&reader, &sealer, case.export, case.at.now);
        *feed = writer.write(&mut self.state, case.export, notes, summary, progress)?;
        Ok(())
    }

    /// Delivers the run and says what became of it.
    fn send(
        &mut self,
        feed: &mut Feed,
        summary: &Summary,
        look: &mut Look,
        at: &At<'_>,
    ) -> Result<Report, FeedError> {
        if let Some(report) = self.drain(feed, look, at)? {
            return Ok(report);
        }
        if is_held_by_box(feed) {
            look.asked_at = Some(at.now);
            return Ok(Report::held_by_box());
        }
        // The manifest was a sign of life.
        let as_of = feed.applied.as_ref().map(|applied| applied.as_of);
        feed.beat = Some(Beat {
            state: SourceHealth::Ok,
            code: None,
            as_of,
            at: at.now,
        });
        self.state.save_feed(feed)?;
        Ok(Report::applied(summary))
    }

    fn guard(
        &mut self,
        feed: &mut Feed,
        case: &Case<'_>,
        summary: &Summary,
    ) -> Result<Option<Report>, FeedError> {
        let fresh = new_columns(case.source, feed, summary);
        if case.source.new_column == NewColumn::Hold && !fresh.is_empty() {
            let report = Report::of_export(&ExportError::NewColumns { names: fresh });
            return self.hold(feed, case, report).map(Some);
        }
        let numbers = summary.numbers();
        match case.source.guard.judge(&numbers) {
            Some(hold) => self
                .hold(feed, case, Report::guarded(hold, &numbers))
                .map(Some),
            None => Ok(None),
        }
    }
}

/// One export of one feed, on its way through a turn.
struct Case<'a> {
    source: &'a Source,
    export: &'a Export,
    /// Whether a person let it past the guards.
    approved: bool,
    at: &'a At<'a>,
}

impl Case<'_> {
    /// Tells whether a reading was of this export, read the same way.
    fn is_of(&self, applied: &Applied) -> bool {
        applied.sha256 == self.export.sha256 && applied.fingerprint == self.source.fingerprint
    }

    fn reader<'b>(&'b self, memory: &'b Memory, state: &'b State, feed: &'b Feed) -> Reader<'b> {
        Reader {
            source: self.source,
            memory,
            state,
            feed,
            interrupt: self.at.interrupt,
        }
    }

    /// Gives what is applied after a reading that changes nothing the box holds.
    fn without_change(&self, feed: &Feed, summary: &Summary) -> Option<Applied> {
        let known = feed.applied.clone()?;
        if summary.counts.steps > 0 || known.unplaced != summary.counts.unplaced {
            return None;
        }
        Some(Applied {
            sha256: self.export.sha256.clone(),
            fingerprint: self.source.fingerprint.clone(),
            as_of: self.export.modified,
            at: self.at.now,
            rows: summary.rows,
            quarantined: summary.quarantined,
            header: summary.header.clone(),
            ..known
        })
    }
}

/// Lists columns that neither the last export nor the source file had.
fn new_columns(source: &Source, feed: &Feed, summary: &Summary) -> Vec<String> {
    let Some(applied) = &feed.applied else {
        return Vec::new();
    };
    let is_new = |name: &&String| !applied.header.contains(name) && !source.columns.contains(name);
    summary.header.iter().filter(is_new).cloned().collect()
}

/// Says what the owner of the feed should hear, by counts.
fn tell(source: &Source, feed: &Feed, summary: &Summary) {
    let id = &source.id;
    for name in new_columns(source, feed, summary) {
        log::warn!("{id}: the export has a new column `{name}`; it is not read");
    }
    let told = [
        (
            summary.mojibake,
            "rows hold UTF-8 that was once read as windows-1252: tell the service",
        ),
        (
            summary.left_out,
            "optional values did not read and were left out",
        ),
        (
            summary.foreign_flags,
            "flags are of codes that `flags` does not name: they were not read",
        ),
        (
            summary.counts.kept,
            "records seem absent and are kept, because rows without a readable key are about",
        ),
        (
            summary.counts.unplaced,
            "rows could be placed nowhere: the whole source is shown as held",
        ),
    ];
    for (count, what) in told.into_iter().filter(|(count, _)| *count > 0) {
        log::warn!("{id}: {count} {what}");
    }
}
