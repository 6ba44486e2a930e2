//! How far long work has come: a bar in a terminal, a log line otherwise.
//! Shows counts and the feed's id, nothing of any row.

use std::io::{self, IsTerminal, Read};

use indicatif::{ProgressBar, ProgressStyle};

/// Progress of one feed's work.
pub(crate) struct Progress {
    feed: String,
    bar: Option<ProgressBar>,
    plain: bool,
}

impl Progress {
    /// Shows a bar where standard error is a terminal.
    pub(crate) fn of(feed: &str) -> Self {
        Self {
            feed: feed.to_owned(),
            plain: !io::stderr().is_terminal(),
            bar: None,
        }
    }

    /// Shows nothing.
    pub(crate) fn none() -> Self {
        Self {
            feed: String::new(),
            bar: None,
            plain: false,
        }
    }

    /// Starts a piece of work of `length` (bytes or batches).
    pub(crate) fn start(&mut self, what: &'static str, length: u64) {
        self.done();
        if self.plain {
            log::debug!("{}: {what}", self.feed);
        } else if !self.feed.is_empty() {
            let bar = ProgressBar::new(length).with_message(format!("{}: {what}", self.feed));
            if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {percent}% {eta}") {
                bar.set_style(style);
            }
            self.bar = Some(bar);
        }
    }

    /// Goes on by `count`.
    pub(crate) fn advance(&self, count: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(count);
        }
    }

    /// Counts the bytes that are read through the reader given back.
    pub(crate) fn reading<'a>(&'a self, inner: impl Read + 'a) -> impl Read + 'a {
        Counted {
            inner,
            progress: self,
        }
    }

    /// Takes the bar away.
    pub(crate) fn done(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.done();
    }
}

struct Counted<'a, R> {
    inner: R,
    progress: &'a Progress,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        self.progress.advance(count as u64);
        Ok(count)
    }
}
