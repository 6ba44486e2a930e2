//! How a process ends: a named exit code and one line a service-desk analyst
//! understands.

/// Exit codes, as `sysexits.h` names them where it has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All went well.
    Ok = 0,
    /// Something failed; trying again may help.
    Failed = 1,
    /// The command line does not read.
    Usage = 64,
    /// A disk or the kernel failed.
    OperatingSystem = 71,
    /// Another process is not there (yet).
    Unavailable = 69,
    /// Configuration, key, file mode or schema: a person must act, restarting will not help.
    Configuration = 78,
}

/// Why a process stops. The message says what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Stop {
    /// Exit code.
    pub exit: Exit,
    /// One line, without personal data.
    pub message: String,
}

impl Stop {
    /// Stops because a person must act.
    pub fn configuration(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Configuration,
            message: message.into(),
        }
    }

    /// Stops because the disk or the kernel failed.
    pub fn operating_system(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::OperatingSystem,
            message: message.into(),
        }
    }

    /// Stops because something failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Failed,
            message: message.into(),
        }
    }
}
