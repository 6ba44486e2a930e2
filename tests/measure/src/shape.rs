//! How large the box's answers are, so that the floors and PostgreSQL send as
//! much. Measured on the box of the same run; without one, as it once was.

use serde::{Deserialize, Serialize};

/// A reason as long as people write them; `########` as in [`crate::question::OWN_WORD`].
pub(crate) const REASON: &str = "Gas safety visit this afternoon, two of us: what do we need to \
    watch for at the door? Job ########.";

/// One address in so many of the caution list's has a flag, as in the demo's own council.
pub(crate) const PROPERTIES_A_FLAG: u32 = 50;
/// Bytes of a look-up's entry in the keeper's log: body, leaf, salt and the tree's nodes.
pub(crate) const LOOK_UP_ENTRY_BYTES: usize = 530;
/// Bytes of a release's, which holds the reason and what was released.
pub(crate) const RELEASE_ENTRY_BYTES: usize = 960;

/// Bytes, each an average.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Shape {
    /// Of the addresses asked about, one in so many has a flag.
    pub(crate) properties_a_flag: u32,
    /// A look-up's answer where there is none.
    pub(crate) plain_bytes: usize,
    /// A look-up's answer where there is one.
    pub(crate) flagged_bytes: usize,
    /// A release's answer, receipt included.
    pub(crate) release_bytes: usize,
    /// The detail in it.
    pub(crate) detail_bytes: usize,
}

impl Default for Shape {
    /// As the box answered in November 2026.
    fn default() -> Self {
        Self {
            properties_a_flag: 31,
            plain_bytes: 690,
            flagged_bytes: 1_300,
            release_bytes: 2_700,
            detail_bytes: 350,
        }
    }
}

impl Shape {
    /// Says it in a sentence.
    pub(crate) fn sentence(&self) -> String {
        format!(
            "look-ups ask about addresses of which one in {} has a flag; answers of {} bytes without and {} with one, \
             releases of {} bytes with a detail of {}, the same over HTTPS in floors and box",
            self.properties_a_flag,
            self.plain_bytes,
            self.flagged_bytes,
            self.release_bytes,
            self.detail_bytes,
        )
    }
}
