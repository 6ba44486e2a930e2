//! Why the work on one feed ended early. Each part keeps its own error; this
//! only joins them where they meet.

use firebox_contract::envelope::SealError;

use crate::export::ExportError;
use crate::memory::MemoryError;
use crate::state::StateError;
use crate::stop::{Exit, Stop, chain};

/// Why the work on one feed ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FeedError {
    /// The export: told to the box, nothing is deleted.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The agent's own database.
    #[error(transparent)]
    State(#[from] StateError),
    /// A batch or envelope could not be made.
    #[error("a batch could not be sealed")]
    Seal(#[from] SealError),
    /// Identity or keys.
    #[error(transparent)]
    Stop(#[from] Stop),
}

impl From<MemoryError> for FeedError {
    fn from(error: MemoryError) -> Self {
        Self::State(error.into())
    }
}

impl From<FeedError> for Stop {
    fn from(error: FeedError) -> Self {
        match error {
            FeedError::State(error) => error.into(),
            FeedError::Stop(stop) => stop,
            FeedError::Export(error) => Stop {
                exit: error.exit(),
                message: chain(&error),
            },
            FeedError::Seal(error) => Stop {
                exit: Exit::Failed,
                message: chain(&error),
            },
        }
    }
}
