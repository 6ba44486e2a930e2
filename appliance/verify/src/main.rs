//! The door of `firebox-verify`: files in, one line out.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use firebox_verify::{Checkpoint, Receipt, VerifierKey, check_consistency, read_proof};

const AFTER_HELP: &str = "\
A receipt:          firebox-verify RECEIPT --key VKEY
Two checkpoints:    firebox-verify --earlier FILE --later FILE --proof FILE --key VKEY
                    (the proof is GET /api/v1/log/consistency?from=SIZE&to=SIZE of the box)
Exit codes:         0 believed, 1 not believed, 64 wrong command line, 66 a file cannot be read";

/// Checks a receipt or two checkpoints of a firebox, anywhere, without the box.
#[derive(Parser)]
#[command(name = "firebox-verify", version, after_help = AFTER_HELP)]
struct Cli {
    /// A receipt (.tlog-proof)
    #[arg(required_unless_present = "earlier")]
    receipt: Option<PathBuf>,
    /// The log's verifier key: its text, or a file that holds it
    #[arg(long, value_name = "VKEY")]
    key: String,
    /// The smaller checkpoint
    #[arg(
        long,
        value_name = "FILE",
        requires = "later",
        conflicts_with = "receipt"
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
            say(&mut std::io::stdout(), &said);
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
    let key = if cli.key.contains('+') {
        cli.key.clone()
    } else {
        text(Path::new(&cli.key))?
    };
    let key = VerifierKey::parse(&key).map_err(not_believed)?;
    match (&cli.receipt, &cli.earlier, &cli.later, &cli.proof) {
        (Some(receipt), ..) => check_receipt(&text(receipt)?, &key),
        (None, Some(earlier), Some(later), Some(proof)) => {
            let open = |path: &PathBuf| Checkpoint::open(&text(path)?, &key).map_err(not_believed);
            let (earlier, later) = (open(earlier)?, open(later)?);
            let proof = read_proof(&text(proof)?).map_err(not_believed)?;
            check_consistency(&earlier, &later, &proof).map_err(not_believed)?;
            Ok(format!(
                "ok: {} entries continue {}, in the log {}",
                later.size, earlier.size, later.origin
            ))
        }
        _ => Err(Failed(
            64,
            "give a receipt, or --earlier, --later and --proof".into(),
        )),
    }
}

fn check_receipt(text: &str, key: &VerifierKey) -> Result<String, Failed> {
    let receipt = Receipt::open(text, key).map_err(not_believed)?;
    Ok(format!(
        "ok: entry {} of {} in the log {}, made at {} ms since 1970\n{}",
        receipt.index,
        receipt.checkpoint.size,
        receipt.checkpoint.origin,
        receipt.time_ms,
        receipt.body
    ))
}

fn text(path: &Path) -> Result<String, Failed> {
    std::fs::read_to_string(path)
        .map_err(|e| Failed(66, format!("{} cannot be read: {e}", path.display())))
}

fn not_believed(error: impl std::fmt::Display) -> Failed {
    Failed(1, format!("not believed: {error}"))
}
