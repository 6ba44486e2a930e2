//! The tables of the look-ups: each way at each size, and how it grows.

use std::fmt::Write;

use super::look_ups::{LookedUp, Way};
use super::tables::{cell, verdict};
use crate::figures::{Figures, Rounds, Spread};

/// Prints each way at each size.
pub(super) fn look_ups(looked_up: &[LookedUp]) -> String {
    let mut out = String::from(
        "| look-up of a person by | people | requests/s | p50 ms | p99 ms | least to most | errors |\n\
         |---|--:|--:|--:|--:|--:|---|\n",
    );
    for row in looked_up {
        let rest = match &row.outcome {
            Ok(rounds) => cells(rounds),
            Err(why) => format!("not measured: {} | | | |", cell(why)),
        };
        let _ = writeln!(out, "| {} | {} | {rest} |", row.way.label(), row.people);
    }
    out
}

fn cells(rounds: &Rounds) -> String {
    let p99 = rounds.spread(|figures| figures.p99_ms);
    let errors = rounds.errors();
    let errors = errors
        .iter()
        .map(|(error, times)| format!("{times} x {error}"));
    let errors: Vec<_> = errors.collect();
    format!(
        "{:.0} | {:.2} | {:.2} | {:.2} to {:.2} | {}",
        rounds.spread(|figures| figures.per_second).median,
        rounds.spread(|figures| figures.p50_ms).median,
        p99.median,
        p99.least,
        p99.most,
        if errors.is_empty() {
            "0".to_owned()
        } else {
            errors.join("; ")
        },
    )
}

/// Prints how the p99 of each way grows from the least size to the most.
pub(super) fn ratios(looked_up: &[LookedUp]) -> String {
    let sizes = || looked_up.iter().map(|row| row.people);
    let (Some(least), Some(most)) = (sizes().min(), sizes().max()) else {
        return String::new();
    };
    let mut out = format!(
        "| p99 at {most} people / p99 at {least} | goal | measured | least to most | |\n\
         |---|--:|--:|--:|---|\n"
    );
    for way in Way::ALL {
        let ratio = ratio(looked_up, way, (least, most));
        let goal = way.most_growth();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            way.label(),
            goal.map_or("–".to_owned(), |most| format!("<= {most}")),
            ratio.map_or("–".to_owned(), |ratio| format!("{:.2}", ratio.median)),
            ratio.map_or("–".to_owned(), |ratio| format!(
                "{:.2} to {:.2}",
                ratio.least, ratio.most
            )),
            match (goal, ratio) {
                (None, Some(_)) => "for information",
                (goal, ratio) => verdict(
                    ratio.map(|ratio| ratio.median),
                    goal.unwrap_or(f64::INFINITY)
                ),
            },
        );
    }
    out
}

/// The ratio of each round by itself; none when either size was not measured, or
/// did not answer rightly all the time.
fn ratio(looked_up: &[LookedUp], way: Way, (least, most): (u32, u32)) -> Option<Spread> {
    let rounds = |people| {
        let row = looked_up
            .iter()
            .find(|row| row.way == way && row.people == people)?;
        let rounds = row.outcome.as_ref().ok()?;
        let answered = |figures: &Figures| figures.p99_ms > 0.0;
        let right = rounds.errors().is_empty() && rounds.0.iter().all(answered);
        (right && !rounds.0.is_empty()).then_some(rounds)
    };
    let (small, large) = (rounds(least)?, rounds(most)?);
    let pairs = small.0.iter().zip(&large.0);
    (least < most).then(|| Spread::of(pairs.map(|(small, large)| large.p99_ms / small.p99_ms)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(people: u32, p99_ms: &[f64], errors: u64) -> LookedUp {
        let figures = p99_ms.iter().map(|p99_ms| Figures {
            per_second: 1.0,
            p50_ms: 1.0,
            p99_ms: *p99_ms,
            errors: (0..errors).map(|_| ("HTTP 503".to_owned(), 1)).collect(),
            spent: Vec::new(),
            elsewhere: 0.0,
        });
        LookedUp {
            way: Way::Reference,
            people,
            outcome: Ok(Rounds(figures.collect())),
        }
    }

    fn median(rows: &[LookedUp], sizes: (u32, u32)) -> Option<f64> {
        ratio(rows, Way::Reference, sizes).map(|ratio| ratio.median)
    }

    #[test]
    fn growth_is_judged_round_by_round() {
        let rows = [
            row(10, &[1.0, 10.0, 1.0], 0),
            row(100, &[1.2, 12.0, 3.0], 0),
        ];
        assert_eq!(median(&rows, (10, 100)), Some(1.2));
        assert!(
            ratios(&rows).contains("| service reference | <= 1.5 | 1.20 | 1.20 to 3.00 | holds |")
        );
    }

    #[test]
    fn one_size_alone_or_wrong_answers_give_no_growth() {
        let wrong = [row(10, &[1.0], 0), row(100, &[1.0], 1)];
        assert_eq!(median(&wrong, (10, 100)), None);
        let alone = [row(10, &[1.0], 0)];
        assert_eq!(median(&alone, (10, 10)), None);
        assert!(ratios(&alone).contains("not measured"));
    }
}
