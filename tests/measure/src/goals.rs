//! The second table: ratios of rows of one run, against the goals.
//!
//! Beside each stands the same ratio by what the servers spent: on a machine
//! that does other work too it is the steadier one, but no goal speaks of it.

use std::fmt::Write;

use crate::table::{Figures, Row, What};

/// The goals speak of this many clients.
const CLIENTS: usize = 32;

/// A goal: one row's rate is at least so many times another's.
struct Goal {
    ours: What,
    theirs: What,
    /// None: a harder comparison than any goal asks for, printed because it is fair to.
    least: Option<f64>,
}

const GOALS: [Goal; 6] = [
    Goal {
        ours: What::LookUp,
        theirs: What::LookUpFloor,
        least: Some(0.5),
    },
    Goal {
        ours: What::Release,
        theirs: What::ReleaseFloor,
        least: Some(0.5),
    },
    Goal {
        ours: What::LookUp,
        theirs: What::PostgresLookUp,
        least: Some(3.0),
    },
    Goal {
        ours: What::LookUp,
        theirs: What::PostgresLookUpOneTrip,
        least: None,
    },
    Goal {
        ours: What::Release,
        theirs: What::PostgresRelease,
        least: Some(1.0),
    },
    Goal {
        ours: What::Release,
        theirs: What::PostgresReleasePassphrase,
        least: None,
    },
];

/// Prints ratios and verdicts.
pub(crate) fn print(rows: &[Row]) -> String {
    let clients = clients(rows);
    let mut out = format!(
        "| ratio of requests/s at {clients} clients | goal | measured | | by servers' CPU |\n|---|--:|--:|---|--:|\n"
    );
    let shown = |ratio: Option<f64>| ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2}"));
    for goal in &GOALS {
        let ratio = goal.ratio(rows, clients, |figures| figures.per_second);
        let by_cpu = goal.ratio(rows, clients, Figures::per_cpu_second);
        let least = goal
            .least
            .map_or("–".to_owned(), |least| format!(">= {least}"));
        let (ours, theirs) = (goal.ours.label(), goal.theirs.label());
        let (verdict, ratio, by_cpu) = (goal.verdict(ratio), shown(ratio), shown(by_cpu));
        let _ = writeln!(
            out,
            "| {ours} / {theirs} | {least} | {ratio} | {verdict} | {by_cpu} |"
        );
    }
    out
}

/// The clients of the goals, or the most that were measured.
fn clients(rows: &[Row]) -> usize {
    let measured = || rows.iter().map(|row| row.clients);
    if measured().any(|clients| clients == CLIENTS) {
        CLIENTS
    } else {
        measured().max().unwrap_or(0)
    }
}

impl Goal {
    /// None when either was not measured, or did not answer rightly all the time.
    fn ratio(&self, rows: &[Row], clients: usize, of: impl Fn(&Figures) -> f64) -> Option<f64> {
        let rate = |what| {
            let row = rows
                .iter()
                .find(|row| row.what == what && row.clients == clients)?;
            let figures = row.figures.as_ref().ok()?;
            let rate = of(figures);
            (figures.errors.is_empty() && rate > 0.0).then_some(rate)
        };
        Some(rate(self.ours)? / rate(self.theirs)?)
    }

    fn verdict(&self, ratio: Option<f64>) -> &'static str {
        match (ratio, self.least) {
            (None, _) => "not measured",
            (Some(_), None) => "for information",
            (Some(ratio), Some(least)) if ratio >= least => "holds",
            (Some(_), Some(_)) => "does not hold",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::*;
    use crate::table::Figures;

    fn row(what: What, clients: usize, per_second: f64, errors: u64) -> Row {
        let errors = if errors == 0 {
            BTreeMap::new()
        } else {
            BTreeMap::from([("HTTP 503".to_owned(), errors)])
        };
        let (p50, p99) = (Duration::from_millis(1), Duration::from_millis(2));
        Row {
            what,
            clients,
            figures: Ok(Figures {
                per_second,
                p50,
                p99,
                errors,
                spent: Vec::new(),
            }),
        }
    }

    fn verdict(ours: f64, theirs: f64, errors: u64) -> &'static str {
        let rows = [
            row(What::LookUp, 32, ours, errors),
            row(What::LookUpFloor, 32, theirs, 0),
        ];
        GOALS[0].verdict(GOALS[0].ratio(&rows, clients(&rows), |figures| figures.per_second))
    }

    #[test]
    fn a_goal_holds_from_its_bound_on() {
        assert_eq!(verdict(5.0, 10.0, 0), "holds");
        assert_eq!(verdict(4.9, 10.0, 0), "does not hold");
    }

    #[test]
    fn a_row_with_errors_or_no_answers_gives_no_verdict() {
        assert_eq!(verdict(9.0, 10.0, 1), "not measured");
        assert_eq!(verdict(9.0, 0.0, 0), "not measured");
        assert_eq!(verdict(0.0, 10.0, 0), "not measured");
    }

    #[test]
    fn the_goals_clients_are_taken_where_they_were_measured() {
        let with = |all: &[usize]| {
            clients(
                &all.iter()
                    .map(|c| row(What::LookUp, *c, 1.0, 0))
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(with(&[1, 32, 128]), 32);
        assert_eq!(with(&[1, 8]), 8);
    }
}
