//! The command line: what a stranger reads first.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use firebox_protocol::{Exit, Stop};

use crate::{
    agents, demo, files, init, logbook, logging, officers, people, processes, say, status,
    supervise,
};

const AFTER_HELP: &str = "\
To try it:        firebox demo
To set up a box:  firebox init DIR, edit DIR/firebox.toml, firebox --config DIR/firebox.toml run
Exit codes:       0 done, 1 failed, 64 wrong command line, 69 the box is not running,
                  71 the disk or system failed, 78 configuration, key or file mode: a person must act";

/// A box that shows what a visiting officer or adviser must know at once, and
/// releases sealed detail only on a logged, justified request.
#[derive(Parser)]
#[command(name = "firebox", version, after_help = AFTER_HELP)]
struct Cli {
    /// The box's configuration
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        default_value = "/etc/firebox/firebox.toml"
    )]
    config: PathBuf,
    /// End when the parent process ends (set by `run` and `demo` for their children)
    #[arg(long, global = true, hide = true)]
    supervised: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Set up an invented council and run it, with its agent, until Ctrl-C
    Demo {
        /// Where the demo lives; a second start on the same folder carries on
        #[arg(long, default_value = "firebox-demo")]
        dir: PathBuf,
        /// Where people and programs connect; agents get the next port
        #[arg(long, default_value = "127.0.0.1:8443")]
        listen: SocketAddr,
        /// Stop everything and exit 0 as soon as the first answer is ready
        #[arg(long)]
        exit_when_ready: bool,
    },
    /// Make a new box in a folder: sample configuration, keys, certificates, empty store and log
    Init {
        /// The folder; made if it is not there
        dir: PathBuf,
    },
    /// Run gate, store and keeper under this user, without systemd
    Run,
    /// Run the gate (sockets `public` and `intake` from the parent)
    Gate,
    /// Run the store (sockets `store-gate` and `store-operator` from the parent)
    Store,
    /// Run the keeper (sockets `keeper-gate`, `keeper-store` and `keeper-operator` from the parent)
    Keeper,
    /// People who may sign in
    #[command(subcommand)]
    Officer(officers::Verb),
    /// People the box holds: which records are one person
    #[command(subcommand)]
    People(people::Verb),
    /// Agents that may deliver
    #[command(subcommand)]
    Agent(agents::Verb),
    /// The log: what was asked, released and refused, for a reviewer to read
    #[command(subcommand)]
    Log(logbook::Verb),
    /// How the running box is
    Status,
    /// Check a receipt, two checkpoints or an exported log, without any box; runs `firebox-verify`
    #[command(disable_help_flag = true)]
    Verify {
        /// What `firebox-verify` takes; try --help
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<std::ffi::OsString>,
    },
    /// Recompute every bucket of the store and check its pages; reads only
    Sweep,
    /// Check a firebox.toml with its policy and vocabulary, or a policy.toml, and start nothing
    Check {
        /// The file
        file: PathBuf,
    },
}

/// Runs the command and gives its exit code.
pub fn main() -> ExitCode {
    // A core would hold what the processes keep in memory: keys, reasons, details.
    let no_core = rustix::process::Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let unlimited = rustix::process::setrlimit(rustix::process::Resource::Core, no_core).is_err();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() {
                Exit::Usage as u8
            } else {
                0
            });
        }
    };
    logging::start();
    if unlimited {
        log::warn!("core dumps cannot be switched off here: see LimitCORE= and `ulimit -c`");
    }
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            say::err(format_args!("firebox: {stop}"));
            ExitCode::from(stop.exit as u8)
        }
    }
}

fn run(cli: &Cli) -> Result<(), Stop> {
    if cli.supervised {
        supervise::end_with_parent()?;
    }
    match &cli.verb {
        Verb::Demo {
            dir,
            listen,
            exit_when_ready,
        } => demo::run(dir, *listen, *exit_when_ready),
        Verb::Init { dir } => init::run(dir),
        Verb::Run => supervise::run(&cli.config),
        Verb::Gate => processes::gate(&cli.config),
        Verb::Store => processes::store(&cli.config),
        Verb::Keeper => processes::keeper(&cli.config),
        Verb::Officer(verb) => officers::run(&cli.config, verb),
        Verb::People(verb) => people::run(&cli.config, verb),
        Verb::Agent(verb) => agents::run(&cli.config, verb),
        Verb::Log(verb) => logbook::run(&cli.config, verb),
        Verb::Status => status::run(&cli.config),
        Verb::Verify { arguments } => processes::verify(arguments),
        Verb::Sweep => status::sweep(&cli.config),
        Verb::Check { file } => files::check(file),
    }
}
