//! One row of PostgreSQL's: a transaction, run by pgbench.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use super::cluster::{Cluster, FIRST_UPRN, PASSPHRASE, finish};
use crate::cli::Plan;
use crate::load::percentile;
use crate::table::Figures;
use crate::unmeasured::{Because, Unmeasured};

/// What the transaction decrypts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Decrypt {
    /// Nothing: a look-up.
    Nothing,
    /// A note encrypted to a public key.
    PublicKey,
    /// A note encrypted with a passphrase.
    Passphrase,
}

/// A look-up, and a row that says so, in one transaction.
#[derive(Clone, Copy)]
pub(super) struct Transaction {
    /// What it decrypts.
    pub(super) decrypt: Decrypt,
    /// Whether all of it is sent at once, in one round trip.
    pub(super) pipelined: bool,
}

impl Transaction {
    fn script(self, properties: u32) -> String {
        let (columns, tables) = match self.decrypt {
            Decrypt::Nothing => ("", "property"),
            Decrypt::PublicKey => (
                ", pgp_pub_decrypt(note.public, secret.key)",
                "property JOIN note ON note.id = property.note, secret",
            ),
            Decrypt::Passphrase => (
                ", pgp_sym_decrypt(note.passphrase, 'PASSPHRASE')",
                "property JOIN note ON note.id = property.note",
            ),
        };
        let columns = columns.replace("PASSPHRASE", PASSPHRASE);
        let (begin, end) = if self.pipelined {
            ("\\startpipeline\n", "\\endpipeline\n")
        } else {
            ("", "")
        };
        format!(
            "\\set uprn random({FIRST_UPRN}, {FIRST_UPRN} + {properties} - 1)\n{begin}BEGIN;\n\
             SELECT uprn, flags{columns} FROM {tables} WHERE uprn = :uprn;\n\
             INSERT INTO access (person, purpose, reference, uprn) VALUES ('olu.officer', 'visit', 'V-1', :uprn);\n\
             COMMIT;\n{end}"
        )
    }
}

/// Warms up, measures, and gives the figures.
pub(super) fn run(
    cluster: &Cluster,
    transaction: Transaction,
    plan: &Plan,
    clients: usize,
) -> Result<Figures, Unmeasured> {
    let script = cluster.dir().join("script.sql");
    fs::write(&script, transaction.script(plan.properties())).because("the script")?;
    let times = cluster.dir().join("times");
    fs::create_dir_all(&times).because("the folder of times")?;
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(clients);
    let run = |time: Duration, log: bool| {
        let mut pgbench = cluster.client("pgbench");
        pgbench
            .args(["--no-vacuum", "--protocol=prepared"])
            .arg("--file")
            .arg(&script);
        pgbench
            .arg(format!("--client={clients}"))
            .arg(format!("--jobs={threads}"));
        pgbench.arg(format!("--time={}", time.as_secs()));
        if log {
            pgbench
                .arg("--log")
                .arg(format!("--log-prefix={}/t", times.display()));
        }
        finish(pgbench, "")
    };
    run(plan.warm_up(), false)?;
    let said = run(plan.measured(), true)?;
    let took = take_times(&times)?;
    Ok(Figures {
        per_second: number_after(&said, "tps = ").because("pgbench gave no rate")?,
        p50: percentile(&took, 50),
        p99: percentile(&took, 99),
        errors: errors(&said),
        spent: Vec::new(),
    })
}

fn errors(said: &str) -> BTreeMap<String, u64> {
    match number_after(said, "number of failed transactions: ") {
        Some(0) => BTreeMap::new(),
        Some(failed) => BTreeMap::from([("failed transaction".to_owned(), failed)]),
        None => BTreeMap::from([("no word on failures".to_owned(), 1)]),
    }
}

fn number_after<T: FromStr>(text: &str, before: &str) -> Option<T> {
    let (_, after) = text.split_once(before)?;
    after.split_whitespace().next()?.parse().ok()
}

/// Reads how long each transaction took (the third field, in microseconds),
/// sorted, and removes the files.
fn take_times(folder: &Path) -> Result<Vec<Duration>, Unmeasured> {
    let failed = "pgbench's times do not read";
    let mut took = Vec::new();
    for file in fs::read_dir(folder).because(failed)? {
        let text = fs::read_to_string(file.because(failed)?.path()).because(failed)?;
        let times = text
            .lines()
            .filter_map(|line| line.split(' ').nth(2)?.parse().ok());
        took.extend(times.map(Duration::from_micros));
    }
    fs::remove_dir_all(folder).because(failed)?;
    took.sort_unstable();
    Ok(took)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_and_failures_are_read_from_what_pgbench_says() {
        let said = "number of failed transactions: 3 (0.100%)\ntps = 2820.725200 (without initial connection time)\n";
        assert_eq!(number_after(said, "tps = "), Some(2820.7252));
        assert_eq!(
            errors(said),
            BTreeMap::from([("failed transaction".to_owned(), 3)])
        );
        assert!(errors("number of failed transactions: 0 (0.000%)").is_empty());
        assert!(!errors("nothing").is_empty());
    }

    #[test]
    fn every_transaction_writes_its_row_before_it_commits() {
        for decrypt in [Decrypt::Nothing, Decrypt::PublicKey, Decrypt::Passphrase] {
            for pipelined in [false, true] {
                let script = Transaction { decrypt, pipelined }.script(1_000);
                let place = |word: &str| script.find(word).unwrap_or(usize::MAX);
                assert!(place("BEGIN") < place("SELECT") && place("SELECT") < place("INSERT"));
                assert!(place("INSERT") < place("COMMIT") && place("COMMIT") < script.len());
                assert_eq!(script.contains("pgp_"), decrypt != Decrypt::Nothing);
            }
        }
    }
}
