//! The load: so many clients, each asking its next question as soon as the
//! last one is answered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::cli::Plan;
use crate::figures::{CLIENT, Figures};
use crate::line::{Line, Place};
use crate::meter::{self, Watched, Window};
use crate::question::Question;
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
        let window = Window::after(plan.warm_up(), plan.measured());
        let mut all = JoinSet::new();
        for (seed, line) in (1..).zip(lines) {
            all.spawn(client(self.clone(), line, Draw(seed), window));
        }
        let me = Watched {
            name: CLIENT,
            ids: vec![std::process::id()],
        };
        let watched: Vec<_> = self.watched.iter().cloned().chain([me]).collect();
        let metered = meter::watch(&watched, window).await;
        let mut tally = Tally::default();
        while let Some(one) = all.join_next().await {
            tally.add(one.because("a client fell over")?);
        }
        Ok(Figures::new(
            tally.took,
            window.length(),
            tally.errors,
            metered,
        ))
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
