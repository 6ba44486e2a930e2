//! The command line.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::unmeasured::{Because, Unmeasured};
use crate::{first_load, floor, run};

/// What helps while something is being changed.
const SHORT: &str = "While working on one thing: --only box --about release --clients 32 \
    --rounds 1 --seconds 2 --persons 5000 --by-thread\n\
    The first load of a council's people: firebox-measure load --people 100000,1000000";

/// Exit code of a command that failed.
const FAILED: u8 = 1;

/// Measures the box beside the floor of the physics and beside PostgreSQL, and
/// prints tables: rates, ratios against the goals, what a request costs. Needs
/// `cargo build --release -p firebox -p firebox-agent` for the box, and root to
/// install and run PostgreSQL as its own user.
#[derive(Parser)]
#[command(
    name = "firebox-measure",
    version,
    args_conflicts_with_subcommands = true,
    after_help = SHORT
)]
struct Cli {
    #[command(flatten)]
    plan: Plan,
    #[command(subcommand)]
    other: Option<Other>,
}

/// What to measure.
#[derive(Args, Clone)]
pub(crate) struct Plan {
    /// Clients at a time; each row is measured with each
    #[arg(long, value_delimiter = ',', default_values_t = [1_usize, 8, 32, 128], value_parser = clients)]
    pub(crate) clients: Vec<usize>,
    /// Seconds each row is measured, after a warm-up of a fifth of them and at least one
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) seconds: u64,
    /// Rounds over all rows; the tables give the median and the spread
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=99))]
    pub(crate) rounds: u64,
    /// People in the council; there are 2.4 to a property, and at least 500
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(500..))]
    pub(crate) persons: u32,
    /// Only this part; may stand several times
    #[arg(long, value_enum)]
    pub(crate) only: Vec<Part>,
    /// Only rows about this; may stand several times
    #[arg(long, value_enum)]
    pub(crate) about: Vec<Subject>,
    /// Say what each thread spends, not only each process
    #[arg(long)]
    pub(crate) by_thread: bool,
}

/// A part that can be measured alone.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// One process, nothing but what physics asks for
    Floors,
    /// PostgreSQL with pgcrypto and pgaudit
    Postgres,
    /// The box itself
    Box,
}

/// What a row asks.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// Nothing
    Hello,
    /// The warnings of an address
    LookUp,
    /// A sealed detail
    Release,
}

/// What to measure of a first load.
#[derive(Args, Clone)]
pub(crate) struct FirstLoad {
    /// People to load, each size into a box of its own; growth is from the least to the most
    #[arg(long, value_delimiter = ',', default_values_t = [100_000_u32, 1_000_000], value_parser = clap::value_parser!(u32).range(4_000..=10_000_000))]
    pub(crate) people: Vec<u32>,
    /// Seconds each kind of look-up is measured in a round, after a warm-up of a fifth of them and at least one
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) seconds: u64,
    /// Rounds over all look-ups at all sizes; the tables give the median and the spread
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=99))]
    pub(crate) rounds: u64,
}

#[derive(Subcommand)]
enum Other {
    /// Measures how a council's people are loaded for the first time, beside bare SQLCipher
    /// inserts of the same rows, and how they are looked up afterwards. Takes about 5 KiB a
    /// person and 200 MiB a size in TMPDIR while it runs
    Load(FirstLoad),
    /// Serves the floors; started by the command itself
    #[command(hide = true)]
    FloorServer {
        /// Where its databases lie
        #[arg(long)]
        dir: PathBuf,
        /// How many properties there are to look up
        #[arg(long)]
        properties: u32,
        /// How large its answers are, JSON
        #[arg(long)]
        shape: String,
    },
}

impl Plan {
    /// Whether a part is to be measured.
    pub(crate) fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    /// Whether rows that ask this are to be measured.
    pub(crate) fn asks(&self, subject: Subject) -> bool {
        self.about.is_empty() || self.about.contains(&subject)
    }

    /// How many properties a council of that many people has.
    pub(crate) fn properties(&self) -> u32 {
        self.persons / 12 * 5
    }

    /// How long a row is measured.
    pub(crate) fn measured(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// How long the same load runs before that.
    pub(crate) fn warm_up(&self) -> Duration {
        Duration::from_secs(self.seconds.div_ceil(5))
    }
}

/// Reads a number of clients: one at least, and no more than the gate lets in.
fn clients(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(clients @ 1..=500) => Ok(clients),
        _ => Err("give 1 to 500 clients".to_owned()),
    }
}

/// Runs the command.
pub(crate) fn main() -> ExitCode {
    match act(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("firebox-measure: {error}"));
            ExitCode::from(FAILED)
        }
    }
}

fn act(cli: &Cli) -> Result<(), Unmeasured> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.because("no threads")?;
    if let Some(Other::FloorServer {
        dir,
        properties,
        shape,
    }) = &cli.other
    {
        return runtime.block_on(floor::serve(dir, *properties, shape));
    }
    let report = runtime.block_on(async {
        tokio::select! {
            biased;
            // Whatever was started is stopped, and the temp folder removed, on the way out.
            _ = tokio::signal::ctrl_c() => Err(Unmeasured("stopped".to_owned())),
            report = report(cli) => report,
        }
    })?;
    io::stdout()
        .write_all(report.as_bytes())
        .because("the tables cannot be written")
}

async fn report(cli: &Cli) -> Result<String, Unmeasured> {
    if let Some(Other::Load(plan)) = &cli.other {
        let mut plan = plan.clone();
        plan.people.sort_unstable();
        plan.people.dedup();
        return first_load::run(&plan).await;
    }
    let mut plan = cli.plan.clone();
    plan.clients.sort_unstable();
    plan.clients.dedup();
    run::run(&plan).await
}

/// Tells whoever watches how far it is; the tables alone go to standard output.
pub(crate) fn say(what: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "{what}");
}
