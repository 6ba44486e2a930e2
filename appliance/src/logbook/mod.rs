//! The log, as a reviewer reads it and as the operator has it checked. Whoever
//! reads signs in and says why; the keeper enters that before it gives anything.

mod check;
mod export;
mod reading;
mod reviewer;
mod show;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use firebox_protocol::operator::ReadHow;
use firebox_protocol::{Settings, Stop};

use crate::{files, operator, say};
use reading::{Range, Reading};
use reviewer::Reviewer;

/// Entries that `show` shows when nothing else is asked for.
const LAST: u64 = 20;

/// `firebox log ...`
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Show entries to a reviewer; asks for the password, and the reading is an entry itself
    Show {
        #[command(flatten)]
        reviewer: Reviewer,
        #[command(flatten)]
        which: Which,
    },
    /// Write entries to a file that `firebox verify --log` checks anywhere; the reading is an entry itself
    Export {
        #[command(flatten)]
        reviewer: Reviewer,
        /// The file; one that is there is not overwritten
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// The first entry
        #[arg(long, value_name = "N", default_value_t = 0)]
        from: u64,
        /// How many entries; without it, all from there
        #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(1..))]
        count: Option<u64>,
    },
    /// Recompute the whole log from its own bytes; the check is an entry itself
    Check,
}

/// Which entries are shown; without any of these, the last twenty.
#[derive(Args)]
pub(crate) struct Which {
    /// The first entry
    #[arg(long, value_name = "N")]
    from: Option<u64>,
    /// How many entries; without it, all from there
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    /// The last entries of the log
    #[arg(long, value_name = "K", conflicts_with_all = ["from", "count"],
          value_parser = clap::value_parser!(u64).range(1..))]
    last: Option<u64>,
}

impl Which {
    /// Gives the range in a log of `entries`.
    fn range(&self, entries: u64) -> Range {
        let last = |count: u64| Range {
            from: entries.saturating_sub(count),
            count,
        };
        match (self.last, self.from, self.count) {
            (Some(count), ..) => last(count),
            (None, None, None) => last(LAST),
            (None, from, count) => Range {
                from: from.unwrap_or(0),
                count: count.unwrap_or(u64::MAX),
            },
        }
    }
}

/// Carries out the verb.
pub(crate) fn run(config: &Path, verb: &Verb) -> Result<(), Stop> {
    let settings = files::settings(config)?;
    match verb {
        Verb::Show { reviewer, which } => show(&settings, reviewer, which),
        Verb::Export {
            reviewer,
            to,
            from,
            count,
        } => {
            let range = Range {
                from: *from,
                count: count.unwrap_or(u64::MAX),
            };
            export(&settings, reviewer, to, range)
        }
        Verb::Check => check::run(&settings),
    }
}

fn show(settings: &Settings, reviewer: &Reviewer, which: &Which) -> Result<(), Stop> {
    let range = which.range(operator::keeper_status(settings)?.entries);
    let reading = Reading::begin(settings, reviewer, range, ReadHow::Show)?;
    reading.each(settings, |leaf, entry| {
        say::out(show::entry(leaf, entry.opened.as_ref()));
        Ok(())
    })?;
    say::out(format_args!(
        "{} entries shown; log entry {} says who read them and why.",
        reading.to - reading.from,
        reading.entry
    ));
    Ok(())
}

fn export(settings: &Settings, reviewer: &Reviewer, to: &Path, range: Range) -> Result<(), Stop> {
    let file = export::File::create(to)?;
    let reading = Reading::begin(settings, reviewer, range, ReadHow::Export)?;
    file.write(|out| {
        export::header(out, &reading)?;
        reading.each(settings, |_, entry| export::line(out, entry))
    })?;
    say::out(format_args!(
        "{} holds entries {} to {}; log entry {} says who took them and why.",
        to.display(),
        reading.from,
        reading.to - 1,
        reading.entry
    ));
    say::out("It holds what people looked up and why: keep it as closely as the log itself.");
    say::out("To check it anywhere, with the log's verifier key (`firebox status` names it):");
    say::out(format_args!(
        "  firebox verify --log {} --key VKEY",
        to.display()
    ));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_range_the_last_twenty_entries_are_shown() {
        let which = |from, count, last| Which { from, count, last };
        let range = |which: Which, entries| {
            let range = which.range(entries);
            (range.from, range.count)
        };
        assert_eq!(range(which(None, None, None), 100), (80, 20));
        assert_eq!(range(which(None, None, None), 3), (0, 20));
        assert_eq!(range(which(None, None, Some(5)), 100), (95, 5));
        assert_eq!(range(which(Some(7), None, None), 100), (7, u64::MAX));
        assert_eq!(range(which(Some(7), Some(2), None), 100), (7, 2));
        assert_eq!(range(which(None, Some(2), None), 100), (0, 2));
    }
}
