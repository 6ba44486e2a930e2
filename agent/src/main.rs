//! The `firebox-agent` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(firebox_agent::command::run(std::env::args_os()) as u8)
}
