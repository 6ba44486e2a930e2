//! The tables of the load: its time beside bare inserts, what it cost each
//! process, and the memory.

use std::fmt::Write;

use super::bare::Bare;
use super::house::{AGENT, BOX};
use super::look_ups::LookedUp;
use super::resident::Resident;
use super::{Measured, Size};
use crate::meter::{Counters, Spent};

/// A load may take so many times as long as bare inserts.
const MOST_TIMES_BARE: f64 = 2.0;
/// Gate, store and keeper together, in MiB.
const MOST_BOX_MIB: f64 = 256.0;
/// The agent, in MiB.
const MOST_AGENT_MIB: f64 = 64.0;
/// Threads that spent less of the load's time than this are left out.
const WORTH_A_LINE: f64 = 0.01;

/// Prints how long the loads took.
pub(super) fn loads(sizes: &[Size]) -> String {
    let mut out = String::from(
        "| first load | s | records/s | s reading | s sealing | s delivering and applying | s bare inserts | load / bare | goal | | last phase / bare |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|---|--:|\n",
    );
    for size in sizes {
        let rest = match &size.outcome {
            Ok(measured) => load(measured),
            Err(why) => format!("not measured: {} | | | | | | | | |", cell(why)),
        };
        let _ = writeln!(out, "| {} people | {rest} |", size.people);
    }
    out
}

fn load(measured: &Measured) -> String {
    let took = measured.loaded.took.as_secs_f64();
    let phase = |name| {
        let mut phases = measured.loaded.phases.iter();
        let phase = phases.find(|phase| phase.name == name);
        phase.map(|phase| phase.took.as_secs_f64())
    };
    let seconds = |time: Option<f64>| time.map_or("–".to_owned(), |time| format!("{time:.1}"));
    let times = |time: f64, bare: &Bare| time / bare.took.as_secs_f64();
    let (bare, ratio, last) = match &measured.bare {
        Ok(bare) => (
            format!("{:.1}", bare.took.as_secs_f64()),
            Some(times(took, bare)),
            phase("delivering").map(|time| times(time, bare)),
        ),
        Err(why) => (format!("not measured: {}", cell(why)), None, None),
    };
    let ratio_cell = |ratio: Option<f64>| ratio.map_or("–".to_owned(), |r| format!("{r:.2}"));
    format!(
        "{took:.1} | {:.0} | {} | {} | {} | {bare} | {} | <= {MOST_TIMES_BARE} | {} | {}",
        measured.records as f64 / took,
        seconds(phase("reading")),
        seconds(phase("sealing")),
        seconds(phase("delivering")),
        ratio_cell(ratio),
        verdict(ratio, MOST_TIMES_BARE),
        ratio_cell(last),
    )
}

/// Prints what each process spent in each phase, and its threads over all.
pub(super) fn cpu(sizes: &[Size]) -> String {
    let mut out = String::from(
        "| CPU s of the load | process | start | reading | sealing | delivering | all | user | kernel | MiB in writes |\n\
         |---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for size in sizes {
        let Ok(measured) = &size.outcome else {
            continue;
        };
        for spent in &measured.loaded.spent {
            process(&mut out, size.people, measured, spent);
        }
        if let Ok(bare) = &measured.bare {
            let cpu = bare.cpu.as_secs_f64();
            let _ = writeln!(
                out,
                "| {} people | bare inserts | | | | | {cpu:.1} | | | |",
                size.people
            );
        }
    }
    out
}

fn process(out: &mut String, people: u32, measured: &Measured, spent: &Spent) {
    let in_phase = |name| {
        let mut phases = measured.loaded.phases.iter();
        let phase = phases.find(|phase| phase.name == name)?;
        let found = phase.spent.iter().find(|(other, _)| *other == spent.name)?;
        Some(found.1)
    };
    let phases = ["start", "reading", "sealing", "delivering"].map(|name| {
        in_phase(name).map_or("–".to_owned(), |all: Counters| {
            format!("{:.1}", all.cpu_ms() / 1000.0)
        })
    });
    let _ = writeln!(
        out,
        "| {people} people | {} | {} | {} |",
        spent.name,
        phases.join(" | "),
        totals(&spent.all)
    );
    let most = measured.loaded.took.as_secs_f64() * 1000.0 * WORTH_A_LINE;
    let threads = spent.by_thread.iter();
    for (name, all) in threads.filter(|(_, all)| all.cpu_ms() >= most) {
        let _ = writeln!(
            out,
            "| – thread `{name}` | {} | | | | | {} |",
            spent.name,
            totals(all)
        );
    }
}

fn totals(all: &Counters) -> String {
    let [user, kernel, .., kib] = all.0;
    format!(
        "{:.1} | {:.1} | {:.1} | {:.0}",
        all.cpu_ms() / 1000.0,
        user / 1000.0,
        kernel / 1000.0,
        kib / 1024.0
    )
}

/// Prints the memory, and what the goals say of it.
pub(super) fn memory(sizes: &[Size], looked_up: &[LookedUp]) -> String {
    let mut out = String::from(
        "| memory, MiB | process | peak of the load | then anonymous | then of files | after | anonymous | of files | peak of look-ups | goal | |\n\
         |---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|\n",
    );
    for size in sizes {
        if let Ok(measured) = &size.outcome {
            of_size(&mut out, size.people, measured, looked_up);
        }
    }
    out
}

fn of_size(out: &mut String, people: u32, measured: &Measured, looked_up: &[LookedUp]) {
    let mut sum = [0.0; 3];
    for row in &measured.loaded.residents {
        let under_look_ups = peak_of_look_ups(looked_up, people, row.name);
        let (goal, holds) = if row.name == AGENT {
            let peak = Some(row.peak_mib);
            (
                format!("<= {MOST_AGENT_MIB:.0}"),
                verdict(peak, MOST_AGENT_MIB),
            )
        } else {
            (String::new(), "")
        };
        let after = row
            .after
            .map_or(" | | ".to_owned(), |after| resident(&after));
        let look_ups = under_look_ups.map_or(String::new(), |peak| format!("{peak:.0}"));
        let _ = writeln!(
            out,
            "| {people} people | {} | {:.0} | {:.0} | {:.0} | {after} | {look_ups} | {goal} | {holds} |",
            row.name, row.peak_mib, row.fullest.anonymous, row.fullest.file,
        );
        if BOX.contains(&row.name) {
            let after = row.after.map_or(0.0, |after| after.all);
            let of_row = [row.peak_mib, after, under_look_ups.unwrap_or(0.0)];
            sum = std::array::from_fn(|at| sum[at] + of_row[at]);
        }
    }
    let [peak, after, look_ups] = sum;
    let most = peak.max(after).max(look_ups);
    let _ = writeln!(
        out,
        "| {people} people | **gate + store + keeper** | {peak:.0} ({:.0} at one moment) | | | {after:.0} | | | {look_ups:.0} | <= {MOST_BOX_MIB:.0} | {} |",
        measured.loaded.together_mib,
        verdict(Some(most), MOST_BOX_MIB),
    );
}

fn resident(now: &Resident) -> String {
    format!("{:.0} | {:.0} | {:.0}", now.all, now.anonymous, now.file)
}

fn peak_of_look_ups(looked_up: &[LookedUp], people: u32, process: &str) -> Option<f64> {
    let rows = looked_up.iter().filter(|row| row.people == people);
    let rounds = rows.filter_map(|row| row.outcome.as_ref().ok());
    let peaks = rounds.flat_map(|rounds| {
        let figures = rounds.0.iter();
        figures.filter_map(|figures| figures.spent_by(process))
    });
    peaks
        .map(|spent| spent.peak_mib)
        .max_by(|one, other| one.total_cmp(other))
}

/// Says whether a figure is within its bound.
pub(super) fn verdict(figure: Option<f64>, most: f64) -> &'static str {
    match figure {
        Some(figure) if figure <= most => "holds",
        Some(figure) if figure > most => "does not hold",
        _ => "not measured",
    }
}

/// Gives a reason as a table's cell can hold it.
pub(super) fn cell(why: impl std::fmt::Display) -> String {
    why.to_string().replace(['|', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_holds_up_to_itself_and_what_was_not_measured_holds_nothing() {
        assert_eq!(verdict(Some(2.0), 2.0), "holds");
        assert_eq!(verdict(Some(2.01), 2.0), "does not hold");
        assert_eq!(verdict(Some(f64::NAN), 2.0), "not measured");
        assert_eq!(verdict(None, 2.0), "not measured");
    }

    #[test]
    fn a_reason_breaks_no_table() {
        assert_eq!(cell("a|b\nc"), "a b c");
    }
}
