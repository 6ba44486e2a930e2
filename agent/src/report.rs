//! What a turn came to: an exit code, a code for the box, and one line for
//! whoever looks after the feed. Counts only.

use firebox_contract::batch::SourceHealth;
use jiff::Timestamp;

use crate::export::ExportError;
use crate::intake::IntakeError;
use crate::reading::Summary;
use crate::source::{Hold, Numbers, Source};
use crate::state::Feed;
use crate::stop::{Exit, Stop, chain};

/// What a turn came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Report {
    /// Exit code of `run --once`.
    pub(crate) exit: Exit,
    /// What the box is told, where it is told anything.
    pub(crate) health: Option<SourceHealth>,
    /// Code of what holds or fails the feed.
    pub(crate) code: Option<String>,
    /// One line.
    pub(crate) message: String,
    /// Whether it stays true while file, source file and approval stay the same.
    pub(crate) lasts: bool,
    /// Whether the box could not be reached, so that the next try may wait.
    pub(crate) unreachable: bool,
    /// Whether there is nothing to say yet: the newest export is still being
    /// watched, or the agent was asked to end.
    pub(crate) settling: bool,
}

impl Report {
    fn new(exit: Exit, health: Option<SourceHealth>, code: Option<&str>, message: String) -> Self {
        let code = code.map(str::to_owned);
        Self {
            exit,
            health,
            code,
            message,
            lasts: false,
            unreachable: false,
            settling: false,
        }
    }

    pub(crate) fn unchanged(feed: &Feed) -> Self {
        let (records, rows, quarantined) = feed.applied.as_ref().map_or((0, 0, 0), |applied| {
            (applied.records, applied.rows, applied.quarantined)
        });
        let message = format!(
            "up to date: {records} statements from {rows} rows{}",
            unread(quarantined)
        );
        Self {
            lasts: true,
            ..Self::new(Exit::Ok, Some(SourceHealth::Ok), None, message)
        }
    }

    pub(crate) fn applied(summary: &Summary) -> Self {
        let counts = &summary.counts;
        let message = format!(
            "applied: {} added, {} changed, {} gone{}",
            counts.added,
            counts.changed,
            counts.gone,
            unread(summary.quarantined)
        );
        Self::new(Exit::Ok, Some(SourceHealth::Ok), None, message)
    }

    pub(crate) fn settling() -> Self {
        let message = "the newest export has not settled yet".to_owned();
        Self {
            settling: true,
            ..Self::new(Exit::Ok, None, None, message)
        }
    }

    pub(crate) fn guarded(hold: Hold, numbers: &Numbers) -> Self {
        let exit = if hold == Hold::MaxQuarantine {
            Exit::Quarantine
        } else {
            Exit::Held
        };
        let message = format!("held: {}", hold.message(numbers));
        Self {
            lasts: true,
            ..Self::new(exit, Some(SourceHealth::Held), Some(hold.code()), message)
        }
    }

    pub(crate) fn old_export() -> Self {
        let message = "held: this export is older than the one applied last, or was applied before: \
                       take it out of the folder, or run `firebox-agent approve` if it is right";
        let held = Self::new(
            Exit::Held,
            Some(SourceHealth::Held),
            Some("old-export"),
            message.to_owned(),
        );
        Self {
            lasts: true,
            ..held
        }
    }

    /// The box does not say what became of the export it keeps: nothing is
    /// judged, and no sign of life is sent, until it does.
    pub(crate) fn undecided() -> Self {
        let message = "held: the box keeps an earlier export and does not say what became of it: \
                       asked again with the next look";
        Self::new(Exit::Held, None, Some("hold-unknown"), message.to_owned())
    }

    pub(crate) fn held_by_box() -> Self {
        let message = "held: the box keeps this export until two named persons decide on its page; \
                       the old data goes on serving";
        let held = Self::new(Exit::Held, None, Some("held-by-box"), message.to_owned());
        Self {
            lasts: true,
            ..held
        }
    }

    pub(crate) fn of_export(error: &ExportError) -> Self {
        let exit = error.exit();
        let health = match error {
            ExportError::Interrupted | ExportError::Changed => None,
            _ if exit == Exit::Drift => Some(SourceHealth::Held),
            _ => Some(SourceHealth::Failing),
        };
        Self {
            lasts: error.is_lasting(),
            settling: matches!(error, ExportError::Interrupted),
            ..Self::new(exit, health, Some(error.code()), chain(error))
        }
    }

    pub(crate) fn unreachable(error: &IntakeError, waiting: u64) -> Self {
        let message = format!("{}; {waiting} batches wait in the outbox", chain(error));
        Self {
            unreachable: true,
            ..Self::new(Exit::Failed, None, Some("box-unreachable"), message)
        }
    }

    pub(crate) fn refused(code: &str, advice: String) -> Self {
        Self::new(Exit::Failed, None, Some(code), format!("stopped: {advice}"))
    }

    pub(crate) fn of_error(stop: Stop) -> Self {
        let unreachable = stop.exit == Exit::Failed;
        Self {
            unreachable,
            ..Self::new(stop.exit, None, None, stop.message)
        }
    }

    /// A service this agent is not enrolled for: worth a look at every turn.
    pub(crate) fn not_enrolled(stop: Stop) -> Self {
        Self {
            unreachable: false,
            ..Self::of_error(stop)
        }
    }

    /// Turns a good report into `late` where the newest export is too old.
    pub(crate) fn or_late(self, source: &Source, feed: &Feed, now: Timestamp) -> Self {
        let (Some(every), Some(applied)) = (source.expected_every(), &feed.applied) else {
            return self;
        };
        if self.exit != Exit::Ok || now.duration_since(applied.as_of) <= every {
            return self;
        }
        let hours = now.duration_since(applied.as_of).as_hours();
        let message = format!(
            "late: the newest export is {hours} hours old: see whether the service's job ran"
        );
        Self {
            exit: Exit::Late,
            message,
            ..self
        }
    }
}

fn unread(quarantined: u64) -> String {
    match quarantined {
        0 => String::new(),
        count => format!("; {count} rows could not be read, see `firebox-agent quarantine list`"),
    }
}
