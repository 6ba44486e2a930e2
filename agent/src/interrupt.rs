//! Ctrl-C and SIGTERM, seen between rows and between batches. Whatever is cut
//! short is finished or dropped at the next start.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::export::ExportError;

/// Whether the agent was asked to end.
#[derive(Clone, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Asks the agent to end.
    pub(crate) fn raise(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Tells whether it was asked.
    pub(crate) fn is_raised(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Ends a reading when it was asked.
    pub(crate) fn check(&self) -> Result<(), ExportError> {
        if self.is_raised() {
            Err(ExportError::Interrupted)
        } else {
            Ok(())
        }
    }
}
