//! The first table: a row for everything that was measured, or was not.

use std::fmt::Write;

use crate::cli::Subject;
use crate::figures::{Rounds, Spread};
use crate::meter::Spent;
use crate::unmeasured::Unmeasured;

/// What a row is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum What {
    /// Floor A.
    Hello,
    /// Floor B.
    LookUpFloor,
    /// Floor C.
    ReleaseFloor,
    /// PostgreSQL (a).
    PostgresLookUp,
    /// PostgreSQL (a) in one round trip.
    PostgresLookUpOneTrip,
    /// PostgreSQL (b).
    PostgresRelease,
    /// PostgreSQL (b) with a passphrase, in one round trip.
    PostgresReleasePassphrase,
    /// The box's look-up.
    LookUp,
    /// The box's release.
    Release,
}

impl What {
    /// Names it as the tables do.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Hello => "floor A: HTTPS \"hello\"",
            Self::LookUpFloor => "floor B: A + look-up + durable entry",
            Self::ReleaseFloor => "floor C: B + age envelope opened",
            Self::PostgresLookUp => "PostgreSQL (a): look-up + durable audit row",
            Self::PostgresLookUpOneTrip => {
                "PostgreSQL (a'): the same, pipelined into one round trip"
            }
            Self::PostgresRelease => "PostgreSQL (b): (a) + pgp_pub_decrypt, RSA 3072",
            Self::PostgresReleasePassphrase => "PostgreSQL (b'): (a') + pgp_sym_decrypt instead",
            Self::LookUp => "**the box: look-up**",
            Self::Release => "**the box: release**",
        }
    }

    /// What is asked in it.
    pub(crate) fn subject(self) -> Subject {
        match self {
            Self::Hello => Subject::Hello,
            Self::LookUpFloor
            | Self::PostgresLookUp
            | Self::PostgresLookUpOneTrip
            | Self::LookUp => Subject::LookUp,
            Self::ReleaseFloor
            | Self::PostgresRelease
            | Self::PostgresReleasePassphrase
            | Self::Release => Subject::Release,
        }
    }
}

/// A row of the table.
pub(crate) struct Row {
    /// What it is about.
    pub(crate) what: What,
    /// How many asked at a time; 0 when it never came to that.
    pub(crate) clients: usize,
    /// What came of it.
    pub(crate) outcome: Result<Rounds, Unmeasured>,
}

/// Prints the rows as a markdown table.
pub(crate) fn print(rows: &[Row]) -> String {
    let mut out = String::from(
        "| what | clients | requests/s | least to most | p50 ms | p99 ms | errors | CPU ms a request | peak MiB |\n\
         |---|--:|--:|--:|--:|--:|---|---|---|\n",
    );
    for row in rows {
        let clients = if row.clients == 0 {
            "–".to_owned()
        } else {
            row.clients.to_string()
        };
        let rest = match &row.outcome {
            Ok(rounds) => cells(rounds),
            Err(why) => format!(
                "not measured: {} | | | | | |",
                why.to_string().replace(['|', '\n'], " ")
            ),
        };
        let _ = writeln!(out, "| {} | {clients} | {rest} |", row.what.label());
    }
    out
}

fn cells(rounds: &Rounds) -> String {
    let each = |digits: usize, of: &dyn Fn(&Spent) -> f64| {
        let cell = |name: &&str| format!("{name} {:.digits$}", of_process(rounds, name, of).median);
        let cells: Vec<_> = rounds.processes().iter().map(cell).collect();
        cells.join(", ")
    };
    let rate = rounds.spread(|figures| figures.per_second);
    format!(
        "{:.0} | {:.0} to {:.0} | {:.2} | {:.2} | {} | {} | {}",
        rate.median,
        rate.least,
        rate.most,
        rounds.spread(|figures| figures.p50_ms).median,
        rounds.spread(|figures| figures.p99_ms).median,
        errors(rounds),
        each(3, &|spent| spent.all.cpu_ms()),
        each(0, &|spent| spent.peak_mib),
    )
}

/// Gives what the rounds say of one process.
pub(crate) fn of_process(rounds: &Rounds, name: &str, of: impl Fn(&Spent) -> f64) -> Spread {
    rounds.spread(|figures| figures.spent_by(name).map_or(f64::NAN, &of))
}

fn errors(rounds: &Rounds) -> String {
    let errors = rounds.errors();
    if errors.is_empty() {
        return "0".to_owned();
    }
    let each = errors
        .iter()
        .map(|(error, times)| format!("{times} x {error}"));
    each.collect::<Vec<_>>().join("; ")
}
