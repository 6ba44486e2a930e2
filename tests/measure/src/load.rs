//! The load: so many clients, each asking its next question as soon as the
//! last one is answered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::cli::Plan;
use crate::line::{Line, Place, Question};
use crate::program::Watched;
use crate::table::{CLIENT, Figures, Spent};
use crate::unmeasured::{Because, Unmeasured};

/// How long a client that lost its line waits before it calls again.
const CALL_AGAIN: Duration = Duration::from_millis(50);

/// What is asked of whom.
#[derive(Clone)]
pub(crate) struct Load {
    /// Where.
    pub(crate) place: Arc<Place>,
    /// Which call.
    pub(crate) path: &'static str,
    /// Asked in no order, again and again.
    pub(crate) questions: Arc<[Question]>,
    /// Who answers, for what it costs them.
    pub(crate) watched: Vec<Watched>,
}

/// When counting starts and ends.
#[derive(Clone, Copy)]
struct Window {
    start: Instant,
    end: Instant,
}

/// What one client, or all, met.
#[derive(Default)]
struct Tally {
    took: Vec<Duration>,
    errors: BTreeMap<String, u64>,
}

impl Load {
    /// Lets so many clients ask, and gives what came of it.
    pub(crate) async fn run(&self, plan: &Plan, clients: usize) -> Result<Figures, Unmeasured> {
        let mut lines = Vec::with_capacity(clients);
        for _ in 0..clients {
            lines.push(Line::open(&self.place).await?);
        }
        let start = Instant::now() + plan.warm_up();
        let window = Window {
            start,
            end: start + plan.measured(),
        };
        let mut all = JoinSet::new();
        for (seed, line) in (1..).zip(lines) {
            all.spawn(client(self.clone(), line, Draw(seed), window));
        }
        let spent = self.spending(window).await;
        let mut tally = Tally::default();
        while let Some(one) = all.join_next().await {
            tally.add(one.because("a client fell over")?);
        }
        Ok(tally.figures(plan.measured(), &spent))
    }

    /// Gives what everybody spent in the window: name, CPU time, peak in KiB.
    async fn spending(&self, window: Window) -> Vec<(&'static str, Duration, u64)> {
        let me = Watched {
            name: CLIENT,
            id: std::process::id(),
        };
        let everybody: Vec<_> = self.watched.iter().chain([&me]).collect();
        sleep_until(window.start).await;
        everybody.iter().for_each(|process| process.forget_peak());
        let before: Vec<_> = everybody.iter().map(|process| process.cpu()).collect();
        sleep_until(window.end).await;
        let spent = everybody.iter().zip(before);
        spent
            .map(|(p, before)| (p.name, p.cpu().saturating_sub(before), p.peak_kib()))
            .collect()
    }
}

async fn client(load: Load, mut line: Line, mut draw: Draw, window: Window) -> Tally {
    let mut tally = Tally::default();
    loop {
        let begun = Instant::now();
        if begun >= window.end {
            return tally;
        }
        let Some(question) = draw.one_of(&load.questions) else {
            return tally;
        };
        let outcome = line.ask(load.path, question).await;
        let now = Instant::now();
        match outcome {
            Ok(None) if begun >= window.start && now <= window.end => tally.took.push(now - begun),
            Ok(None) => {}
            // An error of the warm-up is one too.
            Ok(Some(error)) => tally.count(error),
            Err(error) => {
                tally.count(error.to_string());
                let Some(again) = call_again(&load.place, window.end).await else {
                    return tally;
                };
                line = again;
            }
        }
    }
}

/// Opens a new line after an error; none when time is over.
async fn call_again(place: &Arc<Place>, end: Instant) -> Option<Line> {
    while Instant::now() < end {
        sleep(CALL_AGAIN).await;
        if let Ok(line) = Line::open(place).await {
            return Some(line);
        }
    }
    None
}

impl Tally {
    fn count(&mut self, error: String) {
        *self.errors.entry(error).or_default() += 1;
    }

    fn add(&mut self, other: Tally) {
        self.took.extend(other.took);
        for (error, times) in other.errors {
            *self.errors.entry(error).or_default() += times;
        }
    }

    fn figures(mut self, measured: Duration, spent: &[(&'static str, Duration, u64)]) -> Figures {
        self.took.sort_unstable();
        let answered = self.took.len() as f64;
        let spent = spent.iter().map(|(name, cpu, peak_kib)| Spent {
            name,
            cpu_per_thousand: cpu.as_secs_f64() * 1000.0 / answered.max(1.0),
            peak_mib: peak_kib / 1024,
        });
        Figures {
            per_second: answered / measured.as_secs_f64(),
            p50: percentile(&self.took, 50),
            p99: percentile(&self.took, 99),
            errors: self.errors,
            spent: spent.collect(),
        }
    }
}

/// Gives the value that so many of a hundred do not exceed; the list is sorted.
pub(crate) fn percentile(sorted: &[Duration], of_hundred: usize) -> Duration {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get(last * of_hundred / 100)
        .copied()
        .unwrap_or_default()
}

/// A small generator (SplitMix64): fast, the same for every row, never for secrets.
struct Draw(u64);

impl Draw {
    fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let place = (bits ^ (bits >> 31)).checked_rem(all.len() as u64)?;
        all.get(usize::try_from(place).ok()?)
    }
}
