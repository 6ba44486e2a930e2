//! Why something could not be measured, as the table says it.

use std::fmt::Display;

/// One sentence; stands in the table where figures would.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unmeasured(pub(crate) String);

/// Says what was being done when something failed.
pub(crate) trait Because<T> {
    /// Puts `what` before the cause.
    fn because(self, what: impl Display) -> Result<T, Unmeasured>;
}

impl<T, E: Display> Because<T> for Result<T, E> {
    fn because(self, what: impl Display) -> Result<T, Unmeasured> {
        self.map_err(|error| Unmeasured(format!("{what}: {error}")))
    }
}

impl<T> Because<T> for Option<T> {
    fn because(self, what: impl Display) -> Result<T, Unmeasured> {
        self.ok_or_else(|| Unmeasured(what.to_string()))
    }
}
