//! The command line: verbs, exit codes, and where logs go. Every verb is a few
//! lines here and a module elsewhere.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use jiff::Timestamp;
use tokio::runtime::Runtime;

use crate::enrol::{Enrolled, enrol};
use crate::interrupt::Interrupt;
use crate::run::{Round, exit_of};
use crate::settings::{DEFAULT_PATH, Settings};
use crate::stop::{Exit, Stop, chain};
use crate::wake::Wake;
use crate::{approve, check, corrections, lint, preview, quarantine, status};

/// Pulls services' exports, maps, seals and signs them, and delivers them to a firebox.
#[derive(Parser)]
#[command(name = "firebox-agent", version, about, arg_required_else_help = true)]
struct Cli {
    /// The agent's settings.
    #[arg(long, global = true, default_value = DEFAULT_PATH, value_name = "PATH")]
    config: PathBuf,
    /// End when the parent process ends (set by `firebox demo` for its agent).
    #[arg(long, global = true, hide = true)]
    supervised: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Look at everything a feed needs: folder, file, columns, enrolment, box, disk.
    Check {
        /// Only this feed.
        source: Option<String>,
    },
    /// Show the first rows as they would be mapped, values masked. Sends nothing.
    Preview {
        /// The feed.
        source: String,
        /// How many rows.
        #[arg(long, default_value_t = 10)]
        rows: u64,
    },
    /// Say what the newest export would change. Sends nothing.
    Plan {
        /// The feed.
        source: String,
    },
    /// Read and deliver every feed.
    Run {
        /// Once, then end with an exit code; otherwise until stopped.
        #[arg(long)]
        once: bool,
    },
    /// Say how every feed stands.
    Status {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Rows that could not be read.
    Quarantine {
        #[command(subcommand)]
        verb: QuarantineVerb,
    },
    /// Corrections of this service's records that others reported.
    Corrections {
        #[command(subcommand)]
        verb: corrections::Verb,
    },
    /// Judge a source file without taking it over.
    Lint {
        /// The file.
        file: PathBuf,
    },
    /// Answer a bundle that `firebox agent add` wrote on the box.
    Enrol {
        /// The bundle.
        bundle: PathBuf,
    },
    /// Let the export that is held past the agent's guards. The box has its own.
    Approve {
        /// The feed.
        source: String,
    },
}

#[derive(Subcommand)]
enum QuarantineVerb {
    /// List line, field and reason; no values.
    List {
        /// Only this feed.
        source: Option<String>,
    },
    /// Read a row from the export again and show it masked.
    Show {
        /// The feed.
        source: String,
        /// Where the row begins; all of the feed's rows where it is not given.
        line: Option<u64>,
    },
}

/// Runs the command line `args`, the program's name first, and gives its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    // A core would hold the signing key and notes that are not sealed yet.
    let no_core = rustix::process::Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let unlimited = rustix::process::setrlimit(rustix::process::Resource::Core, no_core).is_err();
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Ok
            };
            // Where neither stream takes the text, the exit code still speaks.
            drop(error.print());
            return exit;
        }
    };
    start_logging();
    if unlimited {
        log::warn!("core dumps cannot be switched off here: see LimitCORE= and `ulimit -c`");
    }
    let mut out = io::stdout().lock();
    match dispatch(cli, &mut out) {
        Ok(exit) => exit,
        Err(stop) => {
            drop(writeln!(io::stderr(), "firebox-agent: {stop}"));
            stop.exit
        }
    }
}

fn dispatch(cli: Cli, out: &mut dyn Write) -> Result<Exit, Stop> {
    if cli.supervised {
        let term = Some(rustix::process::Signal::TERM);
        rustix::process::set_parent_process_death_signal(term)
            .map_err(|e| Stop::failed(format!("the parent cannot be watched: {e}")))?;
    }
    let settings = Settings::load(&cli.config)?;
    let interrupt = Interrupt::default();
    match cli.verb {
        Verb::Check { source } => {
            check::check(&settings, source.as_deref(), &runtime()?, &interrupt, out)
        }
        Verb::Preview { source, rows } => preview::preview(&settings, &source, rows, out),
        Verb::Plan { source } => preview::plan(&settings, &source, &runtime()?, &interrupt, out),
        Verb::Run { once } => carry(settings, once, &interrupt, out),
        Verb::Status { json } => status::status(&settings, json, Timestamp::now(), out),
        Verb::Quarantine {
            verb: QuarantineVerb::List { source },
        } => quarantine::list(&settings, source.as_deref(), out),
        Verb::Quarantine {
            verb: QuarantineVerb::Show { source, line },
        } => quarantine::show(&settings, &source, line, out),
        Verb::Corrections { verb } => corrections::run(&settings, verb, Timestamp::now(), out),
        Verb::Lint { file } => lint::lint(&settings, &file, out),
        Verb::Enrol { bundle } => {
            let (service, enrolled) = enrol(
                &settings,
                &bundle,
                (runtime()?, &interrupt),
                Timestamp::now(),
            )?;
            let word = match enrolled {
                Enrolled::Now => "is enrolled; delete the bundle",
                Enrolled::Before => "was enrolled with this bundle already; nothing was changed",
            };
            say(out, &format!("{service} {word}"))?;
            Ok(Exit::Ok)
        }
        Verb::Approve { source } => approve::approve(&settings, &source, Timestamp::now(), out),
    }
}

fn carry(
    settings: Settings,
    once: bool,
    interrupt: &Interrupt,
    out: &mut dyn Write,
) -> Result<Exit, Stop> {
    let runtime = runtime()?;
    let wake = Wake::new(&runtime, interrupt)?;
    let mut round = Round::new(settings, runtime, interrupt.clone())?;
    if !once {
        return round.forever(wake).map(|()| Exit::Ok);
    }
    let reports = round.once()?;
    for (source, report) in &reports {
        say(out, &format!("{source}: {}", report.message))?;
    }
    Ok(exit_of(&reports))
}

/// Writes one line; a closed pipe is an error like any other.
pub(crate) fn say(out: &mut dyn Write, line: &str) -> Result<(), Stop> {
    writeln!(out, "{line}").map_err(|e| Stop::failed(format!("the answer cannot be written: {e}")))
}

/// One thread beside ours is enough for one connection at a time.
fn runtime() -> Result<Arc<Runtime>, Stop> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map(Arc::new)
        .map_err(|e| Stop::failed(chain(&e)))
}

/// To the journal when there is one, to standard error otherwise.
fn start_logging() {
    if systemd_journal_logger::connected_to_journal()
        && let Ok(journal) = systemd_journal_logger::JournalLog::new()
        && journal.install().is_ok()
    {
        log::set_max_level(log::LevelFilter::Info);
        return;
    }
    let environment = env_logger::Env::default().default_filter_or("info");
    // A second start in one process (tests) keeps the first logger.
    drop(
        env_logger::Builder::from_env(environment)
            .filter_module("rustls", log::LevelFilter::Warn)
            .try_init(),
    );
}
