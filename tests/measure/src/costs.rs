//! The third table: where the time of a request goes, process by process.
//!
//! What a wait costs stands in no counter, so the counts of context switches
//! and calls stand beside the CPU time: many of them for one request are the
//! first place to look.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::figures::{CLIENT, Rounds};
use crate::goals;
use crate::meter::{COUNTED, Counters, NAMES, Spent};
use crate::table::{Row, of_process};

/// Threads that spend less than this on a request are left out, in ms of CPU.
const WORTH_A_LINE_MS: f64 = 0.0005;

/// Prints what one request costs at the clients of the goals, each process a
/// line; with `by_thread` its threads below it.
pub(crate) fn print(rows: &[Row], by_thread: bool) -> String {
    let clients = goals::clients(rows);
    let mut out = format!(
        "| one request at {clients} clients | process | CPU ms | {} |\n|---|---|{}\n",
        NAMES.join(" | "),
        "--:|".repeat(COUNTED + 1),
    );
    for row in rows.iter().filter(|row| row.clients == clients) {
        let Ok(rounds) = &row.outcome else { continue };
        for process in rounds.processes() {
            line(&mut out, row.what.label(), process, rounds, &|spent| {
                Some(spent.all)
            });
            if by_thread && process != CLIENT {
                threads(&mut out, process, rounds);
            }
        }
    }
    out
}

fn threads(out: &mut String, process: &str, rounds: &Rounds) {
    let spent = rounds
        .0
        .iter()
        .filter_map(|figures| figures.spent_by(process));
    let names: BTreeSet<&str> = spent
        .flat_map(|spent| spent.by_thread.keys().map(String::as_str))
        .collect();
    for name in names {
        let of = |spent: &Spent| spent.by_thread.get(name).copied();
        let cpu_ms = |spent: &Spent| of(spent).unwrap_or_default().cpu_ms();
        if of_process(rounds, process, cpu_ms).median >= WORTH_A_LINE_MS {
            let label = format!("– thread `{name}`");
            line(out, &label, process, rounds, &of);
        }
    }
}

fn line(
    out: &mut String,
    label: &str,
    process: &str,
    rounds: &Rounds,
    of: &dyn Fn(&Spent) -> Option<Counters>,
) {
    let median = |count: &dyn Fn(&Counters) -> f64| {
        let count = |spent: &Spent| count(&of(spent).unwrap_or_default());
        of_process(rounds, process, count).median
    };
    let counts: Vec<_> = (0..COUNTED)
        .map(|at| cell(median(&|counters| counters.0[at])))
        .collect();
    let cpu_ms = cell(median(&Counters::cpu_ms));
    let _ = writeln!(
        out,
        "| {label} | {process} | {cpu_ms} | {} |",
        counts.join(" | ")
    );
}

fn cell(count: f64) -> String {
    if count.is_nan() {
        "–".to_owned()
    } else {
        format!("{count:.3}")
    }
}
