//! What the command says to the person at the terminal. A terminal that went
//! away is no reason to stop a box, so a failed write is let go.

use std::io::Write;

/// Writes a line to standard output.
pub fn out(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Writes a line to standard error.
pub fn err(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
