//! The part of a run that is being filled: its lines, what they change, and the
//! counts the manifest will prove.

use firebox_contract::batch::Line;
use firebox_contract::canonical;
use firebox_contract::envelope::SealError;

use crate::feed_error::FeedError;
use crate::seal::Link;
use crate::state::{Change, Feed};

/// The part being filled, and the counts of the run.
pub(crate) struct Part {
    pub(crate) link: Link,
    pub(crate) lines: Vec<u8>,
    pub(crate) count: u64,
    pub(crate) changes: Vec<Change>,
    pub(crate) parts: u64,
    pub(crate) puts: u64,
    pub(crate) gones: u64,
    pub(crate) helds: u64,
}

impl Part {
    pub(crate) fn new(feed: &Feed) -> Self {
        Self {
            link: Link {
                epoch: feed.epoch,
                sequence: feed.next_sequence,
                previous: feed.last_hash.clone(),
            },
            lines: Vec::new(),
            count: 0,
            changes: Vec::new(),
            parts: 0,
            puts: 0,
            gones: 0,
            helds: 0,
        }
    }

    /// Adds a line and gives its canonical bytes, without the newline.
    pub(crate) fn push(&mut self, line: &Line) -> Result<Vec<u8>, FeedError> {
        let bytes = canonical::to_bytes(line).map_err(SealError::from)?;
        self.lines.extend_from_slice(&bytes);
        self.lines.push(b'\n');
        self.count += 1;
        Ok(bytes)
    }
}

/// Writes a line by itself, newline included.
pub(crate) fn one_line(line: &Line) -> Result<Vec<u8>, FeedError> {
    let mut bytes = canonical::to_bytes(line).map_err(SealError::from)?;
    bytes.push(b'\n');
    Ok(bytes)
}
