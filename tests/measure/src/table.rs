//! The table: a row for everything that was measured, or was not.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use crate::unmeasured::Unmeasured;

/// What the load itself is called among the processes.
pub(crate) const CLIENT: &str = "client";

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
}

/// A row of the table.
pub(crate) struct Row {
    /// What it is about.
    pub(crate) what: What,
    /// How many asked at a time; 0 when it never came to that.
    pub(crate) clients: usize,
    /// What came of it.
    pub(crate) figures: Result<Figures, Unmeasured>,
}

/// What was measured.
pub(crate) struct Figures {
    /// Right answers a second.
    pub(crate) per_second: f64,
    /// Half of the answers came within this.
    pub(crate) p50: Duration,
    /// 99 of 100 did.
    pub(crate) p99: Duration,
    /// How often which error happened.
    pub(crate) errors: BTreeMap<String, u64>,
    /// What the processes spent.
    pub(crate) spent: Vec<Spent>,
}

/// What one process spent.
pub(crate) struct Spent {
    /// Which.
    pub(crate) name: &'static str,
    /// CPU seconds for a thousand right answers.
    pub(crate) cpu_per_thousand: f64,
    /// Most memory resident while it was measured, in MiB.
    pub(crate) peak_mib: u64,
}

impl Row {
    /// Says that something could not be measured at all.
    pub(crate) fn none(what: What, why: &Unmeasured) -> Self {
        Self {
            what,
            clients: 0,
            figures: Err(why.clone()),
        }
    }
}

/// Prints the rows as a markdown table.
pub(crate) fn print(rows: &[Row]) -> String {
    let mut out = String::from(
        "| what | clients | requests/s | p50 ms | p99 ms | errors | CPU s per 1,000 | peak MiB |\n\
         |---|--:|--:|--:|--:|---|---|---|\n",
    );
    for row in rows {
        let clients = if row.clients == 0 {
            "–".to_owned()
        } else {
            row.clients.to_string()
        };
        let rest = match &row.figures {
            Ok(figures) => figures.cells(),
            Err(why) => format!(
                "not measured: {} | | | | |",
                why.to_string().replace(['|', '\n'], " ")
            ),
        };
        let _ = writeln!(out, "| {} | {clients} | {rest} |", row.what.label());
    }
    out
}

impl Figures {
    /// Answers for each CPU second of the servers; 0 when nobody looked.
    pub(crate) fn per_cpu_second(&self) -> f64 {
        let servers = self.spent.iter().filter(|spent| spent.name != CLIENT);
        let cpu: f64 = servers.map(|spent| spent.cpu_per_thousand).sum();
        if cpu > 0.0 { 1000.0 / cpu } else { 0.0 }
    }

    fn cells(&self) -> String {
        let each = |cell: &dyn Fn(&Spent) -> String| match self.spent.as_slice() {
            [] => "–".to_owned(),
            spent => spent.iter().map(cell).collect::<Vec<_>>().join(", "),
        };
        format!(
            "{:.0} | {} | {} | {} | {} | {}",
            self.per_second,
            milliseconds(self.p50),
            milliseconds(self.p99),
            self.errors(),
            each(&|spent| format!("{} {:.3}", spent.name, spent.cpu_per_thousand)),
            each(&|spent| format!("{} {}", spent.name, spent.peak_mib)),
        )
    }

    fn errors(&self) -> String {
        if self.errors.is_empty() {
            return "0".to_owned();
        }
        let each = self
            .errors
            .iter()
            .map(|(error, times)| format!("{times} x {error}"));
        each.collect::<Vec<_>>().join("; ")
    }
}

/// Prints milliseconds with two decimals.
pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1000.0)
}
