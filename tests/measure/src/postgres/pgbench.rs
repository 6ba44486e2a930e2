//! One row of PostgreSQL's: a transaction, run by pgbench.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use tokio::time::{Instant, sleep};

use super::cluster::{Cluster, FIRST_UPRN, PASSPHRASE};
use crate::cli::Plan;
use crate::figures::{CLIENT, Figures};
use crate::meter::{self, Watched, Window};
use crate::program::Program;
use crate::shape::REASON;
use crate::unmeasured::{Because, Unmeasured};

/// How long all clients may take to connect, or to be gone again.
const CONNECTED_WITHIN: Duration = Duration::from_secs(30);
/// How often is looked.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How much longer than the window it runs, so that the window is full and its
/// processes are still there to be asked what they spent.
const LONGER: Duration = Duration::from_secs(2);

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

/// A transaction of a cluster, measured as often as wanted.
pub(crate) struct Bench {
    /// Where.
    pub(super) cluster: Arc<Cluster>,
    /// What.
    pub(super) transaction: Transaction,
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
        let reason = match self.decrypt {
            Decrypt::Nothing => "",
            // A colon would begin a variable of pgbench's.
            Decrypt::PublicKey | Decrypt::Passphrase => &REASON.replace(':', ","),
        };
        let (begin, end) = if self.pipelined {
            ("\\startpipeline\n", "\\endpipeline\n")
        } else {
            ("", "")
        };
        format!(
            "\\set uprn random({FIRST_UPRN}, {FIRST_UPRN} + {properties} - 1)\n{begin}BEGIN;\n\
             SELECT uprn, flags{columns} FROM {tables} WHERE uprn = :uprn;\n\
             INSERT INTO access (person, purpose, reference, reason, uprn) VALUES ('olu.officer', 'visit', 'V-1', '{reason}', :uprn);\n\
             COMMIT;\n{end}"
        )
    }
}

impl Bench {
    /// Lets so many clients ask, and gives what came of it.
    pub(crate) async fn run(&self, plan: &Plan, clients: usize) -> Result<Figures, Unmeasured> {
        let times = self.cluster.dir().join("times");
        fs::create_dir_all(&times).because("the folder of times")?;
        let mut pgbench = Program::start(&mut self.pgbench(plan, clients, &times)?)?;
        let deadline = Instant::now() + CONNECTED_WITHIN;
        while self.cluster.clients() < clients && pgbench.is_running() {
            if Instant::now() > deadline {
                return Err(Unmeasured("pgbench's clients did not connect".to_owned()));
            }
            sleep(LOOK_EVERY).await;
        }
        let window = Window::after(plan.warm_up(), plan.measured());
        let watched = [
            Watched {
                name: "postgres",
                ids: self.cluster.processes(),
            },
            Watched {
                name: CLIENT,
                ids: vec![pgbench.id()],
            },
        ];
        let metered = meter::watch(&watched, window).await;
        let too_early = !pgbench.is_running();
        let said = pgbench.finish().await.because("pgbench")?;
        let took = take_times(&times, window)?;
        self.cluster.settle(CONNECTED_WITHIN).await?;
        if too_early {
            let why = "pgbench ended before its window did: leave the machine alone meanwhile";
            return Err(Unmeasured(why.to_owned()));
        }
        if took.is_empty() {
            return Err(Unmeasured("no transaction ended in the window".to_owned()));
        }
        Ok(Figures::new(took, window.length(), errors(&said), metered))
    }

    fn pgbench(&self, plan: &Plan, clients: usize, times: &Path) -> Result<Command, Unmeasured> {
        let script = self.cluster.dir().join("script.sql");
        fs::write(&script, self.transaction.script(plan.properties())).because("the script")?;
        let threads = std::thread::available_parallelism()
            .map_or(1, usize::from)
            .min(clients);
        let time = plan.warm_up() + plan.measured() + LONGER;
        let mut pgbench = self.cluster.client("pgbench");
        pgbench
            .args(["--no-vacuum", "--protocol=prepared", "--log"])
            .arg("--file")
            .arg(&script)
            .arg(format!("--log-prefix={}/t", times.display()))
            .arg(format!("--client={clients}"))
            .arg(format!("--jobs={threads}"))
            .arg(format!("--time={}", time.as_secs()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Ok(pgbench)
    }
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

/// Reads how long each transaction inside the window took, and removes the files.
fn take_times(folder: &Path, window: Window) -> Result<Vec<Duration>, Unmeasured> {
    let failed = "pgbench's times do not read";
    let start = window
        .start_wall
        .duration_since(UNIX_EPOCH)
        .because(failed)?;
    let mut took = Vec::new();
    for file in fs::read_dir(folder).because(failed)? {
        let text = fs::read_to_string(file.because(failed)?.path()).because(failed)?;
        took.extend(
            text.lines()
                .filter_map(|line| inside(line, start, window.length())),
        );
    }
    fs::remove_dir_all(folder).because(failed)?;
    Ok(took)
}

/// Gives how long a transaction took that began and ended inside a window.
/// A line: client, number, microseconds it took, script, and when it ended in
/// seconds and microseconds since 1970.
fn inside(line: &str, start: Duration, length: Duration) -> Option<Duration> {
    let fields: Vec<u64> = line
        .split(' ')
        .map(|field| field.parse().ok())
        .collect::<Option<_>>()?;
    let [_, _, took, _, seconds, microseconds, ..] = fields[..] else {
        return None;
    };
    let took = Duration::from_micros(took);
    let ended = Duration::from_secs(seconds) + Duration::from_micros(microseconds);
    (ended >= start + took && ended <= start + length).then_some(took)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_read_from_what_pgbench_says() {
        let said = "number of failed transactions: 3 (0.100%)\ntps = 2820.725200\n";
        assert_eq!(
            errors(said),
            BTreeMap::from([("failed transaction".to_owned(), 3)])
        );
        assert!(errors("number of failed transactions: 0 (0.000%)").is_empty());
        assert!(!errors("nothing").is_empty());
    }

    #[test]
    fn only_what_began_and_ended_inside_the_window_counts() {
        let [start, length] = [100, 5].map(Duration::from_secs);
        let took = |line| inside(line, start, length);
        assert_eq!(took("0 1 2000 0 101 0"), Some(Duration::from_millis(2)));
        assert_eq!(took("0 1 2000 0 100 1999"), None);
        assert!(took("0 1 2000 0 100 2000").is_some());
        assert!(took("0 1 2000 0 105 0").is_some());
        assert_eq!(took("0 1 2000 0 105 1"), None);
        assert_eq!(took("0 1 failed 0 101 0"), None);
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
                assert_eq!(
                    script.contains("what do we need"),
                    decrypt != Decrypt::Nothing
                );
            }
        }
    }
}
