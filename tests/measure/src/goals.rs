//! The second table: ratios of rows of one run, against the goals.
//!
//! A ratio is taken of each round by itself, whose rows ran within a minute of
//! each other, and the median judged. Beside each stands the same ratio by
//! what the servers spent: on a machine that does other work too it is the
//! steadier one, but no goal speaks of it.

use std::fmt::Write;

use crate::figures::{Figures, Rounds, Spread};
use crate::table::{Row, What};

/// The goals speak of this many clients.
const CLIENTS: usize = 32;

/// A goal: one row's rate is at least so many times another's.
struct Goal {
    ours: What,
    theirs: What,
    /// None: no goal asks for this comparison; printed because it is fair to.
    least: Option<f64>,
    /// What would be better still.
    stretch: Option<f64>,
}

impl Goal {
    const fn least(ours: What, theirs: What, least: f64) -> Self {
        Self {
            ours,
            theirs,
            least: Some(least),
            stretch: None,
        }
    }

    const fn for_information(ours: What, theirs: What) -> Self {
        Self {
            ours,
            theirs,
            least: None,
            stretch: None,
        }
    }
}

const GOALS: [Goal; 7] = [
    Goal::least(What::LookUp, What::LookUpFloor, 0.5),
    Goal::least(What::Release, What::ReleaseFloor, 0.5),
    Goal::least(What::LookUp, What::PostgresLookUp, 3.0),
    Goal {
        stretch: Some(1.5),
        // The quicker of PostgreSQL's two: a goal won against RSA alone is none.
        ..Goal::least(What::Release, What::PostgresReleasePassphrase, 1.0)
    },
    Goal::for_information(What::LookUp, What::PostgresLookUpOneTrip),
    Goal::for_information(What::LookUp, What::PostgresReleasePassphrase),
    Goal::for_information(What::Release, What::PostgresRelease),
];

/// Prints ratios and verdicts.
pub(crate) fn print(rows: &[Row]) -> String {
    let clients = clients(rows);
    let mut out = format!(
        "| ratio of requests/s at {clients} clients | goal | measured | least to most | | by servers' CPU |\n\
         |---|--:|--:|--:|---|--:|\n"
    );
    for goal in &GOALS {
        let ratio = goal.ratio(rows, clients, |figures| figures.per_second);
        let by_cpu = goal.ratio(rows, clients, Figures::per_cpu_second);
        let median = |ratio: Option<Spread>| {
            ratio.map_or("–".to_owned(), |ratio| format!("{:.2}", ratio.median))
        };
        let spread = ratio.map_or("–".to_owned(), |ratio| {
            format!("{:.2} to {:.2}", ratio.least, ratio.most)
        });
        let _ = writeln!(
            out,
            "| {} / {} | {} | {} | {spread} | {} | {} |",
            goal.ours.label(),
            goal.theirs.label(),
            goal.bound(),
            median(ratio),
            goal.verdict(ratio.map(|ratio| ratio.median)),
            median(by_cpu),
        );
    }
    out
}

/// The clients of the goals, or the most that were measured.
pub(crate) fn clients(rows: &[Row]) -> usize {
    let measured = || rows.iter().map(|row| row.clients);
    if measured().any(|clients| clients == CLIENTS) {
        CLIENTS
    } else {
        measured().max().unwrap_or(0)
    }
}

impl Goal {
    /// None when either was not measured, or did not answer rightly all the time.
    fn ratio(&self, rows: &[Row], clients: usize, of: impl Fn(&Figures) -> f64) -> Option<Spread> {
        let rounds = |what| {
            let row = rows
                .iter()
                .find(|row| row.what == what && row.clients == clients)?;
            let rounds = row.outcome.as_ref().ok()?;
            let right = rounds.errors().is_empty() && rounds.0.iter().all(|one| of(one) > 0.0);
            right.then_some(rounds)
        };
        let (ours, theirs): (&Rounds, &Rounds) = (rounds(self.ours)?, rounds(self.theirs)?);
        let pairs = ours.0.iter().zip(&theirs.0);
        Some(Spread::of(
            pairs.map(|(ours, theirs)| of(ours) / of(theirs)),
        ))
    }

    fn bound(&self) -> String {
        match (self.least, self.stretch) {
            (None, _) => "–".to_owned(),
            (Some(least), None) => format!(">= {least}"),
            (Some(least), Some(stretch)) => format!(">= {least}, stretch {stretch}"),
        }
    }

    fn verdict(&self, ratio: Option<f64>) -> &'static str {
        let (Some(ratio), Some(least)) = (ratio, self.least) else {
            return match ratio {
                None => "not measured",
                Some(_) => "for information",
            };
        };
        if self.stretch.is_some_and(|stretch| ratio >= stretch) {
            "holds, the stretch too"
        } else if ratio >= least {
            "holds"
        } else {
            "does not hold"
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn figures(per_second: f64, errors: u64) -> Figures {
        let errors = if errors == 0 {
            BTreeMap::new()
        } else {
            BTreeMap::from([("HTTP 503".to_owned(), errors)])
        };
        Figures {
            per_second,
            p50_ms: 1.0,
            p99_ms: 2.0,
            errors,
            spent: Vec::new(),
            elsewhere: 0.0,
        }
    }

    fn row(what: What, clients: usize, rounds: Vec<Figures>) -> Row {
        Row {
            what,
            clients,
            outcome: Ok(Rounds(rounds)),
        }
    }

    fn ratio(ours: &[f64], theirs: &[f64], errors: u64) -> Option<Spread> {
        let all = |rates: &[f64], errors| rates.iter().map(|r| figures(*r, errors)).collect();
        let rows = [
            row(What::LookUp, 32, all(ours, errors)),
            row(What::LookUpFloor, 32, all(theirs, 0)),
        ];
        GOALS[0].ratio(&rows, clients(&rows), |figures| figures.per_second)
    }

    fn verdict(ours: f64, theirs: f64, errors: u64) -> &'static str {
        GOALS[0].verdict(ratio(&[ours], &[theirs], errors).map(|ratio| ratio.median))
    }

    #[test]
    fn a_goal_holds_from_its_bound_on() {
        assert_eq!(verdict(5.0, 10.0, 0), "holds");
        assert_eq!(verdict(4.9, 10.0, 0), "does not hold");
        assert_eq!(GOALS[3].verdict(Some(1.4)), "holds");
        assert_eq!(GOALS[3].verdict(Some(1.5)), "holds, the stretch too");
    }

    #[test]
    fn a_row_with_errors_or_no_answers_gives_no_verdict() {
        assert_eq!(verdict(9.0, 10.0, 1), "not measured");
        assert_eq!(verdict(9.0, 0.0, 0), "not measured");
        assert_eq!(verdict(0.0, 10.0, 0), "not measured");
    }

    #[test]
    fn a_moment_that_was_slow_for_both_does_not_touch_their_ratio() {
        let ratio = ratio(&[6.0, 0.6, 5.0], &[10.0, 1.0, 10.0], 0).unwrap();
        assert_eq!((ratio.median, ratio.least, ratio.most), (0.6, 0.5, 0.6));
    }

    #[test]
    fn the_goals_clients_are_taken_where_they_were_measured() {
        let with = |all: &[usize]| {
            let rows = all.iter().map(|c| row(What::LookUp, *c, Vec::new()));
            clients(&rows.collect::<Vec<_>>())
        };
        assert_eq!(with(&[1, 32, 128]), 32);
        assert_eq!(with(&[1, 8]), 8);
    }
}
