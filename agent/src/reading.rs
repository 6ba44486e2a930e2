//! The first pass over an export: every row is read and mapped, and noted by
//! HMAC and line. Then the plan. Nothing is sealed and nothing is sent here.

use firebox_contract::Reason;

use crate::csv::Row;
use crate::csv::encoding::before_mojibake;
use crate::export::Export;
use crate::feed_error::FeedError;
use crate::interrupt::Interrupt;
use crate::map::{Mapped, Shapes, Spot, View};
use crate::memory::{Mac, Memory};
use crate::plan::{self, Counts, Rules, Seen, What};
use crate::progress::Progress;
use crate::rows::Rows;
use crate::source::{Numbers, Source};
use crate::state::{Feed, Reading, State, line_number};

/// Rows between two looks at whether the agent was asked to end.
const ROWS_BETWEEN_LOOKS: u64 = 1_000;

/// What the first pass came to.
pub(crate) struct Summary {
    /// The columns of the file.
    pub(crate) header: Vec<String>,
    /// Rows of the file.
    pub(crate) rows: u64,
    /// Rows that carry no record by the mapping's own rule.
    pub(crate) without_record: u64,
    /// Rows that did not read.
    pub(crate) quarantined: u64,
    /// Of these, rows whose key did not read either.
    pub(crate) keyless: u64,
    /// Rows that look as if UTF-8 had once been read as windows-1252.
    pub(crate) mojibake: u64,
    /// Optional values that did not read and were left out.
    pub(crate) left_out: u64,
    /// Flags of a bundle that may not be read.
    pub(crate) foreign_flags: u64,
    /// What it would change.
    pub(crate) counts: Counts,
}

impl Summary {
    /// Gives the numbers the guards judge.
    pub(crate) fn numbers(&self) -> Numbers {
        Numbers {
            rows: self.rows,
            live: self.counts.live,
            gone: self.counts.gone,
            changed: self.counts.changed,
            quarantined: self.quarantined,
        }
    }
}

/// What is needed to read an export of a feed.
pub(crate) struct Reader<'a> {
    pub(crate) source: &'a Source,
    pub(crate) memory: &'a Memory,
    pub(crate) state: &'a State,
    pub(crate) feed: &'a Feed,
    pub(crate) interrupt: &'a Interrupt,
}

/// What one row says: the key and the content of its statement.
pub(crate) struct Statement {
    /// The key, in the clear.
    pub(crate) key: String,
    /// Whether it is made of the row itself.
    pub(crate) keyless: bool,
    /// What to note.
    pub(crate) seen: Seen,
    /// The field that did not read, and why.
    pub(crate) bad: Option<(&'static str, Reason)>,
}

impl Reader<'_> {
    /// Reads an export and plans it. With `full`, everything is to be sent;
    /// with `approved`, a key that was another person's is let past.
    pub(crate) fn read(
        &self,
        export: &Export,
        notes: &Reading,
        full: bool,
        approved: bool,
        progress: &mut Progress,
    ) -> Result<Summary, FeedError> {
        progress.start("reading", export.size);
        let mut summary =
            export.read(self.source, progress, |table| self.note_rows(table, notes))?;
        notes.sort()?;
        if notes.doubt_duplicates()? > 0 {
            self.settle_doubts(export, notes)?;
        }
        if !approved {
            let swapped = self.state.with_known(self.feed, |known| {
                notes.with_seen(|seen| plan::swapped(seen, known))
            })?;
            if !swapped.is_empty() {
                notes.doubt_swapped(&swapped)?;
                self.settle_doubts(export, notes)?;
            }
        }
        summary.quarantined = notes.bad_count()?;
        let rules = Rules {
            full,
            keep_absent: summary.keyless > 0,
        };
        summary.counts = self.state.with_known(self.feed, |known| {
            notes.with_seen(|seen| plan::plan(seen, known, rules, |step| notes.note_step(step)))
        })?;
        progress.done();
        Ok(summary)
    }

    fn note_rows(&self, table: &mut Rows<'_>, notes: &Reading) -> Result<Summary, FeedError> {
        let mut summary = Summary {
            header: table.columns().names().to_vec(),
            rows: 0,
            without_record: 0,
            quarantined: 0,
            keyless: 0,
            mojibake: 0,
            left_out: 0,
            foreign_flags: table.foreign_flags(),
            counts: Counts::default(),
        };
        self.each_row(table, |row, mapped| {
            summary.mojibake += u64::from(looks_like_mojibake(row));
            match &mapped {
                Mapped::Nothing => summary.without_record += 1,
                Mapped::Good(good) => summary.left_out += good.left_out,
                Mapped::Bad(bad) => summary.keyless += u64::from(bad.key.is_none()),
            }
            if let Some(statement) = self.statement(row, &mapped)? {
                note(notes, &statement)?;
            }
            Ok(())
        })?;
        summary.rows = table.rows();
        Ok(summary)
    }

    /// Maps every row in turn and gives it to `visit`.
    pub(crate) fn each_row(
        &self,
        table: &mut Rows<'_>,
        mut visit: impl FnMut(&Row, Mapped) -> Result<(), FeedError>,
    ) -> Result<(), FeedError> {
        let source = self.source;
        let mut shapes = Shapes::of(table.columns(), &source.key, source.mapping.uprn_column());
        let mut row = Row::default();
        while table.next(&mut row)? {
            if table.rows().is_multiple_of(ROWS_BETWEEN_LOOKS) {
                self.interrupt.check()?;
            }
            match row.flaw {
                None => shapes.learn(&row),
                Some(Reason::Ragged) => shapes.judge(&mut row),
                Some(_) => {}
            }
            let view = View::new(&row, table.columns(), &source.format);
            let mapped = source.mapping.map(&view, &source.key);
            visit(&row, mapped)?;
        }
        Ok(())
    }

    /// Gives what a row says; none for a row without a record.
    pub(crate) fn statement(
        &self,
        row: &Row,
        mapped: &Mapped,
    ) -> Result<Option<Statement>, FeedError> {
        match mapped {
            Mapped::Nothing => Ok(None),
            Mapped::Good(good) => {
                let detail = good.detail.as_ref().map(|(detail, _)| detail);
                let content = self.memory.content(&good.record, detail)?;
                let mac = self.memory.key(&self.source.id, &good.key);
                let mut seen = seen(mac, row, What::Record, content);
                seen.who = self.memory.who(good);
                Ok(Some(Statement {
                    key: good.key.clone(),
                    keyless: false,
                    seen,
                    bad: None,
                }))
            }
            Mapped::Bad(bad) => {
                let held = self.held(row, bad.key.as_deref(), &bad.spot, bad.reason)?;
                Ok(Some(Statement {
                    bad: Some((bad.field, bad.reason)),
                    ..held
                }))
            }
        }
    }

    /// Gives the held statement of a row, under its own key or one made of it.
    pub(crate) fn held(
        &self,
        row: &Row,
        key: Option<&str>,
        spot: &Spot,
        reason: Reason,
    ) -> Result<Statement, FeedError> {
        let keyless = key.is_none();
        let key = key.map_or_else(|| self.memory.row_key(row.raw()), str::to_owned);
        let what = if spot.is_nowhere() {
            What::Unplaced
        } else {
            What::Held
        };
        let content = self.memory.held(spot, reason)?;
        let seen = seen(self.memory.key(&self.source.id, &key), row, what, content);
        Ok(Statement {
            key,
            keyless,
            seen,
            bad: None,
        })
    }

    /// Reads the doubted rows again and notes them as held: copies of one key
    /// under keys of their own, a key that was another person's under its own.
    fn settle_doubts(&self, export: &Export, notes: &Reading) -> Result<(), FeedError> {
        let mut doubts = notes.doubts_after(i64::MIN)?.into_iter().peekable();
        export.read(self.source, &Progress::none(), |table| {
            self.each_row(table, |row, mapped| {
                let line = line_number(row.line);
                let Some(doubt) = doubts.next_if(|doubt| doubt.line == line) else {
                    return Ok(());
                };
                if doubts.peek().is_none() {
                    doubts = notes.doubts_after(line)?.into_iter().peekable();
                }
                let (reason, key) = match doubt.duplicate {
                    true => (Reason::DuplicateKey, None),
                    false => (Reason::IdentitySwap, mapped.key()),
                };
                let held = self.held(row, key, &mapped.spot(), reason)?;
                note(
                    notes,
                    &Statement {
                        bad: Some(("key", reason)),
                        ..held
                    },
                )
            })
        })?;
        Ok(notes.settle_doubts()?)
    }
}

fn seen(key: Mac, row: &Row, what: What, content: Mac) -> Seen {
    Seen {
        key,
        line: line_number(row.line),
        what,
        content,
        who: None,
    }
}

fn note(notes: &Reading, statement: &Statement) -> Result<(), FeedError> {
    notes.note(&statement.seen, statement.keyless)?;
    if let Some((field, reason)) = statement.bad {
        notes.note_bad(statement.seen.line, field, reason.code())?;
    }
    Ok(())
}

fn looks_like_mojibake(row: &Row) -> bool {
    let text = row.raw_text();
    !text.is_ascii() && (0..row.len()).any(|i| row.field(i).and_then(before_mojibake).is_some())
}
