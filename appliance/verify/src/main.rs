//! The door of `firebox-verify`: files in, what was found out.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use firebox_verify::{
    Checkpoint, Export, ExportError, Receipt, VerifierKey, check_consistency, check_export,
    legible, legible_body, legible_json, legible_time, read_proof,
};

const AFTER_HELP: &str = "\
A receipt:          firebox-verify RECEIPT --key VKEY
An exported log:    firebox-verify --log EXPORT --key VKEY
Two checkpoints:    firebox-verify --earlier FILE --later FILE --proof FILE --key VKEY
                    (the proof is GET /api/v1/log/consistency?from=SIZE&to=SIZE of the box)
Every file is taken exactly as the box gave it: keep it as it came, an editor may change it.
Exit codes:         0 believed, 1 not believed, 64 wrong command line, 66 a file cannot be read";

/// Longest file that is read whole, in bytes: a receipt, a checkpoint, a proof, a key.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;

/// Checks a receipt, an exported log or two checkpoints of a firebox, anywhere, without the box.
#[derive(Parser)]
#[command(name = "firebox-verify", version, after_help = AFTER_HELP)]
struct Cli {
    /// A receipt (.tlog-proof)
    #[arg(required_unless_present_any = ["earlier", "log"])]
    receipt: Option<PathBuf>,
    /// The log's verifier key: its text, or a file that holds it
    #[arg(long, value_name = "VKEY")]
    key: String,
    /// Print what a receipt's entry says as JSON and nothing else
    #[arg(long, requires = "receipt")]
    json: bool,
    /// An exported log
    #[arg(long, value_name = "EXPORT", conflicts_with = "receipt")]
    log: Option<PathBuf>,
    /// The smaller checkpoint
    #[arg(
        long,
        value_name = "FILE",
        requires = "later",
        conflicts_with_all = ["receipt", "log"]
    )]
    earlier: Option<PathBuf>,
    /// The larger checkpoint
    #[arg(long, value_name = "FILE", requires = "proof")]
    later: Option<PathBuf>,
    /// The proof that the larger continues the smaller
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
}

/// What went wrong, and the exit code for it.
struct Failed(u8, String);

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 64 } else { 0 });
        }
    };
    match check(&cli) {
        Ok(said) => {
            say(&mut std::io::stdout(), said.trim_end());
            ExitCode::SUCCESS
        }
        Err(Failed(code, said)) => {
            say(&mut std::io::stderr(), &format!("firebox-verify: {said}"));
            ExitCode::from(code)
        }
    }
}

fn say(out: &mut impl std::io::Write, line: &str) {
    let _ = writeln!(out, "{line}");
}

fn check(cli: &Cli) -> Result<String, Failed> {
    let key = read_key(&cli.key)?;
    match (&cli.receipt, &cli.log, &cli.earlier, &cli.later, &cli.proof) {
        (Some(receipt), ..) => {
            let receipt = Receipt::open(&text(receipt)?, &key).map_err(not_believed)?;
            Ok(match cli.json {
                true => legible_json(&receipt.body),
                false => of_receipt(&receipt),
            })
        }
        (None, Some(log), ..) => {
            let file = File::open(log).map_err(|error| unreadable(log, &error))?;
            match check_export(BufReader::new(file), &key) {
                Ok(export) => Ok(of_export(&export)),
                Err(ExportError::Unreadable { error, .. }) => Err(unreadable(log, &error)),
                Err(error) => Err(not_believed(error)),
            }
        }
        (None, None, Some(earlier), Some(later), Some(proof)) => {
            let open = |path: &PathBuf| Checkpoint::open(&text(path)?, &key).map_err(not_believed);
            let (earlier, later) = (open(earlier)?, open(later)?);
            let proof = read_proof(&text(proof)?).map_err(not_believed)?;
            check_consistency(&earlier, &later, &proof).map_err(not_believed)?;
            Ok(format!(
                "ok: {} entries continue {}, in the log {}",
                later.size,
                earlier.size,
                legible(&later.origin)
            ))
        }
        _ => Err(Failed(
            64,
            "give a receipt, or --log, or --earlier, --later and --proof".into(),
        )),
    }
}

/// Takes a key as text, or out of a file, where a newline may follow it.
fn read_key(given: &str) -> Result<VerifierKey, Failed> {
    let key = if given.contains('+') {
        VerifierKey::parse(given)
    } else {
        let text = text(Path::new(given))?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        VerifierKey::parse(text.strip_suffix('\r').unwrap_or(text))
    };
    key.map_err(not_believed)
}

fn of_receipt(receipt: &Receipt) -> String {
    format!(
        "ok: entry {} of {} in the log {}\nmade {}, kind {}; it says:\n{}",
        receipt.index,
        receipt.checkpoint.size,
        legible(&receipt.checkpoint.origin),
        legible_time(receipt.time_ms),
        receipt.kind,
        legible_body(&receipt.body)
    )
}

fn of_export(export: &Export) -> String {
    format!(
        "agrees: {} entries, {} up to {}, of {} in the log {}\nmade from {} to {}; {} of them erased",
        export.to - export.from,
        export.from,
        export.to - 1,
        export.checkpoint.size,
        legible(&export.checkpoint.origin),
        legible_time(export.first_time_ms),
        legible_time(export.last_time_ms),
        export.erased
    )
}

/// Reads a file whole, up to the limit.
fn text(path: &Path) -> Result<String, Failed> {
    let mut text = String::new();
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    match file.take(MAX_FILE_BYTES).read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            Err(not_believed(format_args!("{} is not text", path.display())))
        }
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failed {
    Failed(66, format!("{} cannot be read: {error}", path.display()))
}

fn not_believed(error: impl std::fmt::Display) -> Failed {
    Failed(1, format!("not believed: {error}"))
}
