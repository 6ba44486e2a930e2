//! The figures of one row: what each round gave, and what they say together.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::meter::{Metered, Spent};

/// What the load itself is called among the processes.
pub(crate) const CLIENT: &str = "client";

/// What one round measured.
pub(crate) struct Figures {
    /// Right answers a second.
    pub(crate) per_second: f64,
    /// Half of the answers came within this, in milliseconds.
    pub(crate) p50_ms: f64,
    /// 99 of 100 did.
    pub(crate) p99_ms: f64,
    /// How often which error happened.
    pub(crate) errors: BTreeMap<String, u64>,
    /// What the processes spent on one right answer.
    pub(crate) spent: Vec<Spent>,
    /// CPU time of everything else on the machine, as a share of one core.
    pub(crate) elsewhere: f64,
}

/// The rounds of a row; at least one.
pub(crate) struct Rounds(pub(crate) Vec<Figures>);

/// What several rounds gave of one figure.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Spread {
    /// The one in the middle; of two in the middle, half way between.
    pub(crate) median: f64,
    /// The least.
    pub(crate) least: f64,
    /// The most.
    pub(crate) most: f64,
}

impl Figures {
    /// Puts together how long right answers took, in any order, and what was
    /// spent on them in the window.
    pub(crate) fn new(
        mut took: Vec<Duration>,
        window: Duration,
        errors: BTreeMap<String, u64>,
        metered: Metered,
    ) -> Self {
        took.sort_unstable();
        let answered = took.len() as f64;
        let for_one = metered
            .spent
            .into_iter()
            .map(|spent| spent.over(answered.max(1.0)));
        Self {
            per_second: answered / window.as_secs_f64(),
            p50_ms: milliseconds(percentile(&took, 50)),
            p99_ms: milliseconds(percentile(&took, 99)),
            errors,
            spent: for_one.collect(),
            elsewhere: metered.elsewhere,
        }
    }

    /// Answers for each CPU second of the servers; 0 when nobody looked.
    pub(crate) fn per_cpu_second(&self) -> f64 {
        let servers = self.spent.iter().filter(|spent| spent.name != CLIENT);
        let cpu_ms: f64 = servers.map(|spent| spent.all.cpu_ms()).sum();
        if cpu_ms > 0.0 { 1000.0 / cpu_ms } else { 0.0 }
    }

    /// Finds what one process spent.
    pub(crate) fn spent_by(&self, name: &str) -> Option<&Spent> {
        self.spent.iter().find(|spent| spent.name == name)
    }
}

impl Spent {
    fn over(self, answers: f64) -> Self {
        let by_thread = self.by_thread.into_iter();
        Self {
            all: self.all.over(answers),
            by_thread: by_thread
                .map(|(name, all)| (name, all.over(answers)))
                .collect(),
            ..self
        }
    }
}

impl Rounds {
    /// Gives what the rounds say of one figure.
    pub(crate) fn spread(&self, of: impl Fn(&Figures) -> f64) -> Spread {
        Spread::of(self.0.iter().map(of))
    }

    /// Adds up the errors of all rounds.
    pub(crate) fn errors(&self) -> BTreeMap<&str, u64> {
        let mut all = BTreeMap::new();
        for (error, times) in self.0.iter().flat_map(|figures| &figures.errors) {
            *all.entry(error.as_str()).or_default() += times;
        }
        all
    }

    /// Names the processes that were watched.
    pub(crate) fn processes(&self) -> Vec<&'static str> {
        let first = self.0.first().into_iter();
        first
            .flat_map(|figures| &figures.spent)
            .map(|spent| spent.name)
            .collect()
    }
}

impl Spread {
    /// Gives that of some values; all NaN when there are none.
    pub(crate) fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values.collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let at = |place: usize| sorted.get(place).copied().unwrap_or(f64::NAN);
        let last = sorted.len().saturating_sub(1);
        Self {
            median: f64::midpoint(at(last / 2), at(last.div_ceil(2))),
            least: at(0),
            most: at(last),
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

/// Gives a time in milliseconds.
pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(values: &[f64]) -> Spread {
        Spread::of(values.iter().copied())
    }

    #[test]
    fn one_bad_round_moves_the_spread_and_not_the_median() {
        let good = spread(&[10.0, 11.0, 12.0]);
        let bad = spread(&[10.0, 11.0, 1.0]);
        assert_eq!((good.median, good.least, good.most), (11.0, 10.0, 12.0));
        assert_eq!((bad.median, bad.least, bad.most), (10.0, 1.0, 11.0));
    }

    #[test]
    fn of_two_rounds_the_median_is_half_way() {
        assert_eq!(spread(&[4.0, 2.0]).median, 3.0);
        assert!(spread(&[]).median.is_nan());
    }

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let took: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(percentile(&took, 50), Duration::from_millis(50));
        assert_eq!(percentile(&took, 99), Duration::from_millis(99));
        assert_eq!(percentile(&took[..1], 99), Duration::from_millis(1));
    }
}
