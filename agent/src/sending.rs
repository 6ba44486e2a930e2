//! The second pass over an export: the rows the plan names are read again,
//! sealed, and written into the outbox as the parts of one run, closed by a
//! manifest that proves them. Until the manifest is written none of it counts.

use firebox_contract::batch::{GoneReason, Line, Manifest};
use firebox_contract::record::Class;
use firebox_contract::{Reason, setsum};
use jiff::Timestamp;

use crate::csv::Row;
use crate::export::Export;
use crate::feed_error::FeedError;
use crate::map::{Good, Mapped};
use crate::memory::Mac;
use crate::part::{Part, one_line};
use crate::progress::Progress;
use crate::reading::{Reader, Statement, Summary};
use crate::seal::Sealer;
use crate::state::{
    Applied, Change, Feed, Load, Phase, Reading, Run, State, StateError, Todo, line_number,
};

/// Most lines of one part: a part is one answer to wait for, and one piece of
/// memory on both sides.
const PART_LINES: u64 = 2_000;
/// Most bytes of one part's lines, before compression.
const PART_BYTES: usize = 2 * 1024 * 1024;
/// Versions are the epoch times 2^32 and a count: beyond this the count is used up.
const LINES_PER_EPOCH: u64 = 1 << 32;

/// Writes one run into the outbox.
pub(crate) struct Writer<'a> {
    reader: &'a Reader<'a>,
    sealer: &'a Sealer,
    now: Timestamp,
    as_of: Timestamp,
    run: u64,
    full: bool,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        reader: &'a Reader<'a>,
        sealer: &'a Sealer,
        export: &Export,
        now: Timestamp,
    ) -> Self {
        Self {
            reader,
            sealer,
            now,
            as_of: export.modified,
            run: reader.feed.next_run,
            full: reader.feed.is_full_next(),
        }
    }

    /// Writes the whole run. `writer_state` is a second handle on the state the
    /// reader looks up keys in. Gives the feed with the run in the outbox.
    pub(crate) fn write(
        &self,
        writer_state: &mut State,
        export: &Export,
        notes: &Reading,
        summary: &Summary,
        progress: &mut Progress,
    ) -> Result<Feed, FeedError> {
        let mut feed = self.begin(export, summary);
        let mut part = Part::new(&feed);
        progress.start("sealing", export.size);
        self.write_gone(writer_state, &mut feed, notes, &mut part)?;
        self.write_rows(writer_state, &mut feed, export, notes, &mut part, progress)?;
        self.flush(writer_state, &feed, &mut part)?;
        progress.done();
        self.close(writer_state, feed, summary, &part)
    }

    fn begin(&self, export: &Export, summary: &Summary) -> Feed {
        let mut feed = self.reader.feed.clone();
        feed.next_run += 1;
        let outcome = Applied {
            sha256: export.sha256.clone(),
            fingerprint: self.reader.source.fingerprint.clone(),
            as_of: self.as_of,
            at: self.now,
            rows: summary.rows,
            records: 0,
            set: setsum::SetSum::default(),
            unplaced: summary.counts.unplaced,
            quarantined: summary.quarantined,
            header: summary.header.clone(),
        };
        feed.run = Some(Run {
            number: self.run,
            phase: Phase::Writing,
            full: self.full,
            outcome,
        });
        feed
    }

    /// What is taken back goes first: a `held` row is resolved before its
    /// record is put again.
    fn write_gone(
        &self,
        state: &mut State,
        feed: &mut Feed,
        notes: &Reading,
        part: &mut Part,
    ) -> Result<(), FeedError> {
        let mut after: Option<Mac> = None;
        loop {
            let keys = notes.gone_after(after.as_ref())?;
            let Some((last, ..)) = keys.last() else {
                return Ok(());
            };
            after = Some(*last);
            for (mac, record, held) in keys {
                let sealed = self
                    .reader
                    .state
                    .sealed_key(feed, &mac)?
                    .ok_or(StateError::Foreign)?;
                let key = self.reader.memory.reveal(&mac, &sealed)?;
                if held {
                    self.take_back(feed, part, &key, mac, GoneReason::HeldResolved)?;
                }
                if record {
                    self.take_back(feed, part, &key, mac, GoneReason::AbsentInSnapshot)?;
                }
                self.flush_full(state, feed, part)?;
            }
        }
    }

    fn take_back(
        &self,
        feed: &mut Feed,
        part: &mut Part,
        key: &str,
        mac: Mac,
        reason: GoneReason,
    ) -> Result<(), FeedError> {
        let version = next_version(feed)?;
        part.push(&Line::Gone {
            key: key.to_owned(),
            version,
            reason,
        })?;
        part.gones += 1;
        part.changes.push(Change::Gone {
            key: mac,
            held: reason == GoneReason::HeldResolved,
        });
        Ok(())
    }

    fn write_rows(
        &self,
        state: &mut State,
        feed: &mut Feed,
        export: &Export,
        notes: &Reading,
        part: &mut Part,
        progress: &Progress,
    ) -> Result<(), FeedError> {
        let mut todo = notes.todo_after(i64::MIN)?.into_iter().peekable();
        export.read(self.reader.source, progress, |table| {
            self.reader.each_row(table, |row, mapped| {
                let line = line_number(row.line);
                let Some(task) = todo.next_if(|task| task.line == line) else {
                    return Ok(());
                };
                if todo.peek().is_none() {
                    todo = notes.todo_after(line)?.into_iter().peekable();
                }
                self.write_row(feed, part, row, &mapped, &task)?;
                self.flush_full(state, feed, part)
            })
        })
    }

    fn write_row(
        &self,
        feed: &mut Feed,
        part: &mut Part,
        row: &Row,
        mapped: &Mapped,
        task: &Todo,
    ) -> Result<(), FeedError> {
        match mapped {
            Mapped::Good(good) if task.put => self.put(feed, part, row, mapped, good),
            _ => self.hold(feed, part, row, mapped, task),
        }
    }

    fn put(
        &self,
        feed: &mut Feed,
        part: &mut Part,
        row: &Row,
        mapped: &Mapped,
        good: &Good,
    ) -> Result<(), FeedError> {
        let Some(statement) = self.reader.statement(row, mapped)? else {
            return Ok(());
        };
        let version = next_version(feed)?;
        let seal = |(detail, class): &(_, Class)| {
            self.sealer
                .detail(detail, *class, &good.key, version, self.as_of)
        };
        let line = Line::Put {
            key: good.key.clone(),
            version,
            source_time: self.as_of,
            record: good.record.clone(),
            envelope: good.detail.as_ref().map(seal).transpose()?,
        };
        part.puts += 1;
        self.say(part, &line, statement, false)
    }

    fn hold(
        &self,
        feed: &mut Feed,
        part: &mut Part,
        row: &Row,
        mapped: &Mapped,
        task: &Todo,
    ) -> Result<(), FeedError> {
        let reason = reason(task.reason.as_deref())?;
        let key = mapped.key().filter(|_| !task.keyless);
        let spot = mapped.spot();
        let statement = self.reader.held(row, key, &spot, reason)?;
        let line = Line::Held {
            key: statement.key.clone(),
            version: next_version(feed)?,
            uprn: spot.uprn,
            place: spot.place,
            reason,
            phone: self.reader.source.known.phone.clone(),
        };
        part.helds += 1;
        self.say(part, &line, statement, true)
    }

    fn say(
        &self,
        part: &mut Part,
        line: &Line,
        statement: Statement,
        held: bool,
    ) -> Result<(), FeedError> {
        let bytes = part.push(line)?;
        let Statement { key, seen, .. } = statement;
        part.changes.push(Change::Put {
            key: seen.key,
            held,
            content: seen.content,
            member: setsum::member(&bytes),
            sealed_key: self.reader.memory.hide(&seen.key, &key)?,
            who: seen.who,
        });
        Ok(())
    }

    fn flush_full(&self, state: &mut State, feed: &Feed, part: &mut Part) -> Result<(), FeedError> {
        if part.count >= PART_LINES || part.lines.len() >= PART_BYTES {
            self.reader.interrupt.check()?;
            self.flush(state, feed, part)?;
        }
        Ok(())
    }

    fn flush(&self, state: &mut State, feed: &Feed, part: &mut Part) -> Result<(), FeedError> {
        if part.count == 0 {
            return Ok(());
        }
        let lines = (part.lines.as_slice(), part.count);
        let parcel = self
            .sealer
            .batch(&part.link, Load::Part, self.run, lines, self.now)?;
        state.write_part(feed, &parcel, &part.changes)?;
        part.link.sequence += 1;
        part.link.previous = parcel.hash;
        part.parts += 1;
        part.count = 0;
        part.lines.clear();
        part.changes.clear();
        Ok(())
    }

    fn close(
        &self,
        state: &mut State,
        mut feed: Feed,
        summary: &Summary,
        part: &Part,
    ) -> Result<Feed, FeedError> {
        let (records, set) = state.after_run(&feed, self.full)?;
        if let Some(run) = &mut feed.run {
            (run.outcome.records, run.outcome.set) = (records, set);
        }
        let manifest = Line::Manifest(Manifest {
            parts: part.parts,
            full: self.full,
            puts: part.puts,
            gones: part.gones,
            helds: part.helds,
            records,
            set,
            rows: summary.rows,
            unplaced: summary.counts.unplaced,
            as_of: self.as_of,
        });
        let line = one_line(&manifest)?;
        let parcel =
            self.sealer
                .batch(&part.link, Load::Manifest, self.run, (&line, 1), self.now)?;
        state.finish_run(&mut feed, &parcel)?;
        Ok(feed)
    }
}

fn next_version(feed: &mut Feed) -> Result<u64, FeedError> {
    let version = feed.next_version;
    if version >= (feed.epoch + 1) * LINES_PER_EPOCH {
        let what = "this epoch's versions are used up: enrol again with a new bundle (`firebox agent add`)";
        return Err(crate::stop::Stop::configuration(what).into());
    }
    feed.next_version += 1;
    Ok(version)
}

/// Reads a reason code back from the notes.
fn reason(code: Option<&str>) -> Result<Reason, FeedError> {
    let quoted = serde_json::Value::from(code.unwrap_or_default());
    serde_json::from_value(quoted).map_err(|_| StateError::Foreign.into())
}
