//! The check of the whole log, as the keeper does it and this command says it.

use std::time::Duration;

use firebox_protocol::operator::{KeeperReply, KeeperRequest, LogFault};
use firebox_protocol::{Code, Settings, Stop};

use crate::{operator, say};

/// How long a check may take: far longer than any log takes.
const CHECK_WITHIN: Duration = Duration::from_secs(12 * 60 * 60);

/// Has the running keeper recompute its log, and says what came of it.
pub(crate) fn run(settings: &Settings) -> Result<(), Stop> {
    match operator::keeper_says(settings, &KeeperRequest::CheckLog, CHECK_WITHIN)? {
        KeeperReply::LogChecked {
            entries,
            erased,
            checkpoint,
            entry,
        } => {
            say::out(format_args!(
                "{entries} entries recomputed, {erased} of them erased (log entry {entry} says so)"
            ));
            say::out(tip(&checkpoint)?);
            say::out("whole");
            Ok(())
        }
        KeeperReply::LogUnsound { fault, entry } => Err(unsound(fault, entry)),
        KeeperReply::Refused(refusal) if refusal.code == Code::NotReady => Err(Stop::failed(
            "another check is under way: wait for it, then try again",
        )),
        KeeperReply::Refused(refusal) => Err(operator::refused(&refusal)),
        _ => Err(operator::unexpected()),
    }
}

/// Gives size and root of a checkpoint's text: its second and third line.
fn tip(checkpoint: &str) -> Result<String, Stop> {
    let mut lines = checkpoint.lines().skip(1);
    match (lines.next(), lines.next()) {
        (Some(size), Some(root)) => Ok(format!("checkpoint of {size} entries, root {root}")),
        _ => Err(operator::unexpected()),
    }
}

fn unsound(fault: LogFault, alarm: u64) -> Stop {
    let what = match fault {
        LogFault::Entry(index) => {
            format!("entry {index} is the first that does not agree with its own hashes")
        }
        LogFault::Unreadable(index) => format!("it cannot be read from entry {index} on"),
        LogFault::Root => {
            "every entry agrees with itself, but together they are not the log the keeper wrote"
                .to_owned()
        }
        LogFault::Head => {
            "it does not agree with `head` beside it, or `head` was changed or removed".to_owned()
        }
    };
    Stop::configuration(format!(
        "THE LOG IS NOT WHOLE: {what} (alarm: log entry {alarm}). Stop the box, keep the keeper's folder as it is for whoever looks into it, restore log and head from the same backup, and tell the council's information governance"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_said_by_size_and_root() {
        let note = "firebox.example.gov.uk/one/2026\n12\nAAAA=\n\n\u{2014} signature\n";
        assert_eq!(tip(note).unwrap(), "checkpoint of 12 entries, root AAAA=");
        assert!(tip("one line").is_err());
    }

    #[test]
    fn a_log_that_is_not_whole_is_for_a_person_and_names_the_first_entry() {
        for (fault, names) in [
            (LogFault::Entry(31), "entry 31"),
            (LogFault::Unreadable(32), "entry 32"),
            (LogFault::Root, "not the log"),
            (LogFault::Head, "head"),
        ] {
            let stop = unsound(fault, 90);
            assert_eq!(stop.exit, firebox_protocol::Exit::Configuration);
            assert!(stop.message.contains(names) && stop.message.contains("entry 90"));
            assert!(stop.message.contains("restore"), "{stop}");
        }
    }
}
