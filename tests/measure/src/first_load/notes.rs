//! What stands under the machine: how it was measured, and of what.

use std::fmt::Write;

use super::look_ups::CLIENTS;
use super::{Measured, Size};
use crate::cli::FirstLoad;
use crate::program;

/// Everything else on the machine took so much of a core at most while a
/// machine counted as quiet.
const QUIET: f64 = 0.15;
/// Bytes of a MiB.
const MIB: f64 = 1024.0 * 1024.0;

/// Prints the notes.
pub(super) fn print(plan: &FirstLoad, sizes: &[Size]) -> String {
    let mut notes = vec![
        program::built(),
        "a load goes from the agent's start until it ended with the box's receipt of everything; \
         the records of the feed are those the box counts. Agent, box and this program share the cores"
            .to_owned(),
        "joining is part of the load: each person is held against the references of the service \
         and the NHS numbers there already; the goal speaks of a load without it"
            .to_owned(),
        "before the load the box has all properties of the council, and the other services' \
         exports of a council of 1,000 properties, the same addresses and people"
            .to_owned(),
        "bare inserts: rows read from the store beforehand, one transaction a batch of records, \
         the store's schema, indexes, foreign keys and pragmas, upon the statements that were there before; \
         the box runs on and has nothing to do. A box that waits for its look-ups idles beside later loads"
            .to_owned(),
        "the agent's source files wait for nothing to settle; its guards and the box's are those that ship"
            .to_owned(),
        format!(
            "look-ups: {CLIENTS} clients, median of {} rounds, {} s each, the store's file in the page cache; \
             asked are people whom only the loaded feed knows, at most 20,000 in each way",
            plan.rounds, plan.seconds
        ),
        "a telephone is shared by many, for invented people have the reserved numbers only: those of one \
         person are three samples; a shared one finds ever more people and answers that there are too many"
            .to_owned(),
        "memory is what is resident (VmHWM, VmRSS): pages of the program count in each process, \
         and the sum of peaks adds moments that need not be the same one"
            .to_owned(),
    ];
    let measured = || sizes.iter().filter_map(|size| size.outcome.as_ref().ok());
    if let Some(first) = measured().next() {
        notes.push(first.house.changed.clone());
    }
    notes.extend(measured().map(of_size));
    notes.iter().fold(String::new(), |mut out, note| {
        let _ = writeln!(out, "- {note}");
        out
    })
}

fn of_size(measured: &Measured) -> String {
    let elsewhere = measured.loaded.elsewhere;
    let warning = if elsewhere > QUIET {
        " (NOT QUIET: absolute figures are too low, ratios uncertain)"
    } else {
        ""
    };
    let stored = measured.bare.as_ref().map_or(String::new(), |bare| {
        let rows: Vec<_> = bare
            .rows
            .iter()
            .map(|(table, rows)| format!("{rows} of {table}"))
            .collect();
        format!(
            ", {} batches, rows: {}; the store's file and write-ahead log then {:.0} MiB",
            bare.batches,
            rows.join(", "),
            bare.store_bytes as f64 / MIB
        )
    });
    format!(
        "{} people of {} properties in an export of {:.0} MiB, {} of them with an NHS number{stored}; \
         everything else on the machine took {elsewhere:.2} of a core during the load{warning}",
        measured.records,
        measured.properties,
        measured.export_bytes as f64 / MIB,
        measured.askable.with_number,
    )
}
