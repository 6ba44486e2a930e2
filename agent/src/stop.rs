//! How the agent ends: a named exit code, and one line a service-desk analyst
//! understands.

/// Exit codes of `firebox-agent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All went well.
    Ok = 0,
    /// Something failed; trying again may help.
    Failed = 1,
    /// An export waits for a person: over a guard, or held by the box.
    Held = 2,
    /// More rows than allowed could not be read.
    Quarantine = 3,
    /// The export's columns are not the ones the mapping needs.
    Drift = 4,
    /// No new export came in time.
    Late = 5,
    /// The command line does not read.
    Usage = 64,
    /// A file of ours must be put right by a person; trying again will not help.
    Configuration = 78,
}

impl Exit {
    /// Gives the graver of two ends, for a command that went over several feeds.
    pub(crate) fn worst(self, other: Self) -> Self {
        let gravity = |exit| match exit {
            Self::Ok => 0,
            Self::Late => 1,
            Self::Held => 2,
            Self::Quarantine => 3,
            Self::Drift => 4,
            Self::Failed => 5,
            Self::Usage => 6,
            Self::Configuration => 7,
        };
        if gravity(other) > gravity(self) {
            other
        } else {
            self
        }
    }
}

/// Why a command stops before it is done.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Stop {
    /// Exit code.
    pub(crate) exit: Exit,
    /// One line, without personal data: what is wrong and what to do.
    pub(crate) message: String,
}

impl Stop {
    /// Stops because a person must put a file right.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Configuration,
            message: message.into(),
        }
    }

    /// Stops because something failed.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Failed,
            message: message.into(),
        }
    }
}

/// Writes an error and what caused it in one line, without repeating what a
/// message already says.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = cause.source();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_feeds_the_gravest_end_is_the_command_s() {
        assert_eq!(Exit::Ok.worst(Exit::Held), Exit::Held);
        assert_eq!(Exit::Drift.worst(Exit::Held), Exit::Drift);
        assert_eq!(Exit::Failed.worst(Exit::Drift), Exit::Failed);
        assert_eq!(Exit::Late.worst(Exit::Ok), Exit::Late);
    }
}
